#include "core/serve/activity.hpp"
#include "core/serve/traffic.hpp"
#include "core/serve/write_history.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>
#include <thread>
#include <vector>

using namespace fatlas;
using namespace fatlas::serve;
using block::TapEvent;
using block::TapKind;

namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t volumeOffset = 63 * 512;

/// 100 clusters of 2 KiB.
fat::Geometry geometry()
{
    fat::Geometry geometry;
    geometry.type = fat::FatType::Fat12;
    geometry.sectorsPerCluster = 4;
    geometry.sectorsPerFat = 1;
    geometry.rootEntryCount = 16;
    geometry.totalSectors = 1 + 2 + 1 + 400;
    geometry.clusterCount = 100;
    return geometry;
}

/// Owner 1 has clusters 2-5 and 20-21, owner 2 has 6-9.
fat::UsageMap usage()
{
    using fat::ClusterState;
    return fat::UsageMap(geometry(), {{Cluster{2}, 4, 1, 0, ClusterState::File},
                                      {Cluster{6}, 4, 2, 0, ClusterState::File},
                                      {Cluster{20}, 2, 1, 4, ClusterState::File}});
}

std::uint64_t placeOf(std::uint32_t cluster)
{
    return volumeOffset + geometry().clusterOffset(Cluster{cluster});
}

std::uint64_t diskSize()
{
    return volumeOffset + geometry().volumeSize() + 5000;
}

block::TapLayout layout(std::uint64_t binSize)
{
    return {.origin = volumeOffset + geometry().dataOffset(), .binSize = binSize};
}

TapEvent eventOf(TapKind kind, std::uint64_t offset, std::uint64_t length, std::uint64_t timeNs = 1)
{
    return {.timeNs = timeNs, .offset = offset, .length = length, .client = 1, .kind = kind};
}

Traffic sumOf(const DiskTraffic& traffic)
{
    Traffic sum = traffic.ownerless;
    sum += traffic.system;
    sum += traffic.outside;
    for (const Traffic& owner : traffic.owners)
        sum += owner;
    return sum;
}

std::uint64_t writtenIn(const block::Tap& tap)
{
    return tap.totals(TapKind::Write).bytes + tap.totals(TapKind::WriteZeroes).bytes +
           tap.totals(TapKind::Trim).bytes;
}

std::vector<std::uint64_t> numbers(const std::vector<WriteRecord>& records)
{
    std::vector<std::uint64_t> found;
    for (const WriteRecord& record : records)
        found.push_back(record.number);
    return found;
}

} // namespace

class TestTraffic : public QObject {
    Q_OBJECT

private slots:

    void countsForTheOwnerOfTheCluster()
    {
        block::Tap tap(diskSize(), layout(2048));
        tap.record(eventOf(TapKind::Read, placeOf(3), 100));
        tap.record(eventOf(TapKind::Write, placeOf(21), 2048));
        tap.record(eventOf(TapKind::Trim, placeOf(9), 4096)); // half of it is free
        tap.record(eventOf(TapKind::Read, 0, 512));
        tap.record(eventOf(TapKind::Read, volumeOffset, 512));
        const DiskTraffic traffic = trafficOf(tap, usage(), volumeOffset, 3);
        QVERIFY((traffic.owners == std::vector<Traffic>{{}, {100, 2048}, {0, 2048}}));
        QVERIFY((traffic.ownerless == Traffic{0, 2048}));
        QVERIFY((traffic.system == Traffic{512, 0}));
        QVERIFY((traffic.outside == Traffic{512, 0}));
    }

    void numbersPastTheOwnersCountAsNone()
    {
        block::Tap tap(diskSize(), layout(2048));
        tap.record(eventOf(TapKind::Read, placeOf(7), 10));
        const DiskTraffic traffic = trafficOf(tap, usage(), volumeOffset, 2);
        QVERIFY((traffic.ownerless == Traffic{10, 0}));
    }

    void noByteIsLostOrCountedTwice_data()
    {
        QTest::addColumn<quint64>("binSize");
        QTest::newRow("bins of a sector") << quint64{512};
        QTest::newRow("bins of a cluster") << quint64{2048};
        QTest::newRow("bins of many clusters") << quint64{16384};
    }

    /// Many guests at once, and a queue that is far too small for what they do.
    void noByteIsLostOrCountedTwice()
    {
        QFETCH(quint64, binSize);
        auto wanted = layout(binSize);
        wanted.queueCapacity = 16;
        block::Tap tap(diskSize(), wanted);
        {
            std::vector<std::jthread> guests;
            for (std::uint64_t guest = 0; guest < 4; ++guest)
                guests.emplace_back([&tap, guest] {
                    test::PseudoRandom random(guest + 1);
                    for (int i = 0; i < 5000; ++i)
                        tap.record(eventOf(static_cast<TapKind>(random.below(5)),
                                           random.below(diskSize() + 1000), random.below(9000)));
                });
        }
        QVERIFY(tap.events().dropped() > 0);
        const Traffic sum = sumOf(trafficOf(tap, usage(), volumeOffset, 3));
        QCOMPARE(sum.readBytes, tap.totals(TapKind::Read).bytes);
        QCOMPARE(sum.writtenBytes, writtenIn(tap));
        QVERIFY(sum.readBytes > 0 && sum.writtenBytes > 0);
    }

