#include "core/host/journal.hpp"

#include "tests/core/host/jail_verify.hpp"
#include "tests/support/jail_fixture.hpp"

#include <QtTest>

#include <algorithm>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::JailFixture;
using fatlas::test::TempFolder;

namespace {

using Names = std::vector<std::string>;

struct stat statusOf(const std::filesystem::path& path)
{
    struct stat status = {};
    if (::lstat(path.c_str(), &status) != 0)
        qFatal("no %s", path.c_str());
    return status;
}

class FailingSource final : public ContentSource {
public:
    [[nodiscard]] std::uint64_t size() const override { return 5'000'000; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        std::ranges::fill(into, std::byte{'x'});
        if (offset + into.size() > 2'000'000)
            return fail(ErrorCode::BadFormat, "the chain ends too early");
        return {};
    }
};

} // namespace

class TestJailSession : public QObject {
    Q_OBJECT

private slots:
    void dropsWhatTheSessionMade();
    void refusesBadPaths_data();
    void refusesBadPaths();
    void neverFollowsALink();
    void stopsWhenAskedAndLeavesNothing();
    void keepsTheErrorOfTheSource();
    void holdsTheFolderAgainstOthers();
    void refusesASessionInsideTheFolder();
    void endsWithoutATrace();
    void keepsFilesThatSomebodyWroteToMeanwhile();
    void putsDeletedFilesIntoTheTrash();
    void tellsNotesAndChangesWhenOpenedAgain();
    void doubtsWhatWasNotFlushedWhenTheSystemStopped();
    void keepsFlushedChangesWhenTheSystemStopped();
};

void TestJailSession::dropsWhatTheSessionMade()
{
    JailFixture fixture;
    fixture.start();
    VERIFY_DONE(fixture.create("a", "1"));
    VERIFY_DONE(fixture.replace(fixture.known("a"), "2"));
    fixture.stop();
    QVERIFY(fixture.open()); // it is known to the next process as well
    VERIFY_DONE(fixture.replace(fixture.known("a"), "3"));
    VERIFY_DONE(fixture.jail().rename(fixture.known("a"), "b"));
    VERIFY_DONE(fixture.jail().setMeta(fixture.known("b"), {.modifiedNs = 1}));
    VERIFY_DONE(fixture.writeAt(fixture.known("b"), {{.offset = 0, .length = 1}}, "4"));
    QCOMPARE(fixture.text("b"), std::string("4"));
    VERIFY_DONE(fixture.jail().removeFile(fixture.known("b")));
    QCOMPARE(fixture.keptCount(), 0U);
    // What somebody else wrote to is not what the session made.
    VERIFY_DONE(fixture.create("a", "1"));
    QTest::qWait(20);
    fixture.folder.writeText("a", "somebody's");
    VERIFY_DONE(fixture.jail().removeFile(fixture.known("a")));
    QCOMPARE(fixture.keptCount(), 1U);
}

void TestJailSession::refusesBadPaths_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("empty") << QByteArray("");
    QTest::newRow("dot") << QByteArray(".");
    QTest::newRow("up") << QByteArray("..");
    QTest::newRow("up and away") << QByteArray("../outside");
    QTest::newRow("up in the middle") << QByteArray("a/../../outside");
    QTest::newRow("absolute") << QByteArray("/etc/passwd");
    QTest::newRow("slash at the end") << QByteArray("a/");
    QTest::newRow("two slashes") << QByteArray("a//b");
    QTest::newRow("zero byte") << QByteArray("a\0b", 3);
    QTest::newRow("too long") << QByteArray(256, 'n');
    QTest::newRow("too deep") << QByteArray("a/").repeated(512) + "a";
    QTest::newRow("a temporary file's")
        << QByteArray(".fatlas-temp-0123456789abcdef-0123456789abcdef");
    QTest::newRow("the keep's") << QByteArray("a/.fatlas-keep-0123456789abcdef");
}

void TestJailSession::refusesBadPaths()
{
    QFETCH(QByteArray, path);
    JailFixture fixture;
    fixture.folder.writeText("a/file", "x");
    fixture.start();
    const std::string name = path.toStdString();
    for (const auto& refused : {fixture.create(name, "x"), fixture.jail().makeFolder(name, {}),
                                fixture.jail().rename(fixture.known("a/file"), name),
                                fixture.jail().removeFile({.path = name, .identity = {}}),
                                fixture.jail().removeFolder({.path = name, .identity = {}})}) {
        QVERIFY(!refused);
        QCOMPARE(refused.error().outcome, Outcome::Refused);
        QCOMPARE(refused.error().error.code, ErrorCode::InvalidArgument);
    }
    QCOMPARE(fixture.names(), (Names{"a/", "a/file"}));
}

