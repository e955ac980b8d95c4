#include "core/nbd/server.hpp"

#include "core/nbd/server_implementation.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <utility>

namespace fatlas::nbd {

using namespace std::chrono_literals;

Server::Implementation::Implementation(std::vector<Listener> listeners, ServerOptions options)
    : m_listeners(std::move(listeners)), m_options(std::move(options)), m_ticker([this] {
          for (const ConnectionPointer& connection : connections())
              connection->tick();
      })
{}

Server::Implementation::~Implementation()
{
    static_cast<void>(stop(0ms));
}

Result<> Server::Implementation::start()
{
    for (Export& first : m_options.exports)
        FATLAS_TRY(m_exports.add(std::move(first)));
    m_options.exports.clear();
    for (const Listener& listener : m_listeners) {
        const int own = ::fcntl(listener.descriptor(), F_DUPFD_CLOEXEC, 3);
        if (own < 0)
            return failSystem(errno, "cannot listen");
        m_doors.push_back(std::make_unique<Door>(m_context, own));
    }
    for (const auto& door : m_doors)
        awaitClients(*door);
    awaitSweep();
    try {
        for (std::uint32_t i = 0; i < std::max(m_options.threadCount, 1U); ++i)
            m_threads.emplace_back([this] { m_context.run(); });
    } catch (const std::system_error& error) {
        return failSystem(error.code().value(), "cannot start the server's threads");
    }
    return {};
}

Result<> Server::Implementation::stop(std::chrono::milliseconds patience)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (std::exchange(m_isStopping, true))
            return {};
    }
    for (const ConnectionPointer& connection : connections())
        connection->finish();
    if (!awaitAllLeft(patience)) {
        for (const ConnectionPointer& connection : connections())
            connection->abort();
        // What is being carried out cannot be stopped; the disk answers at some time.
        static_cast<void>(awaitAllLeft(1h));
    }
    m_context.stop();
    m_threads.clear();
    m_doors.clear();
    m_listeners.clear();
    return flushAll();
}

bool Server::Implementation::awaitAllLeft(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_mutex);
    return m_someoneLeft.wait_for(lock, patience, [this] { return m_connections.empty(); });
}

Result<> Server::Implementation::flushAll()
{
    Result<> first;
    for (const ExportPointer& served : m_exports.list()) {
        if (!served->isDirty.exchange(false))
            continue;
        auto flushed = served->what.device->flush();
        if (first && !flushed)
            first = std::move(flushed);
    }
    return first;
}

bool Server::Implementation::mayWait()
{
    if (++m_waitingThreads <= m_options.threadCount / 2)
        return true;
    --m_waitingThreads;
    return false;
}

void Server::Implementation::joined(Connection& connection)
{
    if (m_options.onClient)
        m_options.onClient(connection.client(), ClientChange::Joined);
}

void Server::Implementation::left(Connection& connection)
{
    if (!connection.isNegotiating() && m_options.onClient)
        m_options.onClient(connection.client(), ClientChange::Left);
    ConnectionPointer gone; // goes when the lock is no more
    const std::scoped_lock lock(m_mutex);
    if (auto found = m_connections.extract(connection.number()); !found.empty())
        gone = std::move(found.mapped());
    m_someoneLeft.notify_all();
}

void Server::Implementation::failed(ClientNumber client, const Error& error)
{
    if (m_options.onError)
        m_options.onError(client, error);
}

std::vector<Server::Implementation::ConnectionPointer> Server::Implementation::connections() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<ConnectionPointer> all;
    all.reserve(m_connections.size());
    for (const auto& [number, connection] : m_connections)
        all.push_back(connection);
    return all;
}

std::vector<Client> Server::Implementation::clients() const
{
    std::vector<Client> clients;
    for (const ConnectionPointer& connection : connections())
        if (!connection->isNegotiating())
            clients.push_back(connection->client());
    return clients;
}

// Server
// -------------------------------------------------------------------------------------------

Result<std::unique_ptr<Server>> Server::start(std::vector<Listener> listeners,
                                              ServerOptions options)
{
    auto implementation =
        std::make_unique<Implementation>(std::move(listeners), std::move(options));
    FATLAS_TRY(implementation->start());
    return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

Server::Server(std::unique_ptr<Implementation> implementation)
    : m_implementation(std::move(implementation))
{}

Server::~Server() = default;

Result<> Server::add(Export added)
{
    return m_implementation->exports().add(std::move(added));
}

Result<> Server::setDefault(const std::string& name)
{
    return m_implementation->exports().setDefault(name);
}

Result<> Server::remove(const std::string& name)
{
    return m_implementation->exports().remove(name);
}

const std::vector<Listener>& Server::listeners() const noexcept
{
    return m_implementation->listeners();
}

std::vector<Client> Server::clients() const
{
    return m_implementation->clients();
}

Result<> Server::stop(std::chrono::milliseconds patience)
{
    return m_implementation->stop(patience);
}

} // namespace fatlas::nbd