    void activityIsWhatWasDoneSinceTheLastLook()
    {
        block::Tap tap(diskSize());
        Activity activity(3);
        activity.add(activityTotals(tap), second);
        QVERIFY(activity.samples().empty());
        tap.record(eventOf(TapKind::Read, 0, 1000));
        tap.record(eventOf(TapKind::Write, 0, 600));
        tap.record(eventOf(TapKind::Flush, 0, 0));
        activity.add(activityTotals(tap), second + second / 2);
        QVERIFY((activity.samples().back() == ActivitySample{2000, 1200, 6}));
        for (int i = 0; i < 5; ++i)
            activity.add(activityTotals(tap), (2 + static_cast<std::uint64_t>(i)) * second);
        QCOMPARE(activity.samples().size(), std::size_t{3});
        QVERIFY((activity.samples().back() == ActivitySample{}));
    }

    void aClockThatStandsGivesNoRate()
    {
        Activity activity(3);
        activity.add({}, second);
        activity.add({.readBytes = 1000, .requestCount = 1}, second);
        QVERIFY((activity.samples().back() == ActivitySample{}));
    }

    void eachClientHasItsOwnRate()
    {
        ClientRates rates;
        std::vector<nbd::Client> clients{{.number = 1}, {.number = 2}};
        QCOMPARE(rates.update(clients, second).size(), std::size_t{2});
        clients[0].readSize = 4096;
        clients[0].requestCount = 4;
        clients[1].writtenSize = 100;
        const auto now = rates.update(clients, 3 * second);
        QCOMPARE(now[0].readRate, 2048.0);
        QCOMPARE(now[0].requestRate, 2.0);
        QCOMPARE(now[0].idleNs, std::uint64_t{0});
        QCOMPARE(now[1].byteRate(), 50.0);
        QCOMPARE(now[1].idleNs, 2 * second);
        clients.erase(clients.begin());
        const auto later = rates.update(clients, 4 * second);
        QCOMPARE(later.size(), std::size_t{1});
        QCOMPARE(later[0].client.number, nbd::ClientNumber{2});
        QCOMPARE(later[0].idleNs, 3 * second);
    }

    void writesAreFoundByWhatTheyTouched()
    {
        WriteHistory log;
        log.add(eventOf(TapKind::Write, 0, 512));
        log.add(eventOf(TapKind::Read, 0, 512));
        log.add(eventOf(TapKind::WriteZeroes, 1000, 2000));
        auto failed = eventOf(TapKind::Write, 0, 512);
        failed.outcome = block::TapOutcome::Failed;
        log.add(failed);
        log.add(eventOf(TapKind::Trim, 100, 100));
        QCOMPARE(log.count(), std::uint64_t{3});
        QCOMPARE(numbers(log.writesTo(0, 512, 10)), (std::vector<std::uint64_t>{3, 1}));
        QCOMPARE(numbers(log.writesTo(0, 512, 1)), (std::vector<std::uint64_t>{3}));
        QCOMPARE(numbers(log.writesTo(2999, 1, 10)), (std::vector<std::uint64_t>{2}));
        QVERIFY(log.writesTo(3000, 512, 10).empty());
        QVERIFY(log.writesTo(512, 488, 10).empty());
        QCOMPARE(numbers(log.newest(2)), (std::vector<std::uint64_t>{3, 2}));
    }

    void theOldestWritesAreForgotten()
    {
        WriteHistory log(10);
        for (int i = 0; i < 25; ++i)
            log.add(eventOf(TapKind::Write, 0, 1));
        QCOMPARE(log.count(), std::uint64_t{25});
        QCOMPARE(log.forgottenCount(), std::uint64_t{15});
        QCOMPARE(numbers(log.newest(100)).size(), std::size_t{10});
        QCOMPARE(numbers(log.newest(100)).back(), std::uint64_t{16});
    }

    void rangesAtTheEndOfNumbersDoNotWrap()
    {
        WriteHistory log;
        log.add(eventOf(TapKind::Trim, UINT64_MAX - 1, UINT64_MAX));
        QVERIFY(log.writesTo(0, 512, 10).empty());
        QCOMPARE(log.writesTo(UINT64_MAX, 1, 10).size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestTraffic)
#include "tst_traffic.moc"
