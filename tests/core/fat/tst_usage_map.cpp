#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::VolumeBuilder;

namespace {

FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<FatType>(bits);
}

UsageRun run(std::uint32_t first, std::uint32_t count, ClusterState state,
             std::uint32_t owner = noOwner, std::uint32_t part = 0)
{
    return {.first = Cluster{first}, .count = count, .owner = owner, .part = part, .state = state};
}

std::shared_ptr<const UsageMap> mapOf(const VolumeBuilder& builder)
{
    const auto volume = builder.open();
    const auto map = mapUsage(*volume, *builder.tree());
    return map ? *map : nullptr;
}

/// Gap-free from 2 to the end, nothing to merge left, counts that sum up.
void checkInvariants(const UsageMap& map)
{
    Cluster at{2};
    std::uint64_t total = 0;
    const UsageRun* previous = nullptr;
    for (const UsageRun& r : map.runs()) {
        QVERIFY(r.count > 0);
        QCOMPARE(r.first.value, at.value);
        QVERIFY(previous == nullptr || previous->state != r.state || previous->owner != r.owner ||
                previous->part + previous->count != r.part);
        at = r.end();
        total += r.count;
        previous = &r;
    }
    QCOMPARE(at.value, map.geometry().endCluster().value);
    QCOMPARE(total, std::uint64_t{map.geometry().clusterCount});
    std::uint64_t counted = 0;
    for (std::size_t state = 0; state < clusterStateCount; ++state)
        counted += map.count(static_cast<ClusterState>(state));
    QCOMPARE(counted, total);
}

} // namespace

class TestUsageMap : public QObject {
    Q_OBJECT

private slots:
    void initTestCase_data();
    void fillsGapsWithFree();
    void joinsNeighboursOfOneChain();
    void cutsWhatLeavesTheVolumeOrOverlaps();
    void worstIsTheMostImportantState();
    void knowsEveryState();
    void keepsPartsOfAChain();
    void agreesWithASlowWalk();
    void stopsWhenAsked();
};

void TestUsageMap::initTestCase_data()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {12, 16, 32})
        QTest::addRow("FAT%d", bits) << bits;
}

void TestUsageMap::fillsGapsWithFree()
{
    const Geometry geometry = VolumeBuilder(typeOfRow()).geometry();
    const UsageMap empty(geometry, {});
    checkInvariants(empty);
    QCOMPARE(empty.runs().size(), std::size_t{1});
    QCOMPARE(empty.count(ClusterState::Free), std::uint64_t{geometry.clusterCount});

    const UsageMap map(geometry, {run(20, 3, ClusterState::File, 1), run(5, 2, ClusterState::Bad)});
    checkInvariants(map);
    QCOMPARE(map.runs().size(), std::size_t{5});
    QCOMPARE(map.at(Cluster{4}).state, ClusterState::Free);
    QCOMPARE(map.at(Cluster{5}).state, ClusterState::Bad);
    QCOMPARE(map.at(Cluster{6}).state, ClusterState::Bad);
    QCOMPARE(map.at(Cluster{7}).state, ClusterState::Free);
    QCOMPARE(map.at(Cluster{22}).owner, 1U);
    QCOMPARE(map.at(geometry.endCluster() - 1).state, ClusterState::Free);
}

void TestUsageMap::joinsNeighboursOfOneChain()
{
    const Geometry geometry = VolumeBuilder(typeOfRow()).geometry();
    const UsageMap map(geometry,
                       {run(2, 3, ClusterState::File, 1, 0), run(5, 3, ClusterState::File, 1, 3),
                        run(8, 1, ClusterState::File, 1, 9), run(9, 1, ClusterState::File, 2, 0),
                        run(10, 1, ClusterState::Lost), run(11, 1, ClusterState::Lost)});
    QCOMPARE(map.runs().size(), std::size_t{5});
    QCOMPARE(map.runs()[0].count, 6U);
    QCOMPARE(map.at(Cluster{11}).count, 2U);
}

void TestUsageMap::cutsWhatLeavesTheVolumeOrOverlaps()
{
    const Geometry geometry = VolumeBuilder(typeOfRow()).geometry();
    const std::uint32_t end = geometry.endCluster().value;
    const UsageMap map(geometry, {run(0, 4, ClusterState::File, 1), run(3, 5, ClusterState::Bad),
                                  run(end - 1, 50, ClusterState::Lost),
                                  run(end + 5, 50, ClusterState::Lost)});
    checkInvariants(map);
    QCOMPARE(map.count(ClusterState::Lost), std::uint64_t{1});
    QCOMPARE(map.count(ClusterState::File), std::uint64_t{2});
    QCOMPARE(map.at(Cluster{2}).part, 2U);
}

void TestUsageMap::worstIsTheMostImportantState()
{
    const Geometry geometry = VolumeBuilder(typeOfRow()).geometry();
    test::PseudoRandom random(11);
    std::vector<UsageRun> runs;
    for (std::uint32_t at = 2; at < 190;) {
        const auto count = static_cast<std::uint32_t>(1 + random.below(5));
        runs.push_back(run(at, count, static_cast<ClusterState>(random.below(clusterStateCount))));
        at += count + static_cast<std::uint32_t>(random.below(4));
    }
    const UsageMap map(geometry, runs);
    checkInvariants(map);
    for (std::uint32_t first = 2; first < 200; ++first) {
        ClusterState expected = ClusterState::Free;
        for (std::uint32_t count = 1; first + count <= 200; ++count) {
            expected = std::max(expected, map.at(Cluster{first + count - 1}).state);
            QCOMPARE(map.worst({Cluster{first}, count}), expected);
        }
    }
}

