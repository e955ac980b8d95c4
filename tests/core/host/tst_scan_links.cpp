#include "core/host/scan.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>
#include <fmt/format.h>

#include <algorithm>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::TempFolder;

namespace {

const Node* find(const Snapshot& snapshot, const std::string& path)
{
    for (std::uint32_t node = 0; node < snapshot.nodes.size(); ++node) {
        if (snapshot.relativePath(node) == path)
            return &snapshot.nodes[node];
    }
    return nullptr;
}

std::optional<LeftOutReason> leftOut(const Snapshot& snapshot, const std::string& path)
{
    const auto found = std::ranges::find(snapshot.leftOut, path, &LeftOut::path);
    if (found == snapshot.leftOut.end())
        return std::nullopt;
    return found->reason;
}

/// "BASE" in a target stands for the folder that holds both `in` (scanned) and `out`.
std::string filledIn(std::string target, const TempFolder& base)
{
    if (const std::size_t at = target.find("BASE"); at != target.npos)
        target.replace(at, 4, base.path().native());
    return target;
}

void fill(const TempFolder& base)
{
    base.writeText("in/dir/file", "content");
    base.writeText("in/dir/sub/deep", "deeper");
    base.writeText("out/file", "outside");
    base.writeText("in2/file", "beside");
    base.makeSymlink("in/alias", "dir/file");
    base.makeSymlink("out/back", "../in/dir/file");
    base.makeSymlink("same", "in");
    if (::mkfifo((base / "in/dir/fifo").c_str(), 0644) != 0)
        qFatal("cannot make a FIFO");
}

} // namespace

class TestScanLinks : public QObject {
    Q_OBJECT

private slots:
    void followsWhatEndsInside_data();
    void followsWhatEndsInside();
    void leavesOutWhatDoesNot_data();
    void leavesOutWhatDoesNot();
    void repeatsTheContentOfALinkedFolder();
    void judgesLinksTheSameThroughALinkedRoot();
    void endsWhereTwoFoldersLinkToEachOther();
    void followsChainsUpToTheSystemsLimit();
    void readsFoldersBehindMoreLinksThanAPathMayHave();
    void judgesHardLinkedLinksWhereTheyLie();
    void marksTargetsBehindAFolderThatMayNotBeSearched();
    void endsAMazeOfLinksEarly();
    void doesNotCountPlainFilesAsLinked();
};

void TestScanLinks::followsWhatEndsInside_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<bool>("isFolder");
    QTest::newRow("a file") << "dir/file" << false;
    QTest::newRow("with dots") << "./dir/../dir//file" << false;
    QTest::newRow("absolute") << "BASE/in/dir/file" << false;
    QTest::newRow("out and in again") << "../in/dir/file" << false;
    QTest::newRow("through a file link outside") << "../out/back" << false;
    QTest::newRow("through another name of the root") << "BASE/same/dir/file" << false;
    QTest::newRow("another link") << "alias" << false;
    QTest::newRow("a folder") << "dir" << true;
    QTest::newRow("a folder with a slash") << "dir/sub/" << true;
    QTest::newRow("a folder by dot") << "dir/sub/." << true;
    QTest::newRow("a folder from below") << "dir/sub/.." << true;
    QTest::newRow("a folder, absolute") << "BASE/in/dir/sub" << true;
}

void TestScanLinks::followsWhatEndsInside()
{
    QFETCH(QString, target);
    QFETCH(bool, isFolder);
    const TempFolder base;
    fill(base);
    base.makeSymlink("in/link", filledIn(target.toStdString(), base));
    const auto snapshot = scan(base / "in");
    QVERIFY(snapshot);
    const Node* const link = find(**snapshot, "link");
    QVERIFY(link != nullptr);
    QCOMPARE(link->kind, isFolder ? NodeKind::Directory : NodeKind::File);
    QVERIFY(link->readable);
    QVERIFY(isFolder ? link->childCount != 0 : link->size == 7);
    if (!isFolder)
        QVERIFY(link->identity == find(**snapshot, "dir/file")->identity);
}

