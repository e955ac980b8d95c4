/// What a new name from the guest is called on the host.
///
/// A name goes home as it is where the host can hold it. What it cannot hold is written as %XX of
/// its bytes (control characters, lone surrogates, '/', the names "." and ".."), and what is longer
/// than 255 bytes is cut before its extension and told apart by a number made from the whole name.
/// Does not look at neighbours.
///
/// Invariants: never empty, ".", "..", longer than 255 bytes; holds no '/', no NUL, no control
///             character; is valid UTF-8; never one of Fatlas's own names (own_names.hpp). The same
///             name always gives the same result.
/// Threads:    pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fatlas::sync {

/// `guestName` as fat::Tree has it: UTF-8, lone surrogates as three bytes.
[[nodiscard]] std::string hostNameFor(std::string_view guestName);

/// "report.txt" and 2 become "report~2.txt", cut to what a name may be.
[[nodiscard]] std::string numberedName(std::string_view hostName, std::uint32_t number);

/// "report.txt" becomes "report (guest).txt", and from number 2 on "report (guest 2).txt".
[[nodiscard]] std::string besideName(std::string_view hostName, std::uint32_t number);

} // namespace fatlas::sync
