/// How large a disk is for which program.
///
/// Units:   bytes.
/// Threads: plain functions.
/// Source:  FORMAT.md section 5.
#pragma once

#include "core/vhd/footer.hpp"

#include <array>

namespace fatlas::vhd {

struct SeenSize {
    const char* program = "";
    std::uint64_t size = 0;
};

[[nodiscard]] std::array<SeenSize, 4> seenSizes(const Footer& footer) noexcept;

} // namespace fatlas::vhd
