/// Reproducible bytes and numbers: the same seed gives the same sequence on every machine.
///
/// Threads: one each.
/// Source:  SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include "core/base/bytes.hpp"

#include <cstdint>

namespace fatlas::test {

class PseudoRandom {
public:
    explicit PseudoRandom(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() noexcept;

    /// 0 up to, not including, `limit` (at least 1).
    std::uint64_t below(std::uint64_t limit) noexcept { return next() % limit; }

    void fill(ByteSpan into) noexcept;
    [[nodiscard]] Bytes bytes(std::uint64_t size);

private:
    std::uint64_t m_state;
};

} // namespace fatlas::test
