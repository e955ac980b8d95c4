/// What went wrong, in one value that every layer returns.
///
/// Errors:  an Error is for refusals by input or system; damage one can live with is a Finding.
/// Threads: plain values, free to copy and move between threads.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace fatlas {

enum class ErrorCode : std::uint8_t {
    InvalidArgument, ///< an option or combination that cannot be; the message says what would work
    Refused,         ///< possible, but not without the user's word (does not fit, exists already)
    OutOfRange,      ///< beyond the end of a device, file or table
    BadFormat,       ///< bytes that do not mean what they should
    Unsupported,     ///< valid, but not something Fatlas handles
    NotFound,
    ReadOnly,
    NoSpace,
    AccessDenied,
    Changed, ///< a host file is no longer the one that was scanned
    Limit,   ///< more than a documented bound
    Io,      ///< the system failed; see systemError
    Cancelled,
};

/// One sentence for people (field, value found, what was expected, unit), and where it happened.
struct Error {
    ErrorCode code = ErrorCode::Io;
    std::string message;
    std::optional<std::uint64_t> deviceOffset = std::nullopt; ///< bytes
    int systemError = 0;                                      ///< errno, 0 if none
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message)
{
    return std::unexpected(Error{.code = code, .message = std::move(message)});
}

/// An Error from errno: "cannot open /a/b: Permission denied". Chooses the code from `systemError`.
[[nodiscard]] std::unexpected<Error> failSystem(int systemError, const std::string& what);

[[nodiscard]] const char* toString(ErrorCode code) noexcept;

} // namespace fatlas

// A declaration cannot stand in parentheses.
// NOLINTBEGIN(bugprone-macro-parentheses)

/// Returns the error of a Result<void>-like expression from the calling function.
#define FATLAS_TRY(expression)                                                                     \
    do {                                                                                           \
        if (auto fatlasResult = (expression); !fatlasResult) [[unlikely]]                          \
            return std::unexpected(std::move(fatlasResult).error());                               \
    } while (false)

#define FATLAS_CONCAT_INNER(a, b) a##b
#define FATLAS_CONCAT(a, b) FATLAS_CONCAT_INNER(a, b)
#define FATLAS_ASSIGN_AS(temporary, declaration, expression)                                       \
    auto temporary = (expression);                                                                 \
    if (!temporary) [[unlikely]]                                                                   \
        return std::unexpected(std::move(temporary).error());                                      \
    declaration = std::move(*temporary)

/// FATLAS_ASSIGN(const auto file, File::open(path)); declares or assigns, or returns the error.
#define FATLAS_ASSIGN(declaration, expression)                                                     \
    FATLAS_ASSIGN_AS(FATLAS_CONCAT(fatlasResult, __LINE__), declaration, expression)

// NOLINTEND(bugprone-macro-parentheses)
