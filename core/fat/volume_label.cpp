#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/short_name_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

std::string show(char32_t character)
{
    if (character < 0x20 || character == 0x7F)
        return fmt::format("the control character 0x{:02X}", static_cast<unsigned>(character));
    std::u16string units;
    if (character > 0xFFFF) {
        units += static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10));
        units += static_cast<char16_t>(0xDC00 + ((character - 0x10000) & 0x3FF));
    } else {
        units += static_cast<char16_t>(character);
    }
    return fmt::format("\"{}\"", escapeForTerminal(utf8FromUtf16(units)));
}

/// OEM bytes of one character of a label.
Result<std::string> encodeCharacter(char32_t character, const CodePage& page)
{
    if (!isShortNameCharacter(character) || character == U'.')
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the label holds {}, which no label can hold", show(character)));
    const char32_t upper = toUpper(character);
    if (auto bytes = page.encode(upper))
        return *std::move(bytes);
    return fail(ErrorCode::InvalidArgument,
                upper == character
                    ? fmt::format("the label holds {}, which code page {} does not have",
                                  show(character), page.number())
                    : fmt::format("the label holds {}, whose capital {} code page {} does not have",
                                  show(character), show(upper), page.number()));
}

} // namespace

Result<ShortNameBytes> encodeLabel(std::string_view utf8, const CodePage& page)
{
    if (utf8.empty())
        return noNameLabel;
    const auto text = utf16FromUtf8(utf8);
    if (!text)
        return fail(ErrorCode::InvalidArgument, "the label is not UTF-8");
    if (text->front() == u' ')
        return fail(ErrorCode::InvalidArgument, "the label starts with a space");
    std::string bytes;
    std::u16string_view rest(*text);
    rest = rest.substr(0, rest.find_last_not_of(u' ') + 1);
    while (!rest.empty()) {
        FATLAS_ASSIGN(const std::string piece, encodeCharacter(takeCharacter(rest), page));
        bytes += piece;
    }
    ShortNameBytes label;
    label.fill(' ');
    if (bytes.size() > label.size())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the label has {} bytes in code page {}, at most {} fit",
                                bytes.size(), page.number(), label.size()));
    std::ranges::copy(bytes, label.begin());
    if (label[0] == slot_mark::deleted)
        label[0] = slot_mark::escapedE5;
    return label;
}

} // namespace fatlas::fat
