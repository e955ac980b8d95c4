#include "tests/core/host/jail_verify.hpp"
#include "tests/support/jail_fixture.hpp"

#include <QtTest>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::JailFixture;
using fatlas::test::TempFolder;

namespace {

constexpr std::int64_t second = 1'000'000'000;
using Names = std::vector<std::string>;

struct stat statusOf(const std::filesystem::path& path)
{
    struct stat status = {};
    if (::lstat(path.c_str(), &status) != 0)
        qFatal("no %s", path.c_str());
    return status;
}

std::string attributeOf(const std::filesystem::path& path, const char* name)
{
    std::array<char, 256> text{};
    const ssize_t size = ::lgetxattr(path.c_str(), name, text.data(), text.size());
    return size < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(size));
}

} // namespace

class TestJail : public QObject {
    Q_OBJECT

private slots:
    void createsFilesAndFolders();
    void createsWhatIsLongAndFullOfZeros();
    void neverCreatesOverAName();
    void setsTimesModeAndAttributes();
    void replacesAndKeepsWhatBelongsToTheFile();
    void replacesOnlyWhatIsKnown_data();
    void replacesOnlyWhatIsKnown();
    void replacesAFileWithTwoNamesInPlace();
    void neverWritesWhatMayNotBeWritten();
    void writesRangesInPlace_data();
    void writesRangesInPlace();
    void refusesRangesThatLeaveAGap();
    void removesFilesIntoTheKeep();
    void removesOnlyEmptyFolders();
    void renamesFilesAndFolders();
    void neverRenamesOntoAName();
    void letsTwoNamesChangePlaces();
};

void TestJail::createsFilesAndFolders()
{
    JailFixture fixture;
    fixture.start();
    VERIFY_DONE(fixture.jail().makeFolder("docs", {}));
    VERIFY_DONE(fixture.jail().makeFolder("docs/deep", {}));
    const auto made = fixture.create("docs/deep/a b.txt", "hello");
    VERIFY_DONE(made);
    VERIFY_DONE(fixture.create("empty", ""));
    QCOMPARE(fixture.text("docs/deep/a b.txt"), std::string("hello"));
    QCOMPARE(fixture.names(), (Names{"docs/", "docs/deep/", "docs/deep/a b.txt", "empty"}));
    QCOMPARE(made->identity, fixture.known("docs/deep/a b.txt").identity);
    QCOMPARE(statusOf(fixture.folder / "empty").st_mode & 0777, 0644U);
    const auto flushed = fixture.jail().flush();
    QVERIFY(flushed);
}

void TestJail::createsWhatIsLongAndFullOfZeros()
{
    JailFixture fixture;
    fixture.start();
    std::string text(3'000'001, '\0');
    text[1'500'000] = 'x';
    text.back() = 'y';
    VERIFY_DONE(fixture.create("long", text));
    QCOMPARE(fixture.text("long"), text);
    QVERIFY(statusOf(fixture.folder / "long").st_blocks * 512 < 1'000'000);
}

void TestJail::neverCreatesOverAName()
{
    JailFixture fixture;
    fixture.folder.writeText("file", "mine");
    fixture.folder.makeFolder("folder");
    fixture.folder.makeSymlink("link", "file");
    fixture.start();
    for (const char* name : {"file", "folder", "link"}) {
        VERIFY_CONFLICT(fixture.create(name, "other"), ConflictKind::Exists);
        VERIFY_CONFLICT(fixture.jail().makeFolder(name, {}), ConflictKind::Exists);
    }
    QCOMPARE(fixture.text("file"), std::string("mine"));
    QCOMPARE(fixture.names(), (Names{"file", "folder/", "link"}));
}

