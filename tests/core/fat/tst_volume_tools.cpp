#include "core/block/file_device.hpp"
#include "core/fat/tree.hpp"
#include "core/fat/usage_map.hpp"

#include "tests/core/partition/real_tool.hpp"
#include "tests/support/temp_folder.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

struct Sample {
    const char* path;
    std::uint64_t size;
};

constexpr Sample samples[] = {
    {"README.TXT", 10},
    {"lower.txt", 0},
    {"A rather long name with spaces.tar.gz", 70'000},
    {"DOCS/Grüße Ωmega.txt", 1},
    {"DOCS/deeper/and deeper/x", 4097},
    {"DOCS/deeper/y", 512},
};

Bytes contentOf(const Volume& volume, const Tree& tree, std::uint32_t node)
{
    const auto runs = tree.runsOf(node);
    const Chain chain{.runs = {runs.begin(), runs.end()},
                      .end = tree.nodes[node].end,
                      .clusterCount = tree.nodes[node].clusterCount};
    Bytes content(tree.nodes[node].size());
    return volume.readChain(chain, 0, content) ? content : Bytes{};
}

} // namespace

/// What mkfs.fat and mtools wrote, Fatlas reads.
class TestVolumeTools : public QObject {
    Q_OBJECT

private slots:
    void readsWhatMtoolsWrote_data();
    void readsWhatMtoolsWrote();
};

void TestVolumeTools::readsWhatMtoolsWrote_data()
{
    QTest::addColumn<int>("bits");
    QTest::addColumn<quint64>("size");
    QTest::addColumn<QStringList>("options");
    QTest::newRow("floppy") << 12 << quint64{1440 * KiB} << QStringList();
    QTest::newRow("FAT16") << 16 << quint64{16 * MiB} << QStringList{"-F", "16"};
    QTest::newRow("FAT16, 2048-byte sectors")
        << 16 << quint64{64 * MiB} << QStringList{"-F", "16", "-S", "2048"};
    QTest::newRow("FAT32") << 32 << quint64{64 * MiB} << QStringList{"-F", "32", "-s", "1"};
    QTest::newRow("one FAT") << 16 << quint64{16 * MiB} << QStringList{"-F", "16", "-f", "1"};
}

void TestVolumeTools::readsWhatMtoolsWrote()
{
    FATLAS_NEEDS_TOOL("mkfs.fat");
    FATLAS_NEEDS_TOOL("mcopy");
    QFETCH(int, bits);
    QFETCH(quint64, size);
    QFETCH(QStringList, options);
    qputenv("LC_ALL", "C.UTF-8");
    qputenv("MTOOLS_SKIP_CHECK", "1");
    const test::TempFolder folder;
    std::uint64_t seed = 1;
    for (const Sample& sample : samples)
        folder.writePattern(std::string("tree/") + sample.path, sample.size, seed++);
    const auto image = folder.writeHole("disk.img", size);
    const auto imageName = QString::fromStdString(image);
    QCOMPARE(test::runTool("mkfs.fat", options + QStringList{"-n", "MTOOLS", imageName}).exitCode,
             0);
    const auto tree = QString::fromStdString(folder / "tree");
    const auto copied = test::runTool(
        "mcopy", {"-s", "-i", imageName, tree + "/DOCS", tree + "/README.TXT", tree + "/lower.txt",
                  tree + "/A rather long name with spaces.tar.gz", "::"});
    QVERIFY2(copied.exitCode == 0, copied.output);

    const auto device = block::FileDevice::open(image);
    QVERIFY(device.has_value());
    const auto volume = Volume::open(*device);
    QVERIFY(volume.has_value());
    QCOMPARE(static_cast<int>((*volume)->geometry().type), bits);
    const auto read = readTree(**volume);
    QVERIFY(read.has_value());
    QCOMPARE((*read)->label, std::string("MTOOLS"));
    QVERIFY((*read)->findings.empty());
    QCOMPARE((*read)->nodes.size(), std::size(samples) + 4);
    for (const Sample& sample : samples) {
        const auto node = (*read)->find(sample.path);
        QVERIFY2(node.has_value(), sample.path);
        QCOMPARE((*read)->path(*node), std::string("/") + sample.path);
        QVERIFY(contentOf(**volume, **read, *node) ==
                folder.readFile(std::string("tree/") + sample.path));
    }
    const auto map = mapUsage(**volume, **read);
    QVERIFY(map.has_value());
    QCOMPARE((*map)->count(ClusterState::Lost), std::uint64_t{0});
    QCOMPARE((*map)->count(ClusterState::CrossLinked), std::uint64_t{0});
    QVERIFY((*map)->count(ClusterState::File) > 0);
}

QTEST_GUILESS_MAIN(TestVolumeTools)
#include "tst_volume_tools.moc"
