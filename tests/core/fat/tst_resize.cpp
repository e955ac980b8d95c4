// A volume of another size: the same clusters with the same content, in the room there is now.

#include "core/block/memory_device.hpp"
#include "core/fat/resize/resize.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;
using block::MemoryDevice;
using test::VolumeBuilder;

namespace {

Bytes readAll(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    if (!device.read(0, bytes))
        qFatal("cannot read");
    return bytes;
}

/// The volume with `size` bytes, in memory; nothing and a failed test when it is refused.
std::shared_ptr<const Volume> resized(const Volume& volume, const Bytes& bytes, std::uint64_t size)
{
    const auto plan = planResize(volume, size);
    if (!plan) {
        QTest::qFail(plan.error().message.c_str(), __FILE__, __LINE__);
        return nullptr;
    }
    const auto device = std::make_shared<MemoryDevice>(bytes);
    const auto result = resizedVolume(*plan, device).value();
    return Volume::open(std::make_shared<MemoryDevice>(readAll(*result))).value();
}

Bytes clusterOf(const Volume& volume, Cluster cluster)
{
    Bytes bytes(volume.geometry().clusterSize());
    if (!volume.device().read(volume.geometry().clusterOffset(cluster), bytes))
        qFatal("cannot read");
    return bytes;
}

/// A file in two pieces, one of them near the end, and a bad cluster.
VolumeBuilder sample(FatType type)
{
    VolumeBuilder builder(type);
    const std::uint32_t far = builder.geometry().clusterCount / 2;
    builder.putFile(0, 0, "HELLO   TXT", 5, 3 * builder.geometry().clusterSize());
    builder.link({5, 6, far});
    builder.setBad(9);
    test::PseudoRandom random(1);
    for (const std::uint32_t cluster : {5U, 6U, far})
        builder.putData(cluster, random.bytes(builder.geometry().clusterSize()));
    return builder;
}

void addTypes()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {12, 16, 32})
        QTest::addRow("FAT%d", bits) << bits;
}

} // namespace

class TestResize : public QObject {
    Q_OBJECT

private slots:

    void clustersKeepNumberAndContent_data() { addTypes(); }

    void clustersKeepNumberAndContent()
    {
        QFETCH(const int, bits);
        const VolumeBuilder builder = sample(static_cast<FatType>(bits));
        const auto before = builder.open();
        const Geometry& old = before->geometry();
        const std::uint64_t cut = (old.clusterCount / 2 - 2) * std::uint64_t{old.clusterSize()};
        const std::uint64_t least = old.type == FatType::Fat32 ? old.volumeSize()
                                    : old.type == FatType::Fat16
                                        ? old.volumeSize() - (old.clusterCount - minClustersFat16) *
                                                                 std::uint64_t{old.clusterSize()}
                                        : old.volumeSize() - cut;
        for (const std::uint64_t size :
             {least, old.volumeSize() + old.bytesPerSector, old.volumeSize() * 2}) {
            const auto after = resized(*before, builder.bytes(), size);
            QVERIFY(after);
            const Geometry& now = after->geometry();
            QCOMPARE(now.volumeSize(), size);
            QCOMPARE(now.type, old.type);
            QVERIFY(after->boot().findings.size() == before->boot().findings.size());
            const std::uint32_t shared = std::min(old.clusterCount, now.clusterCount);
            for (Cluster at{0}; at < Cluster{shared + 2}; ++at)
                QCOMPARE(after->entry(at)->raw, before->entry(at)->raw);
            for (Cluster at{shared + 2}; at < now.endCluster(); ++at)
                QCOMPARE(after->entry(at)->kind, EntryKind::Free);
            for (const std::uint32_t cluster : {5U, 6U, old.clusterCount / 2})
                QVERIFY(clusterOf(*after, Cluster{cluster}) ==
                        clusterOf(*before, Cluster{cluster}));
            QCOMPARE(after->readDirectory(Cluster{0})->items.size(), std::size_t{1});
        }
    }

