#include "core/base/atomic_file.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace fatlas;
using test::TempFolder;
using Existing = AtomicFile::Existing;

class TestAtomicFile : public QObject {
    Q_OBJECT

private slots:
    void appearsOnlyWhenCommitted();
    void leavesNothingWhenGivenUp();
    void refusesATakenName();
    void refusesANameTakenMeanwhile();
    void replacesWhenAsked();
    void followsALinkAndKeepsIt();
    void refusesADanglingLink();
    void refusesAFolder_data();
    void refusesAFolder();
    void refusesAPipe();
    void refusesAMissingFolder();
    void refusesAFolderThatCannotBeWritten();
    void obeysTheUmask();
    void worksInTheCurrentFolder();
    void survivesARenameOfItsFolder();
    void takesTheLongestName();
};

namespace {

const Bytes content{std::byte{'n'}, std::byte{'e'}, std::byte{'w'}};
const Bytes oldContent{std::byte{'o'}, std::byte{'l'}, std::byte{'d'}};

AtomicFile createWith(const std::filesystem::path& path, Existing existing)
{
    auto created = AtomicFile::create(path, existing);
    if (!created)
        qFatal("%s", created.error().message.c_str());
    if (!created->file().writeAt(0, content))
        qFatal("cannot write");
    return std::move(*created);
}

} // namespace

void TestAtomicFile::appearsOnlyWhenCommitted()
{
    const TempFolder folder;
    AtomicFile file = createWith(folder / "a", Existing::Keep);
    QVERIFY(!std::filesystem::exists(folder / "a"));
    QVERIFY(file.commit());
    QVERIFY(folder.readFile("a") == content);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestAtomicFile::leavesNothingWhenGivenUp()
{
    const TempFolder folder;
    {
        AtomicFile first = createWith(folder / "a", Existing::Keep);
        const AtomicFile moved = std::move(first);
        QCOMPARE(folder.entryCount(), std::size_t{1});
    }
    QCOMPARE(folder.entryCount(), std::size_t{0});
}

void TestAtomicFile::refusesATakenName()
{
    const TempFolder folder;
    folder.writeFile("a", oldContent);
    const auto created = AtomicFile::create(folder / "a", Existing::Keep);
    QCOMPARE(created.error().code, ErrorCode::Refused);
    QVERIFY(created.error().message.ends_with("/a exists already"));
    QVERIFY(folder.readFile("a") == oldContent);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestAtomicFile::refusesANameTakenMeanwhile()
{
    const TempFolder folder;
    {
        AtomicFile file = createWith(folder / "a", Existing::Keep);
        folder.writeFile("a", oldContent);
        QCOMPARE(file.commit().error().code, ErrorCode::Refused);
    }
    QVERIFY(folder.readFile("a") == oldContent);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestAtomicFile::replacesWhenAsked()
{
    const TempFolder folder;
    folder.writeFile("a", oldContent);
    AtomicFile file = createWith(folder / "a", Existing::Replace);
    QVERIFY(folder.readFile("a") == oldContent);
    QVERIFY(file.commit());
    QVERIFY(folder.readFile("a") == content);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestAtomicFile::followsALinkAndKeepsIt()
{
    const TempFolder folder;
    folder.writeFile("real/a", oldContent);
    const auto link = folder.makeSymlink("link", "real/a");
    QCOMPARE(AtomicFile::create(link, Existing::Keep).error().code, ErrorCode::Refused);
    QVERIFY(createWith(link, Existing::Replace).commit());
    QVERIFY(std::filesystem::is_symlink(link));
    QVERIFY(folder.readFile("real/a") == content);
}

void TestAtomicFile::refusesADanglingLink()
{
    const TempFolder folder;
    const auto link = folder.makeSymlink("link", "nowhere");
    const auto created = AtomicFile::create(link, Existing::Replace);
    QCOMPARE(created.error().code, ErrorCode::NotFound);
    QVERIFY(created.error().message.find(link.native()) != std::string::npos);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestAtomicFile::refusesAFolder_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("folder") << "sub";
    QTest::newRow("folder with slash") << "sub/";
    QTest::newRow("link to a folder") << "link";
    QTest::newRow("missing with slash") << "missing/";
}

void TestAtomicFile::refusesAFolder()
{
    QFETCH(QString, name);
    const TempFolder folder;
    folder.makeFolder("sub");
    folder.makeSymlink("link", "sub");
    const auto created = AtomicFile::create(folder / name.toStdString(), Existing::Replace);
    QCOMPARE(created.error().code, ErrorCode::InvalidArgument);
    QVERIFY(created.error().message.find("is a folder") != std::string::npos);
}

void TestAtomicFile::refusesAPipe()
{
    const TempFolder folder;
    QCOMPARE(::mkfifo((folder / "pipe").c_str(), 0600), 0);
    QCOMPARE(AtomicFile::create(folder / "pipe", Existing::Replace).error().code,
             ErrorCode::Refused);
}

void TestAtomicFile::refusesAMissingFolder()
{
    const TempFolder folder;
    const auto created = AtomicFile::create(folder / "no/a", Existing::Keep);
    QCOMPARE(created.error().code, ErrorCode::NotFound);
    QVERIFY(created.error().message.find("/no") != std::string::npos);
}

void TestAtomicFile::refusesAFolderThatCannotBeWritten()
{
    if (::geteuid() == 0)
        QSKIP("root may write anywhere");
    const TempFolder folder;
    folder.makeFolder("locked");
    folder.setMode("locked", 0500);
    const auto created = AtomicFile::create(folder / "locked/a", Existing::Keep);
    QCOMPARE(created.error().code, ErrorCode::AccessDenied);
    QVERIFY(created.error().message.find("/locked") != std::string::npos);
}

void TestAtomicFile::obeysTheUmask()
{
    const TempFolder folder;
    const mode_t previous = ::umask(027);
    const bool isCommitted = createWith(folder / "a", Existing::Keep).commit().has_value();
    ::umask(previous);
    QVERIFY(isCommitted);
    struct stat status = {};
    QCOMPARE(::stat((folder / "a").c_str(), &status), 0);
    QCOMPARE(status.st_mode & 07777U, 0640U);
}

void TestAtomicFile::worksInTheCurrentFolder()
{
    const TempFolder folder;
    const auto previous = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const bool isCommitted = createWith("a", Existing::Keep).commit().has_value();
    std::filesystem::current_path(previous);
    QVERIFY(isCommitted);
    QVERIFY(folder.readFile("a") == content);
}

void TestAtomicFile::survivesARenameOfItsFolder()
{
    const TempFolder folder;
    folder.makeFolder("before");
    AtomicFile file = createWith(folder / "before/a", Existing::Keep);
    std::filesystem::rename(folder / "before", folder / "after");
    QVERIFY(file.commit());
    QVERIFY(folder.readFile("after/a") == content);
}

void TestAtomicFile::takesTheLongestName()
{
    const TempFolder folder;
    const std::string longest(255, 'x');
    QVERIFY(createWith(folder / longest, Existing::Keep).commit());
    QVERIFY(folder.readFile(longest) == content);
    const std::string tooLong(256, 'x');
    const auto created = AtomicFile::create(folder / tooLong, Existing::Keep);
    QVERIFY(!created);
    QCOMPARE(created.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
