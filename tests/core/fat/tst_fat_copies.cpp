#include "core/fat/fat_copies.hpp"
#include "core/fat/fat_table.hpp"

#include "tests/core/fat/volume_builder.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

/// The volume with other values in its second FAT.
std::shared_ptr<const Volume>
withSecondFat(const test::VolumeBuilder& builder,
              std::initializer_list<std::pair<unsigned, unsigned>> set)
{
    const Geometry& geometry = builder.geometry();
    Bytes bytes = builder.bytes();
    for (const auto& [cluster, value] : set)
        setRawEntry(geometry.type,
                    ByteSpan(bytes).subspan(geometry.fatOffset(1), geometry.fatSize()),
                    Cluster{cluster}, value);
    return *Volume::open(std::make_shared<block::MemoryDevice>(std::move(bytes)));
}

} // namespace

class TestFatCopies : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void findsNothingWhereTheyAgree_data()
    {
        QTest::addColumn<FatType>("type");
        for (const FatType type : {FatType::Fat12, FatType::Fat16, FatType::Fat32})
            QTest::newRow(toString(type)) << type;
    }

    void findsNothingWhereTheyAgree()
    {
        QFETCH(const FatType, type);
        test::VolumeBuilder builder(type);
        builder.link({5, 6, 7});
        const auto runs = differingRuns(*builder.open(), 1);
        QVERIFY(runs && runs->empty());
    }

    void tellsHowTheyDiffer_data() { findsNothingWhereTheyAgree_data(); }

    void tellsHowTheyDiffer()
    {
        QFETCH(const FatType, type);
        test::VolumeBuilder builder(type);
        builder.link({5, 6, 7});
        const auto volume = withSecondFat(
            builder, {{5, 0}, {6, 9}, {7, 5}, {20, endMark(type)}, {21, endMark(type)}});
        const auto runs = differingRuns(*volume, 1);
        QVERIFY(runs.has_value());
        const std::vector<DifferingRun> expected{{{Cluster{5}, 1}, CopyDifference::OnlyRead},
                                                 {{Cluster{6}, 2}, CopyDifference::Value},
                                                 {{Cluster{20}, 2}, CopyDifference::OnlyOther}};
        QCOMPARE(*runs, expected);
    }

    void leavesOutEntriesOfNoCluster()
    {
        const test::VolumeBuilder builder(FatType::Fat16);
        const auto volume = withSecondFat(builder, {{0, 0xFFF0}, {1, 0x1234}});
        const auto runs = differingRuns(*volume, 1);
        QVERIFY(runs && runs->empty());
        int noted = 0;
        QVERIFY(
            compareFatCopies(*volume, 1, [&noted](const DifferingEntry&) { ++noted; }).has_value());
        QVERIFY(noted >= 1);
    }

    void findsTheLastCluster_data() { findsNothingWhereTheyAgree_data(); }

    void findsTheLastCluster()
    {
        QFETCH(const FatType, type);
        const test::VolumeBuilder builder(type);
        const std::uint32_t last = builder.geometry().endCluster().value - 1;
        const auto runs = differingRuns(*withSecondFat(builder, {{last, endMark(type)}}), 1);
        QVERIFY(runs && runs->size() == 1);
        QCOMPARE(runs->front().clusters.first, Cluster{last});
    }
};

QTEST_GUILESS_MAIN(TestFatCopies)
#include "tst_fat_copies.moc"
