#include "core/fat/fat_table.hpp"
#include "core/folder_disk/computed_fat.hpp"

#include "tests/core/folder_disk/snapshot_maker.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::folder_disk;

class ComputedFatTest : public QObject {
    Q_OBJECT

private slots:
    void equalsAFatWrittenEntryByEntry_data();
    void equalsAFatWrittenEntryByEntry();
    void emptyDiskHasTheTwoFirstEntries();
    void usedSizeEndsBehindTheLastRun();
};

namespace {

std::shared_ptr<const Plan> planFor(int bits, std::uint32_t clusterSize)
{
    Options options;
    options.fat = static_cast<fat::FatType>(bits);
    options.clusterSize = clusterSize;
    auto nodes = test::manyFiles("d", 900, 1, [](auto i) { return "f" + std::to_string(i); });
    nodes.push_back({.path = "big", .size = 3'000 * std::uint64_t{clusterSize}});
    nodes.push_back({.path = "d/empty"});
    return test::planOrDie(nodes, options);
}

/// The slow way: a table of the whole FAT, one entry after the other.
Bytes writtenFat(const Plan& plan)
{
    const fat::FatType type = plan.geometry().type;
    Bytes bytes(static_cast<std::size_t>(plan.geometry().fatSize()));
    fat::setRawEntry(type, bytes, Cluster{0}, 0x0FFFFF00U | plan.geometry().media);
    fat::setRawEntry(type, bytes, Cluster{1}, fat::endMark(type));
    for (const Entry& entry : plan.entries)
        for (std::uint32_t i = 0; i < entry.clusterCount; ++i) {
            const Cluster cluster = entry.firstCluster + i;
            fat::setRawEntry(type, bytes, cluster,
                             i + 1 == entry.clusterCount ? fat::endMark(type) : cluster.value + 1);
        }
    return bytes;
}

} // namespace

void ComputedFatTest::equalsAFatWrittenEntryByEntry_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<quint32>("clusterSize");
    QTest::newRow("FAT12") << 12 << 4096U;
    QTest::newRow("FAT16") << 16 << 2048U;
    QTest::newRow("FAT32") << 32 << 512U;
}

void ComputedFatTest::equalsAFatWrittenEntryByEntry()
{
    QFETCH(const int, bits);
    QFETCH(const quint32, clusterSize);
    const auto plan = planFor(bits, clusterSize);
    QVERIFY(!plan->refusal());
    const Bytes expected = writtenFat(*plan);
    const ComputedFat fat(*plan);
    Bytes whole(expected.size(), std::byte{0xAA});
    fat.read(0, whole);
    QVERIFY(whole == expected);
    test::PseudoRandom random(3);
    for (int i = 0; i < 3000; ++i) {
        const std::uint64_t offset = random.below(expected.size());
        Bytes part(random.below(std::min<std::uint64_t>(expected.size() - offset, 70)) + 1,
                   std::byte{0xAA});
        fat.read(offset, part);
        QVERIFY(std::ranges::equal(part, ByteView(expected).subspan(offset, part.size())));
    }
}

void ComputedFatTest::emptyDiskHasTheTwoFirstEntries()
{
    Options options;
    options.floppy = FloppyFormat::F1440K;
    const auto plan = test::planOrDie({}, options);
    const ComputedFat fat(*plan);
    QCOMPARE(fat.usedSize(), 3U);
    Bytes bytes(6);
    fat.read(0, bytes);
    QVERIFY((bytes == Bytes{std::byte{0xF0}, std::byte{0xFF}, std::byte{0xFF}, std::byte{0},
                            std::byte{0}, std::byte{0}}));
}

void ComputedFatTest::usedSizeEndsBehindTheLastRun()
{
    for (const int bits : {12, 16, 32}) {
        const auto plan = planFor(bits, bits == 32 ? 512 : bits == 16 ? 2048 : 4096);
        const Bytes expected = writtenFat(*plan);
        const auto used = static_cast<std::size_t>(ComputedFat(*plan).usedSize());
        QVERIFY(expected[used - 1] != std::byte{0});
        QVERIFY(std::ranges::all_of(ByteView(expected).subspan(used),
                                    [](std::byte b) { return b == std::byte{0}; }));
    }
}

QTEST_GUILESS_MAIN(ComputedFatTest)
#include "tst_computed_fat.moc"
