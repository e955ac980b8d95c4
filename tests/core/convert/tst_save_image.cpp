#include "core/base/units.hpp"
#include "core/block/file_device.hpp"
#include "core/block/memory_device.hpp"
#include "core/convert/save_image.hpp"

#include "tests/core/convert/pieced_device.hpp"
#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::convert;
using test::PiecedDevice;
using test::TempFolder;

class TestSaveImage : public QObject {
    Q_OBJECT

private slots:
    void imageEqualsTheDevice_data();
    void imageEqualsTheDevice();
    void piecesOfFilesArriveAtAnyAlignment_data();
    void piecesOfFilesArriveAtAnyAlignment();
    void holesStayHoles();
    void zerosBecomeHoles();
    void holesOfHostFilesStayHoles();
    void copiesAcrossFileSystems();
    void sharesBlocksWhereItCan();
    void statisticsAddUp();
    void refusesToReplaceUnlessAsked();
    void aFileThatChangesIsNamedAndNothingStays_data();
    void aFileThatChangesIsNamedAndNothingStays();
    void everyReadErrorLeavesNothing();
    void cancelLeavesNothing();
    void progressRisesToTheSize();
    void refusesADeviceWithGapsInItsAnswer();

private:
    static Bytes contentOf(const block::BlockDevice& device)
    {
        Bytes bytes(device.size());
        if (!device.read(0, bytes))
            qFatal("cannot read the device");
        return bytes;
    }
};

namespace {

std::uint64_t allocatedBytes(const std::filesystem::path& path)
{
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) * 512
                                              : 0;
}

/// A folder on a file system that can share blocks, if there is one.
std::filesystem::path reflinkFolder()
{
    const QByteArray chosen = qgetenv("FATLAS_TEST_REFLINK_FOLDER");
    return chosen.isEmpty() ? std::filesystem::temp_directory_path()
                            : std::filesystem::path(chosen.toStdString());
}

bool canShare(const TempFolder& folder)
{
    const File from = File::open(folder.writePattern("probe-a", 4096)).value();
    const File to = File::open(folder.writeText("probe-b", ""), File::Access::ReadWrite).value();
    return ::ioctl(to.descriptor(), FICLONE, from.descriptor()) == 0;
}

} // namespace

void TestSaveImage::imageEqualsTheDevice_data()
{
    QTest::addColumn<quint64>("size");
    for (const quint64 size : {quint64{0}, quint64{1}, quint64{512}, quint64{1440 * KiB},
                               quint64{MiB - 1}, quint64{3 * MiB + 17}})
        QTest::addRow("%llu bytes", size) << size;
}