void TestJailSession::neverFollowsALink()
{
    const TempFolder outside;
    outside.writeText("file", "outside");
    outside.makeFolder("folder");
    JailFixture fixture;
    fixture.folder.makeSymlink("out", outside.path());
    fixture.folder.makeSymlink("file", outside / "file");
    fixture.folder.makeSymlink("in/deep", outside / "folder");
    fixture.start();
    const struct stat before = statusOf(outside.path());
    const struct stat folderBefore = statusOf(outside / "folder");
    FileIdentity target;
    {
        const auto file = File::open(outside / "file");
        QVERIFY(file);
        target = *file->identity();
    }
    VERIFY_CONFLICT(fixture.create("out/new", "x"), ConflictKind::NotAFile);
    VERIFY_CONFLICT(fixture.create("in/deep/new", "x"), ConflictKind::NotAFile);
    VERIFY_CONFLICT(fixture.jail().makeFolder("out/new", {}), ConflictKind::NotAFile);
    for (const char* path : {"out/file", "file"}) {
        const Known known{.path = path, .identity = target};
        VERIFY_CONFLICT(fixture.replace(known, "x"), ConflictKind::NotAFile);
        VERIFY_CONFLICT(fixture.writeAt(known, {{.offset = 0, .length = 1}}, "x"),
                        ConflictKind::NotAFile);
        VERIFY_CONFLICT(fixture.jail().removeFile(known), ConflictKind::NotAFile);
        VERIFY_CONFLICT(fixture.jail().rename(known, "stolen"), ConflictKind::NotAFile);
        VERIFY_CONFLICT(fixture.jail().setMeta(known, {.modifiedNs = 0}), ConflictKind::NotAFile);
    }
    QCOMPARE(statusOf(outside.path()).st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    QCOMPARE(statusOf(outside / "folder").st_mtim.tv_nsec, folderBefore.st_mtim.tv_nsec);
    QCOMPARE(File::open(outside / "file")->identity().value(), target);
}

void TestJailSession::stopsWhenAskedAndLeavesNothing()
{
    JailFixture fixture;
    fixture.folder.writeText("file", "old");
    fixture.start();
    std::stop_source source;
    source.request_stop();
    const Request request{.note = {}, .job = JobControl(source.get_token())};
    const MemorySource content(test::bytesOf("new"));
    for (const auto& stopped :
         {fixture.jail().createFile("new", {.bytes = content}, request),
          fixture.jail().replaceFile(fixture.known("file"), {.bytes = content}, request),
          fixture.jail().removeFile(fixture.known("file"), request),
          fixture.jail().rename(fixture.known("file"), "new", request),
          fixture.jail().makeFolder("new", {}, request)}) {
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().error.code, ErrorCode::Cancelled);
        QCOMPARE(stopped.error().outcome, Outcome::Retry);
    }
    QCOMPARE(fixture.names(), Names{"file"});
}

void TestJailSession::keepsTheErrorOfTheSource()
{
    JailFixture fixture;
    fixture.folder.writePattern("file", 5'000'000);
    fixture.start();
    const Bytes old = fixture.folder.readFile("file");
    const FailingSource source;
    const auto identity = fixture.known("file").identity;
    for (const auto& failed :
         {fixture.jail().createFile("new", {.bytes = source}),
          fixture.jail().replaceFile(fixture.known("file"), {.bytes = source})}) {
        QVERIFY(!failed);
        QCOMPARE(failed.error().error.message, std::string("the chain ends too early"));
    }
    QCOMPARE(fixture.known("file").identity, identity);
    // Too much to be read before: bytes were written, and are the old ones again.
    const auto failed = fixture.jail().writeInPlace(
        fixture.known("file"), {{.offset = 0, .length = 5'000'000}}, {.bytes = source});
    QVERIFY(!failed);
    QVERIFY(failed.error().restored);
    QCOMPARE(*failed.error().restored, fixture.known("file").identity);
    QVERIFY(fixture.folder.readFile("file") == old);
    QVERIFY(*fixture.snapshotBytes() == old);
    QCOMPARE(fixture.names(), Names{"file"});
}

