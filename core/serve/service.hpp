/// A session and the server that shows it to clients, from the first to the last.
///
/// What is published while clients are served becomes an export of its own; what retires gets no
/// new clients.
///
/// Errors:   those of Session, nbd::Listener and nbd::Server.
/// Threads:  open, start, stop and the destructor: one at a time, and not from a callback; the rest
///           from any thread. Callbacks come from threads of the session and the server, and must
///           return soon.
/// Lifetime: no callback comes after the destructor returned, which stops without patience; those
///           about clients end with stop().
#pragma once

#include "core/nbd/server.hpp"
#include "core/serve/listening.hpp"
#include "core/serve/session.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::serve {

struct ServiceOptions {
    std::string source;
    SessionOptions session;
    bool isWatched = false; ///< the taps of the generations are told what clients do
};

/// What a service tells; each may be empty.
struct ServiceEvents {
    std::function<void(const HostChanges&)> onHostChanges;
    std::function<void(const Generation&)> onPublished; ///< clients may have it already
    std::function<void(const Error&)> onProblem;
    std::function<void(const nbd::Client&, nbd::ClientChange)> onClient;
    std::function<void(nbd::ClientNumber, const Error&)> onError;
};

class Service {
public:
    [[nodiscard]] static Result<std::unique_ptr<Service>>
    open(const ServiceOptions& options, ServiceEvents events = {}, const JobControl& job = {});

    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    ~Service();

    /// Lets clients in; once.
    [[nodiscard]] Result<> start(Listening listening);

    [[nodiscard]] Session& session() const { return *m_session; }

    /// Those of start(), empty before and once it was stopped.
    [[nodiscard]] const std::vector<nbd::Listener>& listeners() const;
    [[nodiscard]] std::vector<nbd::Client> clients() const;

    /// As nbd::Server::stop. The session stays, so that what guests wrote can still be saved.
    [[nodiscard]] Result<> stop(std::chrono::milliseconds patience);
    /// Once it was stopped: what guests wrote and is not home yet. Nothing where nothing comes
    /// home.
    [[nodiscard]] Result<std::optional<WriteBackEnd>> bringHome(const JobControl& job = {});

private:
    enum class State : std::uint8_t { Opened, Started, Stopped };

    explicit Service(ServiceEvents events, bool isWatched)
        : m_events(std::move(events)), m_isWatched(isWatched)
    {}

    [[nodiscard]] SessionEvents sessionEvents();
    [[nodiscard]] nbd::Export exportOf(const Generation& generation) const;
    void show(const Generation& generation);
    void noteClient(nbd::ClientChange change);

    ServiceEvents m_events;
    bool m_isWatched;
    PrivateFolder m_folder;
    mutable std::mutex m_mutex; ///< guards m_state, and m_server until it is Started
    State m_state = State::Opened;
    std::mutex m_clientMutex;
    std::uint64_t m_clientCount = 0; ///< guarded by m_clientMutex
    std::unique_ptr<nbd::Server> m_server;
    std::unique_ptr<Session> m_session; ///< ends first: its callbacks use the rest
};

} // namespace fatlas::serve
