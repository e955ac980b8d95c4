#include "core/base/text.hpp"
#include "core/fat/directory_reader.hpp"
#include "core/fat/long_name.hpp"

#include "tests/core/fat/volume_builder.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::slotNamed;
using fatlas::test::VolumeBuilder;

namespace {

/// A directory written slot by slot.
class Slots {
public:
    template <RawStruct T>
    Slots& add(const T& raw)
    {
        const ByteView view = asBytes(raw);
        m_bytes.insert(m_bytes.end(), view.begin(), view.end());
        return *this;
    }

    Slots& addFile(std::string_view name, std::u16string_view longName = {})
    {
        const DirectoryEntryRaw raw = slotNamed(name, attribute::archive);
        if (!longName.empty())
            addLong(longName, raw);
        return add(raw);
    }

    Slots& addLong(std::u16string_view longName, const DirectoryEntryRaw& raw)
    {
        for (const LongNameSlotRaw& slot : encodeLongName(longName, shortNameChecksum(raw.name)))
            add(slot);
        return *this;
    }

    template <class Change>
    Slots& change(std::size_t slot, Change change)
    {
        auto raw = *load<LongNameSlotRaw>(m_bytes, slot * slotSize);
        change(raw);
        store(m_bytes, slot * slotSize, raw);
        return *this;
    }

    [[nodiscard]] DirectoryListing read(int codePage = CodePage::defaultNumber) const
    {
        const auto offsetOf = [](std::uint32_t slot) { return 1000 + std::uint64_t{slot} * 32; };
        return decodeDirectory({.bytes = m_bytes, .offsetOf = offsetOf},
                               **CodePage::open(codePage));
    }

private:
    Bytes m_bytes;
};

std::vector<std::string> rulesOf(const DirectoryListing& listing)
{
    std::vector<std::string> rules;
    for (const Finding& finding : listing.findings)
        rules.push_back(finding.rule);
    return rules;
}

} // namespace

class TestDirectoryReader : public QObject {
    Q_OBJECT

private slots:
    void readsLongNamesOfEveryLength();
    void keepsLoneSurrogates();
    void readsShortNames_data();
    void readsShortNames();
    void rejectsSlotWithWrongChecksum();
    void rejectsSlotsOutOfOrder_data();
    void rejectsSlotsOutOfOrder();
    void rejectsSlotsOfAnotherChecksumInside();
    void reportsOrphanedSlots_data();
    void reportsOrphanedSlots();
    void rejectsEmptyAndOverlongNames();
    void takesTheWholeNameAfterOrphans();
    void ignoresWhatFollowsTheEndMark();
    void skipsDeletedDotAndLabelSlots();
    void reportsASecondLabel();
    void reportsImpossibleShortNames();
    void boundsItsFindings();
    void saysWhereEntriesLie();
    void readsAtMost65536Slots();
    void readsTheFixedRootToItsEnd();
    void readsFragmentedDirectories();
};

void TestDirectoryReader::readsLongNamesOfEveryLength()
{
    for (std::size_t length = 1; length <= maxLongNameUnits; ++length) {
        std::u16string name(length, u'x');
        name.back() = u'\u00E9';
        const DirectoryListing listing = Slots().addFile("XXXXXX~1   ", name).read();
        QCOMPARE(listing.items.size(), std::size_t{1});
        QCOMPARE(listing.items[0].name, utf8FromUtf16(name));
        QCOMPARE(listing.items[0].shortName, std::string("XXXXXX~1"));
        QCOMPARE(listing.items[0].slotIndex, 0U);
        QCOMPARE(listing.items[0].slotCount, longNameSlotCount(length) + 1);
        QVERIFY(listing.findings.empty());
    }
}

void TestDirectoryReader::keepsLoneSurrogates()
{
    const std::u16string name{u'a', char16_t{0xD800}, u'b', char16_t{0xD83D}, char16_t{0xDE00}};
    const DirectoryListing listing = Slots().addFile("A_B~1      ", name).read();
    QVERIFY(utf16FromUtf8(listing.items.at(0).name) == name);
}

