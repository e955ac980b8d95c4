#include "core/base/units.hpp"
#include "core/block/memory_device.hpp"
#include "core/block/tap_device.hpp"

#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <array>
#include <limits>

using namespace fatlas;
using namespace fatlas::block;

class TestTapDevice : public QObject {
    Q_OBJECT

private slots:
    void tellsEveryOperationInOrder();
    void tellsWhatFailedAndCountsNoBytesOfIt();
    void binsAddUpToTheTotals_data();
    void binsAddUpToTheTotals();
    void fullQueueDropsEventsAndNoBytes();
    void queueGivesBackWhatItTookInOrder();
    void queueGoesOnAfterItWasFull();
    void binsStayFewHoweverLargeTheDisk();
    void aBinBeginsAtTheOrigin();
    void bytesSentPastReadAreCounted();
    void countsNothingBeyondTheDisk();
};

namespace {

std::vector<TapEvent> takeAll(Tap& tap)
{
    std::vector<TapEvent> events(tap.events().capacity());
    events.resize(tap.events().take(events));
    return events;
}

/// Everything in all bins.
TapBin sumOf(const Tap& tap)
{
    TapBin sum;
    for (std::size_t i = 0; i < tap.binCount(); ++i) {
        sum.readBytes += tap.bin(i).readBytes;
        sum.writtenBytes += tap.bin(i).writtenBytes;
    }
    return sum;
}

std::uint64_t writtenBytes(const Tap& tap)
{
    return tap.totals(TapKind::Write).bytes + tap.totals(TapKind::WriteZeroes).bytes +
           tap.totals(TapKind::Trim).bytes;
}

} // namespace

