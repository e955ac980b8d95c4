#include "tests/core/fat/check/rule_fixture.hpp"

#include "core/fat/boot_sector_raw.hpp"

#include <algorithm>
#include <array>

namespace fatlas::test {

using namespace fat;

namespace {

constexpr std::uint32_t fewestOfFat32 = 65525;

Bytes content(std::size_t size)
{
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>('a' + i % 26);
    return bytes;
}

std::uint32_t countFree(const Geometry& geometry, ByteView bytes)
{
    const ByteView table = bytes.subspan(geometry.fatOffset(0), geometry.fatSize());
    std::uint32_t free = 0;
    for (Cluster at{2}; at < geometry.endCluster(); ++at)
        free += rawEntry(geometry.type, table, at) == 0 ? 1 : 0;
    return free;
}

void overwrite(Bytes& bytes, std::uint64_t offset, ByteView with)
{
    std::ranges::copy(with, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

} // namespace

VolumeBuilder soundVolume(FatType type, std::uint32_t clusters)
{
    VolumeBuilder builder(type, clusters == 0 && type == FatType::Fat32 ? fewestOfFat32 : clusters);
    builder.putFile(0, 0, "KEEP    TXT", 20, 600);
    builder.link({20, 25});
    builder.putData(20, content(512));
    builder.putData(25, content(88));
    builder.putFolder(0, 1, "DOCS       ", 10);
    builder.setEnd(10);
    builder.putFolder(10, 0, ".          ", 10);
    builder.putFolder(10, 1, "..         ", 0);
    builder.putFile(10, 2, "INSIDE  TXT", 21, 1);
    builder.setEnd(21);
    builder.putData(21, content(1));
    return builder;
}

Bytes imageOf(const VolumeBuilder& builder)
{
    Bytes bytes = builder.bytes();
    const Geometry& geometry = builder.geometry();
    if (geometry.type != FatType::Fat32)
        return bytes;
    const Bytes boot(bytes.begin(), bytes.begin() + geometry.bytesPerSector);
    const Bytes info = encodeFsInfo(geometry, countFree(geometry, bytes), Cluster{2});
    const std::uint32_t backup = geometry.backupBootSector;
    if (geometry.fsInfoSector < geometry.reservedSectors && geometry.fsInfoSector != 0)
        overwrite(bytes, std::uint64_t{geometry.fsInfoSector} * geometry.bytesPerSector, info);
    if (backup != 0 && backup < geometry.reservedSectors)
        overwrite(bytes, std::uint64_t{backup} * geometry.bytesPerSector, boot);
    return bytes;
}

std::function<Bytes()> edited(FatType type, Edit edit)
{
    return [type, edit = std::move(edit)] {
        VolumeBuilder builder = soundVolume(type);
        edit(builder);
        return imageOf(builder);
    };
}

std::function<Bytes()> patched(FatType type, std::uint64_t offset, std::vector<unsigned char> bytes)
{
    return [=] {
        Bytes image = imageOf(soundVolume(type));
        overwrite(image, offset, std::as_bytes(std::span(bytes)));
        return image;
    };
}

std::function<Bytes()> bootPatched(FatType type, std::uint64_t offset,
                                   std::vector<unsigned char> bytes)
{
    return [=] {
        const VolumeBuilder builder = soundVolume(type);
        Bytes image = imageOf(builder);
        const auto with = std::as_bytes(std::span(bytes));
        overwrite(image, offset, with);
        const Geometry& geometry = builder.geometry();
        if (geometry.backupBootSector != 0)
            overwrite(image,
                      std::uint64_t{geometry.backupBootSector} * geometry.bytesPerSector + offset,
                      with);
        return image;
    };
}

std::vector<RuleFixture> allFixtures()
{
    std::vector<RuleFixture> all;
    for (auto part :
         {bootFixtures(), tableFixtures(), chainFixtures(), directoryFixtures(), nameFixtures()})
        std::ranges::move(part, std::back_inserter(all));
    return all;
}

} // namespace fatlas::test
