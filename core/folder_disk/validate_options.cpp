#include "core/folder_disk/validate_options.hpp"

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/fat/plan_geometry.hpp"
#include "core/fat/short_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace fatlas::folder_disk {
namespace {

constexpr std::size_t oemNameSize = 8;
constexpr std::size_t maxMbrFile = 512;
constexpr int maxOffsetMinutes = 24 * 60;

std::unexpected<Error> invalid(std::string message)
{
    return fail(ErrorCode::InvalidArgument, std::move(message));
}

Result<> validateSectorSize(const Options& options)
{
    const std::uint32_t size = options.sectorSize;
    if (std::has_single_bit(size) && size >= 512 && size <= 4096)
        return {};
    return invalid(fmt::format("sector size is {} bytes, expected 512, 1024, 2048 or 4096", size));
}

Result<> validateClusterSize(const Options& options)
{
    if (!options.clusterSize)
        return {};
    const std::uint32_t size = *options.clusterSize;
    const std::uint32_t most = std::min(fat::maxClusterSize, options.sectorSize * 128);
    if (std::has_single_bit(size) && size >= options.sectorSize && size <= most)
        return {};
    return invalid(fmt::format("cluster size is {} bytes, expected a power of two from {} to {}",
                               size, options.sectorSize, most));
}

Result<> validateSize(const Options& options)
{
    if (!options.size || *options.size % options.sectorSize == 0)
        return {};
    const std::uint64_t below = *options.size / options.sectorSize * options.sectorSize;
    return invalid(fmt::format("size is {} bytes, expected a multiple of the sector size, {}: {} "
                               "or {} would do",
                               *options.size, options.sectorSize, below,
                               below + options.sectorSize));
}

Result<> validateFloppy(const Options& options)
{
    if (!options.floppy)
        return {};
    const FloppyLayout& layout = layoutOf(*options.floppy);
    const std::uint64_t bytes = std::uint64_t{layout.totalSectors()} * 512;
    if (options.classic)
        return invalid("a disk is either a floppy or has the geometry of a fat: address, not both");
    if (options.size && *options.size != bytes)
        return invalid(fmt::format("a {} floppy has {} bytes, so its size cannot be {}; choose "
                                   "another format, or a disk of that size without a floppy format",
                                   layout.name, bytes, *options.size));
    if (options.sectorSize != 512)
        return invalid(fmt::format(
            "a floppy has sectors of 512 bytes, not {}; a disk may have them", options.sectorSize));
    if (options.partition != PartitionScheme::None)
        return invalid("a floppy has no partition table; use no partition scheme, or a disk");
    if (options.fat == fat::FatType::Fat32)
        return invalid("a floppy cannot be FAT32: that takes at least 65,525 clusters, and the "
                       "largest floppy has 5,760 sectors; FAT12 works on all of them");
    return {};
}

Result<> validateClassic(const Options& options)
{
    if (!options.classic)
        return {};
    const ClassicDisk& disk = *options.classic;
    if (disk.cylinders == 0 || disk.heads == 0 || disk.heads > 255 || disk.sectorsPerTrack == 0 ||
        disk.sectorsPerTrack > 63)
        return invalid(fmt::format("a disk of {}/{}/{} cylinders, heads and sectors cannot be; "
                                   "heads are 1 to 255, sectors per track 1 to 63",
                                   disk.cylinders, disk.heads, disk.sectorsPerTrack));
    const std::uint64_t bytes =
        std::uint64_t{disk.cylinders} * disk.heads * disk.sectorsPerTrack * 512;
    if (options.size && *options.size != bytes)
        return invalid(fmt::format("the disk of a fat: address has {}/{}/{} cylinders, heads and "
                                   "sectors, {} bytes, so its size cannot be {}; a plain folder "
                                   "takes any size",
                                   disk.cylinders, disk.heads, disk.sectorsPerTrack, bytes,
                                   *options.size));
    if (options.sectorSize != 512)
        return invalid("the disk of a fat: address has sectors of 512 bytes; a plain folder takes "
                       "others");
    return {};
}

Result<> validatePartition(const Options& options)
{
    const bool isBare = options.partition == PartitionScheme::None;
    if (options.efiSystem && isBare)
        return invalid("an EFI system partition needs a partition table: gpt (or mbr)");
    if (options.diskId && isBare)
        return invalid("a disk id lies in the partition table, and this disk has none; choose mbr "
                       "or gpt, or a serial for the volume");
    if (!options.mbrCode.bytes.empty() && options.partition != PartitionScheme::Mbr)
        return invalid("MBR code needs the partition scheme mbr");
    if (options.mbrCode.bytes.size() > maxMbrFile)
        return invalid(fmt::format("the MBR code \"{}\" has {} bytes, expected at most 512, of "
                                   "which the first 440 are used",
                                   escapeForTerminal(options.mbrCode.path),
                                   options.mbrCode.bytes.size()));
    return {};
}

Result<> validateOemName(const Options& options)
{
    const auto isPlain = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (options.oemName.size() <= oemNameSize && std::ranges::all_of(options.oemName, isPlain))
        return {};
    return invalid(fmt::format("OEM name is \"{}\", expected at most 8 characters of ASCII",
                               escapeForTerminal(options.oemName)));
}

Result<> validateText(const Options& options)
{
    FATLAS_TRY(validateOemName(options));
    FATLAS_ASSIGN(const auto page, CodePage::open(options.codePage));
    if (!options.label.empty())
        FATLAS_TRY(fat::encodeLabel(options.label, *page));
    if (std::abs(options.timeZone.offsetMinutes) >= maxOffsetMinutes)
        return invalid(fmt::format("the time zone lies {} minutes off UTC, expected less than a "
                                   "day",
                                   options.timeZone.offsetMinutes));
    return {};
}

} // namespace

Result<> validateOptions(const Options& options)
{
    FATLAS_TRY(validateSectorSize(options));
    FATLAS_TRY(validateClusterSize(options));
    FATLAS_TRY(validateSize(options));
    FATLAS_TRY(validateFloppy(options));
    FATLAS_TRY(validateClassic(options));
    FATLAS_TRY(validatePartition(options));
    return validateText(options);
}

} // namespace fatlas::folder_disk
