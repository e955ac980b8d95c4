#include "core/base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace fatlas {

namespace {

ErrorCode codeOf(int systemError) noexcept
{
    switch (systemError) {
    case ENOENT:
    case ENOTDIR: return ErrorCode::NotFound;
    case EACCES:
    case EPERM: return ErrorCode::AccessDenied;
    case EROFS: return ErrorCode::ReadOnly;
    case ENOSPC:
    case EDQUOT: return ErrorCode::NoSpace;
    case EEXIST: return ErrorCode::Refused;
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP: return ErrorCode::InvalidArgument;
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return ErrorCode::Limit;
    case EOPNOTSUPP: return ErrorCode::Unsupported;
    case ESTALE: return ErrorCode::Changed;
    case ECANCELED: return ErrorCode::Cancelled;
    default: return ErrorCode::Io;
    }
}

} // namespace

std::unexpected<Error> failSystem(int systemError, const std::string& what)
{
    const char* const reason = strerrordesc_np(systemError);
    std::string message = reason != nullptr ? fmt::format("{}: {}", what, reason)
                                            : fmt::format("{}: system error {}", what, systemError);
    return std::unexpected(Error{
        .code = codeOf(systemError), .message = std::move(message), .systemError = systemError});
}

const char* toString(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::InvalidArgument: return "invalid argument";
    case ErrorCode::Refused: return "refused";
    case ErrorCode::OutOfRange: return "out of range";
    case ErrorCode::BadFormat: return "bad format";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::NotFound: return "not found";
    case ErrorCode::ReadOnly: return "read-only";
    case ErrorCode::NoSpace: return "no space";
    case ErrorCode::AccessDenied: return "access denied";
    case ErrorCode::Changed: return "changed";
    case ErrorCode::Limit: return "limit";
    case ErrorCode::Io: return "input/output error";
    case ErrorCode::Cancelled: return "cancelled";
    }
    return "unknown error";
}

} // namespace fatlas
