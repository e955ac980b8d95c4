// Dynamic and differencing disks against plain arrays of bytes; bitmaps exact to the sector.

#include "core/block/memory_device.hpp"
#include "core/vhd/bitmap_cache.hpp"
#include "core/vhd/vhd_device.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::vhd;
using block::MemoryDevice;
using test::CrashFile;
using test::makeVhd;
using test::openForWriting;
using test::PseudoRandom;
using test::readAll;

namespace {

Bytes pattern(std::size_t size, unsigned char value)
{
    return Bytes(size, std::byte{value});
}

/// The bitmap of a block, as it lies in the file.
Bytes bitmapOf(const Bytes& file, std::size_t block)
{
    const VhdFile vhd = readVhdFile(MemoryDevice(file)).value();
    const std::uint64_t at = std::uint64_t{vhd.table[block]} * 512;
    const ByteView bits = ByteView(file).subspan(at, vhd.header.sectorsPerBlock() / 8);
    return {bits.begin(), bits.end()};
}

/// A disk, or a chain of them, beside the bytes it should hold.
struct Model {
    std::uint64_t size = 0;
    std::uint32_t blockSize = 0;
    Bytes expected;
    std::vector<std::shared_ptr<CrashFile>> files;
    std::shared_ptr<VhdDevice> device;

    Model(std::uint64_t diskSize, std::uint32_t sizeOfBlocks)
        : size(diskSize), blockSize(sizeOfBlocks), expected(diskSize)
    {
        files.push_back(std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, size, blockSize)));
        device = openForWriting(files.back());
    }

    [[nodiscard]] std::shared_ptr<const block::BlockDevice> parent() const
    {
        std::shared_ptr<const block::BlockDevice> below;
        for (std::size_t i = 0; i + 1 < files.size(); ++i)
            below =
                VhdDevice::openReadOnly(files[i], readVhdFile(*files[i]).value(), below).value();
        return below;
    }

    void reopen() { device = openForWriting(files.back(), parent()); }

    void snapshot()
    {
        files.push_back(std::make_shared<CrashFile>(test::makeChild(size, blockSize)));
        reopen();
    }

    void write(std::uint64_t offset, const Bytes& bytes)
    {
        QVERIFY(device->write(offset, bytes));
        std::ranges::copy(bytes, expected.begin() + static_cast<std::ptrdiff_t>(offset));
    }

    void zero(std::uint64_t offset, std::uint64_t length)
    {
        QVERIFY(length % 2 == 0 ? device->trim(offset, length)
                                : device->writeZeroes(offset, length));
        std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(offset), length, std::byte{0});
    }
};

void step(Model& model, PseudoRandom& random)
{
    const std::uint64_t what = random.below(100);
    const std::uint64_t offset =
        random.below(3) != 0 ? random.below(model.size / 512) * 512 : random.below(model.size);
    const std::uint64_t most = std::min(model.size - offset, 3 * std::uint64_t{model.blockSize});
    std::uint64_t length = 1 + random.below(most);
    if (random.below(3) != 0 && length > 512)
        length = length / 512 * 512;
    if (what < 55)
        model.write(offset, random.bytes(length));
    else if (what < 60)
        model.write(offset, Bytes(length));
    else if (what < 90)
        model.zero(offset, length);
    else if (what < 96)
        QVERIFY(model.device->flush());
    else if (what < 98)
        model.reopen();
    else if (model.files.size() < 6 && random.below(20) == 0)
        model.snapshot();
}

} // namespace

class TestVhdDevice : public QObject {
    Q_OBJECT

private slots:

    void anEmptyDiskReadsAsZeros()
    {
        const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        QVERIFY(readAll(*openForWriting(file)) == Bytes(1 * MiB));
    }

