/// CRC-32 over any number of pieces, eight bytes a step.
///
/// Invariants: crc32(b, crc32(a)) is that of a and b in one piece; the CRC of nothing is 0.
/// Threads:    pure.
/// Source:     ITU-T V.42, polynomial 04C11DB7 reflected.
#pragma once

#include "core/base/bytes.hpp"

#include <cstdint>

namespace fatlas {

[[nodiscard]] std::uint32_t crc32(ByteView bytes, std::uint32_t before = 0) noexcept;

} // namespace fatlas
