#include "core/image/host_folder.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <array>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::image;

namespace {

Bytes bytesOf(std::string_view text)
{
    const auto view = std::as_bytes(std::span(text));
    return {view.begin(), view.end()};
}

} // namespace

class TestHostFolder : public QObject {
    Q_OBJECT

private slots:

    void makesTheFolderAndThoseAbove()
    {
        const test::TempFolder temp;
        QVERIFY(HostFolder::open(temp / "a/b/c"));
        QVERIFY(std::filesystem::is_directory(temp / "a/b/c"));
    }

    void givesAFileItsNameOnlyWhenFinished()
    {
        const test::TempFolder temp;
        const auto folder = HostFolder::open(temp.path());
        QVERIFY(folder);
        auto file = folder->createFile("a.txt", Existing::Keep);
        QVERIFY(file);
        QVERIFY(file->writeAt(4, bytesOf("data")));
        QVERIFY(!std::filesystem::exists(temp / "a.txt"));
        QVERIFY(file->finish({.size = 10, .modified = 1'000'000'000, .readOnly = true}));

        QCOMPARE(temp.readFile("a.txt"), bytesOf(std::string_view("\0\0\0\0data\0\0", 10)));
        struct stat status{};
        QCOMPARE(::stat((temp / "a.txt").c_str(), &status), 0);
        QCOMPARE(status.st_mtim.tv_sec, time_t(1'000'000'000));
        QCOMPARE(status.st_mode & 0222U, 0U);
        QCOMPARE(temp.entryCount(), std::size_t(1));
    }

    void leavesNothingOfAFileThatWasNotFinished()
    {
        const test::TempFolder temp;
        const auto folder = HostFolder::open(temp.path());
        {
            auto file = folder->createFile("a.txt", Existing::Keep);
            QVERIFY(file && file->writeAt(0, bytesOf("half")));
            QCOMPARE(temp.entryCount(), std::size_t(1));
        }
        QCOMPARE(temp.entryCount(), std::size_t(0));
    }

    void keepsAFileThatExists()
    {
        const test::TempFolder temp;
        temp.writeText("a.txt", "old");
        const auto folder = HostFolder::open(temp.path());
        const auto file = folder->createFile("a.txt", Existing::Keep);
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::Refused);
        QVERIFY(file.error().message.ends_with("a.txt exists already"));
    }

    void keepsAFileThatAppearedMeanwhile()
    {
        const test::TempFolder temp;
        const auto folder = HostFolder::open(temp.path());
        auto file = folder->createFile("a.txt", Existing::Keep);
        temp.writeText("a.txt", "old");
        const auto finished = file->finish({});
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::Refused);
        QCOMPARE(temp.readFile("a.txt"), bytesOf("old"));
    }

    void replacesAFileWhenToldTo()
    {
        const test::TempFolder temp;
        temp.writeText("a.txt", "old");
        const auto folder = HostFolder::open(temp.path());
        auto file = folder->createFile("a.txt", Existing::Replace);
        QVERIFY(file && file->writeAt(0, bytesOf("new")) && file->finish({.size = 3}));
        QCOMPARE(temp.readFile("a.txt"), bytesOf("new"));
    }

    void refusesToReplaceALinkOrAFolder()
    {
        const test::TempFolder temp;
        temp.writeText("target", "old");
        temp.makeSymlink("link", temp / "target");
        temp.makeFolder("folder");
        const auto folder = HostFolder::open(temp.path());
        for (const char* name : {"link", "folder"}) {
            const auto file = folder->createFile(name, Existing::Replace);
            QVERIFY(!file);
            QCOMPARE(file.error().code, ErrorCode::Refused);
        }
        QCOMPARE(temp.readFile("target"), bytesOf("old"));
    }

    void entersAFolderThatExistsButNoLinkToOne()
    {
        const test::TempFolder temp;
        const test::TempFolder outside;
        temp.makeFolder("real");
        temp.makeSymlink("link", outside.path());
        temp.writeText("file", "x");
        const auto folder = HostFolder::open(temp.path());
        QVERIFY(folder->enter("real"));
        QVERIFY(folder->enter("fresh"));
        for (const char* name : {"link", "file"}) {
            const auto inside = folder->enter(name);
            QVERIFY(!inside);
            QCOMPARE(inside.error().code, ErrorCode::Refused);
            QVERIFY(inside.error().message.ends_with("exists already and is not a folder"));
        }
        QCOMPARE(outside.entryCount(), std::size_t(0));
    }

    void saysWhyAFolderCannotBeMade()
    {
        const test::TempFolder temp;
        temp.writeText("file", "x");
        const auto folder = HostFolder::open(temp / "file/inside");
        QVERIFY(!folder);
        QVERIFY(folder.error().message.find("cannot open the folder") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestHostFolder)
#include "tst_host_folder.moc"
