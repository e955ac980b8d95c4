#include "core/nbd/probe.hpp"

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"
#include "core/nbd/export.hpp"
#include "core/nbd/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace fatlas::nbd {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t readSize = 4096;
constexpr std::uint32_t maxOptionReply = 8192; ///< longer than any reply one has to make
constexpr int maxOptionReplies = 64;
constexpr std::chrono::milliseconds look{100}; ///< between looks at whether to stop

/// A connection that gives up when it takes too long.
class Line {
public:
    Line(const JobControl& job, std::chrono::milliseconds patience)
        : m_job(job), m_deadline(Clock::now() + patience)
    {}

    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    ~Line()
    {
        if (m_socket >= 0)
            ::close(m_socket);
    }

    [[nodiscard]] Result<> connect(const ProbeTarget& target);
    [[nodiscard]] Result<> send(ByteView bytes);
    [[nodiscard]] Result<> receive(ByteSpan into);

    template <class Raw>
    [[nodiscard]] Result<Raw> receive()
    {
        Raw raw{};
        FATLAS_TRY(receive(std::as_writable_bytes(std::span(&raw, 1))));
        return raw;
    }

private:
    [[nodiscard]] Result<> connectTo(int family, const void* address, socklen_t size);
    [[nodiscard]] Result<> await(short events) const;

    const JobControl& m_job;
    Clock::time_point m_deadline;
    int m_socket = -1;
};

Result<> Line::await(short events) const
{
    pollfd waiting{.fd = m_socket, .events = events, .revents = 0};
    while (::poll(&waiting, 1, static_cast<int>(look.count())) <= 0) {
        FATLAS_TRY(m_job.checkpoint());
        if (Clock::now() > m_deadline)
            return fail(ErrorCode::Limit, "the server did not answer in time");
    }
    return {};
}

Result<> Line::connectTo(int family, const void* address, socklen_t size)
{
    m_socket = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_socket < 0)
        return failSystem(errno, "cannot make a socket");
    if (::connect(m_socket, static_cast<const sockaddr*>(address), size) == 0)
        return {};
    if (errno != EINPROGRESS)
        return failSystem(errno, "cannot connect");
    FATLAS_TRY(await(POLLOUT));
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(m_socket, SOL_SOCKET, SO_ERROR, &error, &length);
    return error == 0 ? Result<>{} : failSystem(error, "cannot connect");
}

Result<> Line::connect(const ProbeTarget& target)
{
    if (!target.socket.empty()) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string& name = target.socket.native();
        if (name.size() >= sizeof address.sun_path)
            return fail(ErrorCode::InvalidArgument,
                        "the path of the socket is too long: " + escapeForTerminal(name));
        std::memcpy(address.sun_path, name.data(), name.size());
        return connectTo(AF_UNIX, &address, sizeof address);
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(target.port);
    if (::inet_pton(AF_INET6, target.host.c_str(), &six.sin6_addr) == 1)
        return connectTo(AF_INET6, &six, sizeof six);
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(target.port);
    if (::inet_pton(AF_INET, target.host.c_str(), &four.sin_addr) == 1)
        return connectTo(AF_INET, &four, sizeof four);
    return fail(ErrorCode::InvalidArgument,
                "this is no address: " + escapeForTerminal(target.host));
}