    void everyCopyOfTheFatFollows_data() { addTypes(); }

    void everyCopyOfTheFatFollows()
    {
        QFETCH(const int, bits);
        const VolumeBuilder builder = sample(static_cast<FatType>(bits));
        const auto before = builder.open();
        const auto after = resized(*before, builder.bytes(), before->geometry().volumeSize() * 2);
        QVERIFY(after);
        const Geometry& geometry = after->geometry();
        Bytes first(geometry.fatSize());
        Bytes second(geometry.fatSize());
        QVERIFY(after->device().read(geometry.fatOffset(0), first));
        QVERIFY(after->device().read(geometry.fatOffset(1), second));
        QVERIFY(first == second);
    }

    void backAndForthIsTheSameVolume_data() { addTypes(); }

    void backAndForthIsTheSameVolume()
    {
        QFETCH(const int, bits);
        const VolumeBuilder builder = sample(static_cast<FatType>(bits));
        const auto before = builder.open();
        const std::uint64_t size = before->geometry().volumeSize();
        const auto larger = resized(*before, builder.bytes(), size * 2);
        QVERIFY(larger);
        // The FATs stay as large as they had become: what may be cut is a little more than it was.
        const std::uint64_t grown =
            std::uint64_t{2} *
            (larger->geometry().sectorsPerFat - before->geometry().sectorsPerFat) *
            before->geometry().bytesPerSector;
        const auto again = resized(*larger, readAll(larger->device()), size + grown);
        QVERIFY(again);
        QCOMPARE(again->geometry().clusterCount, before->geometry().clusterCount);
        for (Cluster at{0}; at < before->geometry().endCluster(); ++at)
            QCOMPARE(again->entry(at)->raw, before->entry(at)->raw);
    }

    void aCutThroughAFileIsRefused_data() { addTypes(); }

    void aCutThroughAFileIsRefused()
    {
        QFETCH(const int, bits);
        VolumeBuilder builder(static_cast<FatType>(bits));
        const std::uint32_t last = builder.geometry().clusterCount + 1;
        builder.setEnd(last);
        const auto volume = builder.open();
        const Geometry& geometry = volume->geometry();
        const auto plan = planResize(*volume, geometry.clusterOffset(Cluster{last}));
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::Refused);
    }

    void theLeastSizeThatIsNamedWorks()
    {
        VolumeBuilder builder(FatType::Fat12);
        builder.setEnd(100);
        const auto volume = builder.open();
        const std::uint64_t least = volume->geometry().clusterOffset(Cluster{101});
        const auto refused = planResize(*volume, least - 512);
        QVERIFY(!refused);
        QVERIFY2(QString::fromStdString(refused.error().message)
                     .remove(',')
                     .contains(QString::number(least)),
                 refused.error().message.c_str());
        QVERIFY(planResize(*volume, least));
    }

    void theTypeNeverChanges()
    {
        const auto fat12 = VolumeBuilder(FatType::Fat12).open();
        const Geometry& small = fat12->geometry();
        const auto tooLarge = planResize(*fat12, std::uint64_t{5000} * small.clusterSize());
        QCOMPARE(tooLarge.error().code, ErrorCode::Refused);
        const auto fat16 = VolumeBuilder(FatType::Fat16).open();
        const auto tooSmall =
            planResize(*fat16, std::uint64_t{3000} * fat16->geometry().clusterSize());
        QCOMPARE(tooSmall.error().code, ErrorCode::Refused);
        QCOMPARE(planResize(*fat16, 0).error().code, ErrorCode::Refused);
    }

    void aSizeOfHalfASectorIsWrong()
    {
        const auto volume = VolumeBuilder(FatType::Fat12).open();
        QCOMPARE(planResize(*volume, volume->geometry().volumeSize() + 1).error().code,
                 ErrorCode::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(TestResize)
#include "tst_resize.moc"
