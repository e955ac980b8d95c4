/// How a child knows its parent: each test, what was recorded, what was found, and the result in
/// words.
///
/// Threads: pure.
/// Source:  FORMAT.md rules V22 to V27.
#pragma once

#include "core/vhd/chain.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fatlas::vhd {

struct ParentTest {
    enum class Result : std::uint8_t { Passed, Doubtful, Failed };

    Result result = Result::Passed;
    std::string name;  ///< "Place", "Identity", "Time", "Size"
    std::string words; ///< one or two sentences
};

/// Of the link `child` against the one behind it; empty for a disk that has no parent.
[[nodiscard]] std::vector<ParentTest> parentTests(const Chain& chain, std::size_t child);

/// The parent is the recorded one and only its time is not: stamping the child anew may be all
/// that is needed.
[[nodiscard]] bool needsOnlyStamp(const Chain& chain, std::size_t child);

} // namespace fatlas::vhd
