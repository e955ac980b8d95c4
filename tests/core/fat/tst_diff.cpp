#include "core/fat/diff/diff.hpp"

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

DiffSide sideOf(const VolumeBuilder& builder)
{
    return {.volume = builder.open(), .tree = builder.tree()};
}

DiffReport diff(const VolumeBuilder& before, const VolumeBuilder& after)
{
    return diffVolumes(sideOf(before), sideOf(after)).value();
}

/// "moved /A -> /B", "changed /A: content times".
std::string textOf(const FileChange& change)
{
    std::string text = toString(change.kind);
    if (!change.before.empty())
        text += " " + change.before;
    if (change.kind == FileChangeKind::Moved)
        text += " -> " + change.after;
    else if (change.before.empty())
        text += " " + change.after;
    const FileDifferences& d = change.differences;
    text += change.kind == FileChangeKind::Changed || d.any() ? ":" : "";
    text += d.content ? " content" : "";
    text += d.kind ? " kind" : "";
    text += d.times ? " times" : "";
    text += d.attributes ? " attributes" : "";
    return text + (d.name ? " name" : "");
}

std::vector<std::string> textsOf(const DiffReport& report)
{
    std::vector<std::string> texts;
    for (const FileChange& change : report.files)
        texts.push_back(textOf(change));
    return texts;
}

using Texts = std::vector<std::string>;

/// /A.TXT in 5, /B.TXT in 6 and 7, /SUB in 8 with /SUB/C.TXT in 9.
VolumeBuilder filled()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFile(0, 0, "A       TXT", 5, 500);
    builder.putData(5, test::PseudoRandom(1).bytes(500));
    builder.setEnd(5);
    builder.putFile(0, 1, "B       TXT", 6, 1000);
    builder.putData(6, test::PseudoRandom(2).bytes(1000));
    builder.link({6, 7});
    builder.putFolder(0, 2, "SUB        ", 8);
    builder.setEnd(8);
    builder.putFolder(8, 0, ".          ", 8);
    builder.putFolder(8, 1, "..         ", 0);
    builder.putFile(8, 2, "C       TXT", 9, 100);
    builder.putData(9, test::PseudoRandom(3).bytes(100));
    builder.setEnd(9);
    return builder;
}

} // namespace

class TestDiff : public QObject {
    Q_OBJECT

private slots:

