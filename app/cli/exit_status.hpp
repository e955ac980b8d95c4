/// What the program says to the shell, and the one sentence it says to people when it fails.
///
/// Interrupted by a signal, the status is 128 + its number, as a shell reports it (130 for Ctrl+C,
/// 141 for an output that was closed).
#pragma once

#include "core/base/error.hpp"

#include <string_view>

namespace fatlas::cli {

enum class ExitStatus : int {
    Done = 0,
    Refused = 1,  ///< refused, or findings where they count
    WrongUse = 2, ///< the command line cannot be understood
    System = 3,   ///< input or system said no
};

[[nodiscard]] constexpr int toInt(ExitStatus status) noexcept
{
    return static_cast<int>(status);
}

[[nodiscard]] ExitStatus statusOf(ErrorCode code) noexcept;

/// Says "fatlas-cli: SENTENCE" on stderr.
void complain(std::string_view sentence);

/// Complains, and gives the status to exit with.
[[nodiscard]] int report(const Error& error);

} // namespace fatlas::cli
