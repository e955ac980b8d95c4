#include "core/serve/listening.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fatlas::serve {

namespace {

std::filesystem::path parentFolder()
{
    for (const char* variable : {"XDG_RUNTIME_DIR", "TMPDIR"}) {
        const char* named = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): nobody sets it
        struct stat status{};
        if (named != nullptr && *named == '/' && ::stat(named, &status) == 0 &&
            S_ISDIR(status.st_mode))
            return named;
    }
    return "/tmp";
}

Result<nbd::Listener> listenerOn(const ListenAddress& address, const PrivateFolder& folder)
{
    switch (address.kind) {
    case ListenAddress::Kind::Tcp: return nbd::Listener::tcp(address.tcp);
    case ListenAddress::Kind::UnixSocket: return nbd::Listener::unixSocket(address.socket);
    case ListenAddress::Kind::PrivateSocket: break;
    }
    return nbd::Listener::unixSocket(folder.path() / "nbd.sock");
}

} // namespace

Result<PrivateFolder> PrivateFolder::make()
{
    std::string folder = parentFolder() / "fatlas-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr)
        return failSystem(errno, fmt::format("cannot make a folder for the socket, {}", folder));
    return PrivateFolder(folder);
}

PrivateFolder::PrivateFolder(PrivateFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {}))
{}

PrivateFolder& PrivateFolder::operator=(PrivateFolder&& other) noexcept
{
    std::swap(m_path, other.m_path);
    return *this;
}

PrivateFolder::~PrivateFolder()
{
    if (!m_path.empty())
        ::rmdir(m_path.c_str());
}

Result<Listening> listenOn(const ListenAddress& address)
{
    Listening made;
    if (address.kind == ListenAddress::Kind::PrivateSocket) {
        FATLAS_ASSIGN(made.folder, PrivateFolder::make());
    }
    FATLAS_ASSIGN(auto listener, listenerOn(address, made.folder));
    made.listeners.push_back(std::move(listener));
    return made;
}

} // namespace fatlas::serve