void TestScanLinks::leavesOutWhatDoesNot_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<LeftOutReason>("reason");
    const auto row = [](const char* name, const char* target, LeftOutReason reason) {
        QTest::newRow(name) << target << reason;
    };
    row("dangling", "nowhere", LeftOutReason::DanglingLink);
    row("dangling far away", "/no/such/place", LeftOutReason::DanglingLink);
    row("below a file", "dir/file/x", LeftOutReason::DanglingLink);
    row("a file with a slash", "dir/file/", LeftOutReason::DanglingLink);
    row("a file outside", "../out/file", LeftOutReason::LinkLeavesFolder);
    row("a file outside, absolute", "BASE/out/file", LeftOutReason::LinkLeavesFolder);
    row("a folder outside", "../out", LeftOutReason::LinkLeavesFolder);
    row("a folder that begins with the same letters", "BASE/in2", LeftOutReason::LinkLeavesFolder);
    row("a file in it", "../in2/file", LeftOutReason::LinkLeavesFolder);
    row("the folder around", "..", LeftOutReason::LinkLeavesFolder);
    row("the top", "/", LeftOutReason::LinkLeavesFolder);
    row("a device", "/dev/null", LeftOutReason::LinkLeavesFolder);
    row("the root", ".", LeftOutReason::LinkLoop);
    row("the root, absolute", "BASE/in", LeftOutReason::LinkLoop);
    row("the root by its other name", "BASE/same/", LeftOutReason::LinkLoop);
    row("itself", "link", LeftOutReason::LinkLoop);
    row("itself, absolute", "BASE/in/link", LeftOutReason::LinkLoop);
    row("below itself", "link/x", LeftOutReason::LinkLoop);
    row("a pipe inside", "dir/fifo", LeftOutReason::Fifo);
}

void TestScanLinks::leavesOutWhatDoesNot()
{
    QFETCH(QString, target);
    QFETCH(LeftOutReason, reason);
    const TempFolder base;
    fill(base);
    base.makeSymlink("in/link", filledIn(target.toStdString(), base));
    const auto snapshot = scan(base / "in");
    QVERIFY(snapshot);
    QVERIFY(find(**snapshot, "link") == nullptr);
    QCOMPARE(leftOut(**snapshot, "link"), std::optional(reason));
}

void TestScanLinks::repeatsTheContentOfALinkedFolder()
{
    const TempFolder base;
    fill(base);
    base.makeSymlink("in/link", "dir");
    base.makeSymlink("in/dir/up", "..");
    const auto snapshot = scan(base / "in");
    QVERIFY(snapshot);
    QVERIFY(find(**snapshot, "link/sub/deep") != nullptr);
    QVERIFY(find(**snapshot, "link/sub/deep")->identity ==
            find(**snapshot, "dir/sub/deep")->identity);
    QCOMPARE(leftOut(**snapshot, "link/up"), std::optional(LeftOutReason::LinkLoop));
    QCOMPARE(leftOut(**snapshot, "link/fifo"), std::optional(LeftOutReason::Fifo));
}

void TestScanLinks::judgesLinksTheSameThroughALinkedRoot()
{
    const TempFolder base;
    fill(base);
    base.makeSymlink("in/absolute", (base / "in/dir/file").native());
    base.makeSymlink("in/leaves", "../out/file");
    const auto snapshot = scan(base / "same");
    QVERIFY(snapshot);
    QVERIFY(find(**snapshot, "absolute") != nullptr);
    QCOMPARE(leftOut(**snapshot, "leaves"), std::optional(LeftOutReason::LinkLeavesFolder));
}

void TestScanLinks::endsWhereTwoFoldersLinkToEachOther()
{
    const TempFolder base;
    base.makeFolder("a");
    base.makeFolder("b");
    base.makeSymlink("a/to_b", "../b");
    base.makeSymlink("b/to_a", "../a");
    const auto snapshot = scan(base.path());
    QVERIFY(snapshot);
    QVERIFY(find(**snapshot, "a/to_b") != nullptr);
    QCOMPARE(leftOut(**snapshot, "a/to_b/to_a"), std::optional(LeftOutReason::LinkLoop));
    QCOMPARE(leftOut(**snapshot, "b/to_a/to_b"), std::optional(LeftOutReason::LinkLoop));
}

