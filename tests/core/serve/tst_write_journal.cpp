#include "core/base/call_hook.hpp"

#include "tests/core/serve/journal_fixture.hpp"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <thread>

using namespace fatlas;
using namespace fatlas::serve;
using fatlas::test::diskSize;
using fatlas::test::readAll;
using Fixture = fatlas::test::JournalFixture;
using block::TapKind;

class TestWriteJournal : public QObject {
    Q_OBJECT

private slots:
    void everyMomentReadsAsTheModel_data();
    void everyMomentReadsAsTheModel();
    void aMomentStaysWhatItWasWhileMoreIsWritten();
    void extentsOfAMomentCoverItAndHolesAreZeros();
    void momentsAreReadWhileAGuestWrites();
    void whatWasNeverWrittenCostsNothing();
    void theBoundIsKeptAndTheRestStaysRight();
    void theNumberOfRecordsIsBounded();
    void aWriteTooLargeEndsThePastAndNothingElse();
    void aFullDiskTakesTheOldestMomentsOnly();
    void aTimelineThatCannotBeStoredNeverHarmsTheGuest();
    void momentsThatAreNotThereAreRefused();

    void writesAreFoundByPlaceTimeAndKind();
};

namespace {

/// The next so many writes into files fail as on a full disk.
std::atomic<int> failures = 0;

CallFault failWrites(Call call) noexcept
{
    if (call == Call::Write && failures > 0) {
        --failures;
        return {.error = ENOSPC};
    }
    return {};
}

class FullDisk {
public:
    explicit FullDisk(int count)
    {
        failures = count;
        callHook = &failWrites;
    }

    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

    ~FullDisk() { callHook = nullptr; }
};

} // namespace

void TestWriteJournal::everyMomentReadsAsTheModel_data()
{
    QTest::addColumn<qulonglong>("records");
    QTest::newRow("one segment") << (qulonglong{1} << 20);
    QTest::newRow("many segments") << qulonglong{16 * 60};
}

void TestWriteJournal::everyMomentReadsAsTheModel()
{
    QFETCH(const qulonglong, records);
    Fixture disk({.bytes = GiB, .records = records});
    disk.openScratch();
    disk.random(300);
    const JournalSpan span = disk.journal->span();
    QCOMPARE(span.newest, std::uint64_t{300});
    for (std::uint64_t moment = span.oldest; moment <= span.newest; ++moment)
        QVERIFY2(disk.isRight(moment), qPrintable(QString::number(moment)));
    test::PseudoRandom random(5);
    for (int i = 0; i < 500; ++i) { // in parts, too
        const std::uint64_t moment = span.oldest + random.below(301 - span.oldest);
        const std::uint64_t offset = random.below(diskSize);
        Bytes part(1 + random.below(diskSize - offset));
        QVERIFY(disk.journal->moment(moment).value()->read(offset, part));
        QVERIFY(
            std::ranges::equal(part, ByteView(disk.states[moment]).subspan(offset, part.size())));
    }
}

void TestWriteJournal::aMomentStaysWhatItWasWhileMoreIsWritten()
{
    Fixture disk({.bytes = GiB, .records = 16 * 400});
    disk.openScratch();
    std::vector<std::shared_ptr<const block::BlockDevice>> moments;
    for (int i = 0; i < 120; ++i) {
        moments.push_back(disk.journal->moment(disk.journal->span().newest).value());
        if (i % 3 == 0)
            QVERIFY(readAll(*moments[static_cast<std::size_t>(i) / 2]) ==
                    disk.states[static_cast<std::size_t>(i) / 2]);
        disk.random();
    }
    for (std::size_t i = 0; i < moments.size(); ++i)
        QVERIFY2(readAll(*moments[i]) == disk.states[i], qPrintable(QString::number(i)));
}

void TestWriteJournal::extentsOfAMomentCoverItAndHolesAreZeros()
{
    Fixture disk;
    disk.openScratch();
    disk.random(60);
    for (std::uint64_t moment = 0; moment <= 60; ++moment) {
        const auto then = disk.journal->moment(moment).value();
        std::uint64_t at = 0;
        while (at < diskSize) {
            const auto extents = then->extents(at, diskSize - at).value();
            QVERIFY(!extents.empty());
            for (const block::Extent& extent : extents) {
                QCOMPARE(extent.offset, at);
                QVERIFY(!extent.backing);
                at = extent.end();
                if (extent.kind == block::ExtentKind::Data)
                    continue;
                const auto part =
                    ByteView(disk.states[moment]).subspan(extent.offset, extent.length);
                QVERIFY(std::ranges::all_of(part, [](std::byte b) { return b == std::byte{0}; }));
            }
        }
        QCOMPARE(at, diskSize);
    }
    QCOMPARE(disk.journal->moment(3).value()->extents(diskSize, 1).error().code,
             ErrorCode::OutOfRange);
}