void TestJail::setsTimesModeAndAttributes()
{
    JailFixture fixture;
    fixture.start();
    const FileMeta meta{.modifiedNs = 1'700'000'002 * second, .readOnly = true, .attributes = 0x22};
    const auto made = fixture.create("file", "x", meta);
    VERIFY_DONE(made);
    QCOMPARE(statusOf(fixture.folder / "file").st_mode & 0777, 0444U);
    QCOMPARE(made->identity.modifiedNs, *meta.modifiedNs);
    const bool hasAttributes =
        ::setxattr(fixture.folder.path().c_str(), "user.test", "x", 1, 0) == 0;
    if (hasAttributes)
        QCOMPARE(attributeOf(fixture.folder / "file", "user.DOSATTRIB"), std::string("0x22"));
    const auto changed =
        fixture.jail().setMeta({.path = "file", .identity = made->identity},
                               {.modifiedNs = -5 * second, .readOnly = false, .attributes = 0x06});
    VERIFY_DONE(changed);
    QCOMPARE(statusOf(fixture.folder / "file").st_mode & 0777, 0644U);
    QCOMPARE(statusOf(fixture.folder / "file").st_mtim.tv_sec, -5);
    QCOMPARE(changed->identity, fixture.known("file").identity);
    if (hasAttributes)
        QCOMPARE(attributeOf(fixture.folder / "file", "user.DOSATTRIB"), std::string("0x6"));
    VERIFY_CONFLICT(fixture.jail().setMeta({.path = "file", .identity = made->identity}, meta),
                    ConflictKind::Changed);
}

void TestJail::replacesAndKeepsWhatBelongsToTheFile()
{
    JailFixture fixture;
    fixture.folder.writeText("file", "old");
    fixture.folder.setMode("file", 04751);
    const auto path = fixture.folder / "file";
    const bool hasAttributes = ::setxattr(path.c_str(), "user.note", "hi", 2, 0) == 0;
    if (::geteuid() == 0)
        QCOMPARE(::chown(path.c_str(), 1234, 2345), 0);
    fixture.folder.setMode("file", 04751);
    fixture.start();
    const auto before = fixture.snapshotBytes();
    QVERIFY(before);
    const auto replaced = fixture.replace(fixture.known("file"), "new and longer");
    VERIFY_DONE(replaced);
    QVERIFY(!replaced->inPlace);
    QCOMPARE(fixture.text("file"), std::string("new and longer"));
    const struct stat status = statusOf(path);
    QCOMPARE(status.st_mode & 07777, 0751U); // as for any file that is written to
    if (::geteuid() == 0) {
        QCOMPARE(status.st_uid, 1234U);
        QCOMPARE(status.st_gid, 2345U);
    }
    if (hasAttributes)
        QCOMPARE(attributeOf(path, "user.note"), std::string("hi"));
    QCOMPARE(replaced->identity, fixture.known("file").identity);
    QCOMPARE(fixture.names(), Names{"file"});
    QCOMPARE(fixture.keptCount(), 1U);
    const auto after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
}

void TestJail::replacesOnlyWhatIsKnown_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<int>("why");
    QTest::newRow("written to") << 0 << int(ConflictKind::Changed);
    QTest::newRow("another file") << 1 << int(ConflictKind::Changed);
    QTest::newRow("gone") << 2 << int(ConflictKind::Missing);
    QTest::newRow("a folder now") << 3 << int(ConflictKind::NotAFile);
    QTest::newRow("a link now") << 4 << int(ConflictKind::NotAFile);
}

void TestJail::replacesOnlyWhatIsKnown()
{
    QFETCH(int, change);
    QFETCH(int, why);
    JailFixture fixture;
    fixture.folder.writeText("file", "old");
    fixture.folder.writeText("other", "abc");
    fixture.start();
    const Known known = fixture.known("file");
    QTest::qWait(20); // past the tick of the file system's clock
    if (change != 0)
        std::filesystem::remove(fixture.folder / "file");
    switch (change) {
    case 0: fixture.folder.writeText("file", "OLD"); break;
    case 1: fixture.folder.writeText("file", "old"); break;
    case 3: fixture.folder.makeFolder("file"); break;
    case 4: fixture.folder.makeSymlink("file", "other"); break;
    default: break;
    }
    const Names names = fixture.names();
    const auto kind = static_cast<ConflictKind>(why);
    VERIFY_CONFLICT(fixture.replace(known, "new"), kind);
    VERIFY_CONFLICT(fixture.writeAt(known, {{.offset = 0, .length = 3}}, "new"), kind);
    VERIFY_CONFLICT(fixture.jail().removeFile(known), kind);
    VERIFY_CONFLICT(fixture.jail().rename(known, "renamed"), kind);
    VERIFY_CONFLICT(fixture.jail().exchange(known, fixture.known("other")), kind);
    VERIFY_CONFLICT(fixture.jail().setMeta(known, {.readOnly = true}), kind);
    QCOMPARE(fixture.names(), names);
    QCOMPARE(fixture.text("other"), std::string("abc"));
    QCOMPARE(fixture.keptCount(), 0U);
}

