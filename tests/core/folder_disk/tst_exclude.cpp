#include "core/folder_disk/exclude.hpp"

#include "tests/core/folder_disk/snapshot_maker.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::folder_disk;
using fatlas::test::FakeNode;

class ExcludeTest : public QObject {
    Q_OBJECT

private slots:
    void matchesNamesAndPaths_data();
    void matchesNamesAndPaths();
    void takesLinearTimeForManyStars();
    void refusesBracketThatIsNotClosed();
    void coversWhatLiesBelowAnExcludedFolder();
    void leavesOutOnlyTheTopOfAnExcludedFolder();
    void excludedThingsRaiseNoOtherFinding();
};

void ExcludeTest::matchesNamesAndPaths_data()
{
    QTest::addColumn<QString>("glob");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("isFolder");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* glob, const char* path, bool expected, bool isFolder = false) {
        QTest::addRow("%s on %s%s", glob, path, isFolder ? "/" : "")
            << glob << path << isFolder << expected;
    };
    row("*.bak", "a.bak", true);
    row("*.bak", "deep/down/a.bak", true);
    row("*.bak", "a.bak.txt", false);
    row(".git", ".git", true, true);
    row(".git", "sub/.git", true, true);
    row(".git/", ".git", true, true);
    row(".git/", ".git", false);
    row("/build", "build", true);
    row("/build", "sub/build", false);
    row("./build", "build", true);
    row("./build", "sub/build", false);
    row("src/*.o", "src/a.o", true);
    row("src/*.o", "src/sub/a.o", false);
    row("src/*.o", "other/src/a.o", false);
    row("**/cache", "cache", true);
    row("**/cache", "a/b/cache", true);
    row("src/**", "src/a/b", true);
    row("src/**", "src", false, true);
    row("src/**/x", "src/x", true);
    row("src/**/x", "src/a/b/x", true);
    row("src/**/x", "src/a/b/y", false);
    row("a/**/b/**/c", "a/q/b/b/z/c", true);
    row("a/**/b/**/c", "a/q/z/c", false);
    row("?", "a", true);
    row("?", "ab", false);
    row("?", "\u00e4", true);
    row("?", "\U0001F600", true);
    row("[a-c]x", "bx", true);
    row("[a-c]x", "dx", false);
    row("[!a-c]x", "dx", true);
    row("[^a-c]x", "ax", false);
    row("[]]", "]", true);
    row("[a-]", "-", true);
    row("[\u00e0-\u00ff]", "\u00e4", true);
    row("\\*", "*", true);
    row("\\*", "a", false);
    row("\\[x]", "[x]", true);
    row("*a*b", "xxaxxb", true);
    row("*a*b", "xxaxxbc", false);
    row("*", "anything", true);
    row("A", "a", false);
}

void ExcludeTest::matchesNamesAndPaths()
{
    QFETCH(const QString, glob);
    QFETCH(const QString, path);
    QFETCH(const bool, isFolder);
    QFETCH(const bool, expected);
    const auto excludes = Excludes::compile({glob.toStdString()});
    QVERIFY(excludes.has_value());
    QCOMPARE(excludes->matches(path.toStdString(), isFolder ? HostKind::Directory : HostKind::File),
             expected);
}

void ExcludeTest::takesLinearTimeForManyStars()
{
    std::string glob;
    for (int i = 0; i < 60; ++i)
        glob += "*a";
    QVERIFY(!globMatches(glob + "b", std::string(255, 'a')));
    std::string path;
    std::string paths;
    for (int i = 0; i < 60; ++i) {
        path += "a/";
        paths += "**/a/";
    }
    QVERIFY(!globMatchesPath(paths + "b", path + path + "c"));
}

void ExcludeTest::refusesBracketThatIsNotClosed()
{
    const auto excludes = Excludes::compile({"ok", "a[bc"});
    QVERIFY(!excludes);
    QCOMPARE(excludes.error().code, ErrorCode::InvalidArgument);
    QVERIFY(QString::fromStdString(excludes.error().message).contains("a[bc"));
}

void ExcludeTest::coversWhatLiesBelowAnExcludedFolder()
{
    const auto excludes = Excludes::compile({"tmp/"});
    QVERIFY(excludes.has_value());
    QVERIFY(excludes->covers("tmp/a/socket"));
    QVERIFY(!excludes->covers("other/socket"));
}

void ExcludeTest::leavesOutOnlyTheTopOfAnExcludedFolder()
{
    Options options;
    options.excludes = {".git", "*.bak"};
    const auto plan =
        test::planOrDie({{".git/a", 1}, {".git/b/c", 1}, {"x/y.bak", 1}, {"x/z", 1}}, options);
    QCOMPARE(plan->excluded, (std::vector<std::string>{".git", "x/y.bak"}));
    QCOMPARE(plan->fit.fileCount, 1U);
    QCOMPARE(plan->fit.directoryCount, 1U);
}

void ExcludeTest::excludedThingsRaiseNoOtherFinding()
{
    auto snapshot = test::makeSnapshot({{.path = "a:b.bak", .size = 5ULL << 30},
                                        {.path = "secret.bak", .size = 1, .readable = false},
                                        {.path = "ok", .size = 1}});
    snapshot->leftOut.push_back({.path = "x.bak", .reason = host::LeftOutReason::Socket});
    snapshot->leftOut.push_back({.path = "y", .reason = host::LeftOutReason::Fifo});
    Options options;
    options.excludes = {"*.bak"};
    const auto plan = planDisk(snapshot, options);
    QVERIFY(plan.has_value());
    QVERIFY(!(*plan)->refusal());
    QCOMPARE((*plan)->leftOut.size(), 1U);
    QCOMPARE((*plan)->findings.size(), 1U);
    QCOMPARE((*plan)->findings.front().path, std::string("y"));
    QCOMPARE((*plan)->excluded.size(), 3U);
}

QTEST_GUILESS_MAIN(ExcludeTest)
#include "tst_exclude.moc"
