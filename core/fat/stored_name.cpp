#include "core/fat/stored_name.hpp"

#include "core/fat/directory_entry.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::size_t baseSize = 8;

/// Looked up for every byte of every name of a volume.
constexpr std::array<bool, 256> impossibleBytes = [] {
    std::array<bool, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte)
        table[byte] = byte < 0x20 || byte == 0x7F || (byte >= 'a' && byte <= 'z') ||
                      (byte < 0x80 &&
                       std::string_view("\"*+,./:;<=>?[\\]|").contains(static_cast<char>(byte)));
    return table;
}();

bool isNamedByOs2(const ShortNameBytes& name)
{
    const std::string_view text(reinterpret_cast<const char*>(name.data()), name.size());
    return text == "EA DATA  SF" || text == "WP ROOT  SF";
}

bool hasInnerSpace(const ShortNameBytes& name)
{
    for (std::size_t i = 0; i + 1 < name.size(); ++i)
        if (name[i] == ' ' && name[i + 1] != ' ' && i + 1 != baseSize)
            return !isNamedByOs2(name); // the files in which it keeps attributes
    return false;
}

} // namespace

bool isImpossibleNameByte(unsigned char byte) noexcept
{
    return impossibleBytes[byte];
}

bool isImpossibleShortName(const ShortNameBytes& name) noexcept
{
    if (name[0] == ' ')
        return true;
    const auto first = name.begin() + (name[0] == slot_mark::escapedE5 ? 1 : 0);
    return std::any_of(first, name.end(), isImpossibleNameByte) || hasInnerSpace(name);
}

} // namespace fatlas::fat
