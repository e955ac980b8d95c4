#include "app/cli/exit_status.hpp"

#include "app/cli/interrupt.hpp"
#include "app/cli/terminal.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

namespace fatlas::cli {

ExitStatus statusOf(ErrorCode code) noexcept
{
    switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::Refused: return ExitStatus::Refused;
    case ErrorCode::OutOfRange:
    case ErrorCode::BadFormat:
    case ErrorCode::Unsupported:
    case ErrorCode::NotFound:
    case ErrorCode::ReadOnly:
    case ErrorCode::NoSpace:
    case ErrorCode::AccessDenied:
    case ErrorCode::Changed:
    case ErrorCode::Limit:
    case ErrorCode::Io:
    case ErrorCode::Cancelled: break;
    }
    return ExitStatus::System;
}

void complain(std::string_view sentence)
{
    const std::string line = fmt::format("fatlas-cli: {}\n", withoutControls(sentence));
    std::fwrite(line.data(), 1, line.size(), stderr);
}

int report(const Error& error)
{
    if (error.systemError == EPIPE)
        return 128 + SIGPIPE; // whoever read our output has had enough, and knows
    if (error.code == ErrorCode::Cancelled) {
        complain("cancelled");
        return 128 + Interrupt::lastSignal();
    }
    complain(error.message);
    return toInt(statusOf(error.code));
}

} // namespace fatlas::cli
