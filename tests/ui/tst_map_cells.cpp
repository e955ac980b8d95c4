#include "tests/ui/map_fixture.hpp"
#include "ui/models/map_cells.hpp"

#include <QTest>

#include <random>

using namespace fatlas;
using namespace fatlas::ui;
using fat::ClusterState;

namespace {

std::shared_ptr<const MapCells> floppyCells()
{
    return MapCells::make(test::makeUsage());
}

/// A volume of many short runs in random states.
std::shared_ptr<const MapCells> randomCells(std::uint32_t seed, std::uint32_t clusterCount)
{
    fat::Geometry geometry = test::floppyGeometry();
    geometry.clusterCount = clusterCount;
    std::mt19937 generator(seed);
    const auto random = [&generator](std::uint32_t below) {
        return static_cast<std::uint32_t>(generator() % below);
    };
    std::vector<fat::UsageRun> runs;
    for (std::uint32_t at = 2; at < clusterCount + 2;) {
        const std::uint32_t count = std::min<std::uint32_t>(1 + random(5), clusterCount + 2 - at);
        runs.push_back({.first = Cluster{at},
                        .count = count,
                        .owner = static_cast<std::uint32_t>(runs.size()),
                        .part = 0,
                        .state = static_cast<ClusterState>(random(7))});
        at += count + random(3);
    }
    return MapCells::make(std::make_shared<const fat::UsageMap>(geometry, std::move(runs)));
}

} // namespace

class TestMapCells : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void startsWithTheSystemArea()
    {
        const auto cells = floppyCells();
        QCOMPARE(cells->systemCellCount(), std::uint64_t{33});
        QCOMPARE(cells->cellCount(), std::uint64_t{33 + 2847});
        QCOMPARE(cells->clusterOfCell(32), std::nullopt);
        QCOMPARE(cells->clusterOfCell(33), std::optional(Cluster{2}));
        QCOMPARE(cells->cellOfCluster(Cluster{2}), std::optional(std::uint64_t{33}));
        QCOMPARE(cells->stateOfCell(0), ClusterState::System);
    }

    void knowsNoCellsOutsideTheVolume()
    {
        const auto cells = floppyCells();
        QCOMPARE(cells->clusterOfCell(33 + 2847), std::nullopt);
        QCOMPARE(cells->cellOfCluster(Cluster{0}), std::nullopt);
        QCOMPARE(cells->cellOfCluster(Cluster{2849}), std::nullopt);
        QCOMPARE(cells->cellsOfRun({Cluster{2848}, 100}).count, std::uint64_t{1});
        QCOMPARE(cells->cellsOfRun({Cluster{5000}, UINT32_MAX}).count, std::uint64_t{0});
        QCOMPARE(cells->statesInCells({100000, 5}), StateMask{0});
    }

    void boundsTheSystemAreaOfStrangeVolumes()
    {
        fat::Geometry geometry = test::floppyGeometry();
        geometry.reservedSectors = 65535;
        geometry.clusterCount = 100;
        const auto cells = MapCells::make(
            std::make_shared<const fat::UsageMap>(geometry, std::vector<fat::UsageRun>{}));
        QCOMPARE(cells->systemCellCount(), std::uint64_t{64});
    }

    void neverHidesTheMostImportantState()
    {
        const auto cells = floppyCells();
        const auto all = cells->stateOfCells({0, cells->cellCount()});
        QCOMPARE(all, ClusterState::CrossLinked);
        const std::uint64_t lost = cells->cellOfCluster(Cluster{820}).value_or(0);
        QCOMPARE(cells->stateOfCells({lost - 30, 31}), ClusterState::Lost);
        QCOMPARE(cells->stateOfCells({lost - 30, 30}), ClusterState::Free);
        QCOMPARE(cells->findState({lost - 30, 60}, ClusterState::Lost), std::optional(lost));
        QCOMPARE(cells->findState({lost - 30, 30}, ClusterState::Lost), std::nullopt);
    }

    void fillsSlotsAsAskedOneByOne_data()
    {
        QTest::addColumn<quint64>("first");
        QTest::addColumn<quint64>("perSlot");
        for (const quint64 perSlot : {1, 2, 3, 7, 64, 500, 1000000})
            for (const quint64 first : {0, 1, 60, 313, 4999})
                QTest::addRow("%llu each from %llu", perSlot, first) << first << perSlot;
    }

    void fillsSlotsAsAskedOneByOne()
    {
        QFETCH(const quint64, first);
        QFETCH(const quint64, perSlot);
        const auto cells = randomCells(7, 5000);
        std::vector<StateMask> slots(5200, StateMask{0xFF});
        cells->fillSlots(first, perSlot, slots);
        for (std::size_t i = 0; i < slots.size(); ++i)
            QCOMPARE(slots[i], cells->statesInCells({first + i * perSlot, perSlot}));
    }

    void sumsUpBlocksOfRunsAsSingleOnes()
    {
        const auto cells = randomCells(3, 20000);
        for (std::uint64_t first = 0; first < 19000; first += 977) {
            StateMask expected = 0;
            for (std::uint64_t cell = first; cell < first + 900; ++cell)
                expected |= maskOf(cells->stateOfCell(cell));
            QCOMPARE(cells->statesInCells({first, 900}), expected);
        }
    }

    void marksTheEndsOfChains()
    {
        const auto cells = floppyCells();
        const auto cell = [&cells](std::uint32_t cluster) {
            return cells->cellOfCluster(Cluster{cluster}).value_or(UINT64_MAX);
        };
        QVERIFY(cells->isFirst(cell(430)));
        QVERIFY(!cells->isFirst(cell(431)) && !cells->isFirst(cell(700)));
        QVERIFY(!cells->isFirst(cell(100))); // third fragment, although it lies first
        QVERIFY(cells->isLast(cell(101)));
        QVERIFY(!cells->isLast(cell(702)) && !cells->isLast(cell(100)));
        QVERIFY(!cells->isFirst(cell(820)) && !cells->isLast(cell(828))); // lost: nobody's
        QVERIFY(!cells->isFirst(0) && !cells->isLast(0));
    }

    void givesRunsInChainOrder()
    {
        const auto cells = floppyCells();
        QCOMPARE(cells->runsOfOwner(test::text), test::textRuns());
        QCOMPARE(cells->clusterCountOfOwner(test::text), 9U);
        QVERIFY(cells->runsOfOwner(4711).empty());
    }

    void joinsPartsOfOneFragment()
    {
        const auto usage = std::make_shared<const fat::UsageMap>(
            test::floppyGeometry(),
            std::vector<fat::UsageRun>{{Cluster{10}, 2, 1, 0, ClusterState::File},
                                       {Cluster{12}, 2, 1, 2, ClusterState::CrossLinked}});
        QCOMPARE(MapCells::make(usage)->runsOfOwner(1),
                 (std::vector<ClusterRange>{{Cluster{10}, 4}}));
    }

    void countsEveryCellOnce()
    {
        const auto cells = floppyCells();
        std::uint64_t sum = 0;
        for (int state = 0; state < static_cast<int>(fat::clusterStateCount); ++state)
            sum += cells->count(static_cast<ClusterState>(state));
        QCOMPARE(sum, cells->cellCount());
        QCOMPARE(cells->count(ClusterState::System), std::uint64_t{33});
        QCOMPARE(cells->count(ClusterState::Lost), std::uint64_t{9});
    }
};

QTEST_GUILESS_MAIN(TestMapCells)
#include "tst_map_cells.moc"