void TestDirectoryReader::readsShortNames_data()
{
    QTest::addColumn<QByteArray>("raw");
    QTest::addColumn<int>("caseBits");
    QTest::addColumn<int>("page");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("plain") << QByteArray("README  TXT") << 0 << 437 << QByteArray("README.TXT");
    QTest::newRow("no extension") << QByteArray("MAKEFILE   ") << 0 << 437
                                  << QByteArray("MAKEFILE");
    QTest::newRow("lower base") << QByteArray("README  TXT") << 0x08 << 437
                                << QByteArray("readme.TXT");
    QTest::newRow("lower extension")
        << QByteArray("README  TXT") << 0x10 << 437 << QByteArray("README.txt");
    QTest::newRow("escaped first byte") << QByteArray("\x05"
                                                      "AB     TXT")
                                        << 0 << 437
                                        << QByteArray("\xCF\x83"
                                                      "AB.TXT");
    QTest::newRow("page 866") << QByteArray("\x8F\x90\x88        ", 11) << 0 << 866
                              << QByteArray("ПРИ");
}

void TestDirectoryReader::readsShortNames()
{
    QFETCH(QByteArray, raw);
    QFETCH(int, caseBits);
    QFETCH(int, page);
    QFETCH(QByteArray, name);
    DirectoryEntryRaw entry = slotNamed({raw.constData(), 11});
    entry.ntCaseBits = static_cast<std::uint8_t>(caseBits);
    const DirectoryListing listing = Slots().add(entry).read(page);
    QCOMPARE(listing.items.at(0).name, name.toStdString());
    QCOMPARE(listing.items.at(0).shortName, name.toStdString());
}

void TestDirectoryReader::rejectsSlotWithWrongChecksum()
{
    const DirectoryListing listing =
        Slots()
            .addLong(u"A long name of two slots", slotNamed("OTHER   TXT"))
            .addFile("ALONGN~1   ")
            .read();
    QCOMPARE(listing.items.at(0).name, std::string("ALONGN~1"));
    QCOMPARE(listing.items.at(0).slotCount, 1U);
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D23"});
    QCOMPARE(listing.findings[0].path, std::string("ALONGN~1"));
}

void TestDirectoryReader::rejectsSlotsOutOfOrder_data()
{
    QTest::addColumn<int>("slot");
    QTest::addColumn<int>("order");
    QTest::newRow("first part missing its flag") << 0 << 3;
    QTest::newRow("number skipped") << 1 << 1;
    QTest::newRow("number repeated") << 2 << 2;
    QTest::newRow("more parts announced") << 0 << 0x44;
    QTest::newRow("fewer parts announced") << 0 << 0x42;
    QTest::newRow("zero parts announced") << 0 << 0x40;
    QTest::newRow("21 parts announced") << 0 << 0x55;
    QTest::newRow("number too large") << 1 << 0x3F;
}

void TestDirectoryReader::rejectsSlotsOutOfOrder()
{
    QFETCH(int, slot);
    QFETCH(int, order);
    const DirectoryListing listing =
        Slots()
            .addFile("THREES~1   ", u"three slots of a long file name!")
            .change(static_cast<std::size_t>(slot),
                    [&](LongNameSlotRaw& raw) { raw.order = static_cast<std::uint8_t>(order); })
            .addFile("NEXT       ")
            .read();
    QCOMPARE(listing.items.size(), std::size_t{2});
    QCOMPARE(listing.items[0].name, std::string("THREES~1"));
    QCOMPARE(listing.items[1].name, std::string("NEXT"));
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D22"});
}

void TestDirectoryReader::rejectsSlotsOfAnotherChecksumInside()
{
    const DirectoryListing listing = Slots()
                                         .addFile("TWOSLO~1   ", u"two slots of name")
                                         .change(1, [](LongNameSlotRaw& raw) { raw.checksum ^= 1; })
                                         .read();
    QCOMPARE(listing.items.at(0).name, std::string("TWOSLO~1"));
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D22"});
}

