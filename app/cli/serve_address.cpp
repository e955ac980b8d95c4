#include "app/cli/serve_address.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace fatlas::cli {

namespace {

/// The user's own run-time folder, else that for temporary files.
std::filesystem::path parentFolder()
{
    for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
        const char* named = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): only main reads
        struct stat status{};
        if (named != nullptr && *named == '/' && ::stat(named, &status) == 0 &&
            S_ISDIR(status.st_mode))
            return named;
    }
    return "/tmp";
}

} // namespace

ServeAddress::~ServeAddress()
{
    if (!m_folder.empty())
        ::rmdir(m_folder.c_str());
}

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

Result<std::vector<nbd::Listener>> ServeAddress::listen()
{
    FATLAS_ASSIGN(auto listeners, nbd::Listener::inherited());
    if (m_socket.empty() && m_tcp.empty() && !listeners.empty())
        return listeners;
    listeners.clear();
    if (!m_tcp.empty()) {
        FATLAS_ASSIGN(auto listener, nbd::Listener::tcp(m_tcp));
        listeners.push_back(std::move(listener));
    } else if (!m_socket.empty()) {
        FATLAS_ASSIGN(auto listener, nbd::Listener::unixSocket(m_socket));
        listeners.push_back(std::move(listener));
    } else {
        FATLAS_ASSIGN(auto listener, listenPrivately());
        listeners.push_back(std::move(listener));
    }
    return listeners;
}

Result<nbd::Listener> ServeAddress::listenPrivately()
{
    std::string folder = parentFolder() / "fatlas-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        return failSystem(errno, fmt::format("cannot make a folder for the socket, {}", folder));
    m_folder = folder;
    return nbd::Listener::unixSocket(m_folder / "nbd.sock");
}

} // namespace fatlas::cli