void TestSaveImage::imageEqualsTheDevice()
{
    QFETCH(quint64, size);
    const TempFolder folder;
    const block::MemoryDevice device(test::PseudoRandom(size).bytes(size));
    const auto saved = saveImage(device, folder / "image", Replace::No);
    QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
    QVERIFY(folder.readFile("image") == contentOf(device));
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestSaveImage::piecesOfFilesArriveAtAnyAlignment_data()
{
    QTest::addColumn<quint64>("start");
    QTest::addColumn<quint64>("cluster");
    QTest::addColumn<quint64>("fileOffset");
    for (const quint64 start : {quint64{0}, quint64{512}, quint64{32 * KiB}})
        for (const quint64 cluster : {quint64{512}, quint64{4096}, quint64{32 * KiB}})
            for (const quint64 fileOffset : {quint64{0}, quint64{1}, quint64{4096}})
                QTest::addRow("start %llu, cluster %llu, file offset %llu", start, cluster,
                              fileOffset)
                    << start << cluster << fileOffset;
}

void TestSaveImage::piecesOfFilesArriveAtAnyAlignment()
{
    QFETCH(quint64, start);
    QFETCH(quint64, cluster);
    QFETCH(quint64, fileOffset);
    const TempFolder folder(reflinkFolder());
    PiecedDevice device;
    device.addBytes(Bytes(start, std::byte{0x5A}));
    std::uint64_t seed = 0;
    for (const std::uint64_t size :
         {std::uint64_t{1}, std::uint64_t{4095}, std::uint64_t{4096}, std::uint64_t{4097}, 64 * KiB,
          64 * KiB + 1, 200 * KiB + 333, 9 * MiB + 5, std::uint64_t{77}}) {
        const auto name = "f" + std::to_string(++seed);
        device.addFile(folder.writePattern(name, fileOffset + size, seed), fileOffset, size);
        device.addHole((cluster - size % cluster) % cluster);
    }
    const auto saved = saveImage(device, folder / "image", Replace::No);
    QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
    QVERIFY(folder.readFile("image") == contentOf(device));
}

void TestSaveImage::holesStayHoles()
{
    const TempFolder folder;
    PiecedDevice device;
    device.addBytes(Bytes(512, std::byte{1}));
    device.addHole(64 * GiB);
    device.addBytes(Bytes(512, std::byte{2}));
    const auto saved = saveImage(device, folder / "image", Replace::No).value();
    QCOMPARE(std::filesystem::file_size(folder / "image"), 64 * GiB + 1024);
    QVERIFY(allocatedBytes(folder / "image") <= 64 * KiB);
    QCOMPARE(saved.copiedBytes, std::uint64_t{1024});
    QCOMPARE(saved.holeBytes, 64 * GiB);
}

void TestSaveImage::zerosBecomeHoles()
{
    const TempFolder folder;
    Bytes bytes(4 * MiB);
    bytes[2 * MiB] = std::byte{1};
    const block::MemoryDevice device(bytes);
    const auto saved = saveImage(device, folder / "image", Replace::No).value();
    QCOMPARE(saved.copiedBytes, std::uint64_t{4096});
    QVERIFY(allocatedBytes(folder / "image") <= 64 * KiB);
    QVERIFY(folder.readFile("image") == bytes);
}

void TestSaveImage::holesOfHostFilesStayHoles()
{
    const TempFolder folder;
    const auto path = folder.writeHole("sparse", 64 * MiB);
    {
        File file = File::open(path, File::Access::ReadWrite).value();
        QVERIFY(file.writeAt(10 * MiB, test::PseudoRandom(1).bytes(MiB)));
        QVERIFY(file.sync());
    }
    PiecedDevice device;
    device.addBytes(Bytes(512, std::byte{1}));
    device.addFile(path, 0, 64 * MiB);
    QVERIFY(saveImage(device, folder / "image", Replace::No));
    QVERIFY(allocatedBytes(folder / "image") < 3 * MiB);
    QVERIFY(folder.readFile("image") == contentOf(device));
}

void TestSaveImage::copiesAcrossFileSystems()
{
    if (!std::filesystem::exists("/dev/shm"))
        QSKIP("no second file system");
    const TempFolder source("/dev/shm");
    const TempFolder folder;
    PiecedDevice device;
    for (std::uint64_t i = 0; i < 40; ++i)
        device.addFile(source.writePattern("f" + std::to_string(i), 100 * KiB, i), 0, 100 * KiB);
    QVERIFY(saveImage(device, folder / "image", Replace::No));
    QVERIFY(folder.readFile("image") == contentOf(device));
}

void TestSaveImage::sharesBlocksWhereItCan()
{
    const TempFolder folder(reflinkFolder());
    if (!canShare(folder))
        QSKIP("no file system that shares blocks (FATLAS_TEST_REFLINK_FOLDER may name one)");
    PiecedDevice device;
    device.addBytes(Bytes(4096, std::byte{1}));
    device.addFile(folder.writePattern("a", 40 * MiB + 10), 0, 40 * MiB + 10);
    const auto saved = saveImage(device, folder / "image", Replace::No).value();
    QCOMPARE(saved.sharedBytes, 40 * MiB);
    QCOMPARE(saved.copiedBytes, std::uint64_t{4096 + 10});
    QVERIFY(folder.readFile("image") == contentOf(device));
}

void TestSaveImage::statisticsAddUp()
{
    const TempFolder folder;
    PiecedDevice device;
    device.addBytes(test::PseudoRandom(1).bytes(3000));
    device.addFile(folder.writePattern("a", 300 * KiB + 1), 0, 300 * KiB + 1);
    device.addHole(10 * MiB);
    const auto saved = saveImage(device, folder / "image", Replace::No).value();
    QCOMPARE(saved.imageSize, device.size());
    QCOMPARE(saved.holeBytes, 10 * MiB);
    QCOMPARE(saved.sharedBytes + saved.kernelBytes + saved.copiedBytes + saved.holeBytes,
             saved.imageSize);
}

void TestSaveImage::refusesToReplaceUnlessAsked()
{
    const TempFolder folder;
    folder.writeText("image", "old");
    const block::MemoryDevice device(Bytes(10, std::byte{1}));
    QCOMPARE(saveImage(device, folder / "image", Replace::No).error().code, ErrorCode::Refused);
    QCOMPARE(std::filesystem::file_size(folder / "image"), std::uintmax_t{3});
    QVERIFY(saveImage(device, folder / "image", Replace::Yes));
    QVERIFY(folder.readFile("image") == contentOf(device));
    QCOMPARE(folder.entryCount(), std::size_t{1});
}

void TestSaveImage::aFileThatChangesIsNamedAndNothingStays_data()
{
    QTest::addColumn<int>("call"); // backingFile is asked before (0) and after (1) each file
    QTest::addColumn<int>("change");
    QTest::addColumn<quint64>("size");
    for (const quint64 size : {quint64{1000}, quint64{100 * KiB}, quint64{20 * MiB}})
        for (const int call : {0, 1})
            for (const int change : {0, 1, 2})
                QTest::addRow("%s %s, %llu bytes",
                              std::array{"written", "shortened", "grown"}[change],
                              call == 0 ? "before" : "after", size)
                    << call << change << size;
}

void TestSaveImage::aFileThatChangesIsNamedAndNothingStays()
{
    QFETCH(int, call);
    QFETCH(int, change);
    QFETCH(quint64, size);
    const TempFolder folder;
    const auto path = folder.writePattern("files/victim", size);
    folder.setTimes("files/victim", 1'000'000'000, 0);
    folder.makeFolder("images");
    PiecedDevice device;
    device.addFile(path, 0, size);
    device.addFile(folder.writePattern("files/other", 5000), 0, 5000);
    device.onBackingFile = [&](int calls) {
        if (calls != call)
            return;
        File file = File::open(path, File::Access::ReadWrite).value();
        if (change == 0)
            QVERIFY(file.writeAt(size / 2, Bytes(1)));
        else
            QVERIFY(file.resize(change == 1 ? size / 2 : size * 2));
    };
    const auto saved = saveImage(device, folder / "images/image", Replace::No);
    QVERIFY(!saved);
    QCOMPARE(saved.error().code, ErrorCode::Changed);
    QVERIFY(saved.error().message.find(path.native()) != std::string::npos);
    QVERIFY(std::filesystem::is_empty(folder / "images"));
}

void TestSaveImage::everyReadErrorLeavesNothing()
{
    const auto memory = std::make_shared<block::MemoryDevice>(test::PseudoRandom(1).bytes(5 * MiB));
    const TempFolder folder;
    for (std::uint64_t n = 1;; ++n) {
        test::FaultDevice device(memory);
        device.setPlan({.failRead = n});
        const auto saved = saveImage(device, folder / "image", Replace::No);
        if (saved) {
            QVERIFY2(n > 5, qPrintable(QString::number(n)));
            break;
        }
        QCOMPARE(saved.error().message, std::string("planned read fault"));
        QCOMPARE(folder.entryCount(), std::size_t{0});
    }
}

void TestSaveImage::cancelLeavesNothing()
{
    const TempFolder folder;
    PiecedDevice device;
    device.addFile(folder.writePattern("a", 40 * MiB), 0, 40 * MiB);
    device.addBytes(Bytes(10 * MiB, std::byte{1}));
    for (const std::uint64_t stopAt : {std::uint64_t{0}, 10 * MiB, 45 * MiB, device.size()}) {
        std::stop_source stop;
        const JobControl job(stop.get_token(), [&](Progress progress) {
            if (progress.done >= stopAt)
                stop.request_stop();
        });
        const auto saved = saveImage(device, folder / "image", Replace::No, job);
        QVERIFY(!saved);
        QCOMPARE(saved.error().code, ErrorCode::Cancelled);
        QCOMPARE(folder.entryCount(), std::size_t{1});
    }
}

void TestSaveImage::progressRisesToTheSize()
{
    const TempFolder folder;
    PiecedDevice device;
    device.addFile(folder.writePattern("a", 30 * MiB), 0, 30 * MiB);
    device.addHole(GiB);
    device.addBytes(Bytes(5 * MiB, std::byte{1}));
    std::vector<std::uint64_t> reports;
    const JobControl job({}, [&](Progress progress) {
        QCOMPARE(progress.total, device.size());
        reports.push_back(progress.done);
    });
    QVERIFY(saveImage(device, folder / "image", Replace::No, job));
    QVERIFY(reports.size() >= 8);
    QVERIFY(std::ranges::is_sorted(reports));
    QCOMPARE(reports.front(), std::uint64_t{0});
    QCOMPARE(reports.back(), device.size());
}

namespace {

class LyingDevice final : public block::BlockDevice {
public:
    explicit LyingDevice(std::vector<block::Extent> answer) : m_answer(std::move(answer)) {}

    std::uint64_t size() const noexcept override { return 1000; }

    Result<> read(std::uint64_t, ByteSpan) const override { return {}; }

    Result<std::vector<block::Extent>> extents(std::uint64_t, std::uint64_t) const override
    {
        return m_answer;
    }

private:
    std::vector<block::Extent> m_answer;
};

} // namespace

void TestSaveImage::refusesADeviceWithGapsInItsAnswer()
{
    const TempFolder folder;
    using block::Extent;
    const std::vector<std::vector<Extent>> answers{
        {},
        {Extent{.offset = 0, .length = 0}},
        {Extent{.offset = 0, .length = 10}, Extent{.offset = 20, .length = 980}},
        {Extent{.offset = 0, .length = 1001}},
        {Extent{.offset = 10, .length = 990}},
    };
    for (const auto& answer : answers) {
        const auto saved = saveImage(LyingDevice(answer), folder / "image", Replace::No);
        QVERIFY(!saved);
        QCOMPARE(saved.error().code, ErrorCode::Io);
        QCOMPARE(folder.entryCount(), std::size_t{0});
    }
}

QTEST_GUILESS_MAIN(TestSaveImage)
#include "tst_save_image.moc"
