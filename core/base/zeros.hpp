/// Whether bytes are zeros, at the speed of memory.
///
/// Threads: pure.
#pragma once

#include "core/base/bytes.hpp"

#include <cstring>

namespace fatlas {

/// True for no bytes at all as well.
[[nodiscard]] inline bool areZeros(ByteView bytes) noexcept
{
    return bytes.empty() || (bytes.front() == std::byte{0} &&
                             std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

} // namespace fatlas
