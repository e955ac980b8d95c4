#include "core/base/units.hpp"
#include "core/block/file_device.hpp"
#include "core/block/memory_device.hpp"
#include "core/block/overlay_device.hpp"

#include "tests/support/fault_device.hpp"
#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <algorithm>
#include <sys/mount.h>
#include <sys/stat.h>

using namespace fatlas;
using namespace fatlas::block;

class TestOverlayDevice : public QObject {
    Q_OBJECT

private slots:
    void leavesWhatLiesBelowAsItIs();
    void partsOfSectorsAreCompletedFromBelow();
    void agreesWithPlainMemory_data();
    void agreesWithPlainMemory();
    void untouchedRangesKeepTheirBacking();
    void extentsAreFewAtATime();
    void zerosOfTheGuestNeverUncoverWhatLiesBelow();
    void trimGivesRoomBack();
    void scratchFileHasNoName();
    void aFrozenMomentStaysAsItWas();
    void anErrorBelowChangesNothing();
    void countsWhatWasChanged();
    void takesADiskOf2TiB();
    void refusesADiskItCannotKnow();
    void fullFileSystemAnswersNoSpace();

private:
    test::TempFolder m_folder;
};

namespace {

constexpr std::uint64_t diskSize = 300'000;

Bytes readAll(const BlockDevice& device)
{
    Bytes bytes(device.size());
    device.read(0, bytes).value();
    return bytes;
}

void put(Bytes& model, std::uint64_t offset, ByteView bytes)
{
    std::ranges::copy(bytes, model.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// As large as asked for, all zeros, nothing behind it.
class EmptyDevice final : public BlockDevice {
public:
    explicit EmptyDevice(std::uint64_t size) : m_size(size) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        std::ranges::fill(into, std::byte{0});
        return checkRange(offset, into.size());
    }

private:
    std::uint64_t m_size;
};

std::uint64_t allocatedBytes(const File& file)
{
    struct stat status = {};
    return ::fstat(file.descriptor(), &status) == 0
               ? static_cast<std::uint64_t>(status.st_blocks) * 512
               : 0;
}

} // namespace

void TestOverlayDevice::leavesWhatLiesBelowAsItIs()
{
    const Bytes bytes = test::PseudoRandom(1).bytes(diskSize);
    const auto below = std::make_shared<MemoryDevice>(bytes);
    const auto overlay = OverlayDevice::createScratch(below, m_folder.path()).value();
    QVERIFY(readAll(*overlay) == bytes);
    QVERIFY(overlay->write(1000, Bytes(5000, std::byte{0xAB})));
    QVERIFY(overlay->trim(100'000, 100'000));
    QVERIFY(overlay->writeZeroes(0, 10));
    QVERIFY(overlay->flush());
    QVERIFY(std::ranges::equal(below->bytes(), bytes));
}

void TestOverlayDevice::partsOfSectorsAreCompletedFromBelow()
{
    const Bytes bytes = test::PseudoRandom(2).bytes(diskSize);
    Bytes model = bytes;
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<MemoryDevice>(bytes), m_folder.path())
            .value();
    for (const std::uint64_t offset : {0, 1, 511, 512, 700, 1023, 5000, 299'999}) {
        const Bytes one(1, std::byte{0xCD});
        QVERIFY(overlay->write(offset, one));
        put(model, offset, one);
    }
    // Into a sector that is there already, and one that is zeros.
    QVERIFY(overlay->write(2, Bytes(3, std::byte{0xEF})));
    put(model, 2, Bytes(3, std::byte{0xEF}));
    QVERIFY(overlay->trim(8192, 1024));
    put(model, 8192, Bytes(1024));
    QVERIFY(overlay->write(8300, Bytes(7, std::byte{0x12})));
    put(model, 8300, Bytes(7, std::byte{0x12}));
    QVERIFY(readAll(*overlay) == model);
}

void TestOverlayDevice::agreesWithPlainMemory_data()
{
    QTest::addColumn<quint64>("size");
    QTest::addColumn<quint64>("unit");
    QTest::newRow("any bytes") << quint64{diskSize} << quint64{1};
    QTest::newRow("sectors") << quint64{512 * 600} << quint64{512};
    QTest::newRow("blocks") << quint64{4096 * 100} << quint64{4096};
    QTest::newRow("smaller than a sector") << quint64{300} << quint64{1};
}

void TestOverlayDevice::agreesWithPlainMemory()
{
    QFETCH(quint64, size);
    QFETCH(quint64, unit);
    test::PseudoRandom random(size + unit);
    Bytes model = random.bytes(size);
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<MemoryDevice>(model), m_folder.path())
            .value();
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t offset = random.below(size / unit) * unit;
        const std::uint64_t most = std::min<std::uint64_t>(size - offset, 20'000) / unit;
        const std::uint64_t length = random.below(most + 1) * unit;
        Bytes bytes(length);
        switch (random.below(4)) {
        case 0: QVERIFY(overlay->trim(offset, length)); break;
        case 1: QVERIFY(overlay->writeZeroes(offset, length)); break;
        default: random.fill(bytes); QVERIFY(overlay->write(offset, bytes));
        }
        put(model, offset, bytes);
        if (i % 50 == 0)
            QVERIFY(readAll(*overlay) == model);
    }
    QVERIFY(readAll(*overlay) == model);
}

