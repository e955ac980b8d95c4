/// Arithmetic on numbers that came from outside: nothing instead of a wrapped value.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>

namespace fatlas {

template <std::unsigned_integral T>
[[nodiscard]] constexpr std::optional<T> checkedAdd(T a, T b) noexcept
{
    T sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return std::nullopt;
    return sum;
}

template <std::unsigned_integral T>
[[nodiscard]] constexpr std::optional<T> checkedMultiply(T a, T b) noexcept
{
    T product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        return std::nullopt;
    return product;
}

template <std::unsigned_integral T>
[[nodiscard]] constexpr T divideRoundUp(T value, T divisor) noexcept
{
    return value / divisor + (value % divisor != 0 ? 1 : 0);
}

template <std::unsigned_integral T>
[[nodiscard]] constexpr T roundUp(T value, T multiple) noexcept
{
    return divideRoundUp(value, multiple) * multiple;
}

/// True when [offset, offset + length) lies inside [0, size).
[[nodiscard]] constexpr bool rangeFits(std::uint64_t offset, std::uint64_t length,
                                       std::uint64_t size) noexcept
{
    return offset <= size && length <= size - offset;
}

} // namespace fatlas
