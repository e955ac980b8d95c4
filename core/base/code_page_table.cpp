#include "core/base/code_page_table.hpp"

#include <fmt/format.h>
#include <unicode/ucnv.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace fatlas {

namespace {

struct KnownPage {
    int number;
    const char* converter;
};

constexpr std::array knownPages{
    KnownPage{437, "ibm-437"},       KnownPage{720, "ibm-720"},
    KnownPage{737, "ibm-737"},       KnownPage{775, "ibm-775"},
    KnownPage{850, "ibm-850"},       KnownPage{852, "ibm-852"},
    KnownPage{855, "ibm-855"},       KnownPage{857, "ibm-857"},
    KnownPage{858, "ibm-858"},       KnownPage{860, "ibm-860"},
    KnownPage{861, "ibm-861"},       KnownPage{862, "ibm-862"},
    KnownPage{863, "ibm-863"},       KnownPage{864, "ibm-864"},
    KnownPage{865, "ibm-865"},       KnownPage{866, "ibm-866"},
    KnownPage{869, "ibm-869"},       KnownPage{874, "windows-874"},
    KnownPage{932, "windows-932"},   KnownPage{936, "windows-936"},
    KnownPage{949, "windows-949"},   KnownPage{950, "windows-950"},
    KnownPage{1250, "windows-1250"}, KnownPage{1251, "windows-1251"},
    KnownPage{1252, "windows-1252"}, KnownPage{1253, "windows-1253"},
    KnownPage{1254, "windows-1254"}, KnownPage{1255, "windows-1255"},
    KnownPage{1256, "windows-1256"}, KnownPage{1257, "windows-1257"},
    KnownPage{1258, "windows-1258"},
};

constexpr auto knownNumbers = [] {
    std::array<int, knownPages.size()> numbers{};
    std::ranges::transform(knownPages, numbers.begin(), &KnownPage::number);
    return numbers;
}();

/// Where IBM's table (ICU) and Microsoft's (every DOS and Windows) disagree. IBM's reading of the
/// byte still encodes to it, so both characters reach the disk.
struct Correction {
    int number;
    unsigned char byte;
    char32_t character;
};

constexpr std::array corrections{
    Correction{437, 0xE6, 0xB5},   Correction{852, 0xAA, 0xAC},   Correction{860, 0xE6, 0xB5},
    Correction{861, 0xE6, 0xB5},   Correction{862, 0xE6, 0xB5},   Correction{863, 0xE6, 0xB5},
    Correction{864, 0xD7, 0xFEC1}, Correction{864, 0xD8, 0xFEC5}, Correction{864, 0xF1, 0x651},
    Correction{865, 0xE6, 0xB5},   Correction{869, 0xEF, 0x384},
};

class Converter {
public:
    static Result<Converter> open(int number, const char* name)
    {
        UErrorCode status = U_ZERO_ERROR;
        Handle handle(ucnv_open(name, &status), &ucnv_close);
        // Stop at what has no mapping: the default replaces it without a word.
        ucnv_setToUCallBack(handle.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                            &status);
        ucnv_setFromUCallBack(handle.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                              &status);
        if (U_FAILURE(status))
            return fail(ErrorCode::Unsupported,
                        fmt::format("code page {} is missing from this system's ICU ({}: {})",
                                    number, name, u_errorName(status)));
        ucnv_setFallback(handle.get(), 0);
        return Converter(std::move(handle));
    }

    struct Decoded {
        char32_t character = CodePageTable::unmapped;
        bool isLead = false;
    };

    Decoded decode(std::string_view bytes) const
    {
        UErrorCode status = U_ZERO_ERROR;
        std::array<UChar, 4> units{};
        ucnv_reset(m_handle.get());
        const int32_t count =
            ucnv_toUChars(m_handle.get(), units.data(), static_cast<int32_t>(units.size()),
                          bytes.data(), static_cast<int32_t>(bytes.size()), &status);
        if (status == U_TRUNCATED_CHAR_FOUND)
            return {.isLead = true};
        const bool isControl = units[0] < 0xA0;
        if (U_FAILURE(status) || count != 1 || isControl)
            return {};
        return {.character = units[0]};
    }

    /// Of several codes with one meaning, the one that systems write.
    std::optional<std::uint16_t> encode(char32_t character) const
    {
        UErrorCode status = U_ZERO_ERROR;
        const auto unit = static_cast<UChar>(character);
        std::array<char, 8> bytes{};
        ucnv_reset(m_handle.get());
        const int32_t count = ucnv_fromUChars(
            m_handle.get(), bytes.data(), static_cast<int32_t>(bytes.size()), &unit, 1, &status);
        if (U_FAILURE(status) || count < 1 || count > 2)
            return std::nullopt;
        const auto first = static_cast<unsigned char>(bytes[0]);
        if (count == 1)
            return first;
        return static_cast<std::uint16_t>(first << 8 | static_cast<unsigned char>(bytes[1]));
    }

private:
    using Handle = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

    explicit Converter(Handle handle) : m_handle(std::move(handle)) {}

    Handle m_handle;
};

void addCode(CodePageTable& table, const Converter& converter, char32_t character,
             std::uint16_t code)
{
    if (character != CodePageTable::unmapped)
        table.codes.try_emplace(character, converter.encode(character).value_or(code));
}

void addSingles(CodePageTable& table, const Converter& converter)
{
    for (unsigned byte = 0; byte < 0x100; ++byte) {
        table.singles[byte] = byte;
        if (byte < 0x80)
            continue;
        const char raw = static_cast<char>(byte);
        const Converter::Decoded decoded = converter.decode({&raw, 1});
        table.singles[byte] = decoded.character;
        table.leads[byte] = decoded.isLead;
        addCode(table, converter, decoded.character, static_cast<std::uint16_t>(byte));
    }
}

void addDoubles(CodePageTable& table, const Converter& converter)
{
    if (table.leads.none())
        return;
    table.doubles.assign(0x10000, CodePageTable::unmapped);
    for (unsigned code = 0x8000; code < 0x10000; ++code) {
        if (!table.leads[code >> 8])
            continue;
        const std::array raw{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
        const Converter::Decoded decoded = converter.decode({raw.data(), raw.size()});
        table.doubles[code] = decoded.character;
        addCode(table, converter, decoded.character, static_cast<std::uint16_t>(code));
    }
}

} // namespace

std::span<const int> codePageNumbers() noexcept
{
    return knownNumbers;
}

const char* converterOf(int number) noexcept
{
    const auto* const found = std::ranges::find(knownPages, number, &KnownPage::number);
    return found != knownPages.end() ? found->converter : nullptr;
}

Result<CodePageTable> buildCodePageTable(int number, const char* name)
{
    FATLAS_ASSIGN(const Converter converter, Converter::open(number, name));
    CodePageTable table;
    addSingles(table, converter);
    addDoubles(table, converter);
    for (const Correction& correction : corrections) {
        if (correction.number != number)
            continue;
        table.singles[correction.byte] = correction.character;
        table.codes[correction.character] = correction.byte;
    }
    return table;
}

} // namespace fatlas
