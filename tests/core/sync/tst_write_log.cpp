#include "core/sync/write_log.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <array>

using namespace fatlas;
using namespace fatlas::sync;
using namespace std::chrono_literals;

class TestWriteLog : public QObject {
    Q_OBJECT

private slots:
    void whatWasNotWrittenIsUnchanged();
    void aWriteUnderWayIsNewerThanAnyStamp();
    void neighboursWrittenInOneGoAreOnePiece();
    void neighboursWrittenLaterStayApart();
    void coversOnlyWithoutGaps();
    void tellsWhatWasWrittenSince();
    void forgetsOnlyWhatIsOldEnough();
    void whatIsRememberedIsOldButThere();
    void agreesWithAByteByByteModel();
};

namespace {

const WriteLog::Time start{1h};

void write(WriteLog& log, ByteRange range, WriteLog::Time now = start)
{
    log.end(log.begin(range, now), now);
}

} // namespace

void TestWriteLog::whatWasNotWrittenIsUnchanged()
{
    WriteLog log;
    QVERIFY(!log.lastTime());
    const auto before = log.stamp();
    write(log, {.offset = 512, .length = 512});
    QVERIFY(log.isUnchangedSince(before, {.offset = 0, .length = 512}));
    QVERIFY(log.isUnchangedSince(before, {.offset = 1024, .length = 512}));
    QVERIFY(!log.isUnchangedSince(before, {.offset = 1023, .length = 1}));
    QVERIFY(log.isUnchangedSince(log.stamp(), {.offset = 0, .length = 4096}));
    QVERIFY(log.lastTime() == start);
    QVERIFY(log.lastTime({.offset = 600, .length = 1}) == start);
    QVERIFY(!log.lastTime({.offset = 0, .length = 512}));
}

void TestWriteLog::aWriteUnderWayIsNewerThanAnyStamp()
{
    WriteLog log;
    const auto ticket = log.begin({.offset = 0, .length = 512}, start);
    QVERIFY(!log.isUnchangedSince(log.stamp(), {.offset = 511, .length = 1}));
    QVERIFY(log.isUnchangedSince(log.stamp(), {.offset = 512, .length = 1}));
    const auto meanwhile = log.stamp();
    log.end(ticket, start);
    QVERIFY(!log.isUnchangedSince(meanwhile, {.offset = 0, .length = 1}));
    QVERIFY(log.isUnchangedSince(log.stamp(), {.offset = 0, .length = 512}));
}

void TestWriteLog::neighboursWrittenInOneGoAreOnePiece()
{
    WriteLog log;
    for (std::uint64_t i = 0; i < 100; ++i)
        write(log, {.offset = i * 512, .length = 512}, start + i * 1ms);
    QCOMPARE(log.pieceCount(), std::size_t{1});
}

void TestWriteLog::neighboursWrittenLaterStayApart()
{
    WriteLog log;
    write(log, {.offset = 0, .length = 512}, start);
    write(log, {.offset = 512, .length = 512}, start + 5s);
    QCOMPARE(log.pieceCount(), std::size_t{2});
    QVERIFY(log.lastTime({.offset = 0, .length = 512}) == start);
}

void TestWriteLog::coversOnlyWithoutGaps()
{
    WriteLog log;
    write(log, {.offset = 0, .length = 512});
    write(log, {.offset = 1024, .length = 512});
    QVERIFY(!log.covers({.offset = 0, .length = 1536}));
    QVERIFY(log.covers({.offset = 100, .length = 412}));
    QVERIFY(log.covers({.offset = 700, .length = 0}));
    write(log, {.offset = 512, .length = 512}, start + 10s);
    QVERIFY(log.covers({.offset = 0, .length = 1536}));
    QVERIFY(!log.covers({.offset = 0, .length = 1537}));
    QVERIFY((log.written({.offset = 10, .length = 5000}) ==
             std::vector<ByteRange>{{.offset = 10, .length = 1526}}));
}

