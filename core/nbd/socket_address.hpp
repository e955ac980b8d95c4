/// Addresses of sockets, in and out of words.
///
/// Errors:  parseTcpAddress: InvalidArgument, with what an address looks like.
/// Threads: pure, but for the system calls.
#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace fatlas::nbd {

struct TcpAddress {
    std::string host = {}; ///< without brackets; a name is possible where one is asked for
    std::uint16_t port = 0;
};

/// The port that the registry of port numbers has for NBD.
inline constexpr std::uint16_t defaultPort = 10809;

/// "HOST:PORT", "[V6]:PORT", ":PORT" and "PORT" (both 127.0.0.1), "HOST" and "[V6]" (10809).
[[nodiscard]] Result<TcpAddress> parseTcpAddress(std::string_view text);
/// "127.0.0.1:40312", "[::1]:40312".
[[nodiscard]] std::string toString(const TcpAddress& address);

/// Host and port of what getsockname() and its kin gave; empty for a Unix socket.
[[nodiscard]] TcpAddress tcpAddress(const sockaddr_storage& storage);
/// Empty for one without a name, and for one that is no Unix socket.
[[nodiscard]] std::filesystem::path unixPath(const sockaddr_storage& storage, socklen_t size);

/// Who is at the other end: a TCP address, or "process 4711".
[[nodiscard]] std::string peerName(int socket);

/// Everything but letters, digits and -._~ as %XX, and `kept` as it is.
[[nodiscard]] std::string percentEncode(std::string_view text, std::string_view kept = {});

} // namespace fatlas::nbd