    void initTestCase_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : {12, 16, 32})
            QTest::addRow("FAT%d", bits) << bits;
    }

    void theSameIsTheSame()
    {
        const auto report = diff(filled(), filled());
        QVERIFY(report.isSame());
        QVERIFY(report.fatSkipped.empty());
    }

    void bytesBehindTheEndOfAFileDoNotCount()
    {
        VolumeBuilder after = filled();
        after.putData(9, test::PseudoRandom(3).bytes(100));
        VolumeBuilder slack = filled();
        Bytes bytes = test::PseudoRandom(3).bytes(100);
        bytes.resize(512, std::byte{7});
        slack.putData(9, bytes);
        QVERIFY(diff(after, slack).isSame());
    }

    void saysWhichByteDiffersFirst()
    {
        VolumeBuilder after = filled();
        Bytes bytes = test::PseudoRandom(2).bytes(1000);
        bytes[700] ^= std::byte{1};
        bytes[900] ^= std::byte{1};
        after.putData(6, bytes);
        const auto report = diff(filled(), after);
        QCOMPARE(textsOf(report), Texts{"changed /B.TXT: content"});
        QCOMPARE(report.files[0].firstDifference, std::optional<std::uint64_t>(700));
        QCOMPARE(report.fatEntryCount, std::uint64_t{0});
    }

    void aShorterFileDiffersWhereItEnds()
    {
        VolumeBuilder after = filled();
        after.putFile(0, 1, "B       TXT", 6, 600);
        const auto report = diff(filled(), after);
        QCOMPARE(textsOf(report), Texts{"changed /B.TXT: content"});
        QCOMPARE(report.files[0].sizeBefore, std::uint64_t{1000});
        QCOMPARE(report.files[0].sizeAfter, std::uint64_t{600});
        QCOMPARE(report.files[0].firstDifference, std::optional<std::uint64_t>(600));
    }

    void addedAndRemovedAreTold()
    {
        VolumeBuilder after = filled();
        after.putFile(0, 0, "NEW     TXT", 15, 77);
        after.setEnd(15);
        QCOMPARE(textsOf(diff(filled(), after)), (Texts{"removed /A.TXT", "added /NEW.TXT"}));
        QCOMPARE(textsOf(diff(after, filled())), (Texts{"added /A.TXT", "removed /NEW.TXT"}));
    }

    void attributesAndTimesAreTold()
    {
        VolumeBuilder after = filled();
        DirectoryEntryRaw raw = test::slotNamed("A       TXT", attribute::hidden, 5, 500);
        raw.modifiedTime.set(0x1234);
        raw.accessedDate.set(0x5821); // reading is no change
        after.putSlot(0, 0, raw);
        QCOMPARE(textsOf(diff(filled(), after)), Texts{"changed /A.TXT: times attributes"});
    }

    void aRenamedFileIsMoved()
    {
        VolumeBuilder after = filled();
        after.putFile(0, 0, "Z       TXT", 5, 500);
        QCOMPARE(textsOf(diff(filled(), after)), Texts{"moved /A.TXT -> /Z.TXT"});
    }

    /// Of two files with the same bytes the one that kept its clusters was moved.
    void copiesAreNotTakenForWhatWasMoved()
    {
        VolumeBuilder before = filled();
        before.putFile(0, 3, "D       TXT", 20, 500);
        before.putData(20, test::PseudoRandom(1).bytes(500));
        before.setEnd(20);
        VolumeBuilder after = before;
        after.putFile(0, 0, "COPY    TXT", 25, 500); // in the place of A, with its bytes
        after.putData(25, test::PseudoRandom(1).bytes(500));
        after.setEnd(25);
        after.setEntry(5, 0);
        after.putFile(0, 3, "MOVED   TXT", 20, 500);
        QCOMPARE(textsOf(diff(before, after)),
                 (Texts{"moved /A.TXT -> /COPY.TXT", "moved /D.TXT -> /MOVED.TXT"}));
    }

    void aMovedFolderIsOneMove()
    {
        VolumeBuilder after = filled();
        after.putFolder(0, 2, "ABOVE      ", 30);
        after.setEnd(30);
        after.putFolder(30, 0, ".          ", 30);
        after.putFolder(30, 1, "..         ", 0);
        after.putFolder(30, 2, "BELOW      ", 8);
        after.putFolder(8, 1, "..         ", 30);
        QCOMPARE(textsOf(diff(filled(), after)),
                 (Texts{"added /ABOVE", "moved /SUB -> /ABOVE/BELOW"}));
        QCOMPARE(textsOf(diff(after, filled())),
                 (Texts{"removed /ABOVE", "moved /ABOVE/BELOW -> /SUB"}));
    }

    void aMovedFolderIsComparedInside()
    {
        VolumeBuilder after = filled();
        after.putFolder(0, 2, "OTHER      ", 8);
        after.putFile(8, 2, "C       TXT", 9, 60);
        after.putFile(8, 3, "D       TXT", 40, 60);
        after.setEnd(40);
        QCOMPARE(
            textsOf(diff(filled(), after)),
            (Texts{"added /OTHER/D.TXT", "moved /SUB -> /OTHER", "changed /SUB/C.TXT: content"}));
    }

    void aFileInThePlaceOfAFolderIsAnotherKind()
    {
        VolumeBuilder after = filled();
        after.putFile(0, 2, "SUB        ", 8, 10);
        const auto texts = textsOf(diff(filled(), after));
        QCOMPARE(texts, (Texts{"changed /SUB: kind attributes", "removed /SUB/C.TXT"}));
    }

    void entriesOfTheFatAreCountedAndListed()
    {
        VolumeBuilder after = filled();
        for (std::uint32_t cluster = 100; cluster < 110; ++cluster)
            after.setBad(cluster);
        after.setBad(150);
        const auto report = diff(filled(), after);
        QVERIFY(report.files.empty());
        QCOMPARE(report.fatEntryCount, std::uint64_t{11});
        const std::vector<ClusterRange> expected{{.first = Cluster{100}, .count = 10},
                                                 {.first = Cluster{150}, .count = 1}};
        QVERIFY(report.fatRanges == expected);
    }

    void fieldsAreTold()
    {
        VolumeBuilder after = filled();
        after.boot().serial = 0xCAFE0001;
        const auto report = diff(filled(), after);
        QCOMPARE(report.fields.size(), std::size_t{1});
        QCOMPARE(report.fields[0].structure, std::string("boot sector"));
        QCOMPARE(report.fields[0].after, std::string("CAFE-0001"));
    }

    void volumesOfDifferentShapeAreComparedByTheirFiles()
    {
        VolumeBuilder after(typeOfRow(), typeOfRow() == FatType::Fat16 ? 5000 : 300);
        after.putFile(0, 0, "A       TXT", 50, 500);
        after.putData(50, test::PseudoRandom(1).bytes(500));
        after.setEnd(50);
        const auto report = diff(filled(), after);
        QVERIFY(!report.fatSkipped.empty());
        QCOMPARE(textsOf(report), (Texts{"removed /B.TXT", "removed /SUB", "removed /SUB/C.TXT"}));
    }

    /// Whatever the disk says: loops and shared clusters end the comparison, not the program.
    void damageIsCompared()
    {
        VolumeBuilder after = filled();
        after.setEntry(7, 6);
        after.putFile(0, 0, "A       TXT", 7, UINT32_MAX);
        after.putFolder(8, 3, "LOOP       ", 8);
        const auto report = diff(filled(), after);
        QVERIFY(!report.isSame());
        QVERIFY(diffVolumes(sideOf(after), sideOf(after)).value().isSame());
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto report =
            diffVolumes(sideOf(filled()), sideOf(filled()), JobControl(stop.get_token()));
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestDiff)
#include "tst_diff.moc"
