#include "core/host/scan.hpp"
#include "core/host/watch.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>
#include <fmt/format.h>

#include <atomic>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::TempFolder;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds quiet(30);
constexpr int soonMs = 5000; // a slow machine gets time; how fast it is, the benchmark tells
constexpr int silenceMs = 300;

/// A watch that counts its calls.
class Counted {
public:
    explicit Counted(const std::filesystem::path& folder)
    {
        auto started = Watch::start(folder, [this] { ++m_calls; }, quiet);
        if (!started)
            qFatal("%s", started.error().message.c_str());
        m_watch = std::move(*started);
        QTest::qWait(silenceMs); // whatever came before the test begins
        m_calls = 0;
    }

    bool isTold()
    {
        const bool told = QTest::qWaitFor([this] { return m_calls != 0; }, soonMs);
        QTest::qWait(silenceMs);
        m_calls = 0;
        return told;
    }

    bool staysSilent()
    {
        QTest::qWait(silenceMs);
        return m_calls == 0;
    }

    [[nodiscard]] int calls() const { return m_calls; }

    [[nodiscard]] const Watch& watch() const { return *m_watch; }

private:
    std::atomic<int> m_calls = 0;
    std::unique_ptr<Watch> m_watch;
};

} // namespace

class TestWatch : public QObject {
    Q_OBJECT

private slots:
    void tellsOfEveryKindOfChange_data();
    void tellsOfEveryKindOfChange();
    void watchesFoldersThatCameLater();
    void watchesEverythingInATreeThatWasMovedIn();
    void forgetsFoldersThatWereMovedOut();
    void watchesFoldersWhosePathIsTooLong();
    void doesNotFollowLinks();
    void staysSilentWhileTheFolderIsRead();
    void tellsOnceForManyChanges();
    void goesOnTellingWhileChangesGoOn();
    void tellsWhenTheFolderGoesAndComesBack();
    void neverCallsAfterItEnded();
    void losesNoChangeBetweenStartAndScan();
    void refusesWhatIsNoFolder();
    void passesOverFoldersThatMayNotBeRead();
};

void TestWatch::tellsOfEveryKindOfChange_data()
{
    QTest::addColumn<int>("change");
    int change = 0;
    for (const char* name : {"create", "write", "touch", "mode", "delete", "rename", "folder",
                             "remove folder", "link", "replace", "write below"})
        QTest::newRow(name) << change++;
}

void TestWatch::tellsOfEveryKindOfChange()
{
    QFETCH(int, change);
    const TempFolder folder;
    folder.writeText("file", "x");
    folder.writeText("a/b/c/file", "x");
    folder.makeFolder("empty");
    Counted watch(folder.path());
    switch (change) {
    case 0: folder.writeText("new", "x"); break;
    case 1: folder.writeText("file", "longer"); break;
    case 2: folder.setTimes("file", 0, 0); break;
    case 3: folder.setMode("file", 0444); break;
    case 4: std::filesystem::remove(folder / "file"); break;
    case 5: std::filesystem::rename(folder / "file", folder / "name"); break;
    case 6: folder.makeFolder("new"); break;
    case 7: std::filesystem::remove(folder / "empty"); break;
    case 8: folder.makeSymlink("link", "file"); break;
    case 9: std::filesystem::rename(folder / "file", folder / "a/b/c/file"); break;
    default: folder.writeText("a/b/c/file", "longer"); break;
    }
    QVERIFY(watch.isTold());
    QVERIFY(!watch.watch().failure());
}

void TestWatch::watchesFoldersThatCameLater()
{
    const TempFolder folder;
    Counted watch(folder.path());
    folder.makeFolder("new/inner");
    QVERIFY(watch.isTold());
    folder.writeText("new/inner/file", "x");
    QVERIFY(watch.isTold());
    folder.writeText("new/inner/file", "longer");
    QVERIFY(watch.isTold());
}

void TestWatch::watchesEverythingInATreeThatWasMovedIn()
{
    const TempFolder base;
    base.makeFolder("in");
    base.writeText("out/tree/a/b/file", "x");
    Counted watch(base / "in");
    std::filesystem::rename(base / "out/tree", base / "in/tree");
    QVERIFY(watch.isTold());
    base.writeText("in/tree/a/b/file", "longer");
    QVERIFY(watch.isTold());
}

void TestWatch::forgetsFoldersThatWereMovedOut()
{
    const TempFolder base;
    base.writeText("in/tree/a/file", "x");
    base.makeFolder("out");
    Counted watch(base / "in");
    std::filesystem::rename(base / "in/tree", base / "out/tree");
    QVERIFY(watch.isTold());
    base.writeText("out/tree/a/file", "longer");
    QVERIFY(watch.staysSilent());
}

void TestWatch::watchesFoldersWhosePathIsTooLong()
{
    const TempFolder folder;
    const std::string name(250, 'n');
    int here = ::open(folder.path().c_str(), O_PATH | O_DIRECTORY);
    for (int level = 0; level < 20; ++level) {
        QCOMPARE(::mkdirat(here, name.c_str(), 0755), 0);
        const int next = ::openat(here, name.c_str(), O_PATH | O_DIRECTORY);
        ::close(here);
        here = next;
    }
    Counted watch(folder.path());
    ::close(::openat(here, "leaf", O_CREAT | O_WRONLY, 0644));
    ::close(here);
    QVERIFY(watch.isTold());
}

