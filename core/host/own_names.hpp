/// The names Fatlas gives to what it puts into a folder it changes; scan and watch pass them over.
///
/// Shape:   ".fatlas-keep-" and 16 hexadecimal digits of the session: the keep, in the folder
///          itself. ".fatlas-temp-", the same digits, "-" and 16 digits: a file on its way.
/// Threads: pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fatlas::host {

[[nodiscard]] std::string keepName(std::uint64_t session);
[[nodiscard]] std::string temporaryName(std::uint64_t session, std::uint64_t number);

/// Of any session.
[[nodiscard]] bool isKeepName(std::string_view name) noexcept;
[[nodiscard]] bool isTemporaryName(std::string_view name) noexcept;
/// Of one session.
[[nodiscard]] bool isTemporaryName(std::string_view name, std::uint64_t session);

[[nodiscard]] inline bool isOwnName(std::string_view name) noexcept
{
    return isKeepName(name) || isTemporaryName(name);
}

} // namespace fatlas::host
