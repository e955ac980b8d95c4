#include "ui/models/hex_pattern.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace fatlas::ui {

namespace {

constexpr std::byte exact{0xFF};
constexpr std::byte anyCase{0xDF}; ///< all but the bit that tells 'a' from 'A'

std::string typedText(const QString& typed)
{
    return escapeForTerminal(typed.toStdString());
}

void add(HexPattern& pattern, std::uint8_t value, std::byte mask = exact)
{
    pattern.value.push_back(std::byte{value});
    pattern.mask.push_back(mask);
}

bool isLetter(char32_t c)
{
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

std::byte maskOf(char32_t character, LetterCase letters)
{
    return letters == LetterCase::Any && isLetter(character) ? anyCase : exact;
}

struct Nibble {
    unsigned value = 0;
    unsigned mask = 0xF;
};

std::optional<Nibble> nibbleOf(QChar c)
{
    if (c == u'?')
        return Nibble{0, 0};
    bool isHex = false;
    const unsigned value = QString(c).toUInt(&isHex, 16);
    return isHex ? std::optional(Nibble{value}) : std::nullopt;
}

Result<HexPattern> bytesPattern(const QString& typed)
{
    QString digits = typed;
    digits.remove(u' ').remove(u',');
    if (digits.startsWith(QLatin1String("0x"), Qt::CaseInsensitive))
        digits.remove(0, 2);
    HexPattern pattern;
    for (qsizetype i = 0; i + 1 < digits.size(); i += 2) {
        const auto high = nibbleOf(digits[i]);
        const auto low = nibbleOf(digits[i + 1]);
        if (!high || !low)
            break;
        add(pattern, static_cast<std::uint8_t>(high->value << 4 | low->value),
            static_cast<std::byte>(high->mask << 4 | low->mask));
    }
    if (digits.isEmpty() || pattern.size() * 2 != static_cast<std::size_t>(digits.size()))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is not bytes, expected pairs of hexadecimal digits such as "
                                "55 AA, ? for any digit",
                                typedText(typed)));
    return pattern;
}

Result<HexPattern> asciiPattern(const QString& typed, LetterCase letters)
{
    HexPattern pattern;
    for (const QChar c : typed) {
        if (c.unicode() > 0x7F)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("\"{}\" is not in ASCII; search for it as UTF-16 or OEM text",
                                    typedText(typed)));
        add(pattern, static_cast<std::uint8_t>(c.unicode()), maskOf(c.unicode(), letters));
    }
    return pattern;
}

HexPattern utf16Pattern(const QString& typed, LetterCase letters)
{
    HexPattern pattern;
    for (const QChar c : typed) {
        add(pattern, static_cast<std::uint8_t>(c.unicode() & 0xFF), maskOf(c.unicode(), letters));
        add(pattern, static_cast<std::uint8_t>(c.unicode() >> 8));
    }
    return pattern;
}

Result<HexPattern> oemPattern(const QString& typed, LetterCase letters, const CodePage& page)
{
    HexPattern pattern;
    for (const char32_t c : typed.toStdU32String()) {
        const auto bytes = page.encode(c);
        if (!bytes)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("code page {} does not have all of \"{}\"", page.number(),
                                    typedText(typed)));
        for (const char byte : *bytes)
            add(pattern, static_cast<std::uint8_t>(byte),
                bytes->size() == 1 ? maskOf(c, letters) : exact);
    }
    return pattern;
}

Result<HexPattern> numberPattern(const QString& typed)
{
    bool isNumber = false;
    const QString text = typed.trimmed();
    const bool isHex = text.startsWith(QLatin1String("0x"), Qt::CaseInsensitive);
    const quint64 number =
        isHex ? text.mid(2).toULongLong(&isNumber, 16) : text.toULongLong(&isNumber, 10);
    if (!isNumber)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is not a number from 0 to {}, such as 433 or 0x1B1",
                                typedText(typed), std::numeric_limits<quint64>::max()));
    // 0x0009 asks for two bytes; without leading zeros the value decides.
    const auto digits = static_cast<std::size_t>(isHex ? text.size() - 2 : 0);
    std::size_t size = 1;
    while (size < 8 && (size * 2 < digits || number >> (8 * size) != 0))
        size *= 2;
    HexPattern pattern;
    for (std::size_t i = 0; i < size; ++i)
        add(pattern, static_cast<std::uint8_t>(number >> (8 * i)));
    return pattern;
}

Result<HexPattern> patternOf(PatternKind kind, const QString& typed, LetterCase letters,
                             const CodePage& page)
{
    switch (kind) {
    case PatternKind::Bytes: return bytesPattern(typed);
    case PatternKind::Ascii: return asciiPattern(typed, letters);
    case PatternKind::Utf16: return utf16Pattern(typed, letters);
    case PatternKind::Oem: return oemPattern(typed, letters, page);
    case PatternKind::Number: return numberPattern(typed);
    }
    return HexPattern{};
}

} // namespace

bool HexPattern::matches(ByteView bytes) const noexcept
{
    if (bytes.size() < size())
        return false;
    for (std::size_t i = 0; i < size(); ++i)
        if (((bytes[i] ^ value[i]) & mask[i]) != std::byte{})
            return false;
    return true;
}

bool HexPattern::matchesZeros() const noexcept
{
    for (std::size_t i = 0; i < size(); ++i)
        if ((value[i] & mask[i]) != std::byte{})
            return false;
    return true;
}

Result<HexPattern> makePattern(PatternKind kind, const QString& typed, LetterCase letters,
                               const CodePage& page)
{
    FATLAS_ASSIGN(HexPattern pattern, patternOf(kind, typed, letters, page));
    if (pattern.size() == 0)
        return fail(ErrorCode::InvalidArgument, "there is nothing to search for");
    if (pattern.size() > HexPattern::maxSize)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} bytes are too long to search for, at most {} can be",
                                pattern.size(), HexPattern::maxSize));
    return pattern;
}

std::optional<std::size_t> findFirst(const HexPattern& pattern, ByteView bytes,
                                     std::size_t startCount)
{
    if (bytes.size() < pattern.size())
        return std::nullopt;
    const std::size_t end = std::min(startCount, bytes.size() - pattern.size() + 1);
    const bool canSkip = pattern.mask.front() == exact;
    for (std::size_t at = 0; at < end; ++at) {
        if (canSkip) {
            const void* const next = std::memchr(
                bytes.data() + at, std::to_integer<int>(pattern.value.front()), end - at);
            if (next == nullptr)
                return std::nullopt;
            at = static_cast<std::size_t>(static_cast<const std::byte*>(next) - bytes.data());
        }
        if (pattern.matches(bytes.subspan(at)))
            return at;
    }
    return std::nullopt;
}

std::optional<std::size_t> findLast(const HexPattern& pattern, ByteView bytes,
                                    std::size_t startCount)
{
    if (bytes.size() < pattern.size())
        return std::nullopt;
    for (std::size_t at = std::min(startCount, bytes.size() - pattern.size() + 1); at-- > 0;)
        if (pattern.matches(bytes.subspan(at)))
            return at;
    return std::nullopt;
}

} // namespace fatlas::ui