void TestDirectoryReader::reportsOrphanedSlots_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<int>("attributes");
    QTest::newRow("before a deleted file") << QByteArray("\xE5"
                                                         "ONE    TXT")
                                           << 0x20;
    QTest::newRow("before a label") << QByteArray("LABEL      ") << 0x08;
    QTest::newRow("before the end") << QByteArray("\0          ", 11) << 0;
}

void TestDirectoryReader::reportsOrphanedSlots()
{
    QFETCH(QByteArray, name);
    QFETCH(int, attributes);
    const auto raw = slotNamed({name.constData(), 11}, static_cast<std::uint8_t>(attributes));
    const DirectoryListing listing = Slots().addLong(u"gone", raw).add(raw).read();
    QVERIFY(listing.items.empty());
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D21"});
}

void TestDirectoryReader::rejectsEmptyAndOverlongNames()
{
    const auto clear = [](LongNameSlotRaw& raw) { raw.part1[0] = std::uint16_t{0}; };
    const DirectoryListing empty = Slots().addFile("EMPTY      ", u"x").change(0, clear).read();
    QCOMPARE(empty.items.at(0).name, std::string("EMPTY"));
    QVERIFY(rulesOf(empty) == std::vector<std::string>{"D24"});

    const auto fill = [](LongNameSlotRaw& raw) {
        raw.part2.fill(std::uint16_t{u'y'});
        raw.part3.fill(std::uint16_t{u'y'});
        raw.part1.fill(std::uint16_t{u'y'});
    };
    const DirectoryListing overlong =
        Slots().addFile("LONG       ", std::u16string(255, u'y')).change(0, fill).read();
    QCOMPARE(overlong.items.at(0).name, std::string("LONG"));
    QVERIFY(rulesOf(overlong) == std::vector<std::string>{"D24"});
}

void TestDirectoryReader::takesTheWholeNameAfterOrphans()
{
    const DirectoryListing listing = Slots()
                                         .addLong(u"left over", slotNamed("GONE       "))
                                         .addFile("WHOLE~1    ", u"whole name")
                                         .read();
    QCOMPARE(listing.items.at(0).name, std::string("whole name"));
    QCOMPARE(listing.items.at(0).slotIndex, 1U);
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D21"});
}

void TestDirectoryReader::ignoresWhatFollowsTheEndMark()
{
    const DirectoryListing listing =
        Slots().addFile("FIRST      ").add(DirectoryEntryRaw{}).addFile("BEHIND     ").read();
    QCOMPARE(listing.items.size(), std::size_t{1});
    QVERIFY(listing.findings.empty());
}

void TestDirectoryReader::skipsDeletedDotAndLabelSlots()
{
    const DirectoryListing listing = Slots()
                                         .add(slotNamed(".          ", attribute::directory, 5))
                                         .add(slotNamed("..         ", attribute::directory))
                                         .add(slotNamed("MY DISK    ", attribute::volumeLabel))
                                         .add(slotNamed("\xE5IDE    TXT", attribute::archive))
                                         .addFile("STAYS   TXT")
                                         .read();
    QCOMPARE(listing.items.size(), std::size_t{1});
    QCOMPARE(listing.items[0].name, std::string("STAYS.TXT"));
    QCOMPARE(listing.items[0].slotIndex, 4U);
    QCOMPARE(listing.label, std::string("MY DISK"));
    QVERIFY(listing.findings.empty());
}

void TestDirectoryReader::reportsASecondLabel()
{
    const DirectoryListing listing = Slots()
                                         .add(slotNamed("ONE        ", attribute::volumeLabel))
                                         .add(slotNamed("TWO        ", attribute::volumeLabel))
                                         .read();
    QCOMPARE(listing.label, std::string("ONE"));
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D26"});
}

