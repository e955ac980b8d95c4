/// The nine floppy formats and their fixed layouts.
///
/// Units:  sectors of 512 bytes.
/// Source: DOS and Microsoft formats as every driver knows them; table in fat/FORMAT.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fatlas::folder_disk {

enum class FloppyFormat : std::uint8_t {
    F160K,
    F180K,
    F320K,
    F360K,
    F720K,
    F1200K,
    F1440K,
    F1680K,
    F2880K,
};

struct FloppyLayout {
    FloppyFormat format;
    std::string_view name;        ///< "1.44M", as the command line says it
    std::string_view description; ///< "1.44 MB, 3½-inch"
    std::uint16_t cylinders;
    std::uint16_t heads;
    std::uint16_t sectorsPerTrack;
    std::uint8_t media;
    std::uint8_t sectorsPerCluster;
    std::uint16_t rootEntries;
    std::uint16_t sectorsPerFat;

    [[nodiscard]] constexpr std::uint32_t totalSectors() const
    {
        return std::uint32_t{cylinders} * heads * sectorsPerTrack;
    }
};

inline constexpr std::array<FloppyLayout, 9> floppyLayouts{{
    {FloppyFormat::F160K, "160K", "160 KB, 5¼-inch", 40, 1, 8, 0xFE, 1, 64, 1},
    {FloppyFormat::F180K, "180K", "180 KB, 5¼-inch", 40, 1, 9, 0xFC, 1, 64, 2},
    {FloppyFormat::F320K, "320K", "320 KB, 5¼-inch", 40, 2, 8, 0xFF, 2, 112, 1},
    {FloppyFormat::F360K, "360K", "360 KB, 5¼-inch", 40, 2, 9, 0xFD, 2, 112, 2},
    {FloppyFormat::F720K, "720K", "720 KB, 3½-inch", 80, 2, 9, 0xF9, 2, 112, 3},
    {FloppyFormat::F1200K, "1.2M", "1.2 MB, 5¼-inch", 80, 2, 15, 0xF9, 1, 224, 7},
    {FloppyFormat::F1440K, "1.44M", "1.44 MB, 3½-inch", 80, 2, 18, 0xF0, 1, 224, 9},
    {FloppyFormat::F1680K, "1.68M", "1.68 MB, 3½-inch (DMF)", 80, 2, 21, 0xF0, 4, 16, 3},
    {FloppyFormat::F2880K, "2.88M", "2.88 MB, 3½-inch", 80, 2, 36, 0xF0, 2, 240, 9},
}};

[[nodiscard]] constexpr const FloppyLayout& layoutOf(FloppyFormat format)
{
    return floppyLayouts[static_cast<std::size_t>(format)];
}

/// By its name on the command line ("1.44M", also "1440K"), case does not matter.
[[nodiscard]] std::optional<FloppyFormat> findFloppyFormat(std::string_view name);

} // namespace fatlas::folder_disk
