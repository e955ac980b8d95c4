/// What partition types are called by people.
///
/// Source: UEFI specification 2.10 table 5.7; the common MBR type list; Discoverable Partitions.
#pragma once

#include "core/partition/partition_table.hpp"

#include <cstdint>
#include <string>

namespace fatlas::partition {

/// "FAT32 (LBA)"; "type 9F" for those without a common name.
[[nodiscard]] std::string mbrTypeName(std::uint8_t type);
/// "EFI system"; the GUID itself for those without a common name.
[[nodiscard]] std::string gptTypeName(const Guid& type);
/// "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
[[nodiscard]] std::string formatGuid(const Guid& guid);

/// A GUID as it lies on the disk, from its fields as they are written down.
[[nodiscard]] constexpr Guid makeGuid(std::uint32_t a, std::uint16_t b, std::uint16_t c,
                                      std::uint64_t rest) noexcept
{
    Guid guid{};
    for (unsigned i = 0; i < 4; ++i)
        guid[i] = static_cast<std::byte>((a >> (8 * i)) & 0xFF);
    for (unsigned i = 0; i < 2; ++i) {
        guid[4 + i] = static_cast<std::byte>((b >> (8 * i)) & 0xFF);
        guid[6 + i] = static_cast<std::byte>((c >> (8 * i)) & 0xFF);
    }
    for (unsigned i = 0; i < 8; ++i)
        guid[8 + i] = static_cast<std::byte>((rest >> (8 * (7 - i))) & 0xFF);
    return guid;
}

namespace gpt_type {
inline constexpr Guid efiSystem = makeGuid(0xC12A7328, 0xF81F, 0x11D2, 0xBA4B00A0C93EC93B);
inline constexpr Guid basicData = makeGuid(0xEBD0A0A2, 0xB9E5, 0x4433, 0x87C068B6B72699C7);
} // namespace gpt_type

} // namespace fatlas::partition