Result<> Line::send(ByteView bytes)
{
    while (!bytes.empty()) {
        FATLAS_TRY(await(POLLOUT));
        const ssize_t count = ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return failSystem(errno, "cannot write to the server");
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return {};
}

Result<> Line::receive(ByteSpan into)
{
    while (!into.empty()) {
        FATLAS_TRY(await(POLLIN));
        const ssize_t count = ::recv(m_socket, into.data(), into.size(), 0);
        if (count == 0)
            return fail(ErrorCode::Io, "the server hung up");
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return failSystem(errno, "cannot read from the server");
        into = into.subspan(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return {};
}

void append(Bytes& bytes, ByteView more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

std::unexpected<Error> noNbd(const char* what)
{
    return fail(ErrorCode::BadFormat, fmt::format("this is no NBD server: {}", what));
}

Result<> greet(Line& line)
{
    FATLAS_ASSIGN(const auto greeting, line.receive<GreetingRaw>());
    if (greeting.magic.get() != greetingMagic || greeting.options.get() != optionMagic)
        return noNbd("it greets in another way");
    if ((greeting.flags.get() & handshake_flag::fixedNewstyle) == 0)
        return fail(ErrorCode::Unsupported, "the server speaks only an old form of the protocol");
    const Be32 flags(std::uint32_t{greeting.flags.get()} &
                     (handshake_flag::fixedNewstyle | handshake_flag::noZeroes));
    return line.send(asBytes(flags));
}

/// NBD_OPT_GO with nothing asked for but the export.
Result<> ask(Line& line, const std::string& exportName)
{
    OptionRaw option{};
    option.magic.set(optionMagic);
    option.option.set(static_cast<std::uint32_t>(Option::Go));
    option.length.set(static_cast<std::uint32_t>(sizeof(Be32) + exportName.size() + sizeof(Be16)));
    Bytes bytes;
    append(bytes, asBytes(option));
    append(bytes, asBytes(Be32(static_cast<std::uint32_t>(exportName.size()))));
    append(bytes, std::as_bytes(std::span(exportName)));
    append(bytes, asBytes(Be16(std::uint16_t{0})));
    return line.send(bytes);
}

std::unexpected<Error> refusal(std::uint32_t type, const Bytes& text)
{
    const std::string said(reinterpret_cast<const char*>(text.data()), text.size());
    const bool isUnknown = type == static_cast<std::uint32_t>(OptionReply::Unknown);
    return fail(isUnknown ? ErrorCode::NotFound : ErrorCode::Refused,
                said.empty() ? fmt::format("the server refused the export (reply {:#x})", type)
                             : "the server said: " + escapeForTerminal(said));
}

void take(const ExportInfoRaw& info, ProbeReport& report)
{
    const std::uint16_t flags = info.flags.get();
    report.size = info.size.get();
    report.isReadOnly = (flags & transmission_flag::readOnly) != 0;
    report.canFlush = (flags & transmission_flag::sendFlush) != 0;
    report.canTrim = (flags & transmission_flag::sendTrim) != 0;
    report.allowsManyConnections = (flags & transmission_flag::canMultiConn) != 0;
}

/// Until the server says that the export is ours.
Result<> awaitExport(Line& line, ProbeReport& report)
{
    bool isKnown = false;
    for (int i = 0; i < maxOptionReplies; ++i) {
        FATLAS_ASSIGN(const auto reply, line.receive<OptionReplyRaw>());
        if (reply.magic.get() != optionReplyMagic || reply.length.get() > maxOptionReply)
            return noNbd("its answer makes no sense");
        Bytes data(reply.length.get());
        FATLAS_TRY(line.receive(data));
        const std::uint32_t type = reply.type.get();
        if (type == static_cast<std::uint32_t>(OptionReply::Ack))
            return isKnown ? Result<>{} : noNbd("it gave an export without its size");
        if (type != static_cast<std::uint32_t>(OptionReply::Info))
            return refusal(type, data);
        const auto info = load<ExportInfoRaw>(data);
        if (info && info->type.get() == static_cast<std::uint16_t>(InfoType::Export)) {
            take(*info, report);
            isKnown = true;
        }
    }
    return noNbd("it never comes to an end");
}

Result<> readSome(Line& line, std::uint64_t offset, std::uint32_t length)
{
    RequestRaw request{};
    request.magic.set(requestMagic);
    request.type.set(static_cast<std::uint16_t>(Command::Read));
    request.cookie.set(offset);
    request.offset.set(offset);
    request.length.set(length);
    FATLAS_TRY(line.send(asBytes(request)));
    FATLAS_ASSIGN(const auto reply, line.receive<SimpleReplyRaw>());
    if (reply.magic.get() != simpleReplyMagic || reply.cookie.get() != offset)
        return noNbd("its answer to a read makes no sense");
    if (reply.error.get() != 0)
        return fail(ErrorCode::Io, fmt::format("reading at byte {} failed with error {}", offset,
                                               reply.error.get()));
    Bytes data(length);
    return line.receive(data);
}

Result<> sayGoodbye(Line& line)
{
    RequestRaw request{};
    request.magic.set(requestMagic);
    request.type.set(static_cast<std::uint16_t>(Command::Disconnect));
    return line.send(asBytes(request));
}

std::chrono::microseconds since(Clock::time_point start)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
}

} // namespace

Result<ProbeReport> probe(const ProbeTarget& target, const JobControl& job)
{
    if (target.exportName.size() > maxNameLength)
        return fail(ErrorCode::InvalidArgument, "the name of the export is too long");
    ProbeReport report;
    Line line(job, target.patience);
    const auto start = Clock::now();
    FATLAS_TRY(line.connect(target));
    FATLAS_TRY(greet(line));
    FATLAS_TRY(ask(line, target.exportName));
    FATLAS_TRY(awaitExport(line, report));
    report.untilReady = since(start);
    const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>(readSize, report.size));
    const auto reading = Clock::now();
    for (const std::uint64_t offset : {std::uint64_t{0}, report.size - length}) {
        if (length == 0)
            break;
        FATLAS_TRY(readSome(line, offset, length));
        report.readBytes += length;
    }
    report.reading = since(reading);
    FATLAS_TRY(sayGoodbye(line));
    return report;
}

} // namespace fatlas::nbd
