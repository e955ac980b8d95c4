#include "core/nbd/request.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace fatlas::nbd {

namespace {

namespace flag = command_flag;
namespace can = transmission_flag;

/// The flags a command may carry.
std::uint16_t knownFlags(const Request& request, const Terms& terms)
{
    switch (request.command) {
    case Command::Read: return terms.structuredReplies ? flag::fua | flag::df : flag::fua;
    case Command::WriteZeroes: return flag::fua | flag::noHole | flag::fastZero;
    case Command::BlockStatus: return flag::fua | flag::reqOne;
    case Command::Write:
    case Command::Disconnect:
    case Command::Flush:
    case Command::Trim:
    case Command::Cache: break;
    }
    return flag::fua;
}

bool isWriting(Command command)
{
    return command == Command::Write || command == Command::Trim || command == Command::WriteZeroes;
}

/// Reading and writing at no place are commands without a range.
bool hasRange(Command command)
{
    return command != Command::Flush && command != Command::Disconnect;
}

std::optional<Refusal> refuse(ErrorNumber number, std::string why)
{
    return Refusal{.number = number, .why = std::move(why)};
}

std::optional<Refusal> checkCommand(const Request& request, const Terms& terms)
{
    const auto number = static_cast<std::uint16_t>(request.command);
    if (number > static_cast<std::uint16_t>(Command::BlockStatus))
        return refuse(ErrorNumber::Invalid, fmt::format("command {} is not known", number));
    if (const unsigned odd = request.flags & ~unsigned{knownFlags(request, terms)}; odd != 0)
        return refuse(ErrorNumber::Invalid, fmt::format("{} cannot have the flags 0x{:X}",
                                                        toString(request.command), odd));
    if (isWriting(request.command) && (terms.flags & can::readOnly) != 0)
        return refuse(ErrorNumber::Perm, "the export is read-only");
    if (request.command == Command::Trim && (terms.flags & can::sendTrim) == 0)
        return refuse(ErrorNumber::Invalid, "the export cannot trim");
    if (request.command == Command::BlockStatus && !terms.allocationContext)
        return refuse(ErrorNumber::Invalid, "BLOCK_STATUS without an agreed base:allocation");
    return std::nullopt;
}

} // namespace

std::optional<Request> decodeRequest(const RequestRaw& raw)
{
    if (raw.magic.get() != requestMagic)
        return std::nullopt;
    return Request{.command = static_cast<Command>(raw.type.get()),
                   .flags = raw.flags.get(),
                   .cookie = raw.cookie.get(),
                   .offset = raw.offset.get(),
                   .length = raw.length.get()};
}

RequestRaw encodeRequest(const Request& request)
{
    return {.magic = requestMagic,
            .flags = request.flags,
            .type = static_cast<std::uint16_t>(request.command),
            .cookie = request.cookie,
            .offset = request.offset,
            .length = request.length};
}

std::optional<Refusal> check(const Request& request, const Terms& terms)
{
    if (auto refusal = checkCommand(request, terms))
        return refusal;
    if (!hasRange(request.command))
        return std::nullopt;
    if (request.offset > terms.size || request.length > terms.size - request.offset)
        return refuse(isWriting(request.command) ? ErrorNumber::NoSpace : ErrorNumber::Invalid,
                      fmt::format("{} of {} bytes at {} reaches beyond the end at {}",
                                  toString(request.command), request.length, request.offset,
                                  terms.size));
    const bool carries = request.command == Command::Read || request.command == Command::Write;
    if (carries && request.length > maximumPayload)
        return refuse(ErrorNumber::Invalid,
                      fmt::format("{} of {} bytes, at most {} at a time", toString(request.command),
                                  request.length, maximumPayload));
    if (request.command == Command::BlockStatus && request.length == 0)
        return refuse(ErrorNumber::Invalid, "BLOCK_STATUS of nothing");
    return std::nullopt;
}

ErrorNumber errorNumber(const Error& error) noexcept
{
    switch (error.code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::OutOfRange: return ErrorNumber::Invalid;
    case ErrorCode::ReadOnly:
    case ErrorCode::Refused: return ErrorNumber::Perm;
    case ErrorCode::NoSpace: return ErrorNumber::NoSpace;
    case ErrorCode::Unsupported: return ErrorNumber::NotSupported;
    case ErrorCode::Cancelled: return ErrorNumber::Shutdown;
    case ErrorCode::Limit: return ErrorNumber::NoMemory;
    case ErrorCode::BadFormat:
    case ErrorCode::NotFound:
    case ErrorCode::AccessDenied:
    case ErrorCode::Changed:
    case ErrorCode::Io: break;
    }
    return error.systemError == ENOSPC || error.systemError == EDQUOT ? ErrorNumber::NoSpace
                                                                      : ErrorNumber::Io;
}

const char* toString(Command command) noexcept
{
    switch (command) {
    case Command::Read: return "READ";
    case Command::Write: return "WRITE";
    case Command::Disconnect: return "DISC";
    case Command::Flush: return "FLUSH";
    case Command::Trim: return "TRIM";
    case Command::Cache: return "CACHE";
    case Command::WriteZeroes: return "WRITE_ZEROES";
    case Command::BlockStatus: return "BLOCK_STATUS";
    }
    return "an unknown command";
}

} // namespace fatlas::nbd
