#include "core/base/units.hpp"
#include "core/block/file_device.hpp"

#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::block;
using test::TempFolder;

class TestFileDevice : public QObject {
    Q_OBJECT

private slots:
    void tellsHolesFromData();
    void backingIsTheFileItself();
    void noticesAFileThatWasCutOff();
    void noticesAFileThatWasWritten();
    void ownWritesAreNoChange();
    void trimGivesSpaceBack();
    void missingFileIsNotFound();
};

namespace {

std::uint64_t blocksOf(const std::filesystem::path& path)
{
    struct stat status = {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_blocks) : 0;
}

} // namespace

void TestFileDevice::tellsHolesFromData()
{
    const TempFolder folder;
    const auto path = folder.writeHole("a", MiB);
    File file = File::open(path, File::Access::ReadWrite).value();
    QVERIFY(file.writeAt(512 * KiB, Bytes(64 * KiB, std::byte{1})));
    QVERIFY(file.sync());
    const auto device = FileDevice::open(path).value();
    std::uint64_t data = 0;
    std::uint64_t holes = 0;
    const auto extents = device->extents(0, MiB).value();
    for (const Extent& extent : extents)
        (extent.kind == ExtentKind::Data ? data : holes) += extent.length;
    QCOMPARE(data + holes, MiB);
    QVERIFY(data >= 64 * KiB);
    QVERIFY2(data < MiB, "the file system of TMPDIR does not tell its holes");
}

void TestFileDevice::backingIsTheFileItself()
{
    const TempFolder folder;
    const auto device = FileDevice::open(folder.writePattern("a", 10'000)).value();
    const auto extents = device->extents(1000, 500).value();
    QCOMPARE(extents.at(0).backing->offset, std::uint64_t{1000});
    const auto file = device->backingFile(extents[0].backing->file).value();
    Bytes fromFile(500);
    Bytes fromDevice(500);
    QVERIFY(file->readAt(1000, fromFile));
    QVERIFY(device->read(1000, fromDevice));
    QVERIFY(fromFile == fromDevice);
    QCOMPARE(device->backingFile(1).error().code, ErrorCode::InvalidArgument);
}

void TestFileDevice::noticesAFileThatWasCutOff()
{
    const TempFolder folder;
    const auto path = folder.writePattern("a", 10'000);
    for (const auto access : {File::Access::Read, File::Access::ReadWrite}) {
        std::filesystem::resize_file(path, 10'000);
        const auto device = FileDevice::open(path, access).value();
        std::filesystem::resize_file(path, 5'000);
        const auto extents = device->extents(0, 10'000);
        QCOMPARE(extents.error().code, ErrorCode::Changed);
        QVERIFY(extents.error().message.find(path.native()) != std::string::npos);
        QCOMPARE(device->backingFile(0).error().code, ErrorCode::Changed);
    }
}

void TestFileDevice::noticesAFileThatWasWritten()
{
    const TempFolder folder;
    const auto path = folder.writePattern("a", 10'000);
    const auto device = FileDevice::open(path).value();
    QVERIFY(device->backingFile(0));
    folder.setTimes("a", 1'000'000'000, 0);
    QCOMPARE(device->backingFile(0).error().code, ErrorCode::Changed);
}

void TestFileDevice::ownWritesAreNoChange()
{
    const TempFolder folder;
    const auto device =
        FileDevice::open(folder.writePattern("a", 10'000), File::Access::ReadWrite).value();
    QVERIFY(device->write(0, Bytes(100)));
    QVERIFY(device->flush());
    QVERIFY(device->backingFile(0));
    QVERIFY(device->extents(0, 10'000));
}

void TestFileDevice::trimGivesSpaceBack()
{
    const TempFolder folder;
    const auto path = folder.writePattern("a", MiB);
    const auto device = FileDevice::open(path, File::Access::ReadWrite).value();
    QVERIFY(device->flush());
    const std::uint64_t before = blocksOf(path);
    QVERIFY(device->trim(0, MiB));
    QVERIFY(blocksOf(path) < before);
    QCOMPARE(std::filesystem::file_size(path), MiB);
}

void TestFileDevice::missingFileIsNotFound()
{
    const TempFolder folder;
    QCOMPARE(FileDevice::open(folder / "no").error().code, ErrorCode::NotFound);
}

QTEST_GUILESS_MAIN(TestFileDevice)
#include "tst_file_device.moc"
