#include "app/cli/words.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

using folder_disk::PartitionScheme;
using folder_disk::UnfitReason;

std::string counted(std::uint64_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", formatCount(count), count == 1 ? one : many);
}

std::string describeVolume(const fat::Geometry& geometry)
{
    std::string text = fmt::format("{}, {} of {}", fat::toString(geometry.type),
                                   counted(geometry.clusterCount, "cluster", "clusters"),
                                   formatSize(geometry.clusterSize()));
    if (geometry.rootEntryCount != 0)
        text += fmt::format(", {} root entries", formatCount(geometry.rootEntryCount));
    return text;
}

std::string describeTracks(const fat::Geometry& geometry)
{
    std::string text;
    if (geometry.heads != 0 && geometry.sectorsPerTrack != 0) {
        const std::uint32_t perCylinder = std::uint32_t{geometry.heads} * geometry.sectorsPerTrack;
        text = fmt::format("{}, {}, {} per track, ",
                           counted(geometry.totalSectors / perCylinder, "cylinder", "cylinders"),
                           counted(geometry.heads, "head", "heads"),
                           counted(geometry.sectorsPerTrack, "sector", "sectors"));
    }
    return text + fmt::format("media {:02X}", geometry.media);
}

std::string describeDisk(const folder_disk::Plan& plan)
{
    const std::string size = formatSize(plan.layout.diskSize);
    std::string text =
        plan.options.floppy
            ? fmt::format("{} floppy of {}", folder_disk::layoutOf(*plan.options.floppy).name, size)
            : fmt::format("disk of {}", size);
    const std::string offset = formatSize(plan.layout.volumeOffset);
    switch (plan.layout.scheme) {
    case PartitionScheme::None: return text;
    case PartitionScheme::Mbr:
        return text +
               fmt::format(", MBR partition of type {:02X} at {}", plan.layout.mbrType, offset);
    case PartitionScheme::Gpt:
        return text + fmt::format(", GPT {} partition at {}",
                                  plan.options.efiSystem ? "EFI system" : "basic data", offset);
    }
    return text;
}

std::string_view toString(PartitionScheme scheme) noexcept
{
    switch (scheme) {
    case PartitionScheme::None: return "none";
    case PartitionScheme::Mbr: return "mbr";
    case PartitionScheme::Gpt: return "gpt";
    }
    return "none";
}

std::string_view toString(UnfitReason reason) noexcept
{
    switch (reason) {
    case UnfitReason::NoRoom: return "no-room";
    case UnfitReason::TooLarge: return "too-large";
    case UnfitReason::RootFull: return "root-full";
    case UnfitReason::DirectoryFull: return "directory-full";
    case UnfitReason::Unreadable: return "unreadable";
    case UnfitReason::ShortNamesUsedUp: return "short-names-used-up";
    case UnfitReason::ParentUnfit: return "parent-unfit";
    }
    return "unknown";
}

std::string serialText(std::uint32_t serial)
{
    return fmt::format("{:04X}-{:04X}", serial >> 16, serial & 0xFFFF);
}

std::string fieldText(std::span<const unsigned char> bytes, int codePage)
{
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    while (text.ends_with(' ') || text.ends_with('\0'))
        text.remove_suffix(1);
    const auto page = CodePage::open(codePage);
    return escapeForTerminal(page ? (*page)->decode(text) : std::string(text));
}

std::string percent(std::uint64_t part, std::uint64_t whole)
{
    if (whole == 0)
        return "-";
    if (part != 0 && part < whole / 100)
        return "less than 1 %";
    return fmt::format("{:.0f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

} // namespace fatlas::cli
