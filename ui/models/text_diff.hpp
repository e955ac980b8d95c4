/// Two texts line by line: what both have, what only one has.
///
/// Shape:   lines that both have are left out where they are far from a difference; a Gap says how
///          many. Ends of lines do not count as a difference.
/// Errors:  no comparison of what is no text, or is too long: `problem` says so.
/// Threads: pure.
#pragma once

#include <QString>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fatlas::ui {

struct DiffLine {
    enum class Kind : std::uint8_t { Both, Before, After, Gap };
    Kind kind = Kind::Both;
    QString text = {}; ///< escaped as shown(); of a Gap "120 equal lines"

    bool operator==(const DiffLine&) const = default;
};

struct TextDiff {
    std::vector<DiffLine> lines = {};
    QString problem = {}; ///< why they are not compared; empty: they are

    bool operator==(const TextDiff&) const = default;
};

inline constexpr std::size_t maxDiffBytes = std::size_t{256} << 10;
inline constexpr std::size_t maxDiffLines = 4000;

/// Bytes as they lie in two files.
[[nodiscard]] TextDiff diffTexts(std::string_view before, std::string_view after);

} // namespace fatlas::ui