void TestJailSession::holdsTheFolderAgainstOthers()
{
    JailFixture fixture;
    fixture.folder.makeFolder("inner/deep");
    fixture.folder.makeFolder("other");
    fixture.start();
    QCOMPARE(FolderLock::take(fixture.folder.path()).error().code, ErrorCode::Refused);
    QCOMPARE(FolderLock::take(fixture.folder / "inner/deep").error().code, ErrorCode::Refused);
    fixture.stop();
    {
        const auto inner = FolderLock::take(fixture.folder / "inner/deep");
        QVERIFY(inner);
        QCOMPARE(FolderLock::take(fixture.folder.path()).error().code, ErrorCode::Refused);
        QCOMPARE(FolderLock::take(fixture.folder / "inner").error().code, ErrorCode::Refused);
        QVERIFY(FolderLock::take(fixture.folder / "other")); // beside each other
    }
    QVERIFY(fixture.open());
    fixture.folder.writeText("file", "x");
    fixture.stop();
    QCOMPARE(FolderLock::take(fixture.folder / "file").error().code, ErrorCode::InvalidArgument);
    QCOMPARE(FolderLock::take(fixture.folder / "gone").error().code, ErrorCode::NotFound);
}

void TestJailSession::refusesASessionInsideTheFolder()
{
    const TempFolder folder;
    folder.makeFolder("session");
    const auto snapshot = scan(folder.path());
    QVERIFY(snapshot);
    auto lock = FolderLock::take(folder.path());
    QVERIFY(lock);
    const auto refused =
        Jail::open(std::move(*lock),
                   {.session = folder / "session", .kept = std::make_shared<KeptFiles>(*snapshot)});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Refused);
    QCOMPARE(folder.entryCount(), 1U);
}

void TestJailSession::endsWithoutATrace()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "1");
    fixture.folder.writeText("b", "2");
    fixture.start();
    VERIFY_DONE(fixture.replace(fixture.known("a"), "new"));
    VERIFY_DONE(fixture.writeAt(fixture.known("b"), {{.offset = 0, .length = 1}}, "3"));
    VERIFY_DONE(fixture.create("c", "4"));
    const auto end = fixture.jail().end();
    QVERIFY2(end, end ? "" : end.error().message.c_str());
    QCOMPARE(end->dropped, 1U);
    QVERIFY(end->changed.empty());
    QCOMPARE(fixture.folder.entryCount(), 3U);
    QCOMPARE(fixture.session.entryCount(), 0U);
    QCOMPARE(fixture.create("d", "5").error().outcome, Outcome::Refused);
}

void TestJailSession::keepsFilesThatSomebodyWroteToMeanwhile()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "1");
    fixture.start();
    const int held = ::open((fixture.folder / "a").c_str(), O_WRONLY | O_CLOEXEC);
    QVERIFY(held >= 0);
    VERIFY_DONE(fixture.jail().removeFile(fixture.known("a")));
    QTest::qWait(20);
    QCOMPARE(::write(held, "longer", 6), 6);
    ::close(held);
    const auto bytes = fixture.snapshotBytes();
    QVERIFY(!bytes);
    QCOMPARE(bytes.error().code, ErrorCode::Changed);
    const auto end = fixture.jail().end();
    QVERIFY(end);
    QCOMPARE(end->changed.size(), 1U);
    const auto left = readWholeFile(end->changed.front(), 100);
    QVERIFY(left);
    QCOMPARE(left->size(), 6U);
}

void TestJailSession::putsDeletedFilesIntoTheTrash()
{
    const TempFolder home;
    qputenv("XDG_DATA_HOME", QByteArray::fromStdString((home / "data").native()));
    JailFixture fixture;
    fixture.folder.writeText("in/a b%.txt", "deleted");
    fixture.folder.writeText("b", "replaced");
    fixture.start();
    VERIFY_DONE(fixture.jail().removeFile(fixture.known("in/a b%.txt")));
    VERIFY_DONE(fixture.replace(fixture.known("b"), "new"));
    home.writeText("data/Trash/files/a b%.txt", "from before");
    home.writeText("data/Trash/info/a b%.txt.trashinfo", "from before");
    const auto end = fixture.jail().end(Jail::Deleted::Trash);
    qunsetenv("XDG_DATA_HOME");
    QVERIFY2(end, end ? "" : end.error().message.c_str());
    QCOMPARE(end->trashed, 1U);
    QCOMPARE(end->dropped, 1U);
    const Bytes file = home.readFile("data/Trash/files/a b%.txt.2");
    QVERIFY(std::ranges::equal(file, test::bytesOf("deleted")));
    const Bytes info = home.readFile("data/Trash/info/a b%.txt.2.trashinfo");
    const QString text =
        QString::fromUtf8(reinterpret_cast<const char*>(info.data()), qsizetype(info.size()));
    QVERIFY(text.startsWith("[Trash Info]\nPath=" +
                            QString::fromStdString((fixture.folder / "in/a%20b%25.txt").native()) +
                            "\nDeletionDate="));
}

