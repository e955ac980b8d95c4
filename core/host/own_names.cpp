#include "core/host/own_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::host {

namespace {

constexpr std::string_view keepPrefix = ".fatlas-keep-";
constexpr std::string_view temporaryPrefix = ".fatlas-temp-";
constexpr std::size_t digits = 16;

bool isNumber(std::string_view text) noexcept
{
    const auto isDigit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == digits && std::ranges::all_of(text, isDigit);
}

} // namespace

std::string keepName(std::uint64_t session)
{
    return fmt::format("{}{:016x}", keepPrefix, session);
}

std::string temporaryName(std::uint64_t session, std::uint64_t number)
{
    return fmt::format("{}{:016x}-{:016x}", temporaryPrefix, session, number);
}

bool isKeepName(std::string_view name) noexcept
{
    return name.starts_with(keepPrefix) && isNumber(name.substr(keepPrefix.size()));
}

bool isTemporaryName(std::string_view name) noexcept
{
    if (!name.starts_with(temporaryPrefix))
        return false;
    name.remove_prefix(temporaryPrefix.size());
    return name.size() == 2 * digits + 1 && name[digits] == '-' &&
           isNumber(name.substr(0, digits)) && isNumber(name.substr(digits + 1));
}

bool isTemporaryName(std::string_view name, std::uint64_t session)
{
    return isTemporaryName(name) &&
           name.starts_with(fmt::format("{}{:016x}-", temporaryPrefix, session));
}

} // namespace fatlas::host
