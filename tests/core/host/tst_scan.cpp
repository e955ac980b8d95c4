#include "core/base/file.hpp"
#include "core/host/scan.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>
#include <fmt/format.h>

#include <algorithm>
#include <fcntl.h>
#include <stop_token>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::TempFolder;

namespace {

using SnapshotPointer = std::shared_ptr<const Snapshot>;

constexpr uid_t nobody = 65534;

/// Another user for as long as it lives, when this program runs as root.
class OtherUser {
public:
    OtherUser()
    {
        if (m_wasRoot && ::seteuid(nobody) != 0)
            qFatal("cannot become another user");
    }

    OtherUser(const OtherUser&) = delete;
    OtherUser& operator=(const OtherUser&) = delete;

    ~OtherUser()
    {
        if (m_wasRoot && ::seteuid(0) != 0)
            qFatal("cannot become root again");
    }

private:
    bool m_wasRoot = ::geteuid() == 0;
};

SnapshotPointer scanned(const std::filesystem::path& folder)
{
    auto snapshot = scan(folder);
    if (!snapshot)
        qFatal("%s", snapshot.error().message.c_str());
    return *snapshot;
}

std::vector<std::string> paths(const Snapshot& snapshot)
{
    std::vector<std::string> all;
    for (std::uint32_t node = 0; node < snapshot.nodes.size(); ++node)
        all.push_back(snapshot.relativePath(node));
    return all;
}

const Node* find(const Snapshot& snapshot, const std::string& path)
{
    for (std::uint32_t node = 0; node < snapshot.nodes.size(); ++node) {
        if (snapshot.relativePath(node) == path)
            return &snapshot.nodes[node];
    }
    return nullptr;
}

/// The invariants of snapshot.hpp.
void verifyShape(const Snapshot& snapshot)
{
    std::uint32_t next = 1;
    for (std::uint32_t node = 0; node < snapshot.nodes.size(); ++node) {
        const Node& one = snapshot.nodes[node];
        QVERIFY(node == 0 || one.parent < node);
        if (one.childCount == 0)
            continue;
        QCOMPARE(one.kind, NodeKind::Directory);
        QCOMPARE(one.firstChild, next);
        next += one.childCount;
        QVERIFY(next <= snapshot.nodes.size());
        for (std::uint32_t child = one.firstChild; child < next; ++child) {
            QCOMPARE(snapshot.nodes[child].parent, node);
            QVERIFY(child + 1 == next ||
                    snapshot.nodes[child].name < snapshot.nodes[child + 1].name);
        }
    }
    QCOMPARE(std::size_t(next), snapshot.nodes.size());
}

/// Folders inside each other, each `name`; gives the way to the innermost.
std::string makeDeep(const TempFolder& folder, const std::string& name, int depth)
{
    int here = ::open(folder.path().c_str(), O_PATH | O_DIRECTORY);
    std::string path;
    for (int level = 0; level < depth; ++level) {
        if (::mkdirat(here, name.c_str(), 0755) != 0)
            qFatal("cannot make a deep folder");
        const int next = ::openat(here, name.c_str(), O_PATH | O_DIRECTORY);
        ::close(here);
        here = next;
        path += (level != 0 ? "/" : "") + name;
    }
    ::close(::openat(here, "leaf", O_CREAT | O_WRONLY, 0644));
    ::close(here);
    return path;
}

} // namespace

