#include "core/edit/entry_names.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

namespace fatlas::edit {

Result<std::u16string> checkName(std::string_view name)
{
    fat::LegalName legal = fat::makeLegalName(name);
    if (legal.why.empty() && !name.empty() && name != "..")
        return std::move(legal.name);
    return fail(ErrorCode::InvalidArgument,
                fmt::format("\"{}\" cannot be a name on FAT{}{}", escapeForTerminal(name),
                            legal.why.empty() ? "" : ": ", legal.why));
}

Result<EntryName> nameEntry(std::u16string_view name, fat::ShortNameSet& taken,
                            const CodePage& page)
{
    if (const auto exact = fat::exactShortName(name, page); exact && taken.insert(exact->bytes))
        return EntryName{.longName = {}, .shortName = *exact};
    const auto upper = fat::exactShortName(foldCase(name), page);
    if (upper && taken.insert(upper->bytes))
        return EntryName{.longName = std::u16string(name),
                         .shortName = {.bytes = upper->bytes, .ntCaseBits = 0}};
    FATLAS_ASSIGN(const fat::ShortNameBytes made, taken.makeUnique(name, page));
    return EntryName{.longName = std::u16string(name),
                     .shortName = {.bytes = made, .ntCaseBits = 0}};
}

} // namespace fatlas::edit
