#include "core/nbd/listener.hpp"

#include "core/base/text.hpp"
#include "core/nbd/socket_address.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace fatlas::nbd {

namespace {

/// A client that does not wait for a connection is turned away when so many stand in line.
constexpr int backlog = SOMAXCONN;
/// systemd hands its sockets over from this descriptor on.
constexpr int firstInherited = 3;
constexpr int maxInherited = 64;

/// Closes what was not taken.
class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }

    [[nodiscard]] int get() const noexcept { return m_number; }

    [[nodiscard]] int release() noexcept { return std::exchange(m_number, -1); }

private:
    int m_number;
};

Result<sockaddr_un> unixAddress(const std::filesystem::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string& name = path.native();
    if (name.empty() || name.find('\0') != std::string::npos)
        return fail(ErrorCode::InvalidArgument, "the path of the socket is empty");
    if (name.size() >= sizeof address.sun_path)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the path of the socket has {} bytes, the system takes at most {}: "
                                "{}; choose a shorter one",
                                name.size(), sizeof address.sun_path - 1, escapeForTerminal(name)));
    std::memcpy(address.sun_path, name.data(), name.size());
    return address;
}

template <class Address>
const sockaddr* generic(const Address& address)
{
    return reinterpret_cast<const sockaddr*>(&address); // NOLINT(*-reinterpret-cast)
}

int newSocket(int family)
{
    return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

std::unexpected<Error> cannotListen(int systemError, const std::string& where)
{
    return failSystem(systemError, fmt::format("cannot listen on {}", escapeForTerminal(where)));
}

/// Removes a socket on which nobody answers; Refused when somebody does, or it is something else.
Result<> removeStale(const sockaddr_un& address)
{
    const std::string name = escapeForTerminal(address.sun_path);
    struct stat status{};
    if (::lstat(address.sun_path, &status) != 0)
        return errno == ENOENT ? Result<>{} : cannotListen(errno, address.sun_path);
    if (!S_ISSOCK(status.st_mode))
        return fail(ErrorCode::Refused,
                    fmt::format("{} exists and is no socket; it is left alone", name));
    const Descriptor probe(newSocket(AF_UNIX));
    if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno != ECONNREFUSED)
        return fail(
            ErrorCode::Refused,
            fmt::format("another server listens on {}; end it, or choose another path", name));
    if (::unlink(address.sun_path) != 0 && errno != ENOENT)
        return failSystem(errno, fmt::format("cannot remove the old socket {}", name));
    return {};
}

/// The file appears with the mode it keeps. Only the thread's own mask would be better; there is
/// none, so other threads that make files at this moment make them private, too.
int bindPrivately(int socket, const sockaddr_un& address)
{
    const mode_t before = ::umask(0177);
    const int status = ::bind(socket, generic(address), sizeof address);
    const int error = errno;
    ::umask(before);
    return status == 0 ? 0 : error;
}

struct Resolved {
    Resolved() = default;
    Resolved(const Resolved&) = delete;
    Resolved& operator=(const Resolved&) = delete;

    ~Resolved()
    {
        if (first != nullptr)
            ::freeaddrinfo(first);
    }

    addrinfo* first = nullptr;
};

int listenOn(const addrinfo& candidate)
{
    Descriptor socket(newSocket(candidate.ai_family));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket.get(), candidate.ai_addr, candidate.ai_addrlen) != 0 ||
        ::listen(socket.get(), backlog) != 0)
        return -1;
    return socket.release();
}

/// A number in the environment; -1 when there is none.
int numberIn(const char* variable)
{
    const char* text = std::getenv(variable); // NOLINT(concurrency-mt-unsafe): before any thread
    int number = -1;
    if (text == nullptr ||
        std::from_chars(text, text + std::strlen(text), number).ec != std::errc())
        return -1;
    return number;
}

bool isListening(int descriptor)
{
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
}

} // namespace

