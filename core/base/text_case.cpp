#include "core/base/text.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>

namespace fatlas {

namespace {

using UpperCaseTable = std::array<char16_t, 0x10000>;

UpperCaseTable makeTable()
{
    UpperCaseTable table{};
    for (UChar32 unit = 0; unit < 0x10000; ++unit) {
        const UChar32 upper = u_toupper(unit);
        table[static_cast<std::size_t>(unit)] =
            static_cast<char16_t>(upper < 0x10000 ? upper : unit);
    }
    return table;
}

// A lookup instead of ICU's property trie: every name of a large folder is folded on each
// keystroke.
const UpperCaseTable& upperCaseTable()
{
    static const UpperCaseTable table = makeTable();
    return table;
}

} // namespace

char16_t upperCase(char16_t unit) noexcept
{
    return upperCaseTable()[unit];
}

std::u16string foldCase(std::u16string_view name)
{
    const UpperCaseTable& table = upperCaseTable();
    std::u16string key(name.size(), u'\0');
    std::transform(name.begin(), name.end(), key.begin(),
                   [&table](char16_t unit) { return table[unit]; });
    return key;
}

} // namespace fatlas
