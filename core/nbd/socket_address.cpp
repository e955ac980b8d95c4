#include "core/nbd/socket_address.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <sys/un.h>

namespace fatlas::nbd {

namespace {

std::optional<std::uint16_t> parsePort(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return port;
}

bool isNumber(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Splits at the colon before the port; one inside brackets or among many belongs to the host.
struct Split {
    std::string_view host;
    std::string_view port;
};

Split split(std::string_view text)
{
    if (isNumber(text))
        return {.host = {}, .port = text};
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        const bool isWhole = close != std::string_view::npos;
        const std::string_view rest = isWhole ? text.substr(close + 1) : std::string_view();
        if (isWhole && (rest.empty() || rest.starts_with(':')))
            return {.host = text.substr(1, close - 1),
                    .port = rest.empty() ? rest : rest.substr(1)};
        return {.host = {}, .port = text}; // no port looks like this
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || text.find(':') != colon)
        return {.host = text, .port = {}};
    return {.host = text.substr(0, colon), .port = text.substr(colon + 1)};
}

} // namespace

Result<TcpAddress> parseTcpAddress(std::string_view text)
{
    const auto [host, portText] = split(text);
    const bool endsInColon = !text.empty() && text.back() == ':' && portText.empty() &&
                             text.find(':') == text.size() - 1;
    const auto port = portText.empty() ? std::optional(defaultPort) : parsePort(portText);
    if (text.empty() || !port || endsInColon)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is no address to listen on: HOST:PORT, [V6]:PORT or PORT "
                                "(0 to 65535) is one",
                                escapeForTerminal(text)));
    return TcpAddress{.host = std::string(host.empty() ? "127.0.0.1" : host), .port = *port};
}

std::string toString(const TcpAddress& address)
{
    const bool isV6 = address.host.find(':') != std::string::npos;
    return isV6 ? fmt::format("[{}]:{}", address.host, address.port)
                : fmt::format("{}:{}", address.host, address.port);
}

TcpAddress tcpAddress(const sockaddr_storage& storage)
{
    if (storage.ss_family != AF_INET && storage.ss_family != AF_INET6)
        return {};
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> port{};
    // The system's own types are views of one another.
    const auto* address = reinterpret_cast<const sockaddr*>(&storage); // NOLINT(*-reinterpret-cast)
    if (::getnameinfo(address, sizeof storage, host.data(), host.size(), port.data(), port.size(),
                      NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return {};
    return {.host = host.data(), .port = parsePort(port.data()).value_or(0)};
}

std::filesystem::path unixPath(const sockaddr_storage& storage, socklen_t size)
{
    constexpr std::size_t start = offsetof(sockaddr_un, sun_path);
    if (storage.ss_family != AF_UNIX || size <= start)
        return {};
    sockaddr_un address{};
    std::memcpy(&address, &storage, sizeof address);
    const std::size_t longest = std::min<std::size_t>(size - start, sizeof address.sun_path);
    return std::string(address.sun_path, ::strnlen(address.sun_path, longest));
}

std::string peerName(int socket)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    // NOLINTNEXTLINE(*-reinterpret-cast)
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0)
        return "unknown";
    if (storage.ss_family != AF_UNIX)
        return toString(tcpAddress(storage));
    ucred credentials{};
    socklen_t credentialsSize = sizeof credentials;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &credentialsSize) != 0 ||
        credentials.pid <= 0)
        return "local process";
    return fmt::format("process {}", credentials.pid);
}

std::string percentEncode(std::string_view text, std::string_view kept)
{
    std::string encoded;
    for (const char c : text) {
        const bool isPlain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                             (c >= 'A' && c <= 'Z') || std::string_view("-._~").contains(c) ||
                             kept.contains(c);
        if (isPlain)
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

} // namespace fatlas::nbd