Listener::Listener(Listener&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_path(std::move(other.m_path)),
      m_host(std::move(other.m_host)), m_port(other.m_port), m_device(other.m_device),
      m_inode(std::exchange(other.m_inode, 0))
{}

Listener& Listener::operator=(Listener&& other) noexcept
{
    if (this == &other)
        return *this;
    close();
    m_descriptor = std::exchange(other.m_descriptor, -1);
    m_path = std::move(other.m_path);
    m_host = std::move(other.m_host);
    m_port = other.m_port;
    m_device = other.m_device;
    m_inode = std::exchange(other.m_inode, 0);
    return *this;
}

Listener::~Listener()
{
    close();
}

void Listener::close() noexcept
{
    if (m_descriptor < 0)
        return;
    ::close(std::exchange(m_descriptor, -1));
    struct stat status{};
    if (m_inode != 0 && ::lstat(m_path.c_str(), &status) == 0 && status.st_dev == m_device &&
        status.st_ino == m_inode)
        ::unlink(m_path.c_str());
}

Result<Listener> Listener::unixSocket(const std::filesystem::path& path)
{
    std::error_code ignored;
    const auto whole = std::filesystem::absolute(path, ignored).lexically_normal();
    FATLAS_ASSIGN(const sockaddr_un address, unixAddress(path.empty() ? path : whole));
    FATLAS_TRY(removeStale(address));
    Descriptor socket(newSocket(AF_UNIX));
    if (socket.get() < 0)
        return cannotListen(errno, whole.native());
    if (const int error = bindPrivately(socket.get(), address); error != 0)
        return cannotListen(error, whole.native());
    Listener listener;
    listener.m_descriptor = socket.release();
    listener.m_path = whole;
    struct stat status{};
    if (::lstat(address.sun_path, &status) == 0) {
        listener.m_device = status.st_dev;
        listener.m_inode = status.st_ino;
    }
    if (::listen(listener.m_descriptor, backlog) != 0)
        return cannotListen(errno, whole.native());
    return listener;
}

Result<Listener> Listener::tcp(const std::string& text)
{
    FATLAS_ASSIGN(const TcpAddress address, parseTcpAddress(text));
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    Resolved found;
    const int status = ::getaddrinfo(address.host.c_str(), fmt::to_string(address.port).c_str(),
                                     &hints, &found.first);
    if (status != 0)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("cannot find the address {}: {}", escapeForTerminal(address.host),
                                ::gai_strerror(status)));
    for (const addrinfo* candidate = found.first; candidate != nullptr;
         candidate = candidate->ai_next)
        if (const int descriptor = listenOn(*candidate); descriptor >= 0)
            return fromDescriptor(descriptor);
    return cannotListen(errno, toString(address));
}

Result<Listener> Listener::fromDescriptor(int descriptor)
{
    Listener listener;
    listener.m_descriptor = descriptor;
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    // NOLINTNEXTLINE(*-reinterpret-cast)
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0)
        return failSystem(errno, "cannot tell the address of a socket");
    const TcpAddress address = tcpAddress(storage);
    listener.m_host = address.host;
    listener.m_port = address.port;
    listener.m_path = unixPath(storage, size);
    return listener;
}

Result<std::vector<Listener>> Listener::inherited()
{
    std::vector<Listener> listeners;
    const bool isForUs = numberIn("LISTEN_PID") == ::getpid();
    const int count = numberIn("LISTEN_FDS");
    for (const char* variable : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
        ::unsetenv(variable); // NOLINT(concurrency-mt-unsafe): before any thread
    if (!isForUs || count <= 0)
        return listeners;
    if (count > maxInherited)
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("LISTEN_FDS is {}, at most {} sockets are taken", count, maxInherited));
    for (int descriptor = firstInherited; descriptor < firstInherited + count; ++descriptor) {
        if (!isListening(descriptor))
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("descriptor {}, handed over by LISTEN_FDS, is no socket that "
                                    "listens (ListenStream= of a socket unit makes one)",
                                    descriptor));
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
        FATLAS_ASSIGN(auto listener, fromDescriptor(descriptor));
        listeners.push_back(std::move(listener));
    }
    return listeners;
}

std::string Listener::uri(const std::string& exportName) const
{
    const std::string name = percentEncode(exportName, "/:@");
    if (m_host.empty())
        return fmt::format("nbd+unix:///{}?socket={}", name, percentEncode(m_path.native(), "/"));
    const std::string port = m_port == defaultPort ? "" : fmt::format(":{}", m_port);
    const bool isV6 = m_host.find(':') != std::string::npos;
    return fmt::format("nbd://{}{}/{}", isV6 ? "[" + m_host + "]" : m_host, port, name);
}

} // namespace fatlas::nbd
