/// Where `serve` listens: a Unix socket, TCP, or sockets that systemd hands over.
///
/// Lifetime: a folder made for the socket is removed with the object, after the sockets.
#pragma once

#include "core/nbd/listener.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace fatlas::cli {

class ServeAddress {
public:
    ServeAddress() = default;
    ServeAddress(const ServeAddress&) = delete;
    ServeAddress& operator=(const ServeAddress&) = delete;
    ~ServeAddress();

    /// `this` must outlive the parsing.
    void addTo(CLI::App& verb);

    /// Sockets of systemd where none is asked for and there are some; else a Unix socket, in a
    /// folder of its own where no path is given. At least one.
    [[nodiscard]] Result<std::vector<nbd::Listener>> listen();

private:
    [[nodiscard]] Result<nbd::Listener> listenPrivately();

    std::string m_socket;
    std::string m_tcp;
    std::filesystem::path m_folder; ///< ours; empty: none
};

} // namespace fatlas::cli
