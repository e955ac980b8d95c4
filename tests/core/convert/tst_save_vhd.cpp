#include "core/base/units.hpp"
#include "core/block/file_device.hpp"
#include "core/block/memory_device.hpp"
#include "core/convert/save_vhd.hpp"
#include "core/vhd/check.hpp"
#include "core/vhd/open_vhd.hpp"

#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::convert;
using block::FileDevice;
using block::MemoryDevice;
using test::TempFolder;
using vhd::DiskType;

namespace {

Bytes contentOf(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    if (!device.read(0, bytes))
        qFatal("cannot read the device");
    return bytes;
}

Bytes someData(std::uint64_t size)
{
    Bytes bytes = test::PseudoRandom(size).bytes(size);
    std::fill(bytes.begin() + 3 * MiB, bytes.begin() + 7 * MiB, std::byte{0});
    return bytes;
}

std::uint64_t allocatedBytes(const std::filesystem::path& path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0)
        qFatal("cannot stat");
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

} // namespace

class TestSaveVhd : public QObject {
    Q_OBJECT

private slots:

    void holdsTheDisk_data()
    {
        QTest::addColumn<bool>("fixed");
        QTest::newRow("fixed") << true;
        QTest::newRow("dynamic") << false;
    }

    void holdsTheDisk()
    {
        QFETCH(const bool, fixed);
        const TempFolder folder;
        const Bytes bytes = someData(9 * MiB + 512);
        const auto type = fixed ? DiskType::Fixed : DiskType::Dynamic;
        const auto fromMemory = std::make_shared<MemoryDevice>(bytes);
        const std::shared_ptr<const block::BlockDevice> fromFile =
            FileDevice::open(folder.writeFile("raw", bytes)).value();
        for (const std::shared_ptr<const block::BlockDevice>& disk :
             {std::shared_ptr<const block::BlockDevice>(fromMemory), fromFile}) {
            const auto saved = saveVhd(disk, folder / "disk.vhd",
                                       {.type = type, .size = bytes.size()}, Replace::Yes);
            QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
            QVERIFY(contentOf(*vhd::openVhd(folder / "disk.vhd")->device) == bytes);
            QVERIFY(vhd::checkVhdChain(folder / "disk.vhd")->findings.empty());
        }
    }

    void zerosTakeNoRoom()
    {
        const TempFolder folder;
        Bytes bytes(40 * MiB); // written zeros, no hole
        bytes[10 * MiB] = std::byte{1};
        const auto raw = FileDevice::open(folder.writeFile("raw", bytes)).value();
        const auto saved =
            saveVhd(raw, folder / "disk.vhd", {.size = bytes.size()}, Replace::No).value();
        QVERIFY(contentOf(*vhd::openVhd(folder / "disk.vhd")->device) == bytes);
        QVERIFY2(allocatedBytes(folder / "disk.vhd") <= 41 * MiB, "shared blocks at most");
        QCOMPARE(saved.statistics.imageSize, std::filesystem::file_size(folder / "disk.vhd"));
    }

    void replacesOnlyWhenAsked()
    {
        const TempFolder folder;
        folder.writeText("disk.vhd", "mine");
        const auto disk = std::make_shared<MemoryDevice>(Bytes(1 * MiB));
        QCOMPARE(saveVhd(disk, folder / "disk.vhd", {.size = 1 * MiB}, Replace::No).error().code,
                 ErrorCode::Refused);
        QCOMPARE(std::filesystem::file_size(folder / "disk.vhd"), std::uintmax_t{4});
        QVERIFY(saveVhd(disk, folder / "disk.vhd", {.size = 1 * MiB}, Replace::Yes));
    }

    void everyReadErrorLeavesNothing()
    {
        const TempFolder folder;
        for (std::uint64_t failing = 1; failing < 1000; ++failing) {
            const auto memory = std::make_shared<MemoryDevice>(someData(8 * MiB));
            const auto disk = std::make_shared<test::FaultDevice>(memory);
            disk->setPlan({.failRead = failing});
            if (saveVhd(disk, folder / "disk.vhd", {.size = 8 * MiB}, Replace::No))
                return;
            QCOMPARE(folder.entryCount(), std::size_t{0});
        }
        QFAIL("it never succeeds");
    }

    void cancelLeavesNothing()
    {
        const TempFolder folder;
        std::stop_source stop;
        const auto disk = std::make_shared<MemoryDevice>(someData(20 * MiB));
        const JobControl job(stop.get_token(), [&](Progress progress) {
            if (progress.done > 5 * MiB)
                stop.request_stop();
        });
        QCOMPARE(
            saveVhd(disk, folder / "disk.vhd", {.size = 20 * MiB}, Replace::No, job).error().code,
            ErrorCode::Cancelled);
        QCOMPARE(folder.entryCount(), std::size_t{0});
    }

    void whatIsTooLongIsRefused()
    {
        const TempFolder folder;
        const auto disk = std::make_shared<MemoryDevice>(Bytes(2 * MiB));
        QCOMPARE(saveVhd(disk, folder / "disk.vhd", {.size = 1 * MiB}, Replace::No).error().code,
                 ErrorCode::Refused);
        QCOMPARE(folder.entryCount(), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestSaveVhd)
#include "tst_save_vhd.moc"
