/// The tables behind a CodePage, taken from ICU's converters once and corrected where they differ
/// from what DOS and Windows use.
///
/// Shape:  codes below 0x100 are one byte, others lead * 256 + trail.
/// Errors: Unsupported when this ICU was built without the converter.
/// Source: ICU ibm-NNN and windows-NNN; corrections from Microsoft's published tables.
#pragma once

#include "core/base/error.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace fatlas {

struct CodePageTable {
    static constexpr char32_t unmapped = 0xFFFD;

    std::array<char32_t, 256> singles{};
    std::bitset<256> leads;
    std::vector<char32_t> doubles; ///< by code, empty for a page without double bytes
    std::unordered_map<char32_t, std::uint16_t> codes; ///< characters above 0x7F
};

/// Microsoft's numbers of the pages that can be opened, ascending.
[[nodiscard]] std::span<const int> codePageNumbers() noexcept;

/// ICU's name for a page, nullptr for a number that is not ours.
[[nodiscard]] const char* converterOf(int number) noexcept;

[[nodiscard]] Result<CodePageTable> buildCodePageTable(int number, const char* converter);

} // namespace fatlas
