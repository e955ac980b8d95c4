#include "core/base/code_page.hpp"

#include "core/base/code_page_table.hpp"
#include "core/base/utf8.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <mutex>
#include <utility>

namespace fatlas {

namespace {

/// Below 0x80 every page is ASCII, and nothing there begins a double byte.
bool isAscii(std::string_view bytes)
{
    unsigned all = 0;
    for (const char byte : bytes)
        all |= static_cast<unsigned char>(byte);
    return all < 0x80;
}

class TablePage final : public CodePage {
public:
    TablePage(int number, CodePageTable table) : m_number(number), m_table(std::move(table)) {}

    int number() const noexcept override { return m_number; }

    std::optional<std::string> encode(char32_t character) const override
    {
        if (character < 0x80)
            return std::string(1, static_cast<char>(character));
        const auto found = m_table.codes.find(character);
        if (found == m_table.codes.end())
            return std::nullopt;
        const auto code = found->second;
        if (code < 0x100)
            return std::string(1, static_cast<char>(code));
        return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    }

    std::string decode(std::string_view bytes) const override
    {
        if (isAscii(bytes))
            return std::string(bytes);
        std::string text;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const auto byte = static_cast<unsigned char>(bytes[i]);
            char32_t character = byte < 0x80 ? char32_t{byte} : m_table.singles[byte];
            if (isLead(byte) && i + 1 < bytes.size()) {
                const auto trail = static_cast<unsigned char>(bytes[i + 1]);
                character = m_table.doubles[static_cast<std::size_t>(byte) * 256 + trail];
                // A wrong trail byte may be a character of its own, a dot for instance.
                i += character != CodePageTable::unmapped ? 1 : 0;
            }
            appendUtf8(text, character);
        }
        return text;
    }

    bool isLead(unsigned char byte) const noexcept override { return m_table.leads[byte]; }

private:
    int m_number;
    CodePageTable m_table;
};

std::unexpected<Error> unknown(int number)
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("code page {} is not known, expected one of {}", number,
                            fmt::join(codePageNumbers(), ", ")));
}

} // namespace

Result<std::shared_ptr<const CodePage>> CodePage::open(int number)
{
    static std::mutex mutex;
    static std::map<int, std::shared_ptr<const CodePage>> opened;

    const std::lock_guard lock(mutex);
    if (const auto found = opened.find(number); found != opened.end())
        return found->second;
    const char* const converter = converterOf(number);
    if (converter == nullptr)
        return unknown(number);
    FATLAS_ASSIGN(CodePageTable table, buildCodePageTable(number, converter));
    auto page = std::make_shared<const TablePage>(number, std::move(table));
    opened.emplace(number, page);
    return page;
}

} // namespace fatlas