void TestTapDevice::tellsEveryOperationInOrder()
{
    const auto tap = std::make_shared<Tap>(10'000);
    TapDevice device(std::make_shared<MemoryDevice>(Bytes(10'000)), tap, 7);
    const std::uint64_t before = tapClockNs();
    Bytes bytes(100);
    QVERIFY(device.read(5, bytes));
    QVERIFY(device.write(600, bytes));
    QVERIFY(device.writeZeroes(1000, 2000));
    QVERIFY(device.trim(4000, 3000));
    QVERIFY(device.flush());
    const auto events = takeAll(*tap);
    QCOMPARE(events.size(), std::size_t{5});
    constexpr std::array kinds{TapKind::Read, TapKind::Write, TapKind::WriteZeroes, TapKind::Trim,
                               TapKind::Flush};
    constexpr std::array<std::array<std::uint64_t, 2>, 5> ranges{
        {{5, 100}, {600, 100}, {1000, 2000}, {4000, 3000}, {0, 0}}};
    std::uint64_t last = before;
    for (std::size_t i = 0; i < events.size(); ++i) {
        QCOMPARE(events[i].kind, kinds[i]);
        QCOMPARE(events[i].offset, ranges[i][0]);
        QCOMPARE(events[i].length, ranges[i][1]);
        QCOMPARE(events[i].client, 7U);
        QCOMPARE(events[i].outcome, TapOutcome::Done);
        QVERIFY(events[i].timeNs >= last);
        last = events[i].timeNs;
    }
    QCOMPARE(tap->totals(TapKind::Flush).operations, std::uint64_t{1});
}

void TestTapDevice::tellsWhatFailedAndCountsNoBytesOfIt()
{
    const auto tap = std::make_shared<Tap>(4096);
    const auto fault =
        std::make_shared<test::FaultDevice>(std::make_shared<MemoryDevice>(Bytes(4096)));
    fault->setPlan({.failRead = 1, .failWrite = 1, .failFlush = 1});
    TapDevice device(fault, tap, 1);
    Bytes bytes(512);
    QCOMPARE(device.read(0, bytes).error().code, ErrorCode::Io);
    QCOMPARE(device.write(0, bytes).error().code, ErrorCode::Io);
    QCOMPARE(device.flush().error().code, ErrorCode::Io);
    QCOMPARE(device.read(4000, bytes).error().code, ErrorCode::OutOfRange);
    for (const TapEvent& event : takeAll(*tap))
        QCOMPARE(event.outcome, TapOutcome::Failed);
    QCOMPARE(tap->totals(TapKind::Read).failures, std::uint64_t{2});
    QCOMPARE(tap->totals(TapKind::Write).failures, std::uint64_t{1});
    QCOMPARE(tap->totals(TapKind::Read).bytes, std::uint64_t{0});
    QCOMPARE(sumOf(*tap), TapBin{});
}

void TestTapDevice::binsAddUpToTheTotals_data()
{
    QTest::addColumn<quint64>("size");
    QTest::addColumn<quint64>("origin");
    QTest::addColumn<quint64>("binSize");
    QTest::newRow("floppy") << quint64{1'474'560} << quint64{16'896} << quint64{512};
    QTest::newRow("origin off every border") << quint64{1'000'003} << quint64{777} << quint64{4096};
    QTest::newRow("one bin") << quint64{100} << quint64{0} << quint64{1 << 20};
    QTest::newRow("origin behind the end")
        << quint64{50'000} << quint64{1'000'000'100} << quint64{1024};
}

void TestTapDevice::binsAddUpToTheTotals()
{
    QFETCH(quint64, size);
    QFETCH(quint64, origin);
    QFETCH(quint64, binSize);
    Tap tap(size, {.origin = origin, .binSize = binSize, .queueCapacity = 16});
    std::vector<TapBin> model(tap.binCount());
    test::PseudoRandom random(size);
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t offset = random.below(size);
        const std::uint64_t length = random.below(std::min<std::uint64_t>(size - offset, 9000) + 1);
        const auto kind = static_cast<TapKind>(random.below(4));
        tap.record({.offset = offset, .length = length, .kind = kind});
        for (std::uint64_t at = offset; at < offset + length; ++at) {
            TapBin& bin = model[tap.binAt(at)];
            ++(kind == TapKind::Read ? bin.readBytes : bin.writtenBytes);
        }
    }
    for (std::size_t i = 0; i < tap.binCount(); ++i) {
        QCOMPARE(tap.bin(i), model[i]);
        QCOMPARE(tap.binAt(tap.binOffset(i)), i);
        QCOMPARE(tap.binAt(std::min<std::uint64_t>(tap.binOffset(i + 1), size) - 1), i);
    }
    QCOMPARE(sumOf(tap).readBytes, tap.totals(TapKind::Read).bytes);
    QCOMPARE(sumOf(tap).writtenBytes, writtenBytes(tap));
    QVERIFY(tap.totals(TapKind::Read).bytes > 0 && writtenBytes(tap) > 0);
}

void TestTapDevice::fullQueueDropsEventsAndNoBytes()
{
    Tap tap(1 << 20, {.queueCapacity = 64});
    for (std::uint64_t i = 0; i < 1000; ++i)
        tap.record({.offset = i * 512, .length = 512});
    QCOMPARE(takeAll(tap).size(), std::size_t{64});
    QCOMPARE(tap.events().dropped(), std::uint64_t{1000 - 64});
    QCOMPARE(sumOf(tap).readBytes, std::uint64_t{512'000});
    QCOMPARE(tap.totals(TapKind::Read).operations, std::uint64_t{1000});
}

void TestTapDevice::queueGivesBackWhatItTookInOrder()
{
    EventQueue queue(8);
    std::array<TapEvent, 3> out{};
    QCOMPARE(queue.take(out), std::size_t{0});
    std::uint64_t next = 0;
    for (std::uint64_t round = 0; round < 100; ++round) {
        QVERIFY(queue.push({.offset = 2 * round}));
        QVERIFY(queue.push({.offset = 2 * round + 1}));
        QCOMPARE(queue.take(out), std::size_t{2});
        QCOMPARE(out[0].offset, next++);
        QCOMPARE(out[1].offset, next++);
    }
    QCOMPARE(queue.dropped(), std::uint64_t{0});
}

void TestTapDevice::queueGoesOnAfterItWasFull()
{
    EventQueue queue(4);
    for (std::uint64_t i = 0; i < 6; ++i)
        QCOMPARE(queue.push({.offset = i}), i < 4);
    std::array<TapEvent, 8> out{};
    QCOMPARE(queue.take(std::span(out).first(1)), std::size_t{1});
    QVERIFY(queue.push({.offset = 6}));
    QVERIFY(!queue.push({.offset = 7}));
    QCOMPARE(queue.take(out), std::size_t{4});
    QCOMPARE(out[0].offset, std::uint64_t{1});
    QCOMPARE(out[3].offset, std::uint64_t{6});
    QCOMPARE(queue.dropped(), std::uint64_t{3});
}

void TestTapDevice::binsStayFewHoweverLargeTheDisk()
{
    for (const std::uint64_t size : {std::uint64_t{0}, MiB, 2 * TiB, std::uint64_t{1} << 62}) {
        Tap tap(size, {.origin = 12'345});
        QVERIFY(tap.binCount() <= Tap::maxBins);
        if (size == 0)
            continue;
        tap.record({.offset = 0, .length = size, .kind = TapKind::Trim});
        QCOMPARE(sumOf(tap).writtenBytes, size);
    }
}

void TestTapDevice::aBinBeginsAtTheOrigin()
{
    const Tap tap(10 * MiB, {.origin = 16'896, .binSize = 4096});
    const std::size_t bin = tap.binAt(16'896);
    QCOMPARE(tap.binOffset(bin), std::uint64_t{16'896});
    QCOMPARE(tap.binAt(16'895), bin - 1);
    QCOMPARE(tap.binAt(16'896 + 4095), bin);
    QCOMPARE(tap.binOffset(0), std::uint64_t{0});
}

void TestTapDevice::bytesSentPastReadAreCounted()
{
    const auto tap = std::make_shared<Tap>(4096);
    const TapDevice device(std::make_shared<MemoryDevice>(Bytes(4096)), tap, 3);
    device.noteRead(1024, 2048);
    device.noteRead(0, 4096, TapOutcome::Failed);
    QCOMPARE(sumOf(*tap).readBytes, std::uint64_t{2048});
    const auto events = takeAll(*tap);
    QCOMPARE(events.size(), std::size_t{2});
    QCOMPARE(events[0].client, 3U);
}

void TestTapDevice::countsNothingBeyondTheDisk()
{
    constexpr auto max = std::numeric_limits<std::uint64_t>::max();
    Tap tap(1000);
    tap.record({.offset = 900, .length = max});
    tap.record({.offset = max, .length = max});
    QCOMPARE(sumOf(tap).readBytes, std::uint64_t{100});
    QCOMPARE(tap.totals(TapKind::Read).bytes, std::uint64_t{100});
}

QTEST_GUILESS_MAIN(TestTapDevice)
#include "tst_tap_device.moc"
