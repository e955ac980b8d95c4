#include "core/fat/deleted/deleted.hpp"
#include "core/fat/long_name.hpp"
#include "core/fat/short_name.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::VolumeBuilder;

namespace {

FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<FatType>(bits);
}

struct Found {
    std::shared_ptr<const Volume> volume;
    std::shared_ptr<const UsageMap> usage;
    DeletedReport report;
};

Found find(const VolumeBuilder& builder)
{
    Found found;
    found.volume = builder.open();
    const auto tree = builder.tree();
    found.usage = *mapUsage(*found.volume, *tree);
    found.report =
        *findDeleted(*found.volume, *tree, *UsagePyramid::build(found.usage, {}).value());
    return found;
}

/// Its clusters are free, its first byte is E5; the long name's slots as well.
void putDeleted(VolumeBuilder& builder, std::uint32_t directory, std::uint32_t slot,
                std::string_view name, std::uint32_t first, std::uint32_t size,
                std::uint8_t attributes = attribute::archive)
{
    DirectoryEntryRaw raw = test::slotNamed(name, attributes, first, size);
    raw.name[0] = slot_mark::deleted;
    builder.putSlot(directory, slot, raw);
}

} // namespace

class TestDeleted : public QObject {
    Q_OBJECT

private slots:

    void initTestCase_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : {12, 16, 32})
            QTest::addRow("FAT%d", bits) << bits;
    }

    void aVolumeWithoutDeletedEntriesHasNone()
    {
        VolumeBuilder builder(typeOfRow());
        builder.putFile(0, 0, "A       TXT", 5, 100);
        builder.setEnd(5);
        QVERIFY(find(builder).report.entries.empty());
    }

    void aFreeRunIsGood()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "README  TXT", 10, 1300);
        const auto found = find(builder);
        QCOMPARE(found.report.entries.size(), std::size_t{1});
        const DeletedEntry& entry = found.report.entries[0];
        QCOMPARE(entry.name, std::string("_EADME.TXT"));
        QCOMPARE(entry.path(), std::string("/_EADME.TXT"));
        QVERIFY(!entry.isNameWhole);
        QCOMPARE(entry.first.value, 10U);
        QCOMPARE(entry.clustersNeeded, 3U);
        QCOMPARE(entry.clustersFree, 3U);
        QCOMPARE(entry.chance, Recovery::Good);
        QCOMPARE(entry.entryOffset, builder.slotOffset(0, 0));
        const auto pieces = piecesOf(entry, *found.usage);
        QCOMPARE(pieces.size(), std::size_t{1});
        QCOMPARE(pieces[0].fileOffset, std::uint64_t{0});
        QCOMPARE(pieces[0].volumeOffset, builder.geometry().clusterOffset(Cluster{10}));
        QCOMPARE(pieces[0].length, std::uint64_t{1300});
    }

    void whatOthersUseNowIsLeftOut()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "README  TXT", 10, 2000);
        builder.putFile(0, 1, "NEW     TXT", 11, 1000);
        builder.link({11, 12});
        const auto found = find(builder);
        const DeletedEntry& entry = found.report.entries.at(0);
        QCOMPARE(entry.chance, Recovery::Partly);
        QCOMPARE(entry.clustersNeeded, 4U);
        QCOMPARE(entry.clustersFree, 2U);
        QVERIFY(describeChance(entry).contains("2 of 4"));
        const auto pieces = piecesOf(entry, *found.usage);
        QCOMPARE(pieces.size(), std::size_t{2});
        QCOMPARE(pieces[0].length, std::uint64_t{512});
        QCOMPARE(pieces[1].fileOffset, std::uint64_t{1536});
        QCOMPARE(pieces[1].volumeOffset, builder.geometry().clusterOffset(Cluster{13}));
        QCOMPARE(pieces[1].length, std::uint64_t{2000 - 1536});
    }

    void aFirstClusterOfAnotherIsNoChance()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "README  TXT", 10, 2000);
        builder.putFile(0, 1, "NEW     TXT", 10, 10);
        builder.setEnd(10);
        const auto found = find(builder);
        QCOMPARE(found.report.entries.at(0).chance, Recovery::None);
    }

    void emptyFilesHaveNothingToLose()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "EMPTY   TXT", 0, 0);
        const auto found = find(builder);
        QCOMPARE(found.report.entries.at(0).chance, Recovery::Empty);
        QVERIFY(piecesOf(found.report.entries[0], *found.usage).empty());
    }

    void valuesOutsideTheVolumeAreNoChance()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "FAR     TXT", 60'000, 500);
        putDeleted(builder, 0, 1, "ONE     TXT", 1, 500);
        putDeleted(builder, 0, 2, "HUGE    TXT", 12, UINT32_MAX);
        for (const DeletedEntry& entry : find(builder).report.entries) {
            QVERIFY(entry.clustersFree <= entry.clustersNeeded);
            QVERIFY(entry.chance == Recovery::None || entry.first.value == 12U);
        }
        const auto found = find(builder);
        for (const DeletedPiece& piece : piecesOf(found.report.entries.back(), *found.usage))
            QVERIFY(piece.volumeOffset + piece.length <= builder.geometry().volumeSize());
    }

    void longSlotsGiveTheNameBack()
    {
        VolumeBuilder builder(typeOfRow());
        const DirectoryEntryRaw whole = test::slotNamed("ALONGN~1TXT", attribute::archive, 20, 700);
        auto parts = encodeLongName(u"a long name, and more.txt",
                                    shortNameChecksum(ShortNameBytes{whole.name}));
        std::uint32_t slot = 0;
        for (auto& part : parts) {
            part.order = slot_mark::deleted;
            builder.putSlot(0, slot++, part);
        }
        putDeleted(builder, 0, slot, "ALONGN~1TXT", 20, 700);
        const auto found = find(builder);
        QCOMPARE(found.report.entries.size(), std::size_t{1});
        QCOMPARE(found.report.entries[0].name, std::string("a long name, and more.txt"));
        QCOMPARE(found.report.entries[0].shortName, std::string("ALONGN~1.TXT"));
        QVERIFY(found.report.entries[0].isNameWhole);
    }

    void aDeletedFolderIsWalked()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "FOLDER     ", 30, 0, attribute::directory);
        builder.putFolder(30, 0, ".          ", 30);
        builder.putFolder(30, 1, "..         ", 0);
        builder.putFile(30, 2, "INNER   TXT", 31, 600);
        builder.putFolder(30, 3, "DEEPER     ", 33);
        builder.putFolder(33, 0, ".          ", 33);
        builder.putFolder(33, 1, "..         ", 30);
        builder.putFile(33, 2, "DEEP    TXT", 34, 10);
        const auto found = find(builder);
        std::map<std::string, const DeletedEntry*> byPath;
        for (const DeletedEntry& entry : found.report.entries)
            byPath[entry.path()] = &entry;
        QCOMPARE(byPath.size(), std::size_t{4});
        QVERIFY(byPath.contains("/_OLDER/INNER.TXT"));
        const DeletedEntry* const deep = byPath["/_OLDER/DEEPER/DEEP.TXT"];
        QVERIFY(deep != nullptr);
        QCOMPARE(deep->chance, Recovery::Good);
        QCOMPARE(found.report.entries[*deep->parent].path(), std::string("/_OLDER/DEEPER"));
    }

    /// A deleted folder that holds itself, or one above it, is walked once.
    void foldersInACircleAreWalkedOnce()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "FOLDER     ", 30, 0, attribute::directory);
        builder.putFolder(30, 0, ".          ", 30);
        builder.putFolder(30, 1, "..         ", 0);
        builder.putFolder(30, 2, "AGAIN      ", 30);
        builder.putFolder(30, 3, "OTHER      ", 31);
        builder.putFolder(31, 0, ".          ", 31);
        builder.putFolder(31, 1, "..         ", 30);
        builder.putFolder(31, 2, "BACK       ", 30);
        QVERIFY(find(builder).report.entries.size() <= 4);
    }

    void aClusterOfAnythingElseIsNotAFolder()
    {
        VolumeBuilder builder(typeOfRow());
        putDeleted(builder, 0, 0, "FOLDER     ", 30, 0, attribute::directory);
        builder.putData(30, test::PseudoRandom(3).bytes(512));
        const auto found = find(builder);
        QCOMPARE(found.report.entries.size(), std::size_t{1});
        QCOMPARE(found.report.entries[0].chance, Recovery::None);
    }

    void noiseInADirectoryIsNotListed()
    {
        VolumeBuilder builder(typeOfRow());
        DirectoryEntryRaw raw = test::slotNamed("A\x01\x02\x03/\\\xFF*?  ", 0xC8, 70'000, 5);
        raw.name[0] = slot_mark::deleted;
        builder.putSlot(0, 0, raw);
        QVERIFY(find(builder).report.entries.empty());
    }

    void theLowHalfAloneIsGuessedOnFat32()
    {
        if (typeOfRow() != FatType::Fat32)
            return;
        VolumeBuilder builder(FatType::Fat32, 70'000);
        putDeleted(builder, 0, 0, "FOLDER     ", 65'600 & 0xFFFF, 0, attribute::directory);
        builder.putFolder(65'600, 0, ".          ", 65'600);
        builder.putFolder(65'600, 1, "..         ", 0);
        const auto found = find(builder);
        QCOMPARE(found.report.entries.at(0).first.value, 65'600U);
        QVERIFY(found.report.entries[0].isFirstGuessed);
    }
};

QTEST_GUILESS_MAIN(TestDeleted)
#include "tst_deleted.moc"
