#include "core/nbd/server_implementation.hpp"
#include "core/nbd/socket_address.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fatlas::nbd {

namespace {

/// A client that takes no answers for so long, while others wait for the memory it holds, is cut;
/// so is one that is on its way out.
constexpr int stalledSweeps = 20;
constexpr std::chrono::milliseconds sweepInterval{500};
/// How long to wait when the system has no descriptor for another client.
constexpr std::chrono::milliseconds acceptPause{100};
constexpr int acceptsInARow = 64;

void prepare(int socket)
{
    const int on = 1;
    // Neither means anything to a Unix socket.
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

} // namespace

void Server::Implementation::awaitClients(Door& door)
{
    door.socket.async_wait(asio::posix::stream_descriptor::wait_read,
                           [this, &door](const asio::error_code& error) {
                               if (!error)
                                   acceptClients(door);
                           });
}

void Server::Implementation::acceptClients(Door& door)
{
    for (int i = 0; i < acceptsInARow; ++i) {
        const int socket =
            ::accept4(door.socket.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            welcome(socket);
            continue;
        }
        if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
            break;
        door.pause.expires_after(acceptPause);
        door.pause.async_wait([this, &door](const asio::error_code& error) {
            if (!error)
                awaitClients(door);
        });
        return;
    }
    awaitClients(door);
}

/// When there are too many, one that has not even said what it wants goes.
bool Server::Implementation::makeRoom()
{
    ConnectionPointer oldest;
    for (const ConnectionPointer& connection : connections())
        if (connection->isNegotiating() && (!oldest || connection->since() < oldest->since()))
            oldest = connection;
    if (oldest)
        oldest->abort();
    return oldest != nullptr;
}

void Server::Implementation::welcome(int socket)
{
    bool isFull = false;
    {
        const std::scoped_lock lock(m_mutex);
        isFull = m_connections.size() >= m_options.maxClients;
    }
    if (isFull && !makeRoom()) {
        ::close(socket);
        return;
    }
    prepare(socket);
    ConnectionPointer connection;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_isStopping) {
            ::close(socket);
            return;
        }
        const ClientNumber number = ++m_lastNumber;
        connection = std::make_shared<Connection>(*this, socket, number, peerName(socket));
        m_connections.emplace(number, connection);
    }
    connection->start();
}

void Server::Implementation::awaitSweep()
{
    m_sweepTimer.expires_after(sweepInterval);
    m_sweepTimer.async_wait([this](const asio::error_code& error) {
        if (error)
            return;
        sweep();
        awaitSweep();
    });
}

void Server::Implementation::sweep()
{
    const auto now = Connection::Clock::now();
    const auto all = connections();
    for (const ConnectionPointer& connection : all)
        if (connection->isNegotiating() && now - connection->since() > m_options.handshakeTimeout)
            connection->abort();
    cutStalled(all);
}

void Server::Implementation::cutStalled(const std::vector<ConnectionPointer>& connections)
{
    std::map<ClientNumber, int> stalled;
    for (const ConnectionPointer& connection : connections) {
        if (!connection->isStalled())
            continue;
        const int sweeps = m_stalledFor[connection->number()] + 1;
        stalled[connection->number()] = sweeps;
        if (sweeps < stalledSweeps || !(m_budget.isScarce() || connection->isEnding()))
            continue;
        failed(connection->number(),
               Error{.code = ErrorCode::Limit,
                     .message = "a client that took no answers was cut off: others waited"});
        connection->abort();
    }
    m_stalledFor = std::move(stalled);
}

} // namespace fatlas::nbd
