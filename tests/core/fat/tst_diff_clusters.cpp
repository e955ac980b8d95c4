#include "core/fat/diff/diff_clusters.hpp"
#include "core/fat/diff/diff_fields.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <atomic>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::VolumeBuilder;

namespace {

FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<FatType>(bits);
}

/// A.TXT in 5, B.TXT in 6 and 7.
VolumeBuilder filled()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFile(0, 0, "A       TXT", 5, 500);
    builder.putData(5, test::PseudoRandom(1).bytes(500));
    builder.setEnd(5);
    builder.putFile(0, 1, "B       TXT", 6, 1000);
    builder.putData(6, test::PseudoRandom(2).bytes(1000));
    builder.link({6, 7});
    return builder;
}

ClusterDiffSide sideOf(const std::shared_ptr<const Volume>& volume,
                       const std::shared_ptr<const Tree>& tree)
{
    return {.volume = volume, .usage = mapUsage(*volume, *tree).value()};
}

ClusterDiffSide sideOf(const VolumeBuilder& builder)
{
    return sideOf(builder.open(), builder.tree());
}

ClusterDiff diff(const VolumeBuilder& before, const VolumeBuilder& after)
{
    return diffClusters(sideOf(before), sideOf(after)).value();
}

ClusterDifference kindAt(const ClusterDiff& result, std::uint32_t cluster)
{
    for (const ClusterDiffRun& run : result.runs)
        if (run.clusters.contains(Cluster{cluster}))
            return run.kind;
    qFatal("cluster %u is in no run", cluster);
}

/// Counts what is read of it, fails in one sector, and may be a hole from end to end.
class WatchedDevice final : public block::BlockDevice {
public:
    explicit WatchedDevice(Bytes bytes) : m_below(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_below.size(); }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        const std::uint64_t bad = badSector * 512;
        if (offset < bad + 512 && bad < offset + into.size())
            return fail(ErrorCode::Io, "the sector cannot be read");
        if (offset >= watchFrom)
            readBytes += into.size();
        return m_below.read(offset, into);
    }

    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override
    {
        const auto kind = isHole ? block::ExtentKind::Hole : block::ExtentKind::Data;
        return std::vector<block::Extent>{{.offset = offset, .length = length, .kind = kind}};
    }

    std::uint64_t badSector = UINT64_MAX / 1024;
    std::uint64_t watchFrom = 0;
    bool isHole = false;
    mutable std::atomic<std::uint64_t> readBytes = 0;

private:
    block::MemoryDevice m_below;
};

} // namespace

class TestDiffClusters : public QObject {
    Q_OBJECT

private slots:

    void initTestCase_data()
    {
        QTest::addColumn<int>("bits");
        for (const int bits : {12, 16, 32})
            QTest::addRow("FAT%d", bits) << bits;
    }

    void everyClusterHasOneKindAndTheCountsAreExact()
    {
        VolumeBuilder after = filled();
        Bytes changed = test::PseudoRandom(2).bytes(1000);
        changed[600] ^= std::byte{1}; // in 7
        after.putData(6, changed);
        after.putFile(0, 2, "NEW     TXT", 9, 10);
        after.setEnd(9);
        VolumeBuilder before = filled();
        before.putFile(0, 3, "OLD     TXT", 11, 10);
        before.setEnd(11);
        const ClusterDiff result = diff(before, after);
        QVERIFY(result.skipped.empty());
        QCOMPARE(kindAt(result, 5), ClusterDifference::Same);
        QCOMPARE(kindAt(result, 6), ClusterDifference::Same);
        QCOMPARE(kindAt(result, 7), ClusterDifference::Content);
        QCOMPARE(kindAt(result, 9), ClusterDifference::OnlyAfter);
        QCOMPARE(kindAt(result, 11), ClusterDifference::OnlyBefore);
        QCOMPARE(kindAt(result, 12), ClusterDifference::Free);
        std::uint64_t sum = 0;
        Cluster expected{2};
        for (const ClusterDiffRun& run : result.runs) {
            QCOMPARE(run.clusters.first, expected);
            expected = run.clusters.end();
            sum += run.clusters.count;
        }
        QCOMPARE(sum, std::uint64_t{before.geometry().clusterCount});
        // On FAT32 the root's own cluster differs, as its entries do.
        const std::uint64_t root = typeOfRow() == FatType::Fat32 ? 1 : 0;
        QCOMPARE(result.count(ClusterDifference::Content), 1 + root);
        QCOMPARE(result.count(ClusterDifference::OnlyBefore), std::uint64_t{1});
        QCOMPARE(result.count(ClusterDifference::OnlyAfter), std::uint64_t{1});
        QCOMPARE(result.count(ClusterDifference::Free), before.geometry().clusterCount - 5 - root);
    }

