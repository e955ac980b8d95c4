/// Disks, volumes and plans in words.
#pragma once

#include "core/fat/geometry.hpp"
#include "core/folder_disk/plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::cli {

/// "1 file", "12 files".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

/// "FAT12, 2,847 clusters of 512 bytes, 224 root entries".
[[nodiscard]] std::string describeVolume(const fat::Geometry& geometry);
/// "80 cylinders, 2 heads, 18 sectors per track, media F0".
[[nodiscard]] std::string describeTracks(const fat::Geometry& geometry);
/// "1.44M floppy of 1,440 KiB", "disk of 64 MiB, MBR partition of type 0E at 1 MiB".
[[nodiscard]] std::string describeDisk(const folder_disk::Plan& plan);
[[nodiscard]] std::string_view toString(folder_disk::PartitionScheme scheme) noexcept;
[[nodiscard]] std::string_view toString(folder_disk::UnfitReason reason) noexcept;

/// "1A2B-3C4D".
[[nodiscard]] std::string serialText(std::uint32_t serial);
/// The bytes of a label or OEM name as text, without the padding, safe for a terminal.
[[nodiscard]] std::string fieldText(std::span<const unsigned char> bytes, int codePage);

/// "37 %", "less than 1 %"; "-" of nothing.
[[nodiscard]] std::string percent(std::uint64_t part, std::uint64_t whole);

} // namespace fatlas::cli
