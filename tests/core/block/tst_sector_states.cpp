#include "core/block/sector_states.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::block;

class TestSectorStates : public QObject {
    Q_OBJECT

private slots:
    void beginsWithNothing();
    void agreesWithAPlainList_data();
    void agreesWithAPlainList();
    void everySecondSectorOfAChunkIsKept();
    void runsCrossChunks();
    void aDiskOf2TiBIsFilledAndAsked();
    void aCopyIsTheSame();
};

namespace {

/// Goes through all runs; says what is wrong, or nothing.
QString compare(const SectorStates& states, const std::vector<SectorState>& model)
{
    std::uint64_t changed = 0;
    for (std::uint64_t at = 0; at < model.size();) {
        const SectorRun run = states.runAt(at, model.size());
        if (run.first != at || run.count == 0 || run.end() > model.size())
            return QString("a run at %1 is wrong").arg(at);
        const auto from = model.begin() + static_cast<std::ptrdiff_t>(at);
        const auto to = model.begin() + static_cast<std::ptrdiff_t>(run.end());
        if (!std::all_of(from, to, [&](SectorState state) { return state == run.state; }))
            return QString("the run at %1 has another state").arg(at);
        if (to != model.end() && *to == run.state)
            return QString("the run at %1 ends early, at %2").arg(at).arg(run.end());
        changed += run.state == SectorState::Below ? 0 : run.count;
        at = run.end();
    }
    return changed == states.changedCount() ? QString() : QString("counted wrong");
}

} // namespace

void TestSectorStates::beginsWithNothing()
{
    const SectorStates states(200'000);
    QCOMPARE(states.runAt(5, 200'000),
             (SectorRun{.first = 5, .count = 199'995, .state = SectorState::Below}));
    QCOMPARE(states.changedCount(), std::uint64_t{0});
    QCOMPARE(states.runCount(), std::uint64_t{0});
    QVERIFY(states.areAll(0, 200'000, SectorState::Below));
    QVERIFY(states.areAll(7, 7, SectorState::Data));
}

void TestSectorStates::agreesWithAPlainList_data()
{
    QTest::addColumn<int>("rounds");
    QTest::addColumn<int>("longest");
    QTest::newRow("long ranges") << 2000 << 40'000;
    QTest::newRow("short ranges, until it is bits") << 20'000 << 6;
    QTest::newRow("single sectors") << 30'000 << 1;
    QTest::newRow("whole chunks") << 300 << 150'000;
}

void TestSectorStates::agreesWithAPlainList()
{
    QFETCH(int, rounds);
    QFETCH(int, longest);
    constexpr std::uint64_t count = 3 * 65'536 + 1234;
    SectorStates states(count);
    std::vector<SectorState> model(count, SectorState::Below);
    test::PseudoRandom random(static_cast<std::uint64_t>(longest));
    for (int i = 0; i < rounds; ++i) {
        const std::uint64_t first = random.below(count);
        const std::uint64_t length = 1 + random.below(static_cast<std::uint64_t>(longest));
        const std::uint64_t end = std::min(count, first + length);
        const auto state = static_cast<SectorState>(random.below(3));
        states.set(first, end, state);
        std::fill(model.begin() + static_cast<std::ptrdiff_t>(first),
                  model.begin() + static_cast<std::ptrdiff_t>(end), state);
        QVERIFY(states.areAll(first, end, state));
        if (i % (rounds / 5) == 0)
            QCOMPARE(compare(states, model), QString());
    }
    QCOMPARE(compare(states, model), QString());
    states.set(0, count, SectorState::Zero);
    QCOMPARE(states.runCount(), std::uint64_t{4}); // one in each chunk
    QCOMPARE(states.changedCount(), count);
}

void TestSectorStates::everySecondSectorOfAChunkIsKept()
{
    SectorStates states(65'536);
    for (std::uint64_t sector = 0; sector < 65'536; sector += 2)
        states.set(sector, sector + 1, sector % 4 == 0 ? SectorState::Data : SectorState::Zero);
    QCOMPARE(states.runCount(), std::uint64_t{32'768});
    for (std::uint64_t sector = 0; sector < 65'536; ++sector) {
        const SectorRun run = states.runAt(sector, 65'536);
        QCOMPARE(run.count, std::uint64_t{1});
        const SectorState expected = sector % 2 == 1   ? SectorState::Below
                                     : sector % 4 == 0 ? SectorState::Data
                                                       : SectorState::Zero;
        QCOMPARE(run.state, expected);
    }
    // And it becomes small again.
    states.set(0, 65'536, SectorState::Data);
    QCOMPARE(states.runCount(), std::uint64_t{1});
}

void TestSectorStates::runsCrossChunks()
{
    SectorStates states(4 * 65'536);
    states.set(65'000, 3 * 65'536 + 10, SectorState::Zero);
    QCOMPARE(states.runAt(65'000, 4 * 65'536).count, std::uint64_t{3 * 65'536 + 10 - 65'000});
    QCOMPARE(states.runAt(65'000, 70'000).count, std::uint64_t{5'000});
    QCOMPARE(states.runAt(0, 4 * 65'536).count, std::uint64_t{65'000});
}

void TestSectorStates::aDiskOf2TiBIsFilledAndAsked()
{
    constexpr std::uint64_t count = std::uint64_t{1} << 32;
    SectorStates states(count);
    QCOMPARE(states.runAt(0, count).count, count);
    states.set(1, count, SectorState::Data);
    QCOMPARE(states.runAt(1, count).count, count - 1);
    states.set(count - 1, count, SectorState::Zero);
    QCOMPARE(states.runAt(1, count).count, count - 2);
    QCOMPARE(states.changedCount(), count - 1);
}

void TestSectorStates::aCopyIsTheSame()
{
    SectorStates states(200'000);
    states.set(10, 100'000, SectorState::Data);
    for (std::uint64_t sector = 131'072; sector < 150'000; sector += 2)
        states.set(sector, sector + 1, SectorState::Zero);
    SectorStates copy(200'000);
    copy.copyFrom(states);
    states.set(0, 200'000, SectorState::Below);
    QCOMPARE(copy.changedCount(), std::uint64_t{99'990 + 9'464});
    QVERIFY(copy.areAll(10, 100'000, SectorState::Data));
    QCOMPARE(copy.runAt(131'074, 200'000).count, std::uint64_t{1});
}

QTEST_GUILESS_MAIN(TestSectorStates)
#include "tst_sector_states.moc"