void TestWatch::doesNotFollowLinks()
{
    const TempFolder outside;
    outside.makeFolder("sub");
    const TempFolder folder;
    folder.makeSymlink("link", outside.path());
    Counted watch(folder.path());
    outside.writeText("sub/file", "x");
    outside.writeText("file", "x");
    QVERIFY(watch.staysSilent());
}

void TestWatch::staysSilentWhileTheFolderIsRead()
{
    const TempFolder folder;
    folder.writeText("a/file", "x");
    Counted watch(folder.path());
    QVERIFY(scan(folder.path()));
    QCOMPARE(folder.readFile("a/file").size(), std::size_t(1));
    QVERIFY(watch.staysSilent());
}

void TestWatch::tellsOnceForManyChanges()
{
    const TempFolder folder;
    Counted watch(folder.path());
    for (int i = 0; i < 100; ++i)
        folder.writeText(fmt::format("{}", i), "x");
    QVERIFY(QTest::qWaitFor([&] { return watch.calls() != 0; }, soonMs));
    QTest::qWait(silenceMs);
    QVERIFY2(watch.calls() <= 3, qPrintable(QString::number(watch.calls())));
}

void TestWatch::goesOnTellingWhileChangesGoOn()
{
    const TempFolder folder;
    Counted watch(folder.path());
    const std::jthread churn([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            folder.writeText("file", "x");
            std::this_thread::sleep_for(quiet / 10);
        }
    });
    QVERIFY(QTest::qWaitFor([&] { return watch.calls() >= 3; }, 4 * soonMs));
}

void TestWatch::tellsWhenTheFolderGoesAndComesBack()
{
    const TempFolder base;
    base.writeText("in/file", "x");
    Counted watch(base / "in");
    std::filesystem::rename(base / "in", base / "elsewhere");
    QVERIFY(watch.isTold());
    base.writeText("elsewhere/file", "longer");
    base.makeFolder("in/sub");
    QVERIFY(watch.isTold());
    base.writeText("in/sub/file", "x");
    QVERIFY(watch.isTold());
    std::filesystem::remove_all(base / "in");
    QVERIFY(watch.isTold());
}

void TestWatch::neverCallsAfterItEnded()
{
    const TempFolder folder;
    for (int round = 0; round < 50; ++round) {
        std::atomic<bool> isOver = false;
        std::atomic<bool> isLate = false;
        auto watch = Watch::start(
            folder.path(), [&] { isLate = isLate || isOver; }, milliseconds(round % 5));
        QVERIFY(watch);
        folder.writeText("file", std::to_string(round));
        std::this_thread::sleep_for(milliseconds(round % 7));
        watch->reset();
        isOver = true;
        QVERIFY(!isLate);
    }
}

void TestWatch::losesNoChangeBetweenStartAndScan()
{
    const TempFolder folder;
    for (int i = 0; i < 400; ++i)
        folder.makeFolder(fmt::format("{}/{}", i % 20, i));
    for (int round = 0; round < 10; ++round) {
        std::atomic<int> calls = 0;
        const auto watch = Watch::start(folder.path(), [&] { ++calls; }, quiet);
        QVERIFY(watch);
        QVERIFY(scan(folder.path()));
        folder.writeText(fmt::format("{}/{}/file", round, round), std::to_string(round));
        QVERIFY(QTest::qWaitFor([&] { return calls != 0; }, soonMs));
    }
}

void TestWatch::refusesWhatIsNoFolder()
{
    const TempFolder folder;
    folder.writeText("file", "x");
    const auto file = Watch::start(folder / "file", [] {});
    QVERIFY(!file);
    QCOMPARE(file.error().code, ErrorCode::InvalidArgument);
    const auto missing = Watch::start(folder / "missing", [] {});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QVERIFY(missing.error().message.find("missing") != std::string::npos);
}

void TestWatch::passesOverFoldersThatMayNotBeRead()
{
    const TempFolder folder;
    folder.setMode("", 0755);
    folder.makeFolder("closed/inner");
    folder.makeFolder("listed/inner");
    folder.makeFolder("open/inner");
    folder.setMode("closed", 0);
    folder.setMode("listed", 0444);
    const bool isRoot = ::geteuid() == 0;
    if (isRoot)
        QCOMPARE(::seteuid(65534), 0);
    std::atomic<int> calls = 0;
    const auto watch = Watch::start(folder.path(), [&] { ++calls; }, quiet);
    if (isRoot)
        QCOMPARE(::seteuid(0), 0);
    QVERIFY(watch);
    QTest::qWait(silenceMs);
    QCOMPARE(calls, 0);
    folder.writeText("open/inner/file", "x");
    QVERIFY(QTest::qWaitFor([&] { return calls != 0; }, soonMs));
}

QTEST_GUILESS_MAIN(TestWatch)
#include "tst_watch.moc"
