#include "core/fat/usage_pyramid.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

Geometry geometryOf(std::uint32_t clusters)
{
    Geometry geometry;
    geometry.type = fatTypeForClusters(clusters);
    geometry.clusterCount = clusters;
    return geometry;
}

ClusterRange range(std::uint64_t first, std::uint64_t count)
{
    return {.first = Cluster{static_cast<std::uint32_t>(first)},
            .count = static_cast<std::uint32_t>(count)};
}

/// Every cluster by itself, to compare with.
struct Slow {
    std::vector<ClusterState> states; ///< from cluster 2 on
    std::vector<bool> findings;

    [[nodiscard]] StateBits bits(std::uint64_t first, std::uint64_t count) const
    {
        StateBits bits = 0;
        const std::uint64_t end = std::min<std::uint64_t>(first + count, states.size() + 2);
        for (std::uint64_t c = std::max<std::uint64_t>(first, 2); c < end; ++c) {
            bits |= stateBit(states[c - 2]);
            bits |= findings[c - 2] ? findingBit : StateBits{0};
        }
        return bits;
    }

    [[nodiscard]] StateCounts counts(std::uint64_t first, std::uint64_t count) const
    {
        StateCounts counts{};
        const std::uint64_t end = std::min<std::uint64_t>(first + count, states.size() + 2);
        for (std::uint64_t c = std::max<std::uint64_t>(first, 2); c < end; ++c)
            ++counts[static_cast<std::size_t>(states[c - 2])];
        return counts;
    }
};

struct Made {
    std::shared_ptr<const UsagePyramid> pyramid;
    Slow slow;
};

/// Random runs of `longest` clusters at most, and `findingCount` findings.
Made makeRandom(std::uint32_t clusters, std::uint32_t longest, std::uint32_t findingCount,
                std::uint64_t seed)
{
    test::PseudoRandom random(seed);
    Made made;
    std::vector<UsageRun> runs;
    for (std::uint32_t at = 0; at < clusters;) {
        const auto count = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(1 + random.below(longest), clusters - at));
        const auto state = static_cast<ClusterState>(random.below(clusterStateCount));
        runs.push_back({.first = Cluster{at + 2}, .count = count, .state = state});
        made.slow.states.insert(made.slow.states.end(), count, state);
        at += count;
    }
    made.slow.findings.resize(clusters);
    std::vector<ClusterRange> findings;
    for (std::uint32_t i = 0; i < findingCount; ++i) {
        const std::uint64_t first = random.below(clusters + 10);
        findings.push_back(range(first, random.below(4)));
        for (std::uint64_t c = first; c < first + findings.back().count; ++c)
            if (c >= 2 && c < clusters + 2)
                made.slow.findings[c - 2] = true;
    }
    made.pyramid = *UsagePyramid::build(
        std::make_shared<const UsageMap>(geometryOf(clusters), std::move(runs)), findings);
    return made;
}

} // namespace

class TestUsagePyramid : public QObject {
    Q_OBJECT

private slots:
    void worstStateIsTheMostImportant();
    void answersEveryRangeAsASlowWalkDoes();
    void cellsAreTheRangesTheyStandFor();
    void aLoneClusterIsSeenAtEveryZoomAndWidth();
    void aFindingIsSeenAtEveryZoomAndWidth();
    void countsOfCellsSumUpToTheWhole();
    void joinsFindingsThatOverlapOrLeaveTheVolume();
    void knowsTheLargestVolume();
    void stopsWhenAsked();
};

void TestUsagePyramid::worstStateIsTheMostImportant()
{
    QCOMPARE(worstState(0), ClusterState::Free);
    QCOMPARE(worstState(findingBit), ClusterState::Free);
    for (unsigned bits = 1; bits < 128; ++bits) {
        ClusterState expected = ClusterState::Free;
        for (unsigned state = 0; state < clusterStateCount; ++state)
            if ((bits >> state & 1) != 0)
                expected = static_cast<ClusterState>(state);
        QCOMPARE(worstState(static_cast<StateBits>(bits)), expected);
        QCOMPARE(worstState(static_cast<StateBits>(bits | findingBit)), expected);
    }
}

