#include "core/serve/service.hpp"

#include <utility>

namespace fatlas::serve {

Result<std::unique_ptr<Service>> Service::open(const ServiceOptions& options, ServiceEvents events,
                                               const JobControl& job)
{
    auto made = std::unique_ptr<Service>(new Service(std::move(events), options.isWatched));
    FATLAS_ASSIGN(made->m_session,
                  Session::open(options.source, options.session, made->sessionEvents(), job));
    return made;
}

Service::~Service()
{
    if (m_session && m_session->writeBack() != nullptr)
        static_cast<void>(stop({})); // nobody writes while the session ends
    m_session.reset();
    m_server.reset(); // before the folder that its socket lies in
}

SessionEvents Service::sessionEvents()
{
    return {.onHostChanges = m_events.onHostChanges,
            .onPublished = [this](const Generation& made) { show(made); },
            .onRetired =
                [this](const Generation& old) {
                    const std::scoped_lock lock(m_mutex);
                    if (m_state == State::Started)
                        static_cast<void>(m_server->remove(old.name));
                },
            .onProblem = m_events.onProblem};
}

nbd::Export Service::exportOf(const Generation& generation) const
{
    nbd::Export made{.name = generation.name,
                     .description = generation.description,
                     .device = generation.device,
                     .readOnly = generation.isReadOnly,
                     .multiConnection = generation.allowsManyConnections,
                     .oneWriter =
                         m_session->writeBack() != nullptr && !generation.allowsManyConnections,
                     .tap = m_isWatched ? generation.tap : nullptr};
    if (generation.journal)
        made.deviceFor = [journal = generation.journal](nbd::ClientNumber client) {
            return journal->deviceFor(client);
        };
    return made;
}

void Service::show(const Generation& generation)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_state != State::Started)
            return; // start() lists it
        if (const auto added = m_server->add(exportOf(generation)); !added) {
            if (m_events.onProblem)
                m_events.onProblem(added.error());
            return;
        }
    }
    if (m_events.onPublished)
        m_events.onPublished(generation);
}

Result<> Service::start(Listening listening)
{
    nbd::ServerOptions options;
    options.onClient = [this](const nbd::Client& client, nbd::ClientChange change) {
        if (m_events.onClient)
            m_events.onClient(client, change);
        noteClient(change);
    };
    options.onError = m_events.onError;
    m_folder = std::move(listening.folder);
    const std::scoped_lock lock(m_mutex);
    for (const Generation& generation : m_session->generations())
        options.exports.push_back(exportOf(generation));
    FATLAS_ASSIGN(m_server, nbd::Server::start(std::move(listening.listeners), std::move(options)));
    m_state = State::Started;
    return {};
}

/// When the last one leaves, what it left is complete.
void Service::noteClient(nbd::ClientChange change)
{
    const std::scoped_lock lock(m_clientMutex);
    m_clientCount += change == nbd::ClientChange::Joined ? 1 : 0;
    m_clientCount -= change == nbd::ClientChange::Left ? 1 : 0;
    if (WriteBack* const writeBack = m_session->writeBack(); writeBack && m_clientCount == 0)
        writeBack->synchronizer().noteAllLeft();
}

const std::vector<nbd::Listener>& Service::listeners() const
{
    static const std::vector<nbd::Listener> none;
    return m_server ? m_server->listeners() : none;
}

std::vector<nbd::Client> Service::clients() const
{
    const std::scoped_lock lock(m_mutex);
    return m_state == State::Started ? m_server->clients() : std::vector<nbd::Client>{};
}

Result<> Service::stop(std::chrono::milliseconds patience)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_state != State::Started)
            return {};
        m_state = State::Stopped;
    }
    return m_server->stop(patience);
}

Result<std::optional<WriteBackEnd>> Service::bringHome(const JobControl& job)
{
    WriteBack* const writeBack = m_session->writeBack();
    if (writeBack == nullptr)
        return std::nullopt;
    FATLAS_ASSIGN(WriteBackEnd end, writeBack->end(job));
    return end;
}

} // namespace fatlas::serve