void TestWriteJournal::momentsAreReadWhileAGuestWrites()
{
    constexpr int count = 400;
    Fixture plan; // the same writes, and what they make
    plan.openScratch();
    plan.random(count);
    Fixture disk({.bytes = GiB, .records = 16 * 500});
    disk.openScratch();
    std::atomic<bool> isOver = false;
    std::thread guest([&] {
        disk.random(count);
        isOver = true;
    });
    int wrong = 0;
    test::PseudoRandom random(3);
    while (!isOver) {
        const JournalSpan span = disk.journal->span();
        const std::uint64_t old = span.oldest + random.below(span.newest - span.oldest + 1);
        for (const std::uint64_t moment : {old, span.newest}) {
            const auto then = disk.journal->moment(moment);
            wrong += then && readAll(**then) == plan.states[moment] ? 0 : 1;
        }
    }
    guest.join();
    QCOMPARE(wrong, 0);
    QVERIFY(disk.isAllRight());
}

void TestWriteJournal::whatWasNeverWrittenCostsNothing()
{
    Fixture disk;
    disk.openScratch();
    disk.write(0, Bytes(diskSize, std::byte{1}));
    QCOMPARE(disk.journal->storedBytes(), std::uint64_t{0});
    disk.clear(0, 1024, true);
    QCOMPARE(disk.journal->storedBytes(), std::uint64_t{1024});
    disk.write(0, Bytes(1024, std::byte{2})); // zeros were there
    QCOMPARE(disk.journal->storedBytes(), std::uint64_t{1024});
    QVERIFY(disk.isAllRight());
}