void TestScanLinks::followsChainsUpToTheSystemsLimit()
{
    const TempFolder base;
    base.writeText("link 0", "end");
    for (int i = 1; i <= 60; ++i)
        base.makeSymlink(fmt::format("link {}", i), fmt::format("link {}", i - 1));
    const auto snapshot = scan(base.path());
    QVERIFY(snapshot);
    for (int i = 1; i <= 60; ++i) {
        const std::string name = fmt::format("link {}", i);
        struct stat system{};
        const bool systemFollows = ::stat((base / name).c_str(), &system) == 0;
        QCOMPARE(find(**snapshot, name) != nullptr, systemFollows);
        if (!systemFollows)
            QCOMPARE(leftOut(**snapshot, name), std::optional(LeftOutReason::LinkLoop));
    }
}

void TestScanLinks::readsFoldersBehindMoreLinksThanAPathMayHave()
{
    const TempFolder base;
    constexpr int folders = 60;
    for (int i = 0; i < folders; ++i) {
        base.makeFolder(fmt::format("d{:02}", i));
        if (i + 1 < folders)
            base.makeSymlink(fmt::format("d{:02}/l", i), fmt::format("../d{:02}", i + 1));
    }
    base.writeText(fmt::format("d{:02}/file", folders - 1), "end");
    const auto snapshot = scan(base.path());
    QVERIFY(snapshot);
    std::string path = "d00/";
    for (int i = 1; i < folders; ++i)
        path += "l/";
    QVERIFY(find(**snapshot, path + "file") != nullptr);
}

void TestScanLinks::judgesHardLinkedLinksWhereTheyLie()
{
    const TempFolder base;
    base.writeText("in/file", "one");
    base.makeFolder("in/sub");
    base.makeSymlink("in/link", "file");
    if (::linkat(AT_FDCWD, (base / "in/link").c_str(), AT_FDCWD, (base / "in/sub/link").c_str(),
                 0) != 0)
        QSKIP("this file system has no hard links to links");
    const auto snapshot = scan(base / "in");
    QVERIFY(snapshot);
    QVERIFY(find(**snapshot, "link") != nullptr);
    QCOMPARE(leftOut(**snapshot, "sub/link"), std::optional(LeftOutReason::DanglingLink));
}

void TestScanLinks::marksTargetsBehindAFolderThatMayNotBeSearched()
{
    if (::geteuid() != 0)
        QSKIP("needs root, to become another user");
    const TempFolder base;
    base.setMode("", 0755);
    base.writeText("in/closed/file", "x");
    base.writeText("out/file", "x");
    base.makeSymlink("in/hidden", "closed/file");
    base.makeSymlink("in/leaves", "../out/file");
    base.setMode("in/closed", 0);
    base.setMode("out", 0);
    QCOMPARE(::seteuid(65534), 0);
    const auto snapshot = scan(base / "in");
    QCOMPARE(::seteuid(0), 0);
    QVERIFY(snapshot);
    QVERIFY(find(**snapshot, "hidden") != nullptr);
    QVERIFY(!find(**snapshot, "hidden")->readable);
    QCOMPARE(leftOut(**snapshot, "leaves"), std::optional(LeftOutReason::LinkLeavesFolder));
}

void TestScanLinks::endsAMazeOfLinksEarly()
{
    const TempFolder base;
    constexpr int folders = 15; // 15! ways through
    for (int i = 0; i < folders; ++i) {
        for (int j = 0; j < folders; ++j)
            base.makeSymlink(fmt::format("{}/to {}", i, j), fmt::format("../{}", j));
    }
    const auto refused = scan(base.path(), {}, {.maxLinkedNodes = 20'000});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Limit);
    QVERIFY2(refused.error().message.find("repeat more than 20,000 files") != std::string::npos,
             refused.error().message.c_str());
}

void TestScanLinks::doesNotCountPlainFilesAsLinked()
{
    const TempFolder base;
    for (int i = 0; i < 50; ++i)
        base.writeText(fmt::format("dir/{}", i), "");
    base.makeSymlink("link", "dir/1");
    QVERIFY(scan(base.path(), {}, {.maxLinkedNodes = 10}));
    base.makeSymlink("folder", "dir");
    QCOMPARE(scan(base.path(), {}, {.maxLinkedNodes = 49}).error().code, ErrorCode::Limit);
    QVERIFY(scan(base.path(), {}, {.maxLinkedNodes = 50}));
}

QTEST_GUILESS_MAIN(TestScanLinks)
#include "tst_scan_links.moc"
