#include "core/fat/long_name.hpp"
#include "core/fat/tree.hpp"

#include "tests/core/fat/volume_builder.hpp"
#include "tests/support/fault_device.hpp"

#include <QTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::fat;
using fatlas::test::slotNamed;
using fatlas::test::VolumeBuilder;

namespace {

FatType typeOfRow()
{
    QFETCH_GLOBAL(int, bits);
    return static_cast<FatType>(bits);
}

bool hasRule(const Tree& tree, std::string_view rule, std::string_view path)
{
    return std::ranges::any_of(tree.findings, [&](const Finding& finding) {
        return finding.rule == rule && finding.path == path;
    });
}

/// /DOCS (10) holds A.TXT and SUB (11), which holds B.TXT; /EMPTY.TXT has no cluster.
VolumeBuilder sample()
{
    VolumeBuilder builder(typeOfRow());
    builder.putSlot(0, 0, slotNamed("MY DISK    ", attribute::volumeLabel));
    builder.putFolder(0, 1, "DOCS       ", 10);
    builder.putFile(0, 2, "EMPTY   TXT", 0, 0);
    builder.link({10});
    builder.putFolder(10, 0, ".          ", 10);
    builder.putFolder(10, 1, "..         ", 0);
    builder.putFile(10, 2, "A       TXT", 20, 600);
    builder.link({20, 25});
    builder.putFolder(10, 3, "SUB        ", 11);
    builder.link({11});
    builder.putFolder(11, 0, ".          ", 11);
    builder.putFolder(11, 1, "..         ", 10);
    builder.putFile(11, 2, "B       TXT", 21, 1);
    builder.link({21});
    return builder;
}

} // namespace

class TestTree : public QObject {
    Q_OBJECT

private slots:
    void initTestCase_data();
    void holdsEveryFileWithItsChain();
    void keepsChildrenTogether();
    void findsByPath_data();
    void findsByPath();
    void findsLongNamesInAnyCase();
    void doesNotEnterAFolderTwice();
    void doesNotEnterItsOwnParent();
    void readsFoldersUpToSharedClusters();
    void foldersWithoutAClusterAreEmpty();
    void damagedChainsAreFindings_data();
    void damagedChainsAreFindings();
    void emptyFilesHaveNoFinding();
    void boundsTheCostOfSharedChains();
    void endsWithManyFoldersInside();
    void stopsWhenAsked();
    void passesDeviceErrorsOn();
};

void TestTree::initTestCase_data()
{
    QTest::addColumn<int>("bits");
    for (const int bits : {12, 16, 32})
        QTest::addRow("FAT%d", bits) << bits;
}

void TestTree::holdsEveryFileWithItsChain()
{
    const auto tree = sample().tree();
    QCOMPARE(tree->nodes.size(), std::size_t{6});
    QCOMPARE(tree->label, std::string("MY DISK"));
    QVERIFY(tree->findings.empty());
    const auto a = tree->find("/DOCS/A.TXT");
    QVERIFY(a.has_value());
    const TreeNode& node = tree->nodes[*a];
    QCOMPARE(node.size(), std::uint64_t{600});
    QCOMPARE(node.clusterCount, 2U);
    QCOMPARE(node.end, ChainEnd::EndMark);
    QCOMPARE(tree->runsOf(*a).size(), std::size_t{2});
    QVERIFY((tree->runsOf(*a)[1] == ClusterRange{Cluster{25}, 1}));
    const bool rootHasChain = typeOfRow() == FatType::Fat32;
    QCOMPARE(tree->nodes[0].clusterCount, rootHasChain ? 1U : 0U);
}

void TestTree::keepsChildrenTogether()
{
    const auto tree = sample().tree();
    for (std::uint32_t i = 0; i < tree->nodes.size(); ++i) {
        const TreeNode& node = tree->nodes[i];
        QVERIFY(i == 0 || node.parent < i);
        for (std::uint32_t c = 0; c < node.childCount; ++c)
            QCOMPARE(tree->nodes[node.firstChild + c].parent, i);
        QCOMPARE(tree->find(tree->path(i)), std::optional(i));
    }
}

