#include "core/base/file.hpp"
#include "core/base/units.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <fcntl.h>
#include <limits>
#include <sys/stat.h>
#include <unistd.h>

using namespace fatlas;
using test::TempFolder;

class TestFile : public QObject {
    Q_OBJECT

private slots:
    void readsBackWhatWasWritten();
    void readPastTheEndSaysWhereItEnds();
    void refusesOffsetsTheSystemCannotHold();
    void missingFileIsNotFound();
    void neverWaitsForAPipe();
    void refusesAFolder();
    void identityChangesWithTheContent();
    void writingAFileOpenedForReadingFails();
    void closeReportsOnceAndTwiceIsHarmless();
    void movingLeavesOneOwner();
    void wholeFileHasALimit();
};

namespace {

bool names(const Error& error, const std::filesystem::path& path)
{
    return error.message.find(path.native()) != std::string::npos;
}

} // namespace

void TestFile::readsBackWhatWasWritten()
{
    const TempFolder folder;
    const auto path = folder.writeText("a", "");
    auto file = File::open(path, File::Access::ReadWrite);
    QVERIFY(file);
    const Bytes bytes = test::PseudoRandom(7).bytes(3 * MiB + 17);
    QVERIFY(file->writeAt(5, bytes));
    QVERIFY(file->sync());
    QCOMPARE(file->size().value(), bytes.size() + 5);
    Bytes back(bytes.size());
    QVERIFY(file->readAt(5, back));
    QVERIFY(back == bytes);
    QVERIFY(file->resize(2));
    QCOMPARE(file->size().value(), std::uint64_t{2});
}

void TestFile::readPastTheEndSaysWhereItEnds()
{
    const TempFolder folder;
    const auto path = folder.writeText("a", "12345");
    const auto file = File::open(path);
    Bytes bytes(4);
    const auto read = file->readAt(3, bytes);
    QCOMPARE(read.error().code, ErrorCode::OutOfRange);
    QCOMPARE(read.error().deviceOffset, std::optional<std::uint64_t>(3));
    QVERIFY(names(read.error(), path));
    QVERIFY(read.error().message.find("ends at byte 5") != std::string::npos);
    QVERIFY(file->readAt(5, ByteSpan{}));
}

void TestFile::refusesOffsetsTheSystemCannotHold()
{
    const TempFolder folder;
    auto file = File::open(folder.writeText("a", "1"), File::Access::ReadWrite);
    constexpr auto huge = std::numeric_limits<std::uint64_t>::max();
    Bytes bytes(1);
    QCOMPARE(file->readAt(huge, bytes).error().code, ErrorCode::OutOfRange);
    QCOMPARE(file->writeAt(huge, bytes).error().code, ErrorCode::OutOfRange);
    QCOMPARE(file->resize(huge).error().code, ErrorCode::Limit);
}

void TestFile::missingFileIsNotFound()
{
    const TempFolder folder;
    const auto file = File::open(folder / "nothing");
    QCOMPARE(file.error().code, ErrorCode::NotFound);
    QVERIFY(names(file.error(), folder / "nothing"));
}

void TestFile::neverWaitsForAPipe()
{
    const TempFolder folder;
    const auto path = folder / "pipe";
    QCOMPARE(::mkfifo(path.c_str(), 0600), 0);
    const auto file = File::open(path);
    QCOMPARE(file.error().code, ErrorCode::Unsupported);
    QVERIFY(names(file.error(), path));
}

void TestFile::refusesAFolder()
{
    const TempFolder folder;
    const auto file = File::open(folder.path());
    QCOMPARE(file.error().code, ErrorCode::Unsupported);
    QVERIFY(file.error().message.find("is a folder") != std::string::npos);
}

void TestFile::identityChangesWithTheContent()
{
    const TempFolder folder;
    const auto path = folder.writeText("a", "123");
    folder.setTimes("a", 1'000'000'000'123'456'789, 0);
    const auto file = File::open(path);
    const FileIdentity before = file->identity().value();
    QCOMPARE(before.size, std::uint64_t{3});
    QCOMPARE(before.modifiedNs, std::int64_t{1'000'000'000'123'456'789});
    QVERIFY(file->identity().value() == before);
    folder.writeText("a", "124");
    QVERIFY(file->identity().value() != before);
}

void TestFile::writingAFileOpenedForReadingFails()
{
    const TempFolder folder;
    const auto path = folder.writeText("a", "123");
    auto file = File::open(path);
    const auto written = file->writeAt(0, Bytes(1));
    QVERIFY(!written);
    QVERIFY(names(written.error(), path));
}

void TestFile::closeReportsOnceAndTwiceIsHarmless()
{
    const TempFolder folder;
    auto file = File::open(folder.writeText("a", "123"));
    QVERIFY(file->close());
    QVERIFY(file->close());
    Bytes bytes(1);
    QVERIFY(!file->readAt(0, bytes));
}

void TestFile::movingLeavesOneOwner()
{
    const TempFolder folder;
    File first = File::open(folder.writeText("a", "1")).value();
    const int descriptor = first.descriptor();
    {
        const File second = std::move(first);
        QCOMPARE(second.descriptor(), descriptor);
        QCOMPARE(first.descriptor(), -1);
    }
    QCOMPARE(::fcntl(descriptor, F_GETFD), -1);
}

void TestFile::wholeFileHasALimit()
{
    const TempFolder folder;
    const auto path = folder.writeText("a", "12345");
    QCOMPARE(readWholeFile(path, 5).value().size(), std::size_t{5});
    const auto limited = readWholeFile(path, 4);
    QCOMPARE(limited.error().code, ErrorCode::Limit);
    QVERIFY(limited.error().message.find("5 bytes long, expected at most 4") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestFile)
#include "tst_file.moc"