void TestWriteLog::tellsWhatWasWrittenSince()
{
    using Ranges = std::vector<ByteRange>;
    const ByteRange all{.offset = 0, .length = 10'000};
    WriteLog log;
    write(log, {.offset = 0, .length = 512});
    const auto seen = log.stamp();
    QVERIFY((log.writtenSince(0, all) == Ranges{{.offset = 0, .length = 512}}));
    QVERIFY(log.writtenSince(seen, all).empty());
    write(log, {.offset = 2048, .length = 512}, start + 5s);
    const auto ticket = log.begin({.offset = 4096, .length = 512}, start + 10s);
    const auto meanwhile = log.stamp();
    QVERIFY((log.writtenSince(seen, {.offset = 2100, .length = 2000}) ==
             Ranges{{.offset = 2100, .length = 460}, {.offset = 4096, .length = 4}}));
    QVERIFY((log.writtenSince(meanwhile, all) == Ranges{{.offset = 4096, .length = 512}}));
    log.end(ticket, start + 10s);
    QVERIFY((log.writtenSince(meanwhile, all) == Ranges{{.offset = 4096, .length = 512}}));
    QVERIFY(log.writtenSince(log.stamp(), all).empty());
}

void TestWriteLog::forgetsOnlyWhatIsOldEnough()
{
    WriteLog log;
    write(log, {.offset = 0, .length = 1024});
    const auto seen = log.stamp();
    write(log, {.offset = 512, .length = 512}, start + 5s);
    log.forget({.offset = 0, .length = 1024}, seen);
    QVERIFY(!log.touches({.offset = 0, .length = 512}));
    QVERIFY(log.covers({.offset = 512, .length = 512}));
    log.forget({.offset = 600, .length = 100}, log.stamp());
    QVERIFY(!log.touches({.offset = 600, .length = 100}));
    QVERIFY(log.touches({.offset = 512, .length = 88}));
    QVERIFY(log.touches({.offset = 700, .length = 324}));
}

void TestWriteLog::whatIsRememberedIsOldButThere()
{
    WriteLog log;
    log.remember({.offset = 0, .length = 512});
    QVERIFY(log.covers({.offset = 0, .length = 512}));
    QVERIFY(log.isUnchangedSince(0, {.offset = 0, .length = 512}));
    QVERIFY(!log.lastTime());
}

void TestWriteLog::agreesWithAByteByByteModel()
{
    constexpr std::size_t size = 200;
    test::PseudoRandom random(7);
    for (int round = 0; round < 50; ++round) {
        WriteLog log;
        std::array<WriteLog::Stamp, size> model{}; // 0: not written
        auto now = start;
        for (int step = 0; step < 60; ++step) {
            const std::uint64_t offset = random.below(size);
            const ByteRange range{.offset = offset, .length = random.below(size - offset) + 1};
            now += std::chrono::milliseconds(random.below(2) * 10'000);
            if (random.below(4) == 0) {
                const WriteLog::Stamp upTo = random.below(log.stamp() + 1);
                log.forget(range, upTo);
                // A piece as new as its newest byte may outlive older ones: no byte is lost.
                for (std::uint64_t i = range.offset; i < range.end(); ++i)
                    if (!log.touches({.offset = i, .length = 1})) {
                        QVERIFY(model[i] <= upTo);
                        model[i] = 0;
                    }
            } else {
                write(log, range, now);
                for (std::uint64_t i = range.offset; i < range.end(); ++i)
                    model[i] = log.stamp();
            }
        }
        for (std::uint64_t i = 0; i < size; ++i) {
            QCOMPARE(log.touches({.offset = i, .length = 1}), model[i] != 0);
            if (model[i] == 0)
                continue;
            QVERIFY(!log.isUnchangedSince(model[i] - 1, {.offset = i, .length = 1}));
            QCOMPARE(log.writtenSince(model[i] - 1, {.offset = i, .length = 1}).size(),
                     std::size_t{1});
        }
    }
}

QTEST_GUILESS_MAIN(TestWriteLog)
#include "tst_write_log.moc"
