#include "core/host/change.hpp"

#include <utility>

namespace fatlas::host {

namespace {

Outcome outcomeOf(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::Changed: return Outcome::Conflict;
    case ErrorCode::InvalidArgument:
    case ErrorCode::Refused:
    case ErrorCode::OutOfRange:
    case ErrorCode::BadFormat:
    case ErrorCode::Unsupported: return Outcome::Refused;
    case ErrorCode::NotFound:
    case ErrorCode::ReadOnly:
    case ErrorCode::NoSpace:
    case ErrorCode::AccessDenied:
    case ErrorCode::Limit:
    case ErrorCode::Io:
    case ErrorCode::Cancelled: break;
    }
    return Outcome::Retry;
}

} // namespace

ChangeError::ChangeError(Error cause)
    : outcome(outcomeOf(cause.code)),
      conflict(outcome == Outcome::Conflict ? ConflictKind::Changed : ConflictKind::None),
      error(std::move(cause))
{}

ChangeError::ChangeError(ConflictKind why, std::string message)
    : outcome(Outcome::Conflict), conflict(why),
      error{.code = ErrorCode::Changed, .message = std::move(message)}
{}

const char* toString(ConflictKind kind) noexcept
{
    switch (kind) {
    case ConflictKind::None: return "no conflict";
    case ConflictKind::Exists: return "the name is taken";
    case ConflictKind::Missing: return "it is gone";
    case ConflictKind::Changed: return "it was changed on the host";
    case ConflictKind::NotWritable: return "it may not be written";
    case ConflictKind::NotAFile: return "it is of another kind";
    case ConflictKind::NotEmpty: return "the folder is not empty";
    }
    return "a conflict";
}

const char* toString(ChangeKind kind) noexcept
{
    switch (kind) {
    case ChangeKind::MakeFolder: return "make folder";
    case ChangeKind::RemoveFolder: return "remove folder";
    case ChangeKind::CreateFile: return "create file";
    case ChangeKind::ReplaceFile: return "replace file";
    case ChangeKind::WriteInPlace: return "write in place";
    case ChangeKind::RemoveFile: return "remove file";
    case ChangeKind::Rename: return "rename";
    case ChangeKind::Exchange: return "exchange";
    case ChangeKind::SetMeta: return "set times and attributes";
    case ChangeKind::Note: return "note";
    }
    return "change";
}

} // namespace fatlas::host
