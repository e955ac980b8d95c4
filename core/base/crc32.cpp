#include "core/base/crc32.hpp"

#include "core/base/stored_integer.hpp"

#include <array>

namespace fatlas {
namespace {

using Table = std::array<std::uint32_t, 256>;

consteval std::array<Table, 8> makeTables()
{
    std::array<Table, 8> tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320U : value >> 1;
        tables[0][i] = value;
    }
    for (std::size_t t = 1; t < tables.size(); ++t)
        for (std::size_t i = 0; i < 256; ++i)
            tables[t][i] = tables[0][tables[t - 1][i] & 0xFF] ^ (tables[t - 1][i] >> 8);
    return tables;
}

constexpr std::array<Table, 8> tables = makeTables();

std::uint32_t wordAt(ByteView bytes, std::size_t at) noexcept
{
    Le32 word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word.get();
}

} // namespace

std::uint32_t crc32(ByteView bytes, std::uint32_t before) noexcept
{
    std::uint32_t crc = ~before;
    std::size_t at = 0;
    for (; bytes.size() - at >= 8; at += 8) {
        const std::uint32_t low = crc ^ wordAt(bytes, at);
        const std::uint32_t high = wordAt(bytes, at + 4);
        crc = tables[7][low & 0xFF] ^ tables[6][low >> 8 & 0xFF] ^ tables[5][low >> 16 & 0xFF] ^
              tables[4][low >> 24] ^ tables[3][high & 0xFF] ^ tables[2][high >> 8 & 0xFF] ^
              tables[1][high >> 16 & 0xFF] ^ tables[0][high >> 24];
    }
    for (; at < bytes.size(); ++at)
        crc = tables[0][(crc ^ std::to_integer<std::uint32_t>(bytes[at])) & 0xFF] ^ (crc >> 8);
    return ~crc;
}

} // namespace fatlas
