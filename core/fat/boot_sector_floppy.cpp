#include "core/fat/boot_sector_read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace fatlas::fat {
namespace {

/// Floppies that drivers know without fields: by the first byte of the FAT and the size.
struct OldFloppy {
    std::string_view name;
    std::uint8_t media;
    std::uint16_t cylinders;
    std::uint8_t heads;
    std::uint8_t sectorsPerTrack;
    std::uint16_t bytesPerSector;
    std::uint8_t sectorsPerCluster;
    std::uint16_t rootEntryCount;
    std::uint8_t sectorsPerFat;

    [[nodiscard]] std::uint32_t totalSectors() const
    {
        return std::uint32_t{cylinders} * heads * sectorsPerTrack;
    }

    [[nodiscard]] std::uint64_t size() const
    {
        return std::uint64_t{totalSectors()} * bytesPerSector;
    }
};

constexpr std::array oldFloppies{
    OldFloppy{"160K", 0xFE, 40, 1, 8, 512, 1, 64, 1},
    OldFloppy{"180K", 0xFC, 40, 1, 9, 512, 1, 64, 2},
    OldFloppy{"320K", 0xFF, 40, 2, 8, 512, 2, 112, 1},
    OldFloppy{"360K", 0xFD, 40, 2, 9, 512, 2, 112, 2},
    OldFloppy{"320K (80 tracks)", 0xFA, 80, 1, 8, 512, 2, 112, 1},
    OldFloppy{"360K (80 tracks)", 0xF8, 80, 1, 9, 512, 2, 112, 2},
    OldFloppy{"640K", 0xFB, 80, 2, 8, 512, 2, 112, 2},
    OldFloppy{"720K", 0xF9, 80, 2, 9, 512, 2, 112, 3},
    OldFloppy{"1.2M", 0xF9, 80, 2, 15, 512, 1, 224, 7},
    OldFloppy{"1.23M (8 inch and PC-98)", 0xFE, 77, 2, 8, 1024, 1, 192, 2},
    OldFloppy{"1.44M", 0xF0, 80, 2, 18, 512, 1, 224, 9},
    OldFloppy{"1.68M", 0xF0, 80, 2, 21, 512, 4, 16, 3},
    OldFloppy{"2.88M", 0xF0, 80, 2, 36, 512, 2, 240, 9},
};

BootSector layoutOf(const OldFloppy& floppy)
{
    BootSector boot;
    Geometry& g = boot.geometry;
    g.type = FatType::Fat12;
    g.bytesPerSector = floppy.bytesPerSector;
    g.sectorsPerCluster = floppy.sectorsPerCluster;
    g.sectorsPerFat = floppy.sectorsPerFat;
    g.rootEntryCount = floppy.rootEntryCount;
    g.totalSectors = floppy.totalSectors();
    g.clusterCount =
        static_cast<std::uint32_t>((g.volumeSize() - g.dataOffset()) / g.clusterSize());
    g.sectorsPerTrack = floppy.sectorsPerTrack;
    g.heads = floppy.heads;
    g.media = floppy.media;
    boot.oemName.fill(' ');
    boot.label.fill(' ');
    boot.driveNumber = 0;
    boot.hasExtendedFields = false;
    boot.layoutSource = LayoutSource::MediaAndSize;
    boot.findings.push_back(
        {.rule = "B22",
         .severity = Severity::Warning,
         .path = {},
         .message = fmt::format("the boot sector has no usable fields; media byte {:02X} and the "
                                "size are those of a {} floppy",
                                floppy.media, floppy.name),
         .advice = "DOS knows such a floppy by its media byte; Linux reads the four oldest formats "
                   "so, when asked to (dos1xfloppy), and Windows none",
         .offset = std::uint64_t{0x0B},
         .cluster = std::nullopt});
    return boot;
}

/// The media byte and two bytes of ones.
Result<bool> fatBegins(const block::BlockDevice& device, std::uint64_t offset, std::uint8_t media)
{
    std::array<std::byte, 3> start{};
    FATLAS_TRY(device.read(offset, start));
    return start[0] == std::byte{media} && start[1] == std::byte{0xFF} &&
           start[2] == std::byte{0xFF};
}

} // namespace

Result<std::optional<BootSector>> findFloppyLayout(const block::BlockDevice& device)
{
    for (const OldFloppy& floppy : oldFloppies) {
        if (floppy.size() != device.size())
            continue;
        BootSector boot = layoutOf(floppy);
        FATLAS_ASSIGN(const bool begins,
                      fatBegins(device, boot.geometry.fatOffset(0), floppy.media));
        if (begins)
            return boot;
    }
    return std::nullopt;
}

} // namespace fatlas::fat
