// Which footer is believed, what a file says about itself, and what is refused.

#include "core/block/memory_device.hpp"
#include "core/vhd/vhd_file.hpp"

#include "tests/core/vhd/vhd_fixture.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;
using namespace fatlas::vhd;
using block::MemoryDevice;
using test::makeVhd;

namespace {

Result<VhdFile> readBytes(const Bytes& bytes, SizeRule rule = SizeRule::ByCreator)
{
    return readVhdFile(MemoryDevice(bytes), rule);
}

bool hasRule(const VhdFile& file, const char* rule)
{
    return std::ranges::any_of(file.findings, [&](const Finding& f) { return f.rule == rule; });
}

void flip(Bytes& bytes, std::size_t offset)
{
    bytes[offset] ^= std::byte{0x10};
}

/// A fixed disk by somebody else, with both sizes apart.
Bytes foreign(const char* creator, std::uint64_t size)
{
    Footer footer;
    std::copy_n(creator, 4, footer.creatorApplication.begin());
    footer.originalSize = footer.currentSize = size;
    footer.geometry = geometryFor(size);
    Bytes bytes(size);
    const Bytes end = encodeFooter(footer);
    bytes.insert(bytes.end(), end.begin(), end.end());
    return bytes;
}

} // namespace

class TestVhdFile : public QObject {
    Q_OBJECT

private slots:

    void readsEveryType()
    {
        const auto fixed = readBytes(makeVhd(DiskType::Fixed, 1 * MiB)).value();
        QVERIFY(fixed.isFixed() && fixed.findings.empty());
        QCOMPARE(fixed.virtualSize, 1 * MiB);
        const auto dynamic = readBytes(makeVhd(DiskType::Dynamic, 1 * MiB)).value();
        QVERIFY(!dynamic.isFixed() && dynamic.findings.empty());
        QCOMPARE(dynamic.table.size(), std::size_t{256});
        QCOMPARE(dynamic.allocatedBlocks(), std::uint64_t{0});
        const auto child = readBytes(test::makeChild(1 * MiB)).value();
        QVERIFY(child.footer.type == DiskType::Differencing && child.findings.empty());
        QCOMPARE(child.locators.size(), std::size_t{2});
        QCOMPARE(child.locators[0].text, std::string("\\base.vhd"));
        QCOMPARE(child.locators[1].text, std::string("file:///base.vhd"));
    }

    // QEMU refuses the whole disk for any of these bits.
    void aDamagedFrontFooterIsReadFromItsCopy()
    {
        const Bytes good = makeVhd(DiskType::Dynamic, 1 * MiB);
        for (const std::size_t offset : {0, 9, 0x1A, 0x37, 0x3F, 0x41, 0x50, 0x1FF}) {
            Bytes bytes = good;
            flip(bytes, offset);
            const auto file = readBytes(bytes);
            QVERIFY(file);
            QVERIFY(file->isFooterProven && file->hasErrors());
            QVERIFY(hasRule(*file, offset == 0 ? "V1" : "V2"));
            QCOMPARE(file->virtualSize, 1 * MiB);
        }
    }

