#include "core/fat/fat_cache.hpp"
#include "core/fat/volume.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QTest>

#include <atomic>
#include <set>
#include <thread>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::VolumeBuilder;

namespace {

/// Counts what is read, to prove what is not.
class CountingDevice final : public block::BlockDevice {
public:
    explicit CountingDevice(std::shared_ptr<const block::BlockDevice> below)
        : m_below(std::move(below))
    {}

    std::uint64_t size() const noexcept override { return m_below->size(); }

    Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        bytesRead += into.size();
        return m_below->read(offset, into);
    }

    mutable std::atomic<std::uint64_t> bytesRead = 0;

private:
    std::shared_ptr<const block::BlockDevice> m_below;
};

std::vector<std::uint32_t> clustersOf(const Chain& chain)
{
    std::vector<std::uint32_t> clusters;
    for (const ClusterRange& run : chain.runs)
        for (Cluster c = run.first; c < run.end(); ++c)
            clusters.push_back(c.value);
    return clusters;
}

void addTypes()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {12, 16, 32})
        QTest::addRow("FAT%d", bits) << bits;
}

FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<FatType>(bits);
}

} // namespace

class TestVolume : public QObject {
    Q_OBJECT

private slots:

    void initTestCase_data() { addTypes(); }

    void gathersNeighboursIntoRuns();
    void tellsHowAChainEnds_data();
    void tellsHowAChainEnds();
    void visitsEveryClusterOfALoopOnce_data();
    void visitsEveryClusterOfALoopOnce();

    void cutsALoopAtTheLimit_data() { visitsEveryClusterOfALoopOnce_data(); }

    void cutsALoopAtTheLimit();
    void findsALoopThroughTheWholeVolume();
    void stopsAtTheLimitAskedFor();
    void chainAsLongAsTheLimitIsWhole();
    void rawEntriesAreTheEntries();
    void refusesEntriesBehindTheFat();
    void readsChainsAcrossRuns();
    void refusesToReadBehindTheChain();
    void readsTheCopyOfTheFatAskedFor();
    void refusesACopyThatIsNotThere();
    void readsLittleOnOpen();
    void passesDeviceErrorsOn();
    void refusesTinyDevices();
    void takesTheFirstClusterAsTheTypeMeansIt();
    void readsFromManyThreads();
};

void TestVolume::gathersNeighboursIntoRuns()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 11, 12, 20, 21, 19, 13});
    const auto chain = builder.open()->chain(Cluster{10});
    QVERIFY(chain.has_value());
    const std::vector<ClusterRange> runs{
        {Cluster{10}, 3}, {Cluster{20}, 2}, {Cluster{19}, 1}, {Cluster{13}, 1}};
    QVERIFY(chain->runs == runs);
    QCOMPARE(chain->clusterCount, 7U);
    QCOMPARE(chain->end, ChainEnd::EndMark);
}

void TestVolume::tellsHowAChainEnds_data()
{
    QTest::addColumn<quint32>("first");
    QTest::addColumn<int>("end");
    QTest::addColumn<quint32>("count");
    const auto row = [](const char* name, quint32 first, ChainEnd end, quint32 count) {
        QTest::newRow(name) << first << static_cast<int>(end) << count;
    };
    row("free at once", 50, ChainEnd::Free, 0);
    row("bad at once", 51, ChainEnd::Bad, 0);
    row("into a free one", 60, ChainEnd::Free, 2);
    row("into a bad one", 62, ChainEnd::Bad, 2);
    row("into entry 1", 64, ChainEnd::Reserved, 2);
    row("out of the volume", 66, ChainEnd::OutOfRange, 2);
    row("starts at 0", 0, ChainEnd::Reserved, 0);
    row("starts at 1", 1, ChainEnd::Reserved, 0);
    row("starts behind the volume", 0x0FFFFF0, ChainEnd::OutOfRange, 0);
    row("starts at the largest number", 0xFFFFFFFF, ChainEnd::OutOfRange, 0);
    row("points to itself", 70, ChainEnd::Loop, 1);
}

void TestVolume::tellsHowAChainEnds()
{
    QFETCH(quint32, first);
    QFETCH(int, end);
    QFETCH(quint32, count);
    VolumeBuilder builder(typeOfRow());
    builder.setBad(51);
    builder.link({60, 61});
    builder.setEntry(61, 50);
    builder.link({62, 63});
    builder.setEntry(63, 51);
    builder.link({64, 65});
    builder.setEntry(65, 1);
    builder.link({66, 67});
    builder.setEntry(67, builder.geometry().endCluster().value);
    builder.setEntry(70, 70);
    const auto chain = builder.open()->chain(Cluster{first});
    QVERIFY(chain.has_value());
    QCOMPARE(static_cast<int>(chain->end), end);
    QCOMPARE(chain->clusterCount, count);
    QCOMPARE(clustersOf(*chain).size(), std::size_t{count});
}

