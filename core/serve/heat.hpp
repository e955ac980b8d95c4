/// Where guests are at work: what is read or written glows, and fades.
///
/// The glow of a bin says only that something was done there and how long ago; how much is in the
/// Tap. Time comes from outside, so that it can stand still or go slowly.
///
/// Units:      bins as those of a Tap; times in nanoseconds of any clock that does not go back.
/// Invariants: a level is 255 when it is touched, half of that a half-life later; a bin without a
///             spot has faded. Memory is proportional to the bins.
/// Threads:    one.
#pragma once

#include "core/block/tap.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::serve {

/// A bin that glows; at least one level is not 0.
struct HeatSpot {
    std::uint32_t bin = 0;
    std::uint8_t read = 0;
    std::uint8_t written = 0; ///< zeroed and trimmed, too

    bool operator==(const HeatSpot&) const = default;
};

class Heat {
public:
    static constexpr std::uint64_t defaultHalfLifeNs = 600'000'000;

    explicit Heat(std::size_t binCount, std::uint64_t halfLifeNs = defaultHalfLifeNs);

    /// Bins [first, last] were touched at `timeNs`.
    struct Touch {
        std::size_t first = 0;
        std::size_t last = 0;
        bool isRead = true;
        std::uint64_t timeNs = 0;
    };

    void touch(const Touch& touch);
    /// What `event` touched of the bins of `tap`; failed operations and flushes touch nothing.
    void touch(const block::Tap& tap, const block::TapEvent& event, std::uint64_t timeNs);

    /// The glow at a time, by bin; what has faded is forgotten.
    [[nodiscard]] std::vector<HeatSpot> at(std::uint64_t nowNs);

    [[nodiscard]] bool isCold() const noexcept { return m_glowing.empty(); }

private:
    struct Bin {
        std::uint64_t readNs = 0; ///< 0: never
        std::uint64_t writtenNs = 0;
        bool isListed = false;
    };

    [[nodiscard]] std::uint8_t level(std::uint64_t touchedNs, std::uint64_t nowNs) const;

    std::uint64_t m_halfLifeNs;
    std::vector<Bin> m_bins;
    std::vector<std::uint32_t> m_glowing; ///< bins that may glow
    bool m_isSorted = true;
};

} // namespace fatlas::serve
