/// The bytes of a VHD file as they lie there: footer, header, locator, batmap header.
///
/// Shape:  big endian; sizes and offsets as asserted below.
/// Source: FORMAT.md sections 1 to 3.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/stored_integer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace fatlas::vhd {

inline constexpr std::uint32_t sectorBytes = 512;
inline constexpr std::uint64_t footerSize = 512;
inline constexpr std::uint64_t oldFooterSize = 511; ///< Virtual PC before 2004
inline constexpr std::uint64_t headerSize = 1024;
inline constexpr std::uint64_t noOffset = ~std::uint64_t{0};
inline constexpr std::uint32_t unusedEntry = ~std::uint32_t{0};
inline constexpr std::uint32_t formatVersion = 0x0001'0000;

inline constexpr std::string_view footerCookie = "conectix";
inline constexpr std::string_view headerCookie = "cxsparse";
inline constexpr std::string_view batmapCookie = "tdbatmap";

using Tag = std::array<char, 4>;
using UuidBytes = std::array<std::byte, 16>;

struct FooterRaw {
    std::array<char, 8> cookie;          // 0x00
    Be32 features;                       // 0x08
    Be32 version;                        // 0x0C
    Be64 dataOffset;                     // 0x10
    Be32 timeStamp;                      // 0x18
    Tag creatorApplication;              // 0x1C
    Be32 creatorVersion;                 // 0x20
    Tag creatorHostSystem;               // 0x24
    Be64 originalSize;                   // 0x28
    Be64 currentSize;                    // 0x30
    Be16 cylinders;                      // 0x38
    std::uint8_t heads;                  // 0x3A
    std::uint8_t sectorsPerTrack;        // 0x3B
    Be32 type;                           // 0x3C
    Be32 checksum;                       // 0x40
    UuidBytes uuid;                      // 0x44
    std::uint8_t savedState;             // 0x54
    std::array<std::byte, 427> reserved; // 0x55
};

static_assert(sizeof(FooterRaw) == footerSize && RawStruct<FooterRaw>);
static_assert(offsetof(FooterRaw, currentSize) == 0x30);
static_assert(offsetof(FooterRaw, checksum) == 0x40);
static_assert(offsetof(FooterRaw, reserved) == 0x55);

struct LocatorRaw {
    Tag platform;    // 0x00
    Be32 space;      // 0x04
    Be32 length;     // 0x08
    Be32 reserved;   // 0x0C
    Be64 dataOffset; // 0x10
};

static_assert(sizeof(LocatorRaw) == 24 && RawStruct<LocatorRaw>);

inline constexpr std::size_t locatorCount = 8;

struct HeaderRaw {
    std::array<char, 8> cookie;                    // 0x000
    Be64 dataOffset;                               // 0x008
    Be64 tableOffset;                              // 0x010
    Be32 version;                                  // 0x018
    Be32 entryCount;                               // 0x01C
    Be32 blockSize;                                // 0x020
    Be32 checksum;                                 // 0x024
    UuidBytes parentUuid;                          // 0x028
    Be32 parentTimeStamp;                          // 0x038
    Be32 reserved1;                                // 0x03C
    std::array<Be16, 256> parentName;              // 0x040
    std::array<LocatorRaw, locatorCount> locators; // 0x240
    std::array<std::byte, 256> reserved2;          // 0x300
};

static_assert(sizeof(HeaderRaw) == headerSize && RawStruct<HeaderRaw>);
static_assert(offsetof(HeaderRaw, checksum) == 0x24);
static_assert(offsetof(HeaderRaw, parentName) == 0x40);
static_assert(offsetof(HeaderRaw, locators) == 0x240);

struct BatmapHeaderRaw {
    std::array<char, 8> cookie; // 0x00
    Be64 mapOffset;             // 0x08
    Be32 mapSectors;            // 0x10
    Be32 version;               // 0x14
    Be32 checksum;              // 0x18, of the map
};

static_assert(sizeof(BatmapHeaderRaw) == 28 && RawStruct<BatmapHeaderRaw>);

/// Complement of the sum of all bytes but the four of the checksum itself at `checksumOffset`.
[[nodiscard]] std::uint32_t checksumOf(ByteView bytes, std::size_t checksumOffset) noexcept;
/// Of all bytes.
[[nodiscard]] std::uint32_t checksumOf(ByteView bytes) noexcept;

[[nodiscard]] constexpr std::uint32_t bitmapSizeOf(std::uint32_t blockSize) noexcept
{
    const std::uint32_t bytes = blockSize / sectorBytes / 8 + (blockSize / sectorBytes % 8 != 0);
    return (bytes + sectorBytes - 1) / sectorBytes * sectorBytes;
}

} // namespace fatlas::vhd
