// The boot sector, its copy and FSInfo.

#include "core/fat/boot_sector_raw.hpp"

#include "tests/core/fat/check/rule_fixture.hpp"

#include <algorithm>
#include <cstddef>

namespace fatlas::test {

using namespace fat;

namespace {

constexpr std::uint64_t backupOffset = std::uint64_t{6} * 512;
constexpr std::uint64_t fsInfoOffset = 512;
constexpr std::uint64_t freeCountOffset = fsInfoOffset + offsetof(FsInfoRaw, freeClusters);
constexpr std::uint64_t nextFreeOffset = fsInfoOffset + offsetof(FsInfoRaw, nextFree);
constexpr std::uint64_t versionOffset = fat32FieldsOffset + offsetof(Fat32Raw, version);
constexpr std::uint64_t copyFieldOffset = fat32FieldsOffset + offsetof(Fat32Raw, backupBootSector);
constexpr std::uint64_t extended = 0x24; ///< of FAT12

/// 64 KiB each.
Bytes largeClusters()
{
    VolumeBuilder builder(FatType::Fat12, 20);
    Geometry& g = builder.boot().geometry;
    g.sectorsPerCluster = 128;
    g.totalSectors = static_cast<std::uint32_t>(g.dataOffset() / 512) + 20 * 128;
    Bytes bytes = builder.bytes();
    bytes.resize(g.volumeSize());
    return bytes;
}

Bytes threeFats()
{
    VolumeBuilder builder = soundVolume(FatType::Fat12);
    Geometry& g = builder.boot().geometry;
    const Bytes before = builder.bytes();
    const auto fat = before.begin() + static_cast<std::ptrdiff_t>(g.fatOffset(0));
    const Bytes copy(fat, fat + static_cast<std::ptrdiff_t>(g.fatSize()));
    const auto behind = static_cast<std::ptrdiff_t>(g.rootOffset());
    g.totalSectors += g.sectorsPerFat;
    g.fatCount = 3;
    Bytes bytes = builder.bytes();
    bytes.insert(bytes.begin() + behind, copy.begin(), copy.end());
    return bytes;
}

/// The last sector of each is missing.
Bytes shortFats()
{
    VolumeBuilder builder = soundVolume(FatType::Fat16);
    Geometry& g = builder.boot().geometry;
    const std::uint64_t size = g.fatSize();
    const std::uint64_t first = g.fatOffset(0);
    g.sectorsPerFat -= 1;
    g.totalSectors -= 2;
    Bytes bytes = builder.bytes();
    for (const std::uint64_t end : {first + 2 * size, first + size}) {
        const auto last = bytes.begin() + static_cast<std::ptrdiff_t>(end);
        bytes.erase(last - 512, last);
    }
    return bytes;
}

Bytes cutOff()
{
    Bytes bytes = imageOf(soundVolume(FatType::Fat12));
    bytes.resize(bytes.size() - std::size_t{10} * 512);
    return bytes;
}

Bytes fat32WithoutRoot()
{
    VolumeBuilder builder(FatType::Fat32, 65525);
    builder.setEntry(2, 0);
    builder.boot().geometry.rootCluster = Cluster{0};
    return imageOf(builder);
}

Bytes smallFat32()
{
    return imageOf(soundVolume(FatType::Fat32, 200));
}

Bytes fat32WithNarrowTotal()
{
    Bytes bytes = smallFat32();
    for (const std::uint64_t start : {std::uint64_t{0}, backupOffset}) {
        auto bpb = *load<BpbRaw>(bytes, start);
        bpb.totalSectors16.set(static_cast<std::uint16_t>(bpb.totalSectors32.get()));
        bpb.totalSectors32.set(0);
        store(bytes, start, bpb);
    }
    return bytes;
}

/// 160K, as DOS 1 made them.
Bytes oldFloppy()
{
    Bytes bytes(std::size_t{320} * 512);
    for (const std::size_t sector : {1, 2}) {
        bytes[sector * 512] = std::byte{0xFE};
        bytes[sector * 512 + 1] = bytes[sector * 512 + 2] = std::byte{0xFF};
    }
    return bytes;
}

/// A change of a number in the geometry that moves nothing.
std::function<Bytes()> withGeometry(FatType type, std::function<void(Geometry&)> change)
{
    return edited(type, [change = std::move(change)](VolumeBuilder& builder) {
        change(builder.boot().geometry);
    });
}

} // namespace

std::vector<RuleFixture> bootFixtures()
{
    constexpr auto fat12 = FatType::Fat12;
    constexpr auto fat32 = FatType::Fat32;
    return {
        {.rule = "B2", .make = bootPatched(fat12, 0, {0, 0, 0})},
        {.rule = "B4", .make = largeClusters},
        {.rule = "B6", .make = threeFats},
        {.rule = "B7",
         .make = edited(fat12,
                        [](VolumeBuilder& builder) {
                            builder.boot().geometry.media = 0xF1;
                            builder.setEntry(0, 0xFF1);
                        })},
        {.rule = "B8", .make = bootPatched(fat12, offsetof(BpbRaw, totalSectors32), {1})},
        {.rule = "B10", .make = withGeometry(fat12, [](Geometry& g) { g.rootEntryCount = 31; })},
        {.rule = "B12", .make = shortFats},
        {.rule = "B13", .make = smallFat32},
        {.rule = "B14", .make = cutOff},
        {.rule = "B15", .make = fat32WithoutRoot},
        {.rule = "B16", .make = withGeometry(fat32, [](Geometry& g) { g.fsInfoSector = 40; })},
        {.rule = "B16", .make = withGeometry(fat32, [](Geometry& g) { g.backupBootSector = 40; })},
        {.rule = "B16", .make = bootPatched(fat32, copyFieldOffset, {1, 0})},
        {.rule = "B17", .make = bootPatched(fat32, versionOffset, {1})},
        {.rule = "B18", .make = bootPatched(fat12, signatureOffset, {0, 0})},
        {.rule = "B21", .make = patched(fat32, 0, std::vector<unsigned char>(512))},
        {.rule = "B22", .make = oldFloppy},
        {.rule = "B23", .make = withGeometry(fat12, [](Geometry& g) { g.sectorsPerTrack = 64; })},
        {.rule = "B23", .make = withGeometry(fat12, [](Geometry& g) { g.heads = 0; })},
        {.rule = "B24", .make = bootPatched(fat12, extended + 2, {0})},
        {.rule = "B25", .make = bootPatched(fat12, extended, {0x10})},
        {.rule = "B26", .make = bootPatched(fat12, extended + 1, {1})},
        {.rule = "B27", .make = bootPatched(fat12, extended + 0x12, {'X'})},
        {.rule = "B28", .make = withGeometry(fat32, [](Geometry& g) { g.backupBootSector = 0; })},
        {.rule = "B29", .make = patched(fat32, backupOffset + 3, {'Z'})},
        {.rule = "B30", .make = fat32WithNarrowTotal, .companions = {"B13"}},
        {.rule = "B31", .make = bootPatched(fat32, 0x34, {1})},
        {.rule = "F1", .make = patched(fat32, fsInfoOffset, {0})},
        {.rule = "F2", .make = patched(fat32, freeCountOffset, {1, 0, 0, 0})},
        {.rule = "F3", .make = patched(fat32, nextFreeOffset, {0, 0, 0, 0x10})},
        {.rule = "F4", .make = patched(fat32, freeCountOffset, {0xFF, 0xFF, 0xFF, 0xFF})},
        {.rule = "F5", .make = withGeometry(fat32, [](Geometry& g) { g.fsInfoSector = 0; })},
    };
}

} // namespace fatlas::test
