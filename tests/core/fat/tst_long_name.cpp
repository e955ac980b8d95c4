#include "core/fat/long_name.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::fat;

class TestLongName : public QObject {
    Q_OBJECT

private slots:

    void putsTheLastPartFirst() // N10
    {
        const auto parts = encodeLongName(u"The quick brown.fox", 0x07);
        QCOMPARE(parts.size(), std::size_t{2});
        QCOMPARE(int{parts[0].order}, 0x42);
        QCOMPARE(int{parts[1].order}, 0x01);
        for (const LongNameSlotRaw& slot : parts) {
            QCOMPARE(int{slot.attributes}, 0x0F);
            QCOMPARE(int{slot.type}, 0);
            QCOMPARE(int{slot.checksum}, 0x07);
            QCOMPARE(int{slot.firstClusterLow.get()}, 0);
        }
        const auto first = unitsOf(parts[1]);
        QCOMPARE(std::u16string_view(first.data(), first.size()), u"The quick bro");
    }

    void endsWithOneZeroAndThenOnes() // N11
    {
        const auto units = unitsOf(encodeLongName(u"The quick brown.fox", 0).front());
        QCOMPARE(std::u16string_view(units.data(), 6), u"wn.fox");
        QCOMPARE(units[6], u'\0');
        for (std::size_t i = 7; i < units.size(); ++i)
            QCOMPARE(units[i], char16_t{0xFFFF});
    }

    void fillsASlotWithoutPadding()
    {
        const std::u16string name(13, u'x');
        const auto parts = encodeLongName(name, 0);
        QCOMPARE(parts.size(), std::size_t{1});
        const auto units = unitsOf(parts[0]);
        QCOMPARE(std::u16string_view(units.data(), units.size()), std::u16string_view(name));
    }

    void roundTripsEveryLength()
    {
        for (std::size_t length = 1; length <= maxLongNameUnits; ++length) {
            std::u16string name;
            for (std::size_t i = 0; i < length; ++i)
                name += static_cast<char16_t>(u'!' + i * 251);
            const auto parts = encodeLongName(name, 0);
            QCOMPARE(parts.size(), std::size_t{longNameSlotCount(length)});
            std::u16string back;
            for (auto slot = parts.rbegin(); slot != parts.rend(); ++slot)
                for (const char16_t unit : unitsOf(*slot))
                    back += unit;
            QCOMPARE(back.substr(0, length), name);
        }
    }

    void takesTwentySlotsForTheLongestName()
    {
        QCOMPARE(longNameSlotCount(255), 20U);
        QCOMPARE(int{encodeLongName(std::u16string(255, u'a'), 0).front().order}, 0x40 | 20);
    }
};

QTEST_GUILESS_MAIN(TestLongName)
#include "tst_long_name.moc"
