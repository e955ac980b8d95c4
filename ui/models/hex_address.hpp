/// One byte of an image by all of its addresses.
///
/// Units:   offsets in bytes; sectors and C/H/S count from the start of the image, sectors of C/H/S
///          from 1.
/// Threads: pure.
#pragma once

#include "ui/models/hex_subject.hpp"

#include <QString>

#include <cstdint>
#include <optional>

namespace fatlas::ui {

struct ChsAddress {
    std::uint32_t cylinder = 0;
    std::uint32_t head = 0;
    std::uint32_t sector = 0;

    bool operator==(const ChsAddress&) const = default;
};

struct HexAddress {
    std::uint64_t imageOffset = 0;
    std::uint64_t sector = 0;
    std::uint32_t inSector = 0;
    std::optional<ChsAddress> chs = std::nullopt; ///< where the geometry has tracks that reach it
    std::optional<Cluster> cluster = std::nullopt;
    std::uint32_t inCluster = 0;
    std::optional<std::uint32_t> node = std::nullopt; ///< whose cluster it is
    std::uint64_t inFile = 0;
};

[[nodiscard]] HexAddress addressOf(const HexSubject& subject, std::uint64_t imageOffset);

/// "Boot sector", "FAT 1", "Root directory", "Before the volume"; empty in the data area.
[[nodiscard]] QString areaName(const HexSubject& subject, std::uint64_t imageOffset);

/// "0x3A0F4 · sector 464 + 0xF4 · C/H/S 12/1/15 · cluster 433 + 0xF4 · /DOCS/A.TXT + 0x6F4"
[[nodiscard]] QString addressText(const HexSubject& subject, std::uint64_t imageOffset);

} // namespace fatlas::ui