void TestDirectoryReader::reportsImpossibleShortNames()
{
    const DirectoryListing listing = Slots().addFile("A/B     TXT").addFile("OK      TXT").read();
    QCOMPARE(listing.items.size(), std::size_t{2});
    QVERIFY(rulesOf(listing) == std::vector<std::string>{"D25"});
}

void TestDirectoryReader::boundsItsFindings()
{
    Slots many;
    for (int i = 0; i < 1000; ++i)
        many.addFile("A*B     TXT");
    const DirectoryListing listing = many.read();
    QCOMPARE(listing.items.size(), std::size_t{1000});
    QCOMPARE(listing.findings.size(), maxDirectoryFindings + 1);
    QCOMPARE(listing.findings.back().rule, std::string("D29"));
    QVERIFY(listing.findings.back().message.contains("936"));
}

void TestDirectoryReader::saysWhereEntriesLie()
{
    const DirectoryListing listing =
        Slots().addFile("ONE        ").addFile("TWO~1      ", u"two is long").read();
    QCOMPARE(listing.items.at(0).entryOffset, std::uint64_t{1000});
    QCOMPARE(listing.items.at(1).entryOffset, std::uint64_t{1000 + 64});
    QCOMPARE(listing.items.at(1).slotIndex, 1U);
    QCOMPARE(listing.items.at(1).slotCount, 2U);
}

void TestDirectoryReader::readsAtMost65536Slots()
{
    constexpr std::uint32_t clusters = 65536 / 16 + 2;
    VolumeBuilder builder(FatType::Fat16, clusters + 100);
    for (std::uint32_t i = 0; i < clusters; ++i) {
        builder.setEntry(10 + i, 10 + i + 1);
        for (std::uint32_t slot = 0; slot < 16; ++slot)
            builder.putFile(10 + i, slot, "A       TXT", 0, 0);
    }
    builder.setEnd(10 + clusters - 1);
    const auto listing = builder.open()->readDirectory(Cluster{10});
    QVERIFY(listing.has_value());
    QCOMPARE(listing->items.size(), std::size_t{maxDirectorySlots});
    QVERIFY(rulesOf(*listing) == std::vector<std::string>{"D20"});
    QCOMPARE(listing->chain.clusterCount, clusters);
}

void TestDirectoryReader::readsTheFixedRootToItsEnd()
{
    VolumeBuilder builder(FatType::Fat12);
    for (std::uint32_t slot = 0; slot < 32; ++slot)
        builder.putFile(0, slot, "A       TXT", 0, 0);
    builder.putFile(2, 0, "BEHIND  TXT", 0, 0);
    const auto listing = builder.open()->readDirectory(Cluster{0});
    QVERIFY(listing.has_value());
    QCOMPARE(listing->items.size(), std::size_t{32});
    QCOMPARE(listing->items[31].entryOffset, builder.slotOffset(0, 31));
    QVERIFY(listing->chain.runs.empty());
}

void TestDirectoryReader::readsFragmentedDirectories()
{
    VolumeBuilder builder(FatType::Fat32);
    builder.link({2, 40, 41, 30});
    std::uint32_t number = 0;
    for (const std::uint32_t cluster : {2U, 40U, 41U, 30U})
        for (std::uint32_t slot = 0; slot < 16; ++slot, ++number)
            builder.putFile(cluster, slot, "A       TXT", 0, number);
    const auto listing = builder.open()->readDirectory(Cluster{0});
    QVERIFY(listing.has_value());
    QCOMPARE(listing->items.size(), std::size_t{64});
    for (std::uint32_t i = 0; i < 64; ++i) {
        const std::uint32_t cluster = std::array{2U, 40U, 41U, 30U}[i / 16];
        QCOMPARE(listing->items[i].raw.size.get(), i);
        QCOMPARE(listing->items[i].entryOffset, builder.slotOffset(cluster, i % 16));
    }
}

QTEST_GUILESS_MAIN(TestDirectoryReader)
#include "tst_directory_reader.moc"