void TestVolume::visitsEveryClusterOfALoopOnce_data()
{
    QTest::addColumn<quint32>("tail");
    QTest::addColumn<quint32>("loop");
    for (quint32 tail = 0; tail < 9; ++tail)
        for (const quint32 loop : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 13U, 64U})
            QTest::addRow("tail %u loop %u", tail, loop) << tail << loop;
}

void TestVolume::visitsEveryClusterOfALoopOnce()
{
    QFETCH(quint32, tail);
    QFETCH(quint32, loop);
    VolumeBuilder builder(typeOfRow());
    const quint32 total = tail + loop;
    for (quint32 i = 0; i < total; ++i)
        builder.setEntry(10 + i, 10 + i + 1);
    builder.setEntry(10 + total - 1, 10 + tail);
    const auto chain = builder.open()->chain(Cluster{10});
    QVERIFY(chain.has_value());
    QCOMPARE(chain->end, ChainEnd::Loop);
    QCOMPARE(chain->clusterCount, total);
    const std::vector<ClusterRange> runs{{Cluster{10}, total}};
    QVERIFY(chain->runs == runs);
}

void TestVolume::cutsALoopAtTheLimit()
{
    QFETCH(quint32, tail);
    QFETCH(quint32, loop);
    VolumeBuilder builder(typeOfRow());
    const quint32 total = tail + loop;
    for (quint32 i = 0; i < total; ++i)
        builder.setEntry(10 + i, 10 + i + 1);
    builder.setEntry(10 + total - 1, 10 + tail);
    const auto volume = builder.open();
    for (quint32 most = 0; most <= total; ++most) {
        const auto chain = volume->chain(Cluster{10}, most);
        QVERIFY(chain.has_value());
        QCOMPARE(chain->end, most == total ? ChainEnd::Loop : ChainEnd::Limit);
        QCOMPARE(chain->clusterCount, most);
        const auto clusters = clustersOf(*chain);
        QCOMPARE(std::set(clusters.begin(), clusters.end()).size(), std::size_t{most});
    }
}

void TestVolume::findsALoopThroughTheWholeVolume()
{
    VolumeBuilder builder(typeOfRow());
    const std::uint32_t end = builder.geometry().endCluster().value;
    for (std::uint32_t c = 2; c < end; ++c)
        builder.setEntry(c, c + 1 == end ? 2 : c + 1);
    const auto chain = builder.open()->chain(Cluster{2});
    QVERIFY(chain.has_value());
    QCOMPARE(chain->end, ChainEnd::Loop);
    QCOMPARE(chain->clusterCount, builder.geometry().clusterCount);
}

void TestVolume::stopsAtTheLimitAskedFor()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 11, 30, 31, 32, 12});
    const auto chain = builder.open()->chain(Cluster{10}, 3);
    QVERIFY(chain.has_value());
    QCOMPARE(chain->end, ChainEnd::Limit);
    QVERIFY((clustersOf(*chain) == std::vector<std::uint32_t>{10, 11, 30}));
    QCOMPARE(chain->clusterCount, 3U);
}

void TestVolume::chainAsLongAsTheLimitIsWhole()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 11, 30});
    const auto chain = builder.open()->chain(Cluster{10}, 3);
    QVERIFY(chain.has_value());
    QCOMPARE(chain->end, ChainEnd::EndMark);
    QCOMPARE(chain->clusterCount, 3U);
}

void TestVolume::rawEntriesAreTheEntries()
{
    VolumeBuilder builder(typeOfRow());
    test::PseudoRandom random(7);
    const std::uint32_t end = builder.geometry().endCluster().value;
    for (std::uint32_t c = 2; c < end; ++c)
        builder.setEntry(c, static_cast<std::uint32_t>(random.next()) & 0x0FFFFFFF);
    const auto volume = builder.open();
    for (const std::uint32_t first : {0U, 1U, 2U, 3U, 64U, 65U, end - 2, end - 1}) {
        std::vector<std::uint32_t> raw(end - first);
        QVERIFY(volume->rawEntries(Cluster{first}, raw).has_value());
        for (std::uint32_t i = 0; i < raw.size(); ++i)
            QCOMPARE(raw[i], volume->entry(Cluster{first + i})->raw);
    }
}

void TestVolume::refusesEntriesBehindTheFat()
{
    const auto volume = VolumeBuilder(typeOfRow()).open();
    const Cluster end = volume->geometry().endCluster();
    QVERIFY(volume->entry(end - 1).has_value());
    QCOMPARE(volume->entry(end).error().code, ErrorCode::OutOfRange);
    std::vector<std::uint32_t> raw(2);
    QVERIFY(volume->rawEntries(end - 2, raw).has_value());
    QCOMPARE(volume->rawEntries(end - 1, raw).error().code, ErrorCode::OutOfRange);
    QCOMPARE(volume->rawEntries(Cluster{UINT32_MAX}, raw).error().code, ErrorCode::OutOfRange);
    QVERIFY(volume->rawEntries(end, {}).has_value());
}

