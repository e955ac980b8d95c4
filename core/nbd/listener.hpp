/// Sockets that wait for clients.
///
/// A Unix socket is made with mode 0600. One that is left over from a server that died (nobody
/// answers on it) is replaced; one that is alive, and any other file under that name, is Refused.
/// TCP listens on loopback unless an address is named.
///
/// Errors:   InvalidArgument for a path that is too long for the system (107 bytes) or empty, for
/// an
///           address that cannot be understood, for inherited descriptors that are no listening
///           sockets; Refused when the name is taken; AccessDenied, NotFound, Io.
/// Lifetime: the destructor closes the socket and removes its file, if the file is still the one
///           that was made. Inherited sockets are closed only.
/// Threads:  one at a time.
/// Source:   sd_listen_fds(3) for inherited sockets; NBD URI specification.
#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fatlas::nbd {

class Listener {
public:
    [[nodiscard]] static Result<Listener> unixSocket(const std::filesystem::path& path);
    /// "127.0.0.1:10809", "[::1]:0", "localhost:10809", ":10809" or "10809" (loopback); port 0 is
    /// chosen by the system. All addresses of the name are tried, the first that works is used.
    [[nodiscard]] static Result<Listener> tcp(const std::string& address);
    /// What systemd handed to this process (LISTEN_PID, LISTEN_FDS); empty when nothing. May be
    /// asked once: the variables are removed.
    [[nodiscard]] static Result<std::vector<Listener>> inherited();

    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&& other) noexcept;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    [[nodiscard]] int descriptor() const noexcept { return m_descriptor; }

    /// Of a Unix socket, absolute; empty for TCP.
    [[nodiscard]] const std::filesystem::path& socketPath() const noexcept { return m_path; }

    /// "127.0.0.1", "::1"; empty for a Unix socket.
    [[nodiscard]] const std::string& host() const noexcept { return m_host; }

    /// The port that is listened on; 0 for a Unix socket.
    [[nodiscard]] std::uint16_t port() const noexcept { return m_port; }

    /// "nbd+unix:///NAME?socket=PATH", "nbd://127.0.0.1:10809/NAME", with everything escaped.
    [[nodiscard]] std::string uri(const std::string& exportName) const;

private:
    Listener() = default;

    [[nodiscard]] static Result<Listener> fromDescriptor(int descriptor);
    void close() noexcept;

    int m_descriptor = -1;
    std::filesystem::path m_path;
    std::string m_host;
    std::uint16_t m_port = 0;
    std::uint64_t m_device = 0; ///< of the socket file that is removed in the end; 0: none is
    std::uint64_t m_inode = 0;
};

} // namespace fatlas::nbd