class TestScan : public QObject {
    Q_OBJECT

private slots:
    void sortsNamesByTheirBytes();
    void givesTheSameSnapshotForTheSameFolder();
    void keepsChildrenTogetherBreadthFirst();
    void remembersSizeTimesAndIdentity();
    void keepsTimesBeforeTheEpochAndFarAhead();
    void seesWriteProtection();
    void keepsNamesThatAreNotUtf8();
    void leavesOutWhatIsNoFile();
    void keepsUnreadableFilesAndFolders();
    void keepsNamesOfAFolderThatMayNotBeSearched();
    void readsFoldersThreeHundredLevelsDeep();
    void readsPathsLongerThanTheSystemTakes();
    void readsTenThousandNamesInOneFolder();
    void marksAFolderThatVanishesMeanwhile();
    void neverEntersAFolderThatWasReplacedByALink();
    void survivesAFolderThatChangesAllTheTime();
    void stopsWhenAsked();
    void reportsHowManyNodesItHas();
    void acceptsExactlyTheLimits();
    void refusesMoreThanTheLimits_data();
    void refusesMoreThanTheLimits();
    void refusesWhatIsNoFolder_data();
    void refusesWhatIsNoFolder();
    void cleansTheRootPath_data();
    void cleansTheRootPath();
};

void TestScan::sortsNamesByTheirBytes()
{
    const TempFolder folder;
    for (const char* name : {"b", "a", "B", "a.txt", "\xC3\xA4", "Z", "0", "a b"})
        folder.writeText(name, "");
    const std::vector<std::string> expected{"",    "0",     "B", "Z",       "a",
                                            "a b", "a.txt", "b", "\xC3\xA4"};
    QCOMPARE(paths(*scanned(folder.path())), expected);
}

void TestScan::givesTheSameSnapshotForTheSameFolder()
{
    const TempFolder folder;
    for (int i = 0; i < 50; ++i)
        folder.writeText(fmt::format("{}/{}", i % 7, i * 7919 % 101), "x");
    const auto first = scanned(folder.path());
    const auto second = scanned(folder.path());
    QCOMPARE(paths(*first), paths(*second));
    for (std::size_t i = 0; i < first->nodes.size(); ++i)
        QVERIFY(first->nodes[i].identity == second->nodes[i].identity);
}

void TestScan::keepsChildrenTogetherBreadthFirst()
{
    const TempFolder folder;
    for (const char* name : {"a/1", "a/deep/2", "b/3", "c", "d/e/f/4"})
        folder.writeText(name, "");
    folder.makeFolder("empty");
    const auto snapshot = scanned(folder.path());
    verifyShape(*snapshot);
    const std::vector<std::string> expected{"",         "a",     "b",      "c",   "d",
                                            "empty",    "a/1",   "a/deep", "b/3", "d/e",
                                            "a/deep/2", "d/e/f", "d/e/f/4"};
    QCOMPARE(paths(*snapshot), expected);
}

