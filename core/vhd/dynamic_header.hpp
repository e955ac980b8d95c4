/// The header of a dynamic or differencing VHD, decoded and judged.
///
/// Units:      sizes and offsets in bytes.
/// Invariants: encodeHeader(decodeHeader(b)) is b.
/// Errors:     BadFormat or Unsupported; the message names the field and cites the rule.
/// Threads:    plain values.
/// Source:     FORMAT.md section 2, rules V11 to V15.
#pragma once

#include "core/vhd/footer.hpp"

#include <array>
#include <cstdint>

namespace fatlas::vhd {

inline constexpr std::uint32_t minBlockSize = 4 * KiB;
inline constexpr std::uint32_t maxBlockSize = 256 * MiB;
inline constexpr std::uint32_t defaultBlockSize = 2 * MiB;
/// Entries that we ever use: 64 MiB of table.
inline constexpr std::uint32_t maxTableEntries = 16'777'216;

struct DynamicHeader {
    std::uint64_t dataOffset = noOffset;
    std::uint64_t tableOffset = 0;
    std::uint32_t version = formatVersion;
    std::uint32_t entryCount = 0;
    std::uint32_t blockSize = defaultBlockSize;
    Uuid parentUuid;
    std::uint32_t parentTimeStamp = 0;
    std::uint32_t reserved1 = 0;
    std::u16string parentName; ///< without what follows the first NUL
    std::array<Be16, 256> parentNameRaw{};
    std::array<LocatorRaw, locatorCount> locators{};
    std::array<std::byte, 256> reserved2{};

    [[nodiscard]] std::uint32_t bitmapSize() const noexcept { return bitmapSizeOf(blockSize); }

    [[nodiscard]] std::uint32_t sectorsPerBlock() const noexcept { return blockSize / sectorBytes; }

    /// Of the table in the file, in whole sectors.
    [[nodiscard]] std::uint64_t tableSize() const noexcept
    {
        return (std::uint64_t{entryCount} * 4 + sectorBytes - 1) / sectorBytes * sectorBytes;
    }
};

/// Sets the name and its bytes; what is longer than 255 units is cut.
void setParentName(DynamicHeader& header, std::u16string_view name);

/// `bytes` are the 1024 that begin at `offset` of the file.
[[nodiscard]] Result<DynamicHeader> decodeHeader(ByteView bytes, std::uint64_t offset,
                                                 Checksum checksum = Checksum::MustBeRight);
[[nodiscard]] Bytes encodeHeader(const DynamicHeader& header);

} // namespace fatlas::vhd