void TestJail::replacesAFileWithTwoNamesInPlace()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "old content");
    std::filesystem::create_hard_link(fixture.folder / "a", fixture.folder / "b");
    fixture.start();
    const auto before = fixture.snapshotBytes();
    QVERIFY(before);
    for (const char* text : {"longer than the old content", "new", ""}) {
        const auto replaced = fixture.replace(fixture.known("a"), text);
        VERIFY_DONE(replaced);
        QVERIFY(replaced->inPlace);
        QCOMPARE(replaced->identity, fixture.known("b").identity);
        QCOMPARE(fixture.text("a"), std::string(text));
        QCOMPARE(fixture.text("b"), std::string(text));
        const auto after = fixture.snapshotBytes();
        QVERIFY2(after, after ? "" : after.error().message.c_str());
        QVERIFY(*after == *before);
    }
    QCOMPARE(fixture.names(), (Names{"a", "b"}));
}

void TestJail::neverWritesWhatMayNotBeWritten()
{
    JailFixture fixture;
    fixture.folder.writeText("file", "old");
    fixture.folder.setMode("file", 0444);
    fixture.start();
    VERIFY_CONFLICT(fixture.replace(fixture.known("file"), "new"), ConflictKind::NotWritable);
    VERIFY_CONFLICT(fixture.writeAt(fixture.known("file"), {{.offset = 0, .length = 3}}, "new"),
                    ConflictKind::NotWritable);
    QCOMPARE(fixture.text("file"), std::string("old"));
    QCOMPARE(fixture.names(), Names{"file"});
    VERIFY_DONE(fixture.jail().setMeta(fixture.known("file"), {.readOnly = false}));
    VERIFY_DONE(fixture.replace(fixture.known("file"), "new"));
    QCOMPARE(fixture.text("file"), std::string("new"));
}

void TestJail::writesRangesInPlace_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QList<int>>("ranges");
    QTest::newRow("in the middle") << QByteArray("0123xx6789") << QList<int>{4, 2};
    QTest::newRow("two places") << QByteArray("x12345678y") << QList<int>{0, 1, 9, 1};
    QTest::newRow("growing") << QByteArray("0123456789abc") << QList<int>{10, 3};
    QTest::newRow("over the end") << QByteArray("01234567ABCD") << QList<int>{8, 4};
    QTest::newRow("cut off") << QByteArray("0123") << QList<int>{};
    QTest::newRow("cut off and changed") << QByteArray("x123") << QList<int>{0, 1};
    QTest::newRow("to nothing") << QByteArray() << QList<int>{};
    QTest::newRow("all") << QByteArray("ABCDEFGHIJ") << QList<int>{0, 10};
}

void TestJail::writesRangesInPlace()
{
    QFETCH(QByteArray, content);
    QFETCH(QList<int>, ranges);
    JailFixture fixture;
    fixture.folder.writeText("file", "0123456789");
    fixture.folder.writeText("other", "other");
    fixture.start();
    const auto before = fixture.snapshotBytes();
    std::vector<ByteRange> wanted;
    for (qsizetype i = 0; i < ranges.size(); i += 2)
        wanted.push_back(
            {.offset = std::uint64_t(ranges[i]), .length = std::uint64_t(ranges[i + 1])});
    const auto inode = fixture.known("file").identity.inode;
    const auto written = fixture.writeAt(fixture.known("file"), wanted, content.toStdString());
    VERIFY_DONE(written);
    QVERIFY(written->inPlace);
    QCOMPARE(written->identity.inode, inode);
    QCOMPARE(written->identity, fixture.known("file").identity);
    QCOMPARE(fixture.text("file"), content.toStdString());
    auto after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
    // And once more, over what was saved, and after another process took over.
    VERIFY_DONE(fixture.writeAt(fixture.known("file"), {{.offset = 0, .length = 3}}, "###"));
    fixture.stop();
    QVERIFY(fixture.open());
    QCOMPARE(fixture.text("file"), std::string("###"));
    after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
}

void TestJail::refusesRangesThatLeaveAGap()
{
    JailFixture fixture;
    fixture.folder.writeText("file", "0123456789");
    fixture.start();
    const std::string text(20, 'x');
    for (const auto& ranges : std::vector<std::vector<ByteRange>>{
             {},
             {{.offset = 0, .length = 10}},
             {{.offset = 11, .length = 9}},
             {{.offset = 10, .length = 11}},
             {{.offset = 10, .length = 0}, {.offset = 10, .length = 10}},
             {{.offset = 5, .length = 10}, {.offset = 14, .length = 6}},
             {{.offset = ~std::uint64_t{0}, .length = 21}}}) {
        const auto refused = fixture.writeAt(fixture.known("file"), ranges, text);
        QVERIFY(!refused);
        QCOMPARE(refused.error().outcome, Outcome::Refused);
    }
    QCOMPARE(fixture.text("file"), std::string("0123456789"));
    QCOMPARE(fixture.keptCount(), 0U);
}

