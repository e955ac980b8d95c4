#include "app/cli/serve_address.hpp"

namespace fatlas::cli {

void ServeAddress::addTo(CLI::App& verb)
{
    auto* socket = verb.add_option("--socket", m_socket,
                                   "listen on a Unix socket of this name (default: in a folder of "
                                   "its own)")
                       ->option_text("PATH");
    verb.add_option("--listen", m_tcp,
                    "listen on TCP: HOST:PORT, [V6]:PORT, or PORT on 127.0.0.1; 0: any port")
        ->option_text("HOST:PORT")
        ->excludes(socket);
}

Result<serve::Listening> ServeAddress::listen() const
{
    FATLAS_ASSIGN(auto inherited, nbd::Listener::inherited());
    if (m_socket.empty() && m_tcp.empty() && !inherited.empty())
        return serve::Listening{.listeners = std::move(inherited)};
    using Kind = serve::ListenAddress::Kind;
    const Kind kind = !m_tcp.empty()      ? Kind::Tcp
                      : !m_socket.empty() ? Kind::UnixSocket
                                          : Kind::PrivateSocket;
    return serve::listenOn({.kind = kind, .socket = m_socket, .tcp = m_tcp});
}

} // namespace fatlas::cli
