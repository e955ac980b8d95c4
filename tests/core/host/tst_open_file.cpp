#include "core/host/open_file.hpp"
#include "core/host/scan.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::host;
using fatlas::test::TempFolder;

class TestOpenFile : public QObject {
    Q_OBJECT

private slots:
    void opensWhatWasScanned();
    void opensThroughALink();
    void opensAPathLongerThanTheSystemTakes();
    void refusesAnotherFileInItsPlace_data();
    void refusesAnotherFileInItsPlace();
};

void TestOpenFile::opensWhatWasScanned()
{
    const TempFolder folder;
    folder.writeText("a/file", "hello");
    const auto snapshot = scan(folder.path());
    QVERIFY(snapshot);
    const auto file = FileOpener(**snapshot).open(2);
    QVERIFY(file);
    Bytes bytes(5);
    QVERIFY(file->readAt(0, bytes));
    QVERIFY(bytes == folder.readFile("a/file"));
}

void TestOpenFile::opensThroughALink()
{
    const TempFolder folder;
    folder.writeText("b/file", "hello");
    folder.makeSymlink("a", "b");
    const auto snapshot = scan(folder.path());
    QVERIFY(snapshot);
    QCOMPARE((*snapshot)->relativePath(3), std::string("a/file"));
    QVERIFY(FileOpener(**snapshot).open(3));
}

void TestOpenFile::opensAPathLongerThanTheSystemTakes()
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
    ::close(::openat(here, "leaf", O_CREAT | O_WRONLY, 0644));
    ::close(here);
    const auto snapshot = scan(folder.path());
    QVERIFY(snapshot);
    QVERIFY(FileOpener(**snapshot).open(21));
}

void TestOpenFile::refusesAnotherFileInItsPlace_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("longer") << 0 << ErrorCode::Changed;
    QTest::newRow("same size, other content") << 1 << ErrorCode::Changed;
    QTest::newRow("another file") << 2 << ErrorCode::Changed;
    QTest::newRow("a pipe that nobody writes to") << 3 << ErrorCode::Changed;
    QTest::newRow("a link to outside") << 4 << ErrorCode::Changed;
    QTest::newRow("gone") << 5 << ErrorCode::NotFound;
}

void TestOpenFile::refusesAnotherFileInItsPlace()
{
    QFETCH(int, change);
    QFETCH(ErrorCode, code);
    const TempFolder outside;
    outside.writeText("file", "other");
    const TempFolder folder;
    folder.writeText("file", "hello");
    const auto snapshot = scan(folder.path());
    QVERIFY(snapshot);
    QTest::qWait(20); // past the tick of the file system's clock
    if (change >= 2)
        std::filesystem::remove(folder / "file");
    switch (change) {
    case 0: folder.writeText("file", "hello, longer"); break;
    case 1: folder.writeText("file", "HELLO"); break;
    case 2: folder.writeText("file", "hello"); break;
    case 3: QCOMPARE(::mkfifo((folder / "file").c_str(), 0644), 0); break;
    case 4: folder.makeSymlink("file", outside / "file"); break;
    default: break;
    }
    const auto refused = FileOpener(**snapshot).open(1);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, code);
    QVERIFY(refused.error().message.find((folder / "file").native()) != std::string::npos);
}

QTEST_GUILESS_MAIN(TestOpenFile)
#include "tst_open_file.moc"