void TestJailSession::tellsNotesAndChangesWhenOpenedAgain()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "1");
    fixture.start();
    const Request request{.note = {std::byte{1}, std::byte{2}}};
    const MemorySource content(test::bytesOf("new"));
    VERIFY_DONE(fixture.jail().createFile("b", {.bytes = content}, request));
    const auto noted = fixture.jail().note({std::byte{3}});
    QVERIFY(noted);
    QVERIFY(!fixture.create("a", "2"));
    const auto renamed = fixture.jail().rename(fixture.known("a"), "c");
    VERIFY_DONE(renamed);
    fixture.stop();
    QVERIFY(fixture.open());
    QCOMPARE(fixture.journalled.size(), 3U);
    QVERIFY(fixture.journalled[0].kind == ChangeKind::CreateFile);
    QCOMPARE(fixture.journalled[0].path, std::string("b"));
    QVERIFY(fixture.journalled[0].made);
    QCOMPARE(fixture.journalled[0].result.identity, fixture.known("b").identity);
    QCOMPARE(fixture.journalled[0].note, request.note);
    QVERIFY(fixture.journalled[1].kind == ChangeKind::Note);
    QCOMPARE(fixture.journalled[1].note, Bytes{std::byte{3}});
    QCOMPARE(fixture.journalled[2].to, std::string("c"));
    QCOMPARE(fixture.journalled[2].result.identity, renamed->identity);
    const auto tooLong = fixture.jail().note(Bytes(Jail::maxNoteSize + 1));
    QVERIFY(!tooLong);
}

namespace {

/// The journal as if it had been written before the system was started.
void pretendThatTheSystemStopped(const JailFixture& fixture)
{
    const auto path = fixture.session / "jail.journal";
    const auto old = fixture.session / "old";
    std::filesystem::rename(path, old);
    JournalIdentity identity;
    std::vector<JournalRecord> records;
    {
        const auto journal =
            Journal::open(old, [&](std::uint64_t /*number*/, JournalRecord record) -> Result<> {
                if (auto* const opened = std::get_if<Opened>(&record))
                    opened->boot = "another";
                records.push_back(std::move(record));
                return {};
            });
        QVERIFY(journal);
        identity = (*journal)->identity();
    }
    QVERIFY(Journal::create(path, identity));
    const auto journal =
        Journal::open(path, [](std::uint64_t, const JournalRecord&) { return Result<>(); });
    QVERIFY(journal);
    for (const JournalRecord& record : records)
        QVERIFY((*journal)->append(record));
}

} // namespace

void TestJailSession::doubtsWhatWasNotFlushedWhenTheSystemStopped()
{
    JailFixture fixture;
    fixture.folder.writeText("a", "1");
    fixture.start();
    VERIFY_DONE(fixture.create("kept", "2"));
    VERIFY_DONE(fixture.create("lost", "3"));
    VERIFY_DONE(fixture.jail().makeFolder("lost too", {}));
    fixture.stop();
    // The file system forgets from the end.
    std::filesystem::remove(fixture.folder / "lost too");
    std::filesystem::remove(fixture.folder / "lost");
    pretendThatTheSystemStopped(fixture);
    QVERIFY(fixture.open());
    QCOMPARE(fixture.journalled.size(), 3U);
    QVERIFY(fixture.journalled[0].made);
    QVERIFY(!fixture.journalled[1].made);
    QVERIFY(!fixture.journalled[2].made);
    VERIFY_DONE(fixture.create("lost", "3"));
    QVERIFY(fixture.snapshotBytes());
}

void TestJailSession::keepsFlushedChangesWhenTheSystemStopped()
{
    JailFixture fixture;
    fixture.start();
    VERIFY_DONE(fixture.create("a", "1"));
    QVERIFY(fixture.jail().flush());
    fixture.stop();
    std::filesystem::remove(fixture.folder / "a"); // by somebody, later
    pretendThatTheSystemStopped(fixture);
    QVERIFY(fixture.open());
    QCOMPARE(fixture.journalled.size(), 1U);
    QVERIFY(fixture.journalled[0].made);
    VERIFY_CONFLICT(fixture.jail().removeFile({.path = "a", .identity = {}}),
                    ConflictKind::Missing);
}

QTEST_GUILESS_MAIN(TestJailSession)
#include "tst_jail_session.moc"