void TestJail::removesFilesIntoTheKeep()
{
    JailFixture fixture;
    fixture.folder.writeText("folder/file", "old");
    fixture.folder.setMode("folder/file", 0444); // a folder decides what is removed from it
    fixture.start();
    const auto before = fixture.snapshotBytes();
    VERIFY_DONE(fixture.jail().removeFile(fixture.known("folder/file")));
    QCOMPARE(fixture.names(), Names{"folder/"});
    QCOMPARE(fixture.keptCount(), 1U);
    VERIFY_DONE(fixture.jail().removeFolder(fixture.known("folder")));
    QCOMPARE(fixture.names(), Names{});
    const auto after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
}

void TestJail::removesOnlyEmptyFolders()
{
    JailFixture fixture;
    fixture.folder.writeText("folder/unseen", "x");
    fixture.start();
    VERIFY_CONFLICT(fixture.jail().removeFolder(fixture.known("folder")), ConflictKind::NotEmpty);
    VERIFY_CONFLICT(fixture.jail().removeFolder(fixture.known("folder/unseen")),
                    ConflictKind::NotAFile);
    QCOMPARE(fixture.text("folder/unseen"), std::string("x"));
}

void TestJail::renamesFilesAndFolders()
{
    JailFixture fixture;
    fixture.folder.writeText("a/deep/file", "1");
    fixture.folder.writeText("b/other", "2");
    fixture.folder.makeSymlink("link", "a/deep");
    fixture.start();
    const auto before = fixture.snapshotBytes();
    const auto renamed = fixture.jail().rename(fixture.known("a/deep/file"), "b/File");
    VERIFY_DONE(renamed);
    QCOMPARE(renamed->identity, fixture.known("b/File").identity);
    VERIFY_DONE(fixture.jail().rename(fixture.known("b/File"), "b/file"));
    VERIFY_DONE(fixture.jail().rename(fixture.known("b/file"), "a/deep/back"));
    VERIFY_DONE(fixture.jail().rename(fixture.known("a"), "b/a"));
    VERIFY_DONE(fixture.jail().rename(fixture.known("b"), "c"));
    QCOMPARE(fixture.names(),
             (Names{"c/", "c/a/", "c/a/deep/", "c/a/deep/back", "c/other", "link"}));
    auto after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
    fixture.stop();
    QVERIFY(fixture.open());
    after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
    const auto intoItself = fixture.jail().rename(fixture.known("c"), "c/a/c");
    QVERIFY(!intoItself);
    QCOMPARE(intoItself.error().outcome, Outcome::Refused);
}

void TestJail::neverRenamesOntoAName()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "1");
    fixture.folder.writeText("b", "2");
    fixture.folder.makeFolder("folder");
    fixture.folder.makeFolder("empty");
    fixture.start();
    VERIFY_CONFLICT(fixture.jail().rename(fixture.known("a"), "b"), ConflictKind::Exists);
    VERIFY_CONFLICT(fixture.jail().rename(fixture.known("a"), "folder"), ConflictKind::Exists);
    VERIFY_CONFLICT(fixture.jail().rename(fixture.known("folder"), "empty"), ConflictKind::Exists);
    VERIFY_CONFLICT(fixture.jail().rename(fixture.known("a"), "gone/a"), ConflictKind::Missing);
    QCOMPARE(fixture.text("a"), std::string("1"));
    QCOMPARE(fixture.text("b"), std::string("2"));
    QVERIFY(fixture.exists("empty"));
}

void TestJail::letsTwoNamesChangePlaces()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "1");
    fixture.folder.writeText("b/inside", "2");
    fixture.folder.writeText("c/inside", "3");
    fixture.start();
    const auto before = fixture.snapshotBytes();
    const auto done = fixture.jail().exchange(fixture.known("a"), fixture.known("b"));
    VERIFY_DONE(done);
    QCOMPARE(fixture.text("b"), std::string("1"));
    QCOMPARE(fixture.text("a/inside"), std::string("2"));
    QCOMPARE(done->identity.inode, fixture.known("a").identity.inode);
    QCOMPARE(done->other, fixture.known("b").identity);
    VERIFY_DONE(fixture.jail().exchange(fixture.known("a"), fixture.known("c")));
    QCOMPARE(fixture.text("a/inside"), std::string("3"));
    QCOMPARE(fixture.text("c/inside"), std::string("2"));
    auto after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
    fixture.stop();
    QVERIFY(fixture.open());
    after = fixture.snapshotBytes();
    QVERIFY2(after, after ? "" : after.error().message.c_str());
    QVERIFY(*after == *before);
}

QTEST_GUILESS_MAIN(TestJail)
#include "tst_jail.moc"