void TestUsageMap::knowsEveryState()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFolder(0, 0, "DOCS       ", 10);
    builder.link({10});
    builder.putFile(0, 1, "A       TXT", 20, 600);
    builder.link({20, 21});
    builder.putFile(0, 2, "B       TXT", 30, 600);
    builder.link({30, 21});
    builder.setBad(40);
    builder.link({50, 51});
    builder.setEntry(60, 1);
    const auto map = mapOf(builder);
    QVERIFY(map != nullptr);
    checkInvariants(*map);
    const auto tree = builder.tree();
    QCOMPARE(map->at(Cluster{10}).state, ClusterState::Directory);
    QCOMPARE(map->at(Cluster{10}).owner, *tree->find("/DOCS"));
    QCOMPARE(map->at(Cluster{20}).state, ClusterState::File);
    QCOMPARE(map->at(Cluster{21}).state, ClusterState::CrossLinked);
    QCOMPARE(map->at(Cluster{21}).owner, *tree->find("/A.TXT"));
    QCOMPARE(map->at(Cluster{21}).part, 1U);
    QCOMPARE(map->at(Cluster{30}).owner, *tree->find("/B.TXT"));
    QCOMPARE(map->at(Cluster{40}).state, ClusterState::Bad);
    QCOMPARE(map->at(Cluster{51}).state, ClusterState::Lost);
    QCOMPARE(map->at(Cluster{60}).state, ClusterState::System);
    QCOMPARE(map->at(Cluster{61}).state, ClusterState::Free);
    const bool rootHasChain = typeOfRow() == FatType::Fat32;
    QCOMPARE(map->at(Cluster{2}).state,
             rootHasChain ? ClusterState::Directory : ClusterState::Free);
    QCOMPARE(map->at(Cluster{2}).owner, rootHasChain ? 0U : noOwner);
}

void TestUsageMap::keepsPartsOfAChain()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFile(0, 0, "A       TXT", 50, 5000);
    builder.link({50, 51, 30, 31, 32, 52});
    const auto map = mapOf(builder);
    QVERIFY(map != nullptr);
    checkInvariants(*map);
    QCOMPARE(map->at(Cluster{51}).part, 0U);
    QCOMPARE(map->at(Cluster{51}).count, 2U);
    QCOMPARE(map->at(Cluster{32}).part, 2U);
    QCOMPARE(map->at(Cluster{52}).part, 5U);
    QCOMPARE(map->at(Cluster{52}).first.value, 52U);
}

/// Random FATs and random files: every cluster's state by definition.
void TestUsageMap::agreesWithASlowWalk()
{
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        test::PseudoRandom random(seed);
        VolumeBuilder builder(typeOfRow());
        for (std::uint32_t c = 3; c < 180; ++c) {
            const std::uint64_t dice = random.below(10);
            if (dice < 6)
                builder.setEntry(c, 3 + static_cast<std::uint32_t>(random.below(178)));
            else if (dice < 8)
                builder.setEnd(c);
            else if (dice < 9)
                builder.setBad(c);
        }
        for (std::uint32_t slot = 0; slot < 12; ++slot)
            builder.putFile(0, slot, "A       TXT",
                            3 + static_cast<std::uint32_t>(random.below(190)), 1);
        const auto volume = builder.open();
        const auto tree = builder.tree();
        const auto map = mapOf(builder);
        QVERIFY(map != nullptr);
        checkInvariants(*map);
        for (Cluster c{2}; c < map->geometry().endCluster(); ++c) {
            std::vector<std::uint32_t> owners;
            for (std::uint32_t n = 0; n < tree->nodes.size(); ++n)
                for (const ClusterRange& range : tree->runsOf(n))
                    if (range.contains(c))
                        owners.push_back(n);
            const EntryKind kind = volume->entry(c)->kind;
            const ClusterState expected = kind == EntryKind::Free  ? ClusterState::Free
                                          : kind == EntryKind::Bad ? ClusterState::Bad
                                          : owners.empty()         ? ClusterState::Lost
                                          : owners.size() > 1      ? ClusterState::CrossLinked
                                          : tree->nodes[owners[0]].isDirectory
                                              ? ClusterState::Directory
                                              : ClusterState::File;
            QCOMPARE(map->at(c).state, expected);
            if (!owners.empty() && kind != EntryKind::Free && kind != EntryKind::Bad)
                QCOMPARE(map->at(c).owner, owners[0]);
        }
    }
}

void TestUsageMap::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    VolumeBuilder builder(typeOfRow());
    const auto volume = builder.open();
    const auto tree = builder.tree();
    QCOMPARE(mapUsage(*volume, *tree, JobControl(source.get_token())).error().code,
             ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestUsageMap)
#include "tst_usage_map.moc"