    void aDamagedFooterAtTheEndIsReadFromTheFront()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        flip(bytes, bytes.size() - 100);
        const auto file = readBytes(bytes).value();
        QVERIFY(hasRule(file, "V2") && file.isFooterProven);
    }

    void aMissingFooterAtTheEndIsOnlyAWarning()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        bytes.resize(bytes.size() - 512);
        const auto file = readBytes(bytes).value();
        QVERIFY(hasRule(file, "V7") && !file.hasErrors());
    }

    void footersThatDifferAreReported()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        Footer other = decodeFooter(ByteView(bytes).last(512), 0).value();
        other.timeStamp += 1;
        const Bytes changed = encodeFooter(other);
        std::ranges::copy(changed, bytes.end() - 512);
        const auto file = readBytes(bytes).value();
        QVERIFY(hasRule(file, "V6"));
        QCOMPARE(file.footer.timeStamp, other.timeStamp - 1);
    }

    void twoWrongChecksumsAreLetPassWhenAllElseFits()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        flip(bytes, 0x18);
        flip(bytes, bytes.size() - 512 + 0x18);
        const auto file = readBytes(bytes).value();
        QVERIFY(!file.isFooterProven && file.hasErrors());
        flip(bytes, 512); // now the header proves nothing either
        QCOMPARE(readBytes(bytes).error().code, ErrorCode::BadFormat);
    }

    void aFixedDiskWithAWrongChecksumIsReadWithAFinding()
    {
        Bytes bytes = makeVhd(DiskType::Fixed, 1 * MiB);
        flip(bytes, bytes.size() - 10);
        const auto file = readBytes(bytes).value();
        QVERIFY(file.isFixed() && !file.isFooterProven && hasRule(file, "V2"));
    }

    // QEMU takes these for raw disks that are 512 bytes too long.
    void aFixedDiskIsToldFromARawOne()
    {
        QVERIFY(isVhd(MemoryDevice(makeVhd(DiskType::Fixed, 1 * MiB))).value());
        QVERIFY(!isVhd(MemoryDevice(Bytes(1 * MiB))).value());
        QVERIFY(!isVhd(MemoryDevice(Bytes(100))).value());
        QVERIFY(!isVhd(MemoryDevice(Bytes())).value());
        QCOMPARE(readBytes(Bytes(1 * MiB)).error().code, ErrorCode::NotFound);
    }

    void aFixedDiskMayHoldAnything()
    {
        Bytes inner = makeVhd(DiskType::Dynamic, 1 * MiB);
        inner.resize(64 * KiB);
        Bytes outer = makeVhd(DiskType::Fixed, 64 * KiB);
        std::ranges::copy(inner, outer.begin());
        const auto file = readBytes(outer).value();
        QVERIFY(file.isFixed() && file.findings.empty());
        QCOMPARE(file.virtualSize, 64 * KiB);
    }

    void aFixedDiskCutShortIsCutWithAFinding()
    {
        Bytes bytes = makeVhd(DiskType::Fixed, 1 * MiB);
        bytes.erase(bytes.begin() + 1000, bytes.begin() + 1000 + 64 * KiB);
        const auto file = readBytes(bytes).value();
        QVERIFY(hasRule(file, "V31"));
        QCOMPARE(file.virtualSize, 1 * MiB - 64 * KiB);
    }

    void oldFootersOf511BytesAreRead()
    {
        for (const auto type : {DiskType::Fixed, DiskType::Dynamic}) {
            Bytes bytes = makeVhd(type, 1 * MiB);
            bytes.pop_back();
            const auto file = readBytes(bytes).value();
            QVERIFY(hasRule(file, "V30") && !file.hasErrors());
            QCOMPARE(file.virtualSize, 1 * MiB);
        }
    }

    void sizeFollowsTheCreatorAndCanBeOverridden()
    {
        const Bytes byGeometry = foreign("vpc ", 10 * MiB);
        QCOMPARE(readBytes(byGeometry)->virtualSize, std::uint64_t{20468 * 512});
        QCOMPARE(readBytes(byGeometry, SizeRule::CurrentSize)->virtualSize, 10 * MiB);
        const Bytes bySize = foreign("win ", 10 * MiB);
        QCOMPARE(readBytes(bySize)->virtualSize, 10 * MiB);
        QCOMPARE(readBytes(bySize, SizeRule::Geometry)->virtualSize, std::uint64_t{20468 * 512});
    }

    void aHeaderThatIsGoneIsRefused()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        bytes[512] = std::byte{'X'};
        const auto file = readBytes(bytes);
        QCOMPARE(file.error().code, ErrorCode::BadFormat);
        QVERIFY(file.error().message.contains("(V11)"));
    }

    void aHeaderWithAWrongChecksumIsReadWithAFinding()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        flip(bytes, 512 + 0x310);
        const auto file = readBytes(bytes).value();
        QVERIFY(hasRule(file, "V12") && file.hasErrors());
    }

    void aTableThatIsTooShortIsAnError()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        DynamicHeader header = decodeHeader(ByteView(bytes).subspan(512), 512).value();
        header.entryCount = 100;
        std::ranges::copy(encodeHeader(header), bytes.begin() + 512);
        const auto file = readBytes(bytes).value();
        QVERIFY(hasRule(file, "V15"));
        QCOMPARE(file.table.size(), std::size_t{100});
        const auto device =
            VhdDevice::openReadOnly(std::make_shared<MemoryDevice>(bytes), file).value();
        Bytes sector(512);
        QVERIFY(device->read(99 * 4 * KiB, sector));
        QVERIFY(device->read(100 * 4 * KiB, sector).error().message.contains("(V15)"));
    }

    void aTableOutsideTheFileIsRefused()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        DynamicHeader header = decodeHeader(ByteView(bytes).subspan(512), 512).value();
        header.tableOffset = std::uint64_t{1} << 60;
        std::ranges::copy(encodeHeader(header), bytes.begin() + 512);
        QVERIFY(readBytes(bytes).error().message.contains("(V16)"));
    }

    void aLocatorOutsideTheFileIsAWarning()
    {
        Bytes bytes = test::makeChild(1 * MiB);
        DynamicHeader header = decodeHeader(ByteView(bytes).subspan(512), 512).value();
        header.locators[0].dataOffset = ~std::uint64_t{0};
        header.locators[1].length = ~std::uint32_t{0};
        header.locators[3].platform = {'h', 'u', 'h', '?'};
        std::ranges::copy(encodeHeader(header), bytes.begin() + 512);
        const auto file = readBytes(bytes).value();
        QCOMPARE(std::ranges::count(file.findings, "V22", &Finding::rule), 3);
    }

    void theBatmapIsUnderstood()
    {
        Bytes bytes = makeVhd(DiskType::Dynamic, 1 * MiB);
        const Bytes footer(bytes.end() - 512, bytes.end());
        bytes.resize(bytes.size() - 512);
        BatmapHeaderRaw raw{};
        std::ranges::copy(batmapCookie, raw.cookie.begin());
        raw.mapOffset = bytes.size() + 512;
        raw.mapSectors = 1;
        raw.version = 0x0001'0002;
        Bytes map(512);
        map[1] = std::byte{0x40};
        raw.checksum = checksumOf(map);
        Bytes sector(512);
        store(sector, 0, raw);
        for (const Bytes* part : {&std::as_const(sector), &std::as_const(map), &footer})
            bytes.insert(bytes.end(), part->begin(), part->end());
        const auto file = readBytes(bytes).value();
        QVERIFY(file.batmap && file.batmap->map && file.findings.empty());
        QVERIFY(file.batmap->isFull(9) && !file.batmap->isFull(8));
        QVERIFY(!file.batmap->isFull(1'000'000));
    }
};

QTEST_GUILESS_MAIN(TestVhdFile)
#include "tst_vhd_file.moc"