    void whatIsFreeOnBothSidesIsNotRead()
    {
        const VolumeBuilder builder = filled();
        VolumeBuilder rubbish = filled();
        rubbish.putData(20, test::PseudoRandom(9).bytes(512));
        const ClusterDiff result = diff(builder, rubbish);
        QCOMPARE(kindAt(result, 20), ClusterDifference::Free);
    }

    void whatIsAHoleOnBothSidesIsNotRead()
    {
        const VolumeBuilder builder = filled();
        std::array<std::shared_ptr<WatchedDevice>, 2> devices;
        std::array<ClusterDiffSide, 2> sides;
        for (std::size_t i = 0; i < 2; ++i) {
            devices[i] = std::make_shared<WatchedDevice>(builder.bytes());
            sides[i] = sideOf(Volume::open(devices[i]).value(), builder.tree());
            devices[i]->isHole = true;
            devices[i]->watchFrom = builder.geometry().dataOffset();
            devices[i]->readBytes = 0;
        }
        QCOMPARE(diffClusters(sides[0], sides[1])->count(ClusterDifference::Content),
                 std::uint64_t{0});
        QCOMPARE(devices[0]->readBytes.load() + devices[1]->readBytes.load(), std::uint64_t{0});
        devices[1]->isHole = false;
        QVERIFY(diffClusters(sides[0], sides[1]).has_value());
        QVERIFY(devices[0]->readBytes.load() != 0);
    }

    void aClusterThatCannotBeReadCountsAsDifferentAlone()
    {
        const VolumeBuilder builder = filled();
        const auto device = std::make_shared<WatchedDevice>(builder.bytes());
        const auto side = sideOf(Volume::open(device).value(), builder.tree());
        device->badSector = builder.geometry().clusterOffset(Cluster{6}) / 512;
        const ClusterDiff result = diffClusters(sideOf(builder), side).value();
        QCOMPARE(kindAt(result, 5), ClusterDifference::Same);
        QCOMPARE(kindAt(result, 6), ClusterDifference::Content);
        QCOMPARE(kindAt(result, 7), ClusterDifference::Same);
    }

    void volumesOfOtherShapesAreNotComparedAndSaysWhy()
    {
        const VolumeBuilder small = filled();
        const VolumeBuilder large(typeOfRow(), small.geometry().clusterCount + 100);
        const ClusterDiff result = diff(small, large);
        QVERIFY(result.runs.empty());
        QVERIFY2(result.skipped.find("clusters") != std::string::npos, result.skipped.c_str());
    }

    void stopsWhenAsked()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto side = sideOf(filled());
        const auto result = diffClusters(side, side, JobControl(stop.get_token()));
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }

    void fieldsOfEntriesAndOfTheFatAreTold()
    {
        const VolumeBuilder before = filled();
        VolumeBuilder after = filled();
        after.putFile(0, 1, "B       TXT", 6, 900);
        after.setEntry(40, badMark(typeOfRow()));
        const DiffSide mine{.volume = before.open(), .tree = before.tree()};
        const DiffSide theirs{.volume = after.open(), .tree = after.tree()};
        const DiffReport report = diffVolumes(mine, theirs, {}, SameFiles::Listed).value();
        const auto file = std::ranges::find(report.files, "/B.TXT", &FileChange::after);
        QVERIFY(file != report.files.end());
        const auto fields = diffEntryFields(mine, theirs, *file);
        QCOMPARE(fields.size(), std::size_t{1});
        QCOMPARE(fields[0].structure, std::string("/B.TXT"));
        QVERIFY(fields[0].name.find("DIR_FileSize") != std::string::npos);
        QCOMPARE(fields[0].before, std::string("1000"));
        QCOMPARE(fields[0].after, std::string("900"));
        const auto entries = diffFatEntries(mine, theirs, report.fatRanges, 10).value();
        QCOMPARE(entries.size(), std::size_t{1});
        QCOMPARE(entries[0].name, std::string("entry 40"));
        QVERIFY(entries[0].before.ends_with("free"));
        QVERIFY(entries[0].after.find("bad") != std::string::npos);
        QVERIFY(diffFatEntries(mine, theirs, report.fatRanges, 0)->empty());
    }

    void whatIsTheSameIsCountedAndListedWhenAsked()
    {
        const VolumeBuilder builder = filled();
        const DiffSide side{.volume = builder.open(), .tree = builder.tree()};
        const DiffReport counted = diffVolumes(side, side).value();
        QCOMPARE(counted.sameCount, std::uint64_t{2});
        QVERIFY(counted.files.empty() && counted.isSame());
        const DiffReport listed = diffVolumes(side, side, {}, SameFiles::Listed).value();
        QCOMPARE(listed.files.size(), std::size_t{2});
        QCOMPARE(listed.files[0].kind, FileChangeKind::Same);
        QCOMPARE(listed.files[0].after, std::string("/A.TXT"));
        QVERIFY(listed.isSame());
    }
};

QTEST_GUILESS_MAIN(TestDiffClusters)
#include "tst_diff_clusters.moc"