void TestTree::findsByPath_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("found");
    QTest::newRow("root") << QByteArray("/") << QByteArray("/");
    QTest::newRow("nothing") << QByteArray("") << QByteArray("/");
    QTest::newRow("backslashes") << QByteArray("\\docs\\sub\\b.txt")
                                 << QByteArray("/DOCS/SUB/B.TXT");
    QTest::newRow("relative") << QByteArray("Docs/a.TXT") << QByteArray("/DOCS/A.TXT");
    QTest::newRow("doubled separators") << QByteArray("//DOCS//SUB/") << QByteArray("/DOCS/SUB");
    QTest::newRow("dot") << QByteArray("./DOCS/./SUB") << QByteArray("/DOCS/SUB");
    QTest::newRow("missing") << QByteArray("/DOCS/C.TXT") << QByteArray();
    QTest::newRow("below a file") << QByteArray("/DOCS/A.TXT/B") << QByteArray();
    QTest::newRow("not UTF-8") << QByteArray("/DOCS/\xFF") << QByteArray();
}

void TestTree::findsByPath()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, found);
    const auto tree = sample().tree();
    const auto node = tree->find(path.toStdString());
    QCOMPARE(node.has_value(), !found.isEmpty());
    if (node)
        QCOMPARE(tree->path(*node), found.toStdString());
}

void TestTree::findsLongNamesInAnyCase()
{
    VolumeBuilder builder(typeOfRow());
    const DirectoryEntryRaw raw = slotNamed("GRUSSE~1TXT", attribute::archive);
    std::uint32_t slot = 0;
    for (const auto& part : encodeLongName(u"Grüße Ωmega.txt", shortNameChecksum(raw.name)))
        builder.putSlot(0, slot++, part);
    builder.putSlot(0, slot, raw);
    const auto tree = builder.tree();
    QVERIFY(tree->find("/Grüße Ωmega.txt").has_value());
    QVERIFY(tree->find("/GRÜßE ωMEGA.TXT").has_value());
    QVERIFY(tree->find("/grusse~1.txt").has_value());
    QVERIFY(!tree->find("/GRUSSE OMEGA.TXT").has_value());
}

void TestTree::doesNotEnterAFolderTwice()
{
    VolumeBuilder builder = sample();
    builder.putFolder(0, 3, "TWIN       ", 10);
    const auto tree = builder.tree();
    QCOMPARE(tree->nodes.size(), std::size_t{7});
    QCOMPARE(tree->nodes[*tree->find("/TWIN")].childCount, 0U);
    QVERIFY(hasRule(*tree, "C6", "/TWIN"));
}

void TestTree::doesNotEnterItsOwnParent()
{
    VolumeBuilder builder = sample();
    builder.putFolder(11, 3, "UP         ", 10);
    const auto tree = builder.tree();
    QVERIFY(hasRule(*tree, "C6", "/DOCS/SUB/UP"));
    QVERIFY(!tree->find("/DOCS/SUB/UP/SUB").has_value());
}

void TestTree::readsFoldersUpToSharedClusters()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFolder(0, 0, "ONE        ", 10);
    builder.putFolder(0, 1, "TWO        ", 12);
    builder.link({10, 11});
    builder.link({12, 11});
    for (std::uint32_t slot = 0; slot < 16; ++slot) {
        builder.putFile(10, slot, "FIRST   TXT", 0, 0);
        builder.putFile(12, slot, "SECOND  TXT", 0, 0);
    }
    builder.putFile(11, 0, "SHARED  TXT", 0, 0);
    const auto tree = builder.tree();
    QCOMPARE(tree->nodes[*tree->find("/ONE")].childCount, 17U);
    QCOMPARE(tree->nodes[*tree->find("/TWO")].childCount, 16U);
    QVERIFY(hasRule(*tree, "C6", "/TWO"));
}

void TestTree::foldersWithoutAClusterAreEmpty()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFolder(0, 0, "NOWHERE    ", 0);
    const auto tree = builder.tree();
    QCOMPARE(tree->nodes.size(), std::size_t{2});
    QCOMPARE(tree->nodes[1].end, ChainEnd::Reserved);
    QVERIFY(hasRule(*tree, "C13", "/NOWHERE"));
}

void TestTree::damagedChainsAreFindings_data()
{
    QTest::addColumn<quint32>("first");
    QTest::addColumn<QByteArray>("rule");
    QTest::newRow("free") << 60U << QByteArray("C1");
    QTest::newRow("bad") << 61U << QByteArray("C2");
    QTest::newRow("number 1") << 1U << QByteArray("C13");
    QTest::newRow("outside") << 0xFFF0U << QByteArray("C4");
    QTest::newRow("loop") << 62U << QByteArray("C5");
    QTest::newRow("no cluster but a size") << 0U << QByteArray("C13");
}

