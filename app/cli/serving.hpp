/// A disk that is served from its first client to its last, and what people are told meanwhile.
///
/// Errors:   those of serve::Service.
/// Threads:  one thread; callbacks of the service are dealt with inside.
/// Lifetime: the destructor stops it without patience.
#pragma once

#include "core/serve/service.hpp"

#include "app/cli/event_log.hpp"
#include "app/cli/serve_log.hpp"
#include "app/cli/sync_log.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

namespace fatlas::cli {

struct ServingOptions {
    std::string source;
    serve::SessionOptions session;
    std::string events; ///< where to log what clients do; empty: nowhere
    ServeLog::Comings comings = ServeLog::Comings::Told;
};

class Serving {
public:
    explicit Serving(ServingOptions options);
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;
    ~Serving() = default;

    /// Opens the source: findings are told on stderr.
    [[nodiscard]] Result<> open(const JobControl& job);
    /// Lets clients in.
    [[nodiscard]] Result<> start(serve::Listening listening);

    [[nodiscard]] const nbd::Listener& listener() const { return m_service->listeners().front(); }

    [[nodiscard]] std::string exportName() const;
    /// What is served and how to reach it, on stdout.
    [[nodiscard]] Result<> tellStart() const;
    /// Until a stop is requested; meanwhile a line on stdin publishes what changed, where that is
    /// wanted, or the person at the terminal is asked what comes home.
    void await(const std::stop_token& stop);
    /// Nobody else uses the terminal any more: what was not decided is asked about, where a person
    /// is asked.
    void askAboutRest(const std::stop_token& stop);
    [[nodiscard]] Result<> stop();

    /// Mode::WriteBack, after stop(): what came home; nothing when that was never asked for.
    [[nodiscard]] std::optional<Json> report() const { return m_report; }

private:
    [[nodiscard]] serve::ServiceEvents serviceEvents();
    void tellHostChanges(const serve::HostChanges& changes);
    void tellPublished(const serve::Generation& generation);
    void publishOnEnter(const std::stop_token& stop);
    [[nodiscard]] bool asksAboutChanges() const;
    [[nodiscard]] bool haveAllLeft();
    void noteClient(nbd::ClientChange change);
    [[nodiscard]] Result<> endWriteBack();

    ServingOptions m_options;
    ServeLog m_log;
    SyncLog m_syncLog;
    std::optional<Json> m_report;
    std::mutex m_clientMutex; ///< guards m_clients and, once serving began, m_writeBack
    std::uint64_t m_clients = 0;
    serve::WriteBack* m_writeBack = nullptr; ///< the session's, as long as it takes changes home
    std::unique_ptr<EventLog> m_events;
    bool m_asks = false;                       ///< Enter publishes
    std::unique_ptr<serve::Service> m_service; ///< ends first: its callbacks use the rest
};

} // namespace fatlas::cli
