/// Integers as they lie on a disk: byte arrays of fixed order with get() and set().
///
/// Shape:      alignment 1, size of the integer, so raw structs need no `packed`.
/// Invariants: get() after set(v) is v on every host.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>

namespace fatlas {

template <std::unsigned_integral T, std::endian Order>
class StoredInteger {
public:
    constexpr StoredInteger() = default;

    constexpr explicit(false) StoredInteger(T value) { set(value); }

    [[nodiscard]] constexpr T get() const noexcept
    {
        T value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            value |= static_cast<T>(std::to_integer<T>(m_bytes[i]) << (8 * place(i)));
        return value;
    }

    constexpr void set(T value) noexcept
    {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            m_bytes[i] = static_cast<std::byte>((value >> (8 * place(i))) & 0xFF);
    }

    constexpr bool operator==(const StoredInteger&) const = default;

private:
    static constexpr std::size_t place(std::size_t i) noexcept
    {
        return Order == std::endian::little ? i : sizeof(T) - 1 - i;
    }

    std::array<std::byte, sizeof(T)> m_bytes{};
};

using Le16 = StoredInteger<std::uint16_t, std::endian::little>;
using Le32 = StoredInteger<std::uint32_t, std::endian::little>;
using Le64 = StoredInteger<std::uint64_t, std::endian::little>;
using Be16 = StoredInteger<std::uint16_t, std::endian::big>;
using Be32 = StoredInteger<std::uint32_t, std::endian::big>;
using Be64 = StoredInteger<std::uint64_t, std::endian::big>;

static_assert(sizeof(Le32) == 4 && alignof(Le32) == 1);

} // namespace fatlas
