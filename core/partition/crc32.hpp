/// The CRC-32 of GPT headers and entries (polynomial 04C11DB7, reflected; CCITT32 in UEFI's words).
#pragma once

#include "core/base/bytes.hpp"

#include <array>
#include <cstdint>

namespace fatlas::partition {

namespace detail {

consteval std::array<std::uint32_t, 256> makeCrcTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
        table[i] = value;
    }
    return table;
}

inline constexpr std::array<std::uint32_t, 256> crcTable = makeCrcTable();

} // namespace detail

[[nodiscard]] constexpr std::uint32_t crc32(ByteView bytes) noexcept
{
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const std::byte b : bytes)
        crc = detail::crcTable[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

} // namespace fatlas::partition
