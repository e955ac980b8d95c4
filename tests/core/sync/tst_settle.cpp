#include "core/sync/settle.hpp"

#include <QtTest>

using namespace fatlas::sync;
using namespace std::chrono_literals;

/// The clock is ours: nothing here waits.
class TestSettle : public QObject {
    Q_OBJECT

private slots:
    void settlesOnceItWasQuiet();
    void whatKeepsChangingIsTakenInTheEnd();
    void writesToItsBytesKeepItFromSettling();
    void eachWaitsForItself();
    void whatWasNotLookedAtBeginsAnew();
    void aDiskThatWasQuietForLongSettlesAtOnce();
};

namespace {

const Settle::Time start{1h};

bool look(Settle& settle, Settle::Time now, std::uint64_t state, const Settle::Written& written)
{
    settle.beginPass(now);
    const bool hasSettled = settle.look("/A.TXT", state, written);
    settle.endPass();
    return hasSettled;
}

} // namespace

void TestSettle::settlesOnceItWasQuiet()
{
    Settle settle({.quiet = 1s, .most = 10s});
    QVERIFY(!look(settle, start, 1, {.disk = start}));
    QVERIFY(settle.nextDue() == start + 1s);
    QVERIFY(!look(settle, start + 999ms, 1, {.disk = start + 900ms}));
    QVERIFY(look(settle, start + 1s, 1, {.disk = start + 900ms}));
    QVERIFY(!settle.nextDue());
}

void TestSettle::whatKeepsChangingIsTakenInTheEnd()
{
    Settle settle({.quiet = 1s, .most = 10s});
    for (int second = 0; second < 10; ++second)
        QVERIFY(!look(settle, start + second * 1s, static_cast<std::uint64_t>(second),
                      {.disk = start + second * 1s}));
    QVERIFY(look(settle, start + 10s, 99, {.disk = start + 10s}));
}

void TestSettle::writesToItsBytesKeepItFromSettling()
{
    Settle settle({.quiet = 1s, .most = 10s});
    QVERIFY(!look(settle, start, 1, {.content = start, .disk = start}));
    QVERIFY(!look(settle, start + 1s, 1, {.content = start + 500ms, .disk = start + 500ms}));
    QVERIFY(settle.nextDue() == start + 1500ms);
    QVERIFY(look(settle, start + 1500ms, 1, {.content = start + 500ms, .disk = start + 1500ms}));
}

void TestSettle::eachWaitsForItself()
{
    Settle settle({.quiet = 1s, .most = 10s});
    settle.beginPass(start);
    QVERIFY(!settle.look("/A", 1, {.disk = start}));
    settle.endPass();
    settle.beginPass(start + 1s);
    QVERIFY(settle.look("/A", 1, {.disk = start + 1s}));
    QVERIFY(!settle.look("/B", 1, {.disk = start + 1s}));
    settle.endPass();
    QVERIFY(settle.nextDue() == start + 2s);
}

void TestSettle::whatWasNotLookedAtBeginsAnew()
{
    Settle settle({.quiet = 1s, .most = 10s});
    QVERIFY(!look(settle, start, 1, {.disk = start}));
    settle.beginPass(start + 500ms);
    settle.endPass();
    QVERIFY(!look(settle, start + 1s, 1, {.disk = start + 1s}));
}

void TestSettle::aDiskThatWasQuietForLongSettlesAtOnce()
{
    Settle settle({.quiet = 1s, .most = 10s});
    QVERIFY(look(settle, start + 5s, 1, {.disk = start}));
}

QTEST_GUILESS_MAIN(TestSettle)
#include "tst_settle.moc"
