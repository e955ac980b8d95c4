#include "core/fat/usage_looks.hpp"

#include <QTest>

#include <set>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

Geometry smallGeometry()
{
    Geometry geometry;
    geometry.sectorsPerFat = 1;
    geometry.rootEntryCount = 16;
    geometry.totalSectors = 104;
    geometry.clusterCount = 100;
    return geometry;
}

Tree treeOf(const std::vector<std::string>& names)
{
    Tree tree;
    tree.nodes.resize(names.size() + 1);
    for (std::size_t i = 0; i < names.size(); ++i)
        tree.nodes[i + 1].name = names[i];
    return tree;
}

UsageRun run(std::uint32_t first, std::uint32_t count, std::uint32_t owner, std::uint32_t part = 0)
{
    return {.first = Cluster{first},
            .count = count,
            .owner = owner,
            .part = part,
            .state = ClusterState::File};
}

} // namespace

class TestUsageLooks : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void neighboursHaveDifferentColours()
    {
        std::vector<std::string> names;
        std::vector<UsageRun> runs;
        for (std::uint32_t i = 0; i < 90; ++i) {
            names.push_back("F" + std::to_string(i));
            runs.push_back(run(2 + i, 1, i + 1));
        }
        const auto colours = ownerColours(treeOf(names), UsageMap(smallGeometry(), runs));
        QCOMPARE(colours.size(), std::size_t{91});
        QCOMPARE(colours[0], noOwnerColour);
        for (std::size_t i = 1; i < colours.size(); ++i)
            QVERIFY(colours[i] < ownerColourCount && (i == 1 || colours[i] != colours[i - 1]));
        QVERIFY(std::set(colours.begin() + 1, colours.end()).size() == ownerColourCount);
    }

    void aFileKeepsItsColourWhereverItLies()
    {
        const Tree tree = treeOf({"A.TXT", "B.TXT"});
        const auto here = ownerColours(tree, UsageMap(smallGeometry(), {run(2, 5, 1)}));
        const auto there =
            ownerColours(tree, UsageMap(smallGeometry(), {run(40, 1, 1), run(90, 2, 1, 1)}));
        QCOMPARE(here[1], there[1]);
    }

    void survivesOwnersThatAreNotInTheTree()
    {
        const auto colours =
            ownerColours(treeOf({"A.TXT"}), UsageMap(smallGeometry(), {run(2, 5, 77)}));
        QCOMPARE(colours, (std::vector<std::uint8_t>{noOwnerColour, noOwnerColour}));
    }

    void aFragmentStartsWhereAChainGoesOnFromElsewhere()
    {
        const UsageMap map(smallGeometry(), {run(2, 3, 1), run(5, 2, 2), run(10, 2, 1, 3)});
        std::vector<std::uint32_t> starts;
        for (std::size_t i = 0; i < map.runs().size(); ++i)
            if (isFragmentStart(map, i))
                starts.push_back(map.runs()[i].first.value);
        QCOMPARE(starts, std::vector<std::uint32_t>{10});
    }

    void aFragmentGoesOnThroughAnotherState()
    {
        std::vector<UsageRun> runs{run(2, 3, 1), run(5, 2, 1, 3)};
        runs[1].state = ClusterState::CrossLinked;
        const UsageMap map(smallGeometry(), runs);
        QVERIFY(!isFragmentStart(map, 0) && !isFragmentStart(map, 1));
    }

    void findsTheClusterOfAFinding()
    {
        const Geometry geometry = smallGeometry();
        Finding finding;
        QCOMPARE(clusterOf(geometry, finding), std::nullopt);
        finding.offset = geometry.clusterOffset(Cluster{7}) + 5;
        QCOMPARE(clusterOf(geometry, finding), std::optional(Cluster{7}));
        finding.offset = geometry.dataOffset() - 1;
        QCOMPARE(clusterOf(geometry, finding), std::nullopt);
        finding.offset = geometry.clusterOffset(geometry.endCluster());
        QCOMPARE(clusterOf(geometry, finding), std::nullopt);
        finding.cluster = 50;
        QCOMPARE(clusterOf(geometry, finding), std::optional(Cluster{50}));
        finding.cluster = 102;
        QCOMPARE(clusterOf(geometry, finding), std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestUsageLooks)
#include "tst_usage_looks.moc"