void TestTree::damagedChainsAreFindings()
{
    QFETCH(quint32, first);
    QFETCH(QByteArray, rule);
    VolumeBuilder builder(typeOfRow());
    builder.setBad(61);
    builder.link({62, 63});
    builder.setEntry(63, 62);
    builder.putFile(0, 0, "DAMAGED BIN", first, 5000);
    const auto tree = builder.tree();
    QCOMPARE(tree->nodes.size(), std::size_t{2});
    QCOMPARE(tree->findings.size(), std::size_t{1});
    QVERIFY(hasRule(*tree, rule.toStdString(), "/DAMAGED.BIN"));
    QCOMPARE(tree->findings[0].offset, std::optional(builder.slotOffset(0, 0)));
}

void TestTree::emptyFilesHaveNoFinding()
{
    VolumeBuilder builder(typeOfRow());
    builder.putFile(0, 0, "EMPTY   TXT", 0, 0);
    QVERIFY(builder.tree()->findings.empty());
}

/// 190 folders of 16 files that all claim the same chain of the whole volume: without a bound this
/// costs files times clusters.
void TestTree::boundsTheCostOfSharedChains()
{
    VolumeBuilder builder(typeOfRow(), typeOfRow() == FatType::Fat12 ? 4000 : 60000);
    const std::uint32_t end = builder.geometry().endCluster().value;
    for (std::uint32_t c = 400; c < end; ++c)
        builder.setEntry(c, c + 1);
    builder.setEnd(end - 1);
    builder.putFolder(0, 0, "MANY       ", 10);
    for (std::uint32_t c = 10; c < 200; ++c) {
        builder.setEntry(c, c + 1);
        for (std::uint32_t slot = 0; slot < 16; ++slot)
            builder.putFile(c, slot, "SHARED  BIN", 400, 5);
    }
    builder.setEnd(200);
    const auto tree = builder.tree();
    std::uint64_t visits = 0;
    for (const TreeNode& node : tree->nodes)
        visits += node.clusterCount;
    QVERIFY(visits <= std::uint64_t{end} * 4 + 1'000'000);
    QVERIFY(hasRule(*tree, "C7", "/MANY/SHARED.BIN"));
}

void TestTree::endsWithManyFoldersInside()
{
    VolumeBuilder builder(typeOfRow(), typeOfRow() == FatType::Fat12 ? 4000 : 20000);
    const std::uint32_t depth = typeOfRow() == FatType::Fat12 ? 3900 : 19000;
    builder.putFolder(0, 0, "D          ", 3);
    for (std::uint32_t i = 0; i < depth; ++i) {
        builder.setEnd(3 + i);
        builder.putFolder(3 + i, 0, "D          ", 3 + i + 1);
    }
    const auto tree = builder.tree();
    QCOMPARE(tree->nodes.size(), std::size_t{depth} + 2);
    const auto last = static_cast<std::uint32_t>(tree->nodes.size() - 1);
    QCOMPARE(tree->path(last).size(), (std::size_t{depth} + 1) * 2);
    QCOMPARE(tree->findings.size(), std::size_t{1});
    QVERIFY(tree->findings[0].path.size() < 1000);
}

void TestTree::stopsWhenAsked()
{
    std::stop_source source;
    source.request_stop();
    const auto volume = sample().open();
    QCOMPARE(readTree(*volume, JobControl(source.get_token())).error().code, ErrorCode::Cancelled);
}

void TestTree::passesDeviceErrorsOn()
{
    const auto device = std::make_shared<test::FaultDevice>(sample().device());
    std::uint64_t failing = 1;
    for (; failing < 100; ++failing) {
        device->setPlan({});
        const auto volume = Volume::open(device);
        QVERIFY(volume.has_value());
        device->setPlan({.failRead = failing});
        const auto tree = readTree(**volume);
        if (tree)
            break;
        QCOMPARE(tree.error().code, ErrorCode::Io);
    }
    QVERIFY(failing > 3 && failing < 100);
}

QTEST_GUILESS_MAIN(TestTree)
#include "tst_tree.moc"