void TestScan::remembersSizeTimesAndIdentity()
{
    const TempFolder folder;
    const auto path = folder.writePattern("file", 12'345);
    folder.setTimes("file", 1'600'000'000'123'456'789, 1'500'000'000'000'000'001);
    const auto snapshot = scanned(folder.path());
    const Node& node = snapshot->nodes.at(1);
    QCOMPARE(node.size, std::uint64_t(12'345));
    QCOMPARE(node.modifiedNs, std::int64_t(1'600'000'000'123'456'789));
    QCOMPARE(node.accessedNs, std::int64_t(1'500'000'000'000'000'001));
    const auto file = File::open(path);
    QVERIFY(file);
    QVERIFY(node.identity == *file->identity());
    if (node.createdNs)
        QVERIFY(std::abs(*node.createdNs - node.identity.changedNs) < 60'000'000'000);
}

void TestScan::keepsTimesBeforeTheEpochAndFarAhead()
{
    const TempFolder folder;
    folder.writeText("old", "");
    folder.setTimes("old", -86'400'000'000'001, 0);
    folder.writeText("far", "");
    const timespec times[2] = {{.tv_sec = 15'000'000'000, .tv_nsec = 0}, // the year 2445
                               {.tv_sec = 15'000'000'000, .tv_nsec = 0}};
    QCOMPARE(::utimensat(AT_FDCWD, (folder / "far").c_str(), times, 0), 0);
    struct stat kept{};
    QCOMPARE(::stat((folder / "far").c_str(), &kept), 0);
    const auto snapshot = scanned(folder.path());
    QCOMPARE(find(*snapshot, "old")->modifiedNs, std::int64_t(-86'400'000'000'001));
    if (kept.st_mtim.tv_sec != times[1].tv_sec)
        QSKIP("this file system does not keep the year 2445");
    QCOMPARE(find(*snapshot, "far")->modifiedNs, std::numeric_limits<std::int64_t>::max());
}

void TestScan::seesWriteProtection()
{
    const TempFolder folder;
    folder.writeText("free", "");
    folder.writeText("protected", "");
    folder.setMode("protected", 0444);
    const auto snapshot = scanned(folder.path());
    QVERIFY(find(*snapshot, "free")->writable);
    QVERIFY(!find(*snapshot, "protected")->writable);
    QVERIFY(find(*snapshot, "protected")->readable);
}

void TestScan::keepsNamesThatAreNotUtf8()
{
    const TempFolder folder;
    const std::string name = "bad\xFF\xC3(\x80";
    folder.writeText(name, "x");
    folder.writeText("folder\xFE/line\nbreak", "y");
    const auto snapshot = scanned(folder.path());
    QVERIFY(find(*snapshot, name) != nullptr);
    QVERIFY(find(*snapshot, "folder\xFE/line\nbreak") != nullptr);
}

void TestScan::leavesOutWhatIsNoFile()
{
    const TempFolder folder;
    folder.makeFolder("in");
    QCOMPARE(::mkfifo((folder / "in/fifo").c_str(), 0644), 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string path = (folder / "socket").native();
    QVERIFY(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    QCOMPARE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(socket);
    const bool hasDevice = ::mknod((folder / "device").c_str(), S_IFCHR | 0644, makedev(1, 3)) == 0;
    const auto snapshot = scanned(folder.path());
    QCOMPARE(snapshot->nodes.size(), std::size_t(2));
    std::vector<std::pair<std::string, LeftOutReason>> seen;
    for (const LeftOut& one : snapshot->leftOut)
        seen.emplace_back(one.path, one.reason);
    std::vector<std::pair<std::string, LeftOutReason>> expected{{"socket", LeftOutReason::Socket},
                                                                {"in/fifo", LeftOutReason::Fifo}};
    if (hasDevice)
        expected.insert(expected.begin(), {"device", LeftOutReason::Device});
    QCOMPARE(seen, expected);
}

void TestScan::keepsUnreadableFilesAndFolders()
{
    const TempFolder folder;
    folder.setMode("", 0755);
    folder.writeText("secret", "x");
    folder.setMode("secret", 0200);
    folder.writeText("closed/inside", "x");
    folder.setMode("closed", 0);
    folder.writeText("open", "x");
    folder.setMode("open", 0644);
    SnapshotPointer snapshot;
    {
        const OtherUser user;
        snapshot = scanned(folder.path());
    }
    QCOMPARE(snapshot->nodes.size(), std::size_t(4));
    QVERIFY(!find(*snapshot, "secret")->readable);
    QCOMPARE(find(*snapshot, "secret")->size, std::uint64_t(1));
    QVERIFY(!find(*snapshot, "closed")->readable);
    QCOMPARE(find(*snapshot, "closed")->childCount, 0u);
    QVERIFY(find(*snapshot, "open")->readable);
    QVERIFY(snapshot->leftOut.empty());
}

void TestScan::keepsNamesOfAFolderThatMayNotBeSearched()
{
    const TempFolder folder;
    folder.setMode("", 0755);
    folder.writeText("listed/file", "x");
    folder.makeFolder("listed/folder");
    QCOMPARE(::mkfifo((folder / "listed/fifo").c_str(), 0644), 0);
    folder.setMode("listed", 0444);
    SnapshotPointer snapshot;
    {
        const OtherUser user;
        snapshot = scanned(folder.path());
    }
    verifyShape(*snapshot);
    const Node* const file = find(*snapshot, "listed/file");
    const Node* const inner = find(*snapshot, "listed/folder");
    QVERIFY(file != nullptr && inner != nullptr);
    QVERIFY(!file->readable);
    QVERIFY(!inner->readable);
    if (snapshot->leftOut.empty())
        QSKIP("this file system does not tell kinds while listing");
    QCOMPARE(inner->kind, NodeKind::Directory);
    QCOMPARE(snapshot->leftOut.front().reason, LeftOutReason::Fifo);
}

void TestScan::readsFoldersThreeHundredLevelsDeep()
{
    const TempFolder folder;
    const std::string path = makeDeep(folder, "d", 300);
    const auto snapshot = scanned(folder.path());
    verifyShape(*snapshot);
    QCOMPARE(snapshot->nodes.size(), std::size_t(302));
    QCOMPARE(snapshot->relativePath(301), path + "/leaf");
}

void TestScan::readsPathsLongerThanTheSystemTakes()
{
    const TempFolder folder;
    const std::string path = makeDeep(folder, std::string(200, 'n'), 60);
    QVERIFY(path.size() > PATH_MAX);
    const auto snapshot = scanned(folder.path());
    QCOMPARE(snapshot->nodes.size(), std::size_t(62));
    QCOMPARE(snapshot->relativePath(61), path + "/leaf");
    QVERIFY(snapshot->nodes[61].readable);
}

void TestScan::readsTenThousandNamesInOneFolder()
{
    const TempFolder folder;
    for (int i = 0; i < 10'000; ++i)
        folder.writeText(fmt::format("name {}", i), "");
    const auto snapshot = scanned(folder.path());
    verifyShape(*snapshot);
    QCOMPARE(snapshot->nodes.size(), std::size_t(10'001));
    QCOMPARE(snapshot->nodes[0].childCount, 10'000u);
}

void TestScan::marksAFolderThatVanishesMeanwhile()
{
    const TempFolder folder;
    folder.writeText("gone/file", "x");
    folder.writeText("stays/file", "x");
    const JobControl job({}, [&](Progress) { std::filesystem::remove_all(folder / "gone"); });
    const auto snapshot = scan(folder.path(), job);
    QVERIFY(snapshot);
    QVERIFY(!find(**snapshot, "gone")->readable);
    QVERIFY(find(**snapshot, "stays/file") != nullptr);
    verifyShape(**snapshot);
}

void TestScan::neverEntersAFolderThatWasReplacedByALink()
{
    const TempFolder outside;
    outside.writeText("private", "x");
    const TempFolder folder;
    folder.makeFolder("trap");
    const JobControl job({}, [&](Progress) {
        std::filesystem::remove(folder / "trap");
        folder.makeSymlink("trap", outside.path());
    });
    const auto snapshot = scan(folder.path(), job);
    QVERIFY(snapshot);
    QCOMPARE((*snapshot)->nodes.size(), std::size_t(2));
    QVERIFY(!(*snapshot)->nodes[1].readable);
}

void TestScan::survivesAFolderThatChangesAllTheTime()
{
    const TempFolder folder;
    std::jthread churn([&](const std::stop_token& stop) {
        for (int i = 0; !stop.stop_requested(); ++i) {
            const std::string name = fmt::format("{}/{}", i % 5, i % 97);
            folder.writeText(name, "x");
            if (i % 3 == 0)
                std::filesystem::remove_all(folder / std::to_string(i % 5));
            std::filesystem::remove(folder / name);
        }
    });
    for (int i = 0; i < 200; ++i) {
        const auto snapshot = scanned(folder.path());
        verifyShape(*snapshot);
        for (const LeftOut& one : snapshot->leftOut)
            QCOMPARE(one.reason, LeftOutReason::Vanished);
    }
}

void TestScan::stopsWhenAsked()
{
    const TempFolder folder;
    folder.writeText("a/b/c", "x");
    std::stop_source source;
    const JobControl job(source.get_token(), [&](Progress) { source.request_stop(); });
    const auto stopped = scan(folder.path(), job);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    QCOMPARE(scan(folder.path(), JobControl(source.get_token())).error().code,
             ErrorCode::Cancelled);
}

void TestScan::reportsHowManyNodesItHas()
{
    const TempFolder folder;
    folder.writeText("a/b/c", "x");
    std::vector<std::uint64_t> reported;
    QVERIFY(scan(folder.path(), JobControl({}, [&](Progress p) { reported.push_back(p.done); })));
    QCOMPARE(reported, (std::vector<std::uint64_t>{2, 3, 4}));
}

void TestScan::acceptsExactlyTheLimits()
{
    const TempFolder folder;
    folder.writeText("1/2/3/file", "x");
    QCOMPARE(::mkfifo((folder / "fifo").c_str(), 0644), 0);
    QVERIFY(scan(folder.path(), {}, {.maxNodes = 6, .maxDepth = 4}));
}

void TestScan::refusesMoreThanTheLimits_data()
{
    QTest::addColumn<unsigned>("maxNodes");
    QTest::addColumn<unsigned>("maxDepth");
    QTest::addColumn<QString>("says");
    QTest::newRow("nodes") << 5u << 100u << "holds more than 5 files and folders";
    QTest::newRow("depth") << 100u << 3u << "3 is nested more than 3 folders deep";
}

void TestScan::refusesMoreThanTheLimits()
{
    QFETCH(unsigned, maxNodes);
    QFETCH(unsigned, maxDepth);
    QFETCH(QString, says);
    const TempFolder folder;
    folder.writeText("1/2/3/file", "x");
    QCOMPARE(::mkfifo((folder / "fifo").c_str(), 0644), 0);
    const auto refused = scan(folder.path(), {}, {.maxNodes = maxNodes, .maxDepth = maxDepth});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Limit);
    QVERIFY2(QString::fromStdString(refused.error().message).contains(says),
             refused.error().message.c_str());
}

void TestScan::refusesWhatIsNoFolder_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("file") << "file" << ErrorCode::InvalidArgument
                          << "file is a file, expected a folder";
    QTest::newRow("fifo") << "fifo" << ErrorCode::InvalidArgument << "expected a folder";
    QTest::newRow("missing") << "missing" << ErrorCode::NotFound << "missing";
    QTest::newRow("below a file") << "file/x" << ErrorCode::NotFound << "file/x";
    QTest::newRow("dangling link") << "dangling" << ErrorCode::NotFound << "dangling";
    QTest::newRow("up from nowhere") << "missing/../x" << ErrorCode::NotFound << "missing/../x";
}

void TestScan::refusesWhatIsNoFolder()
{
    QFETCH(QString, name);
    QFETCH(ErrorCode, code);
    QFETCH(QString, says);
    const TempFolder folder;
    folder.writeText("file", "x");
    folder.makeSymlink("dangling", "nowhere");
    QCOMPARE(::mkfifo((folder / "fifo").c_str(), 0644), 0);
    const auto refused = scan(folder / name.toStdString());
    QVERIFY(!refused);
    QVERIFY2(QString::fromStdString(refused.error().message).contains(says),
             refused.error().message.c_str());
    QCOMPARE(refused.error().code, code);
    QCOMPARE(scan("").error().code, ErrorCode::InvalidArgument);
}

void TestScan::cleansTheRootPath_data()
{
    QTest::addColumn<QString>("written");
    QTest::newRow("plain") << "";
    QTest::newRow("slash") << "/";
    QTest::newRow("dot") << "/.";
    QTest::newRow("down and up") << "/in/..";
}

void TestScan::cleansTheRootPath()
{
    QFETCH(QString, written);
    const TempFolder folder;
    folder.makeFolder("in");
    const auto snapshot = scanned(folder.path().native() + written.toStdString());
    QCOMPARE(snapshot->root.native(), std::filesystem::canonical(folder.path()).native());
}

QTEST_GUILESS_MAIN(TestScan)
#include "tst_scan.moc"
