/// Where `serve` listens: a Unix socket, TCP, or sockets that systemd hands over.
#pragma once

#include "core/serve/listening.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace fatlas::cli {

class ServeAddress {
public:
    /// `this` must outlive the parsing.
    void addTo(CLI::App& verb);

    /// Sockets of systemd where none is asked for and there are some; else a Unix socket, in a
    /// folder of its own where no path is given.
    [[nodiscard]] Result<serve::Listening> listen() const;

private:
    std::string m_socket;
    std::string m_tcp;
};

} // namespace fatlas::cli
