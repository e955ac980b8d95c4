/// Sectors and clusters as types of their own, so that they cannot be mixed up with bytes.
///
/// Units:      Sector counts from the start of a volume or device (its context says which),
///             Cluster is a FAT cluster number: the first data cluster is 2.
/// Invariants: ranges are half-open: `first` up to, not including, `first + count`.
#pragma once

#include <bit> // Qt 6.4: moc cannot read <compare> when it is the first header of all
#include <compare>
#include <cstdint>

namespace fatlas {

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;
inline constexpr std::uint64_t GiB = 1024 * MiB;
inline constexpr std::uint64_t TiB = 1024 * GiB;

template <class Tag, class Rep>
struct Ordinal {
    Rep value = 0;

    constexpr auto operator<=>(const Ordinal&) const = default;

    constexpr Ordinal& operator++()
    {
        ++value;
        return *this;
    }

    friend constexpr Ordinal operator+(Ordinal a, Rep n) { return {static_cast<Rep>(a.value + n)}; }

    friend constexpr Ordinal operator-(Ordinal a, Rep n) { return {static_cast<Rep>(a.value - n)}; }

    /// Distance between two places.
    friend constexpr Rep operator-(Ordinal a, Ordinal b)
    {
        return static_cast<Rep>(a.value - b.value);
    }
};

using Sector = Ordinal<struct SectorTag, std::uint64_t>;
using Cluster = Ordinal<struct ClusterTag, std::uint32_t>;

struct ClusterRange {
    Cluster first;
    std::uint32_t count = 0;

    [[nodiscard]] constexpr Cluster end() const { return first + count; }

    [[nodiscard]] constexpr bool contains(Cluster c) const { return c >= first && c < end(); }

    constexpr bool operator==(const ClusterRange&) const = default;
};

} // namespace fatlas