void TestOverlayDevice::untouchedRangesKeepTheirBacking()
{
    const Bytes bytes = test::PseudoRandom(3).bytes(64 * KiB);
    const auto path = m_folder.writeFile("below.img", bytes);
    const auto overlay =
        OverlayDevice::createScratch(FileDevice::open(path).value(), m_folder.path()).value();
    QVERIFY(overlay->write(8192, Bytes(4096, std::byte{0x42})));
    QVERIFY(overlay->trim(32'768, 4096));
    const auto extents = overlay->extents(0, 64 * KiB).value();
    QCOMPARE(extents.size(), std::size_t{5});
    for (const std::size_t index : {std::size_t{0}, std::size_t{2}, std::size_t{4}}) {
        QVERIFY(extents[index].backing.has_value());
        QCOMPARE(extents[index].backing->offset, extents[index].offset);
        const auto file = overlay->backingFile(extents[index].backing->file).value();
        QCOMPARE(file->path(), path);
    }
    QCOMPARE(extents[1].offset, std::uint64_t{8192});
    QVERIFY(overlay->backingFile(extents[1].backing->file).value()->path() != path);
    QCOMPARE(extents[3].kind, ExtentKind::Hole);
    QVERIFY(!extents[3].backing);
}

void TestOverlayDevice::extentsAreFewAtATime()
{
    constexpr std::uint64_t size = 12'000 * 512;
    const auto lower =
        OverlayDevice::createScratch(std::make_shared<EmptyDevice>(size), m_folder.path()).value();
    for (std::uint64_t sector = 0; sector < 12'000; sector += 2)
        QVERIFY(lower->trim(sector * 512, 512));
    const auto upper = OverlayDevice::createScratch(lower, m_folder.path()).value();
    for (std::uint64_t sector = 100; sector < 8'000; sector += 2)
        QVERIFY(upper->trim(sector * 512, 512));
    std::uint64_t offset = 0;
    while (offset < size) {
        const auto some = upper->extents(offset, size - offset).value();
        QVERIFY(!some.empty() && some.size() <= 4096);
        for (const Extent& extent : some) {
            QCOMPARE(extent.offset, offset);
            offset = extent.end();
        }
    }
    QCOMPARE(offset, size);
}

void TestOverlayDevice::zerosOfTheGuestNeverUncoverWhatLiesBelow()
{
    const auto below = std::make_shared<MemoryDevice>(Bytes(64 * KiB, std::byte{0x99}));
    const auto overlay = OverlayDevice::createScratch(below, m_folder.path()).value();
    QVERIFY(overlay->trim(100, 1000));
    QVERIFY(overlay->write(4096, Bytes(4096, std::byte{0x11})));
    QVERIFY(overlay->trim(4096, 4096));
    QVERIFY(overlay->writeZeroes(16'384, 3));
    Bytes bytes(64 * KiB, std::byte{0x99});
    put(bytes, 100, Bytes(1000));
    put(bytes, 4096, Bytes(4096));
    put(bytes, 16'384, Bytes(3));
    QVERIFY(readAll(*overlay) == bytes);
}

void TestOverlayDevice::trimGivesRoomBack()
{
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<EmptyDevice>(64 * MiB), m_folder.path())
            .value();
    const Bytes bytes = test::PseudoRandom(4).bytes(4 * MiB);
    QVERIFY(overlay->write(MiB, bytes));
    const auto file = overlay->backingFile(overlay->extents(MiB, 512).value()[0].backing->file);
    const std::uint64_t full = allocatedBytes(**file);
    if (full < 4 * MiB)
        QSKIP("the file system does not tell how much room a file takes");
    QVERIFY(overlay->trim(0, 64 * MiB));
    if (allocatedBytes(**file) == full)
        QSKIP("the file system cannot punch holes");
    QVERIFY(allocatedBytes(**file) < 64 * KiB);
}

void TestOverlayDevice::scratchFileHasNoName()
{
    const test::TempFolder empty;
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<EmptyDevice>(MiB), empty.path()).value();
    QVERIFY(overlay->write(0, Bytes(100'000, std::byte{1})));
    QCOMPARE(empty.entryCount(), std::size_t{0});
}

void TestOverlayDevice::aFrozenMomentStaysAsItWas()
{
    Bytes model = test::PseudoRandom(5).bytes(diskSize);
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<MemoryDevice>(model), m_folder.path())
            .value();
    const Bytes written = test::PseudoRandom(6).bytes(50'000);
    QVERIFY(overlay->write(777, written));
    put(model, 777, written);
    QVERIFY(overlay->trim(200'000, 50'000));
    put(model, 200'000, Bytes(50'000));
    const auto frozen = overlay->freeze(m_folder.path()).value();
    QVERIFY(overlay->write(0, Bytes(diskSize, std::byte{0xFF})));
    QVERIFY(readAll(*frozen) == model);
    QVERIFY(!frozen->capabilities().canWrite);
    QVERIFY(readAll(*overlay) == Bytes(diskSize, std::byte{0xFF}));
}

void TestOverlayDevice::anErrorBelowChangesNothing()
{
    const Bytes bytes = test::PseudoRandom(7).bytes(diskSize);
    const auto fault = std::make_shared<test::FaultDevice>(std::make_shared<MemoryDevice>(bytes));
    const auto overlay = OverlayDevice::createScratch(fault, m_folder.path()).value();
    fault->setPlan({.failRead = 1, .staysDead = true});
    // Whole sectors need nothing from below; parts of them do.
    QVERIFY(overlay->write(1024, Bytes(1024, std::byte{0x31})));
    QCOMPARE(overlay->write(5000, Bytes(10)).error().code, ErrorCode::Io);
    QCOMPARE(overlay->trim(5000, 5000).error().code, ErrorCode::Io);
    QCOMPARE(overlay->write(4096, Bytes(1000)).error().code, ErrorCode::Io);
    Bytes part(1024);
    QCOMPARE(overlay->read(0, part).error().code, ErrorCode::Io);
    QVERIFY(overlay->read(1024, part));
    QVERIFY(part == Bytes(1024, std::byte{0x31}));
    fault->setPlan({});
    Bytes model = bytes;
    put(model, 1024, Bytes(1024, std::byte{0x31}));
    QVERIFY(readAll(*overlay) == model);
}

void TestOverlayDevice::countsWhatWasChanged()
{
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<EmptyDevice>(diskSize), m_folder.path())
            .value();
    QCOMPARE(overlay->changedBytes(), std::uint64_t{0});
    QVERIFY(overlay->write(0, Bytes(1)));
    QVERIFY(overlay->write(100, Bytes(1)));
    QVERIFY(overlay->trim(1024, 1024));
    QCOMPARE(overlay->changedBytes(), std::uint64_t{512 + 1024});
    QVERIFY(overlay->writeZeroes(0, diskSize));
    QCOMPARE(overlay->changedBytes(), diskSize);
}

void TestOverlayDevice::takesADiskOf2TiB()
{
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<EmptyDevice>(2 * TiB), m_folder.path());
    if (!overlay)
        QSKIP("the file system has no files of 2 TiB");
    const Bytes bytes = test::PseudoRandom(8).bytes(5000);
    QVERIFY((*overlay)->trim(0, 2 * TiB));
    QVERIFY((*overlay)->write(2 * TiB - 5000, bytes));
    Bytes read(5000);
    QVERIFY((*overlay)->read(2 * TiB - 5000, read));
    QVERIFY(read == bytes);
    const auto extents = (*overlay)->extents(0, 2 * TiB).value();
    QCOMPARE(extents.size(), std::size_t{2});
    QCOMPARE(extents[0].kind, ExtentKind::Hole);
}

void TestOverlayDevice::refusesADiskItCannotKnow()
{
    const auto overlay =
        OverlayDevice::createScratch(std::make_shared<EmptyDevice>(65 * TiB), m_folder.path());
    QCOMPARE(overlay.error().code, ErrorCode::Limit);
}

void TestOverlayDevice::fullFileSystemAnswersNoSpace()
{
    const test::TempFolder mountPoint;
    if (::mount("tmpfs", mountPoint.path().c_str(), "tmpfs", 0, "size=1m") != 0)
        QSKIP("needs the right to mount a small file system");
    {
        const Bytes bytes = test::PseudoRandom(9).bytes(8 * MiB);
        Bytes model = bytes;
        const auto overlay =
            OverlayDevice::createScratch(std::make_shared<MemoryDevice>(bytes), mountPoint.path())
                .value();
        bool wasFull = false;
        for (std::uint64_t offset = 0; offset < 2 * MiB; offset += 64 * KiB) {
            const Bytes block(64 * KiB, static_cast<std::byte>(offset / (64 * KiB) + 1));
            const auto done = overlay->write(offset, block);
            if (done)
                put(model, offset, block);
            else
                QCOMPARE(done.error().code, ErrorCode::NoSpace);
            wasFull = wasFull || !done;
        }
        QVERIFY(wasFull);
        QVERIFY(readAll(*overlay) == model);
        QVERIFY(overlay->trim(0, 512 * KiB)); // room again
        put(model, 0, Bytes(512 * KiB));
        QVERIFY(overlay->write(4 * MiB, Bytes(256 * KiB, std::byte{0x77})));
        put(model, 4 * MiB, Bytes(256 * KiB, std::byte{0x77}));
        QVERIFY(readAll(*overlay) == model);
    }
    ::umount2(mountPoint.path().c_str(), MNT_DETACH);
}

QTEST_GUILESS_MAIN(TestOverlayDevice)
#include "tst_overlay_device.moc"