void TestWriteJournal::theBoundIsKeptAndTheRestStaysRight()
{
    Fixture disk({.bytes = 100'000});
    disk.openScratch();
    std::uint64_t oldest = 0;
    for (int i = 0; i < 400; ++i) {
        disk.random();
        QVERIFY(disk.journal->storedBytes() <= 100'000);
        QVERIFY(disk.journal->span().oldest >= oldest);
        oldest = disk.journal->span().oldest;
    }
    QVERIFY(oldest > 100);
    QVERIFY(oldest < 400);
    QVERIFY(disk.isAllRight());
    QVERIFY(!disk.journal->loss());
    QCOMPARE(disk.journal->moment(oldest - 1).error().code, ErrorCode::Changed);
}

void TestWriteJournal::theNumberOfRecordsIsBounded()
{
    Fixture disk({.bytes = GiB, .records = 320});
    disk.openScratch();
    for (int i = 0; i < 2000; ++i)
        disk.write(static_cast<std::uint64_t>(i % 30) * 512, Bytes(512, std::byte(i % 251)));
    const JournalSpan span = disk.journal->span();
    QVERIFY(span.newest - span.oldest <= 320);
    QVERIFY(span.newest - span.oldest >= 200);
    QVERIFY(disk.isAllRight());
}

void TestWriteJournal::aWriteTooLargeEndsThePastAndNothingElse()
{
    Fixture disk({.bytes = 20'000});
    disk.openScratch();
    for (std::uint64_t i = 0; i < 8; ++i)
        disk.write(i * 2048, Bytes(2048, std::byte{9}));
    disk.clear(0, 16'384, false); // finds 16 KiB
    QCOMPARE(disk.journal->span().oldest, std::uint64_t{9});
    QVERIFY(disk.journal->loss());
    QCOMPARE(disk.journal->loss()->error.code, ErrorCode::Limit);
    disk.random(10);
    QVERIFY(disk.isAllRight());
}

void TestWriteJournal::aFullDiskTakesTheOldestMomentsOnly()
{
    Fixture disk({.bytes = GiB, .records = 320});
    disk.openScratch();
    disk.write(0, Bytes(diskSize, std::byte{3}));
    for (std::uint64_t i = 0; i < 200; ++i)
        disk.write(i * 97 % 39 * 512, Bytes(512, std::byte(i)));
    const std::uint64_t before = disk.journal->span().oldest;
    {
        const FullDisk full(1);
        disk.write(512, Bytes(512, std::byte{77}));
    }
    const std::uint64_t after = disk.journal->span().oldest;
    QVERIFY(after > before && after < 180);
    QVERIFY(!disk.journal->loss());
    QVERIFY(disk.isAllRight());
}

void TestWriteJournal::aTimelineThatCannotBeStoredNeverHarmsTheGuest()
{
    {
        Fixture disk;
        disk.openScratch("/not/there");
        disk.random(50);
        QVERIFY(readAll(*disk.device) == disk.states.back());
        QCOMPARE(disk.journal->span().oldest, std::uint64_t{50});
        QVERIFY(disk.isRight(50));
        QVERIFY(disk.journal->loss());
        QCOMPARE(disk.journal->loss()->error.code, ErrorCode::NotFound);
    }
    Fixture disk;
    disk.openScratch();
    disk.write(0, Bytes(diskSize, std::byte{3}));
    {
        const FullDisk full(1); // there is nothing that could make room
        disk.write(512, Bytes(512, std::byte{77}));
    }
    QVERIFY(readAll(*disk.device) == disk.states.back());
    QCOMPARE(disk.journal->span().oldest, std::uint64_t{2});
    QCOMPARE(disk.journal->loss()->error.code, ErrorCode::NoSpace);
    QTest::qWait(1100); // then it tries again
    disk.random(20);
    QVERIFY(disk.journal->span().oldest <= 3);
    QVERIFY(disk.isAllRight());
}

void TestWriteJournal::momentsThatAreNotThereAreRefused()
{
    Fixture disk;
    disk.openScratch();
    disk.random(3);
    QVERIFY(disk.isRight(0));
    QCOMPARE(disk.journal->moment(4).error().code, ErrorCode::OutOfRange);
    const auto then = disk.journal->moment(1).value();
    Bytes bytes(2);
    QCOMPARE(then->read(diskSize - 1, bytes).error().code, ErrorCode::OutOfRange);
    QVERIFY(!then->capabilities().canWrite);
}

void TestWriteJournal::writesAreFoundByPlaceTimeAndKind()
{
    Fixture disk({.bytes = GiB, .records = 48}); // three records a segment
    disk.openScratch();
    disk.write(1000, Bytes(500, std::byte{1}));
    disk.clear(5000, 1000, true);
    disk.write(1499, Bytes(1, std::byte{1}));
    disk.clear(1500, 10, false);
    const JournalIndex& index = disk.journal->index();
    const auto numbers = [&](std::uint64_t offset, std::uint64_t length) {
        std::vector<std::uint64_t> found;
        for (const JournalWrite& write : index.writesTo(offset, length, UINT64_MAX - 1, 10))
            found.push_back(write.number);
        return found;
    };
    QCOMPARE(numbers(1400, 100), (std::vector<std::uint64_t>{3, 1}));
    QCOMPARE(numbers(1499, 2), (std::vector<std::uint64_t>{4, 3, 1}));
    QCOMPARE(numbers(0, 1000), std::vector<std::uint64_t>{});
    QCOMPARE(index.writesTo(0, diskSize, 3, 2).size(), std::size_t{2});
    QCOMPARE(index.writesTo(0, diskSize, 3, 2).front().number, std::uint64_t{3});
    const JournalWrite second = index.write(2).value();
    QCOMPARE(second.kind, TapKind::Trim);
    QCOMPARE(second.offset, std::uint64_t{5000});
    QCOMPARE(second.length, std::uint64_t{1000});
    QCOMPARE(second.client, 7U);
    QVERIFY(!index.write(0) && !index.write(5));
    QCOMPARE(index.writes(2, 100).size(), std::size_t{3});
    const JournalSpan span = disk.journal->span();
    QCOMPARE(index.momentAt(span.newestNs), std::uint64_t{4});
    QCOMPARE(index.momentAt(span.oldestNs - 1), std::uint64_t{0});
    const std::uint64_t at = index.momentAt(second.timeNs);
    QVERIFY(at >= 2 && index.write(at)->timeNs == second.timeNs);
    const auto columns = index.columns(span.oldestNs, span.newestNs + 1, 7);
    JournalSegment::Kinds sum;
    for (const auto& column : columns) {
        sum.writes += column.writes;
        sum.zeroes += column.zeroes;
        sum.trims += column.trims;
    }
    QCOMPARE(sum.writes, std::uint64_t{2});
    QCOMPARE(sum.zeroes, std::uint64_t{1});
    QCOMPARE(sum.trims, std::uint64_t{1});
    QVERIFY(index.columns(5, 5, 3).size() == 3);
}

QTEST_GUILESS_MAIN(TestWriteJournal)
#include "tst_write_journal.moc"
