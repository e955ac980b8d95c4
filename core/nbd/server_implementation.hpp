/// Everything behind Server: the doors, the connections, and who is thrown out when.
///
/// Threads:  as Server; handlers run on the server's own threads.
/// Lifetime: the threads end before anything they use.
#pragma once

#include "core/nbd/connection.hpp"
#include "core/nbd/server.hpp"
#include "core/nbd/ticker.hpp"

#include <asio/executor_work_guard.hpp>
#include <asio/steady_timer.hpp>
#include <condition_variable>
#include <map>
#include <thread>

namespace fatlas::nbd {

class Server::Implementation final : public Host {
public:
    Implementation(std::vector<Listener> listeners, ServerOptions options);
    ~Implementation() override;

    [[nodiscard]] Result<> start();
    [[nodiscard]] Result<> stop(std::chrono::milliseconds patience);

    [[nodiscard]] asio::io_context& context() override { return m_context; }

    [[nodiscard]] const ExportTable& exports() const override { return m_exports; }

    [[nodiscard]] ExportTable& exports() { return m_exports; }

    [[nodiscard]] Budget& budget() override { return m_budget; }

    void startTicking() override { m_ticker.wake(); }

    [[nodiscard]] bool mayWait() override;

    void stopWaiting() override { --m_waitingThreads; }

    void joined(Connection& connection) override;
    void left(Connection& connection) override;
    void failed(ClientNumber client, const Error& error) override;

    [[nodiscard]] const std::vector<Listener>& listeners() const noexcept { return m_listeners; }

    [[nodiscard]] std::vector<Client> clients() const;

private:
    using ConnectionPointer = std::shared_ptr<Connection>;

    struct Door {
        Door(asio::io_context& context, int descriptor)
            : socket(context, descriptor), pause(context)
        {}

        asio::posix::stream_descriptor socket;
        asio::steady_timer pause;
    };

    void awaitClients(Door& door);
    void acceptClients(Door& door);
    /// False when the system has no descriptor left.
    [[nodiscard]] bool acceptOne(Door& door, bool& isEmpty);
    void welcome(int socket);
    [[nodiscard]] bool makeRoom();
    void sweep();
    void awaitSweep();
    void cutStalled(const std::vector<ConnectionPointer>& connections);
    [[nodiscard]] std::vector<ConnectionPointer> connections() const;
    [[nodiscard]] bool awaitAllLeft(std::chrono::milliseconds patience);
    [[nodiscard]] Result<> flushAll();

    std::vector<Listener> m_listeners;
    ServerOptions m_options;
    ExportTable m_exports;
    /// What all clients together may hold beyond what each has of its own.
    Budget m_budget{std::uint64_t{256} << 20U};
    asio::io_context m_context;
    asio::executor_work_guard<asio::io_context::executor_type> m_work{m_context.get_executor()};
    std::vector<std::unique_ptr<Door>> m_doors;
    asio::steady_timer m_sweepTimer{m_context};
    std::map<ClientNumber, int> m_stalledFor; ///< sweeps; of the sweeping handler
    std::atomic<std::uint32_t> m_waitingThreads = 0;

    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_someoneLeft;
    std::map<ClientNumber, ConnectionPointer> m_connections;
    ClientNumber m_lastNumber = 0;
    bool m_isStopping = false;

    Ticker m_ticker;
    std::vector<std::jthread> m_threads;
};

} // namespace fatlas::nbd