    void bitmapsAreExactToTheSector()
    {
        const auto file =
            std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB, 64 * KiB));
        const auto device = openForWriting(file);
        QVERIFY(device->write(64 * KiB + 3 * 512, pattern(2 * 512, 1)));
        QVERIFY(bitmapOf(file->bytes(), 1)[0] == std::byte{0b0001'1000});
        QVERIFY(device->write(64 * KiB + 1, pattern(1, 1)));
        QVERIFY(bitmapOf(file->bytes(), 1)[0] == std::byte{0b1001'1000});
        QVERIFY(device->trim(64 * KiB + 512, 3 * 512));
        QVERIFY(bitmapOf(file->bytes(), 1)[0] == std::byte{0b1000'1000});
        QCOMPARE(readVhdFile(*file)->allocatedBlocks(), std::uint64_t{1});
    }

    void bitZeroHoldsZerosInADynamicDisk()
    {
        const auto file =
            std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB, 64 * KiB));
        const auto device = openForWriting(file);
        QVERIFY(device->write(0, pattern(64 * KiB, 7)));
        QVERIFY(device->trim(512, 20 * KiB));
        QVERIFY(test::readIgnoringBitmaps(file->bytes()) == readAll(*device));
    }

    void dataAreAlignedTo4KiB()
    {
        const auto file =
            std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 8 * MiB, 512 * KiB));
        const auto device = openForWriting(file);
        for (int i = 0; i < 16; ++i)
            QVERIFY(device->write(i * 512 * KiB, pattern(1, 1)));
        const VhdFile vhd = readVhdFile(*file).value();
        for (const std::uint32_t sector : vhd.table)
            QCOMPARE((std::uint64_t{sector} * 512 + 512) % 4096, std::uint64_t{0});
        QVERIFY(vhd.findings.empty());
    }

    void zerosAllocateNothing()
    {
        const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        const auto device = openForWriting(file);
        const std::uint64_t size = file->size();
        QVERIFY(device->write(5, Bytes(100'000)));
        QVERIFY(device->writeZeroes(0, 1 * MiB));
        QVERIFY(device->trim(0, 1 * MiB));
        QCOMPARE(file->size(), size);
    }

    void aBlockWithoutBitsIsFreedAndUsedAgainAfterAFlush()
    {
        const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        const auto device = openForWriting(file);
        QVERIFY(device->write(0, pattern(8 * KiB, 1)));
        const std::uint64_t size = file->size();
        QVERIFY(device->trim(0, 4 * KiB));
        QCOMPARE(readVhdFile(*file)->allocatedBlocks(), std::uint64_t{1});
        QVERIFY(device->flush());
        QVERIFY(device->write(40 * KiB, pattern(1, 2)));
        QCOMPARE(file->size(), size);
        QVERIFY(readAll(*device) == readAll(*openForWriting(file)));
        QVERIFY(test::readIgnoringBitmaps(file->bytes()) == readAll(*device));
    }

    void aTrimmedSectorOfAChildIsOneAndZerosNeverTheParent()
    {
        const auto parent = std::make_shared<MemoryDevice>(pattern(1 * MiB, 0xAA));
        const auto file = std::make_shared<CrashFile>(test::makeChild(1 * MiB, 64 * KiB));
        const auto device = openForWriting(file, parent);
        QVERIFY(device->trim(512, 1024));
        QVERIFY(bitmapOf(file->bytes(), 0)[0] == std::byte{0b0111'1111});
        QVERIFY(device->write(4 * KiB, pattern(512, 1)));
        QVERIFY(device->trim(4 * KiB, 512));
        QVERIFY(bitmapOf(file->bytes(), 0)[1] == std::byte{0b1111'1111});
        const Bytes all = readAll(*openForWriting(file, parent));
        QCOMPARE(all[511], std::byte{0xAA});
        QCOMPARE(all[512], std::byte{0});
        QCOMPARE(all[3 * 512], std::byte{0xAA});
        QCOMPARE(all[4 * KiB], std::byte{0});
        QCOMPARE(all[5 * KiB], std::byte{0xAA});
    }

    // libvhdi takes what follows a set bit in its byte for set.
    void noZeroFollowsAOneInAByteOfAChildsBitmap()
    {
        const auto parent = std::make_shared<MemoryDevice>(pattern(1 * MiB, 0xAA));
        const auto file = std::make_shared<CrashFile>(test::makeChild(1 * MiB, 64 * KiB));
        const auto device = openForWriting(file, parent);
        Bytes expected = pattern(1 * MiB, 0xAA);
        PseudoRandom random(1);
        for (int i = 0; i < 60; ++i) {
            const std::uint64_t offset = random.below(1 * MiB);
            const std::uint64_t length = 1 + random.below(std::min(10 * KiB, 1 * MiB - offset));
            const auto value = static_cast<unsigned char>(i % 3);
            QVERIFY(value == 0 ? device->trim(offset, length)
                               : device->write(offset, pattern(length, value)));
            std::ranges::fill(ByteSpan(expected).subspan(offset, length), std::byte{value});
        }
        for (std::uint32_t block = 0; block < 16; ++block)
            for (const std::byte byte : bitmapOf(file->bytes(), block)) {
                const auto bits = std::to_integer<unsigned>(byte);
                QCOMPARE(bits & (bits + 1), 0U);
            }
        QVERIFY(readAll(*openForWriting(file, parent)) == expected);
    }

    void aChildTakesNoSpaceForZerosOverZeros()
    {
        const auto below = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        const auto parent = openForWriting(below);
        const auto file = std::make_shared<CrashFile>(test::makeChild(1 * MiB));
        const std::uint64_t size = file->size();
        QVERIFY(openForWriting(file, parent)->trim(0, 1 * MiB));
        QCOMPARE(file->size(), size);
    }

    // A partial write must not cut a sector out of the parent.
    void partOfASectorOfAChildKeepsTheParentsRest()
    {
        const auto parent = std::make_shared<MemoryDevice>(pattern(1 * MiB, 0xAA));
        const auto file = std::make_shared<CrashFile>(test::makeChild(1 * MiB));
        const auto device = openForWriting(file, parent);
        QVERIFY(device->write(1000, pattern(100, 1)));
        Bytes expected = pattern(1 * MiB, 0xAA);
        std::fill_n(expected.begin() + 1000, 100, std::byte{1});
        QVERIFY(readAll(*device) == expected);
    }

    void behindASmallerParentThereAreZeros()
    {
        const auto parent = std::make_shared<MemoryDevice>(pattern(10'000, 0xAA));
        const auto file = std::make_shared<CrashFile>(test::makeChild(1 * MiB));
        const auto device = openForWriting(file, parent);
        const Bytes all = readAll(*device);
        QCOMPARE(all[9'999], std::byte{0xAA});
        QVERIFY(std::ranges::all_of(ByteView(all).subspan(10'000),
                                    [](std::byte b) { return b == std::byte{0}; }));
    }

    // QEMU reads zeros where the parent has data, without a word.
    void aChildWithoutItsParentIsRefused()
    {
        const auto file = std::make_shared<CrashFile>(test::makeChild(1 * MiB));
        const auto opened = VhdDevice::openReadOnly(file, readVhdFile(*file).value());
        QCOMPARE(opened.error().code, ErrorCode::InvalidArgument);
        QVERIFY(opened.error().message.contains("without its parent"));
    }

    void aBlockOutsideTheFileIsAnErrorNotZeros()
    {
        const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        QVERIFY(openForWriting(file)->write(0, pattern(8 * KiB, 1)));
        Bytes cut = file->bytes();
        cut.resize(cut.size() - 1024);
        const auto device = std::make_shared<MemoryDevice>(cut);
        const auto disk = VhdDevice::openReadOnly(device, readVhdFile(*device).value()).value();
        Bytes sector(512);
        QVERIFY(disk->read(0, sector));
        const auto read = disk->read(8 * KiB - 512, sector);
        QCOMPARE(read.error().code, ErrorCode::BadFormat);
        QVERIFY(read.error().message.contains("(V17)"));
        QVERIFY(!disk->extents(0, 8 * KiB));
    }

    void aDamagedDiskIsNotWrittenTo()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        bytes[3] ^= std::byte{1};
        const auto file = std::make_shared<CrashFile>(bytes);
        const auto opened = VhdDevice::open(file, readVhdFile(*file).value());
        QCOMPARE(opened.error().code, ErrorCode::Refused);
    }

    void overlappingBlocksAreNotWrittenTo()
    {
        const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        QVERIFY(openForWriting(file)->write(0, pattern(8 * KiB, 1)));
        VhdFile vhd = readVhdFile(*file).value();
        const Be32 same(vhd.table[0] + 1);
        QVERIFY(file->write(vhd.header.tableOffset + 4, asBytes(same)));
        const auto written = openForWriting(file)->write(100 * KiB, pattern(1, 1));
        QCOMPARE(written.error().code, ErrorCode::Refused);
        QVERIFY(written.error().message.contains("(V18)"));
    }

    void aBlockOverTheTableIsAnError()
    {
        const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
        const Be32 table(3);
        QVERIFY(file->write(1536, asBytes(table)));
        Bytes sector(512);
        QVERIFY(openForWriting(file)->read(0, sector).error().message.contains("(V18)"));
    }

    void aFailedWriteLeavesADiskThatGoesOn()
    {
        for (std::size_t fault = 1; fault < 40; ++fault) {
            const auto file = std::make_shared<CrashFile>(makeVhd(DiskType::Dynamic, 1 * MiB));
            auto device = openForWriting(file);
            QVERIFY(device->write(0, pattern(4 * KiB, 1)));
            file->failAt(fault);
            const bool done = device->write(2 * KiB, pattern(14 * KiB, 2)) &&
                              device->trim(0, 8 * KiB) && device->flush();
            file->failAt(0);
            Bytes all(1 * MiB);
            QVERIFY(device->read(0, all));
            if (!device->write(0, pattern(64 * KiB, 3)))
                device = openForWriting(file);
            QVERIFY(device->write(0, pattern(64 * KiB, 3)));
            QVERIFY(ByteView(readAll(*device)).first(64 * KiB).back() == std::byte{3});
            QVERIFY(readAll(*openForWriting(file)) == readAll(*device));
            if (done)
                return;
        }
        QFAIL("no number of steps was enough");
    }

    void randomStepsAgreeWithPlainBytes_data()
    {
        QTest::addColumn<quint64>("size");
        QTest::addColumn<quint32>("blockSize");
        QTest::newRow("4 KiB blocks") << quint64{200 * 512} << quint32{4 * KiB};
        QTest::newRow("16 KiB blocks, odd size") << quint64{301 * 512} << quint32{16 * KiB};
        QTest::newRow("64 KiB blocks") << quint64{512 * KiB} << quint32{64 * KiB};
        QTest::newRow("one block of 512 KiB") << quint64{400 * KiB} << quint32{512 * KiB};
    }

    void randomStepsAgreeWithPlainBytes()
    {
        QFETCH(quint64, size);
        QFETCH(quint32, blockSize);
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            PseudoRandom random(seed);
            Model model(size, blockSize);
            for (int i = 0; i < 1'500; ++i) {
                step(model, random);
                if (i % 50 == 0 || i > 1'490)
                    QVERIFY(readAll(*model.device) == model.expected);
            }
            model.reopen();
            QVERIFY(readAll(*model.device) == model.expected);
            if (model.files.size() == 1)
                QVERIFY(test::readIgnoringBitmaps(model.files[0]->bytes()) == model.expected);
            QVERIFY(!readVhdFile(*model.files.back())->hasErrors());
        }
    }

    void runsOfBitsAreFound()
    {
        Bytes bits(64);
        setBits(bits, 3, 200, true);
        QVERIFY(!bitAt(bits, 2) && bitAt(bits, 3) && bitAt(bits, 202) && !bitAt(bits, 203));
        QCOMPARE(runLength(bits, 0, 512), std::uint64_t{3});
        QCOMPARE(runLength(bits, 3, 512), std::uint64_t{200});
        QCOMPARE(runLength(bits, 3, 100), std::uint64_t{97});
        QCOMPARE(runLength(bits, 203, 512), std::uint64_t{309});
        setBits(bits, 10, 1, false);
        QVERIFY(allAre(bits, 3, 7, true) && !allAre(bits, 3, 8, true));
    }
};

QTEST_GUILESS_MAIN(TestVhdDevice)
#include "tst_vhd_device.moc"