void TestVolume::readsChainsAcrossRuns()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 30, 31, 20});
    test::PseudoRandom random(3);
    const Bytes content = random.bytes(4 * 512);
    std::size_t part = 0;
    for (const std::uint32_t cluster : {10U, 30U, 31U, 20U})
        builder.putData(cluster, ByteView(content).subspan(512 * part++, 512));
    const auto volume = builder.open();
    const auto chain = volume->chain(Cluster{10});
    for (const std::size_t offset : {0U, 1U, 511U, 512U, 513U, 1535U, 1536U, 2047U, 2048U}) {
        for (std::size_t size = 0; offset + size <= content.size(); size += 257) {
            Bytes read(size);
            QVERIFY(volume->readChain(*chain, offset, read).has_value());
            QVERIFY(std::ranges::equal(read, ByteView(content).subspan(offset, size)));
        }
    }
}

void TestVolume::refusesToReadBehindTheChain()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 30});
    const auto volume = builder.open();
    const auto chain = volume->chain(Cluster{10});
    Bytes one(1);
    QVERIFY(volume->readChain(*chain, 1023, one).has_value());
    QCOMPARE(volume->readChain(*chain, 1024, one).error().code, ErrorCode::OutOfRange);
    QCOMPARE(volume->readChain(*chain, UINT64_MAX, one).error().code, ErrorCode::OutOfRange);
    QCOMPARE(volume->readChain({}, 0, one).error().code, ErrorCode::OutOfRange);
    const Chain lying{.runs = {{Cluster{10}, 1}}, .clusterCount = 9};
    QCOMPARE(volume->readChain(lying, 600, one).error().code, ErrorCode::OutOfRange);
}

void TestVolume::readsTheCopyOfTheFatAskedFor()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 11});
    const auto device = builder.device();
    Bytes second(builder.geometry().fatSize());
    QVERIFY(device->write(builder.geometry().fatOffset(1), second).has_value());
    const auto first = Volume::open(device, {.fatCopy = 0});
    const auto other = Volume::open(device, {.fatCopy = 1});
    QCOMPARE((*first)->chain(Cluster{10})->clusterCount, 2U);
    QCOMPARE((*other)->chain(Cluster{10})->end, ChainEnd::Free);
}

void TestVolume::refusesACopyThatIsNotThere()
{
    const auto volume = Volume::open(VolumeBuilder(typeOfRow()).device(), {.fatCopy = 2});
    QCOMPARE(volume.error().code, ErrorCode::InvalidArgument);
    QVERIFY(volume.error().message.contains("0 to 1"));
}

void TestVolume::readsLittleOnOpen()
{
    VolumeBuilder builder(typeOfRow(), typeOfRow() == FatType::Fat12 ? 4000 : 65000);
    const auto device = std::make_shared<CountingDevice>(builder.device());
    const auto volume = Volume::open(device);
    QVERIFY(volume.has_value());
    QVERIFY(device->bytesRead <= 4096);
    builder.link({10, 11});
    QVERIFY((*volume)->chain(Cluster{10}).has_value());
    QVERIFY(device->bytesRead <= 4096 + FatCache::blockSize);
}

void TestVolume::passesDeviceErrorsOn()
{
    VolumeBuilder builder(typeOfRow());
    builder.link({10, 11});
    const auto device = std::make_shared<test::FaultDevice>(builder.device());
    const auto volume = Volume::open(device);
    QVERIFY(volume.has_value());
    device->setPlan({.failRead = 1});
    QCOMPARE((*volume)->chain(Cluster{10}).error().code, ErrorCode::Io);
    QCOMPARE((*volume)->chain(Cluster{10})->clusterCount, 2U);
    device->setPlan({.failRead = 1});
    QCOMPARE((*volume)->readDirectory(Cluster{0}).error().code, ErrorCode::Io);
    device->setPlan({.failRead = 1});
    QCOMPARE(Volume::open(device).error().code, ErrorCode::Io);
}

void TestVolume::refusesTinyDevices()
{
    const auto volume = Volume::open(std::make_shared<block::MemoryDevice>(Bytes(511)));
    QCOMPARE(volume.error().code, ErrorCode::BadFormat);
}

void TestVolume::takesTheFirstClusterAsTheTypeMeansIt()
{
    const auto volume = VolumeBuilder(typeOfRow()).open();
    const std::uint32_t wide = 0x00050010;
    const Cluster first = volume->firstCluster(test::slotNamed("A          ", 0, wide));
    QCOMPARE(first.value, typeOfRow() == FatType::Fat32 ? wide : 0x10U);
}

void TestVolume::readsFromManyThreads()
{
    VolumeBuilder builder(typeOfRow());
    for (std::uint32_t i = 10; i < 150; ++i)
        builder.setEntry(i, i + 1);
    builder.setEnd(150);
    const auto volume = builder.open();
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 200; ++i)
                    if (volume->chain(Cluster{10})->clusterCount == 141)
                        ++right;
            });
    }
    QCOMPARE(right.load(), 800);
}

QTEST_GUILESS_MAIN(TestVolume)
#include "tst_volume.moc"
