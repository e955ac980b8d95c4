#include "core/fat/long_name.hpp"
#include "core/fat/slot_list.hpp"

#include "tests/core/fat/volume_builder.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

std::vector<SlotKind> kindsOf(const std::vector<SlotInfo>& listed)
{
    std::vector<SlotKind> kinds;
    for (const SlotInfo& slot : listed)
        kinds.push_back(slot.kind);
    return kinds;
}

} // namespace

class TestSlotList : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void listsEveryKindOfSlot_data()
    {
        QTest::addColumn<FatType>("type");
        for (const FatType type : {FatType::Fat12, FatType::Fat16, FatType::Fat32})
            QTest::newRow(toString(type)) << type;
    }

    void listsEveryKindOfSlot()
    {
        QFETCH(const FatType, type);
        test::VolumeBuilder builder(type);
        builder.putSlot(0, 0, test::slotNamed("MY DISK    ", attribute::volumeLabel));
        const auto shortSlot = test::slotNamed("LETTER~1DOC", attribute::archive, 20, 5);
        const auto parts = encodeLongName(u"letter to bank.doc", shortNameChecksum(shortSlot.name));
        QCOMPARE(parts.size(), std::size_t{2});
        builder.putSlot(0, 1, parts[0]);
        builder.putSlot(0, 2, parts[1]);
        builder.putSlot(0, 3, shortSlot);
        auto deleted = test::slotNamed("\xE5"
                                       "LD     BAK",
                                       attribute::archive, 30, 7);
        builder.putSlot(0, 4, deleted);
        auto deletedPart = parts[1];
        deletedPart.order = slot_mark::deleted;
        builder.putSlot(0, 5, deletedPart);
        builder.putFolder(0, 6, "DOCS       ", 9);
        builder.putSlot(0, 8, test::slotNamed("GHOST   TXT", 0, 40, 1));
        const auto listed = readSlots(*builder.open(), Cluster{0});
        QVERIFY(listed.has_value());
        const std::vector<SlotKind> expected{
            SlotKind::Label,  SlotKind::LongName, SlotKind::LongName,
            SlotKind::File,   SlotKind::Deleted,  SlotKind::DeletedLongName,
            SlotKind::Folder, SlotKind::End,      SlotKind::BehindEnd};
        QCOMPARE(kindsOf(*listed), expected);
        QCOMPARE((*listed)[0].text, std::string("MY DISK"));
        QCOMPARE((*listed)[1].text, std::string("k.doc"));
        QCOMPARE((*listed)[1].part, 2);
        QVERIFY((*listed)[1].isLastPart && !(*listed)[2].isLastPart);
        QCOMPARE((*listed)[2].text, std::string("letter to ban"));
        QCOMPARE((*listed)[3].text, std::string("LETTER~1.DOC"));
        QCOMPARE((*listed)[4].text, std::string("?LD.BAK"));
        QCOMPARE((*listed)[5].part, 0);
        QCOMPARE((*listed)[8].text, std::string("GHOST.TXT"));
        QCOMPARE((*listed)[8].index, 8U);
        for (const SlotInfo& slot : *listed)
            QCOMPARE(slot.offset, builder.slotOffset(0, slot.index));
    }

    void listsAFolderOfItsOwn()
    {
        test::VolumeBuilder builder(FatType::Fat12);
        builder.setEnd(5);
        builder.putFolder(5, 0, ".          ", 5);
        builder.putFolder(5, 1, "..         ", 0);
        builder.putFile(5, 2, "A       TXT", 10, 3);
        const auto listed = readSlots(*builder.open(), Cluster{5});
        QVERIFY(listed.has_value());
        QCOMPARE(kindsOf(*listed), (std::vector<SlotKind>{SlotKind::Dot, SlotKind::Dot,
                                                          SlotKind::File, SlotKind::End}));
        QCOMPARE((*listed)[2].raw.size.get(), 3U);
    }

    void aFullFolderHasNoEnd()
    {
        test::VolumeBuilder builder(FatType::Fat12);
        builder.setEnd(5);
        for (std::uint32_t slot = 0; slot < 16; ++slot)
            builder.putFile(5, slot, "A       TXT", 0, 0);
        const auto listed = readSlots(*builder.open(), Cluster{5});
        QVERIFY(listed.has_value());
        QCOMPARE(listed->size(), std::size_t{16});
        QVERIFY(listed->back().kind == SlotKind::File);
    }
};

QTEST_GUILESS_MAIN(TestSlotList)
#include "tst_slot_list.moc"