void TestUsagePyramid::answersEveryRangeAsASlowWalkDoes()
{
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        const auto clusters = static_cast<std::uint32_t>(1 + seed * 9);
        const Made made = makeRandom(clusters, static_cast<std::uint32_t>(1 + seed % 5),
                                     static_cast<std::uint32_t>(seed), seed);
        for (std::uint32_t first = 0; first < clusters + 4; ++first) {
            for (std::uint32_t count = 0; count < clusters + 6; ++count) {
                QCOMPARE(made.pyramid->statesIn(range(first, count)), made.slow.bits(first, count));
                QCOMPARE(made.pyramid->countsIn(range(first, count)),
                         made.slow.counts(first, count));
            }
        }
    }
}

/// Large enough for tiles of several clusters and several levels.
void TestUsagePyramid::cellsAreTheRangesTheyStandFor()
{
    const std::uint32_t clusters = 5'000'000;
    const Made made = makeRandom(clusters, 300, 400, 3);
    test::PseudoRandom random(4);
    for (const std::uint32_t perCell : {1U, 3U, 64U, 1000U, 4096U, 77'777U, 5'000'000U}) {
        std::vector<StateBits> cells(std::min<std::uint64_t>(clusters / perCell + 3, 2000));
        const std::uint64_t first = 2 + random.below(std::max(1U, clusters - perCell * 5));
        made.pyramid->fillCells(Cluster{static_cast<std::uint32_t>(first)}, perCell, cells);
        for (std::size_t i = 0; i < cells.size(); ++i)
            QCOMPARE(cells[i], made.slow.bits(first + i * perCell, perCell));
    }
    for (int i = 0; i < 300; ++i) {
        const std::uint64_t first = random.below(clusters);
        const std::uint64_t count = random.below(clusters / 4);
        QCOMPARE(made.pyramid->statesIn(range(first, count)), made.slow.bits(first, count));
        QCOMPARE(made.pyramid->countsIn(range(first, count)), made.slow.counts(first, count));
    }
}

/// One odd cluster among millions, wherever it is, at each zoom and each number of columns.
void TestUsagePyramid::aLoneClusterIsSeenAtEveryZoomAndWidth()
{
    const std::uint32_t clusters = 3'000'017;
    test::PseudoRandom random(21);
    for (int round = 0; round < 60; ++round) {
        const auto place = static_cast<std::uint32_t>(2 + random.below(clusters));
        const auto state = static_cast<ClusterState>(1 + random.below(clusterStateCount - 1));
        const auto map = std::make_shared<const UsageMap>(
            geometryOf(clusters),
            std::vector<UsageRun>{{.first = Cluster{place}, .count = 1, .state = state}});
        const auto pyramid = *UsagePyramid::build(map, {});
        for (std::uint32_t perCell = 1; perCell < 2 * clusters; perCell = perCell * 2 + 1) {
            const std::uint32_t cell = (place - 2) / perCell;
            const std::uint32_t from = cell < 3 ? 0 : cell - 3;
            std::vector<StateBits> cells(7);
            pyramid->fillCells(Cluster{2 + from * perCell}, perCell, cells);
            for (std::uint32_t i = 0; i < cells.size(); ++i)
                QCOMPARE((cells[i] & stateBit(state)) != 0, from + i == cell);
            QCOMPARE(worstState(cells[cell - from]), state);
        }
    }
}

void TestUsagePyramid::aFindingIsSeenAtEveryZoomAndWidth()
{
    const std::uint32_t clusters = 2'500'003;
    const auto map =
        std::make_shared<const UsageMap>(geometryOf(clusters), std::vector<UsageRun>{});
    test::PseudoRandom random(22);
    for (int round = 0; round < 60; ++round) {
        const auto place = static_cast<std::uint32_t>(2 + random.below(clusters));
        const auto pyramid = *UsagePyramid::build(map, {range(place, 1)});
        for (std::uint32_t perCell = 1; perCell < 2 * clusters; perCell = perCell * 2 + 1) {
            std::vector<StateBits> cells(1);
            const std::uint32_t cell = (place - 2) / perCell;
            pyramid->fillCells(Cluster{2 + cell * perCell}, perCell, cells);
            QVERIFY((cells[0] & findingBit) != 0);
            QCOMPARE(pyramid->findingCountIn(range(2 + cell * perCell, perCell)), 1U);
        }
    }
}

void TestUsagePyramid::countsOfCellsSumUpToTheWhole()
{
    const Made made = makeRandom(1'500'000, 40, 100, 9);
    const UsageMap& map = *made.pyramid->map();
    for (const std::uint32_t perCell : {7U, 1024U, 33'333U, 2'000'000U}) {
        StateCounts sum{};
        std::uint64_t findings = 0;
        for (std::uint32_t at = 2; at < map.geometry().endCluster().value; at += perCell) {
            const StateCounts counts = made.pyramid->countsIn(range(at, perCell));
            for (std::size_t state = 0; state < sum.size(); ++state)
                sum[state] += counts[state];
            findings += made.pyramid->findingCountIn(range(at, perCell));
        }
        for (std::size_t state = 0; state < sum.size(); ++state)
            QCOMPARE(sum[state], map.count(static_cast<ClusterState>(state)));
        QCOMPARE(findings,
                 static_cast<std::uint64_t>(std::ranges::count(made.slow.findings, true)));
    }
}

void TestUsagePyramid::joinsFindingsThatOverlapOrLeaveTheVolume()
{
    const auto map = std::make_shared<const UsageMap>(geometryOf(100), std::vector<UsageRun>{});
    const auto pyramid =
        *UsagePyramid::build(map, {range(0, 4), range(50, 5), range(52, 10), range(62, 1),
                                   range(99, 1000), range(UINT32_MAX, UINT32_MAX), range(70, 0)});
    const std::vector<ClusterRange> expected{range(2, 2), range(50, 13), range(99, 3)};
    QVERIFY(std::ranges::equal(pyramid->findings(), expected));
    QCOMPARE(pyramid->findingCountIn(range(0, UINT32_MAX)), 18U);
}

/// 268 million clusters: nothing overflows, and all of it is small.
void TestUsagePyramid::knowsTheLargestVolume()
{
    const std::uint32_t last = maxClustersFat32 + 1;
    const auto map = std::make_shared<const UsageMap>(
        geometryOf(maxClustersFat32),
        std::vector<UsageRun>{{.first = Cluster{last}, .count = 1, .state = ClusterState::Bad}});
    const auto pyramid = *UsagePyramid::build(map, {range(last, 1)});
    QCOMPARE(pyramid->statesIn(range(2, maxClustersFat32)),
             static_cast<StateBits>(stateBit(ClusterState::Free) | stateBit(ClusterState::Bad) |
                                    findingBit));
    QCOMPARE(pyramid->statesIn(range(2, maxClustersFat32 - 1)), stateBit(ClusterState::Free));
    QCOMPARE(pyramid->countsIn(range(0, UINT32_MAX))[0], maxClustersFat32 - 1);
    QCOMPARE(pyramid->runIndexOf(Cluster{last}), std::size_t{1});
    std::vector<StateBits> cells(1000);
    pyramid->fillCells(Cluster{2}, maxClustersFat32 / 999, cells);
    QCOMPARE(std::ranges::count_if(cells, [](StateBits b) { return (b & findingBit) != 0; }), 1);
}

void TestUsagePyramid::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    const auto map = std::make_shared<const UsageMap>(geometryOf(100), std::vector<UsageRun>{});
    QCOMPARE(UsagePyramid::build(map, {}, JobControl(source.get_token())).error().code,
             ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestUsagePyramid)
#include "tst_usage_pyramid.moc"
