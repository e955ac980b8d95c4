#include "core/folder_disk/floppy_format.hpp"

#include <algorithm>
#include <string>

namespace fatlas::folder_disk {
namespace {

struct Alias {
    std::string_view name;
    FloppyFormat format;
};

/// What people also call the sizes that are not whole megabytes.
constexpr std::array<Alias, 5> aliases{{
    {"1200K", FloppyFormat::F1200K},
    {"1440K", FloppyFormat::F1440K},
    {"1680K", FloppyFormat::F1680K},
    {"DMF", FloppyFormat::F1680K},
    {"2880K", FloppyFormat::F2880K},
}};

bool sameIgnoringCase(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

} // namespace

std::optional<FloppyFormat> findFloppyFormat(std::string_view name)
{
    for (const FloppyLayout& layout : floppyLayouts)
        if (sameIgnoringCase(layout.name, name))
            return layout.format;
    for (const Alias& alias : aliases)
        if (sameIgnoringCase(alias.name, name))
            return alias.format;
    return std::nullopt;
}

} // namespace fatlas::folder_disk
