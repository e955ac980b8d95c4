#include "app/cli/serving.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/output.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace fatlas::cli {

namespace {

constexpr std::size_t maxFindingsShown = 100;
constexpr std::size_t maxPathsShown = 5;
/// How long requests that run may still take when the server stops.
constexpr std::chrono::seconds patience{5};
constexpr int lookMs = 200;

void tell(const std::string& sentence)
{
    const std::string line = withoutControls(sentence) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

ServedMode modeOf(const serve::Generation& generation)
{
    return generation.isReadOnly ? ServedMode::ReadOnly : ServedMode::Writable;
}

void addPaths(std::vector<std::string>& lines, std::string_view what,
              const std::vector<std::string>& paths)
{
    for (std::size_t i = 0; i < std::min(paths.size(), maxPathsShown); ++i)
        lines.push_back(fmt::format("  {} {}", what, escapeForTerminal(paths[i])));
}

/// Nothing but a stop request ends it.
void awaitStop(const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, stop, [] { return false; });
}

/// Whether a line was entered; false also at the end of the input, which `isOpen` tells then.
bool lineEntered(bool& isOpen)
{
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    if (::poll(&input, 1, lookMs) <= 0)
        return false;
    std::array<char, 256> text{};
    const ssize_t count = ::read(STDIN_FILENO, text.data(), text.size());
    isOpen = count > 0;
    return count > 0 && text[static_cast<std::size_t>(count) - 1] == '\n';
}

} // namespace

Serving::Serving(ServingOptions options)
    : m_options(std::move(options)), m_log(m_options.comings),
      m_asks(m_options.session.publish == serve::Publish::Ask &&
             m_options.session.mode != serve::Mode::Keep &&
             m_options.comings == ServeLog::Comings::Told && ::isatty(STDIN_FILENO) != 0)
{}

Serving::~Serving()
{
    m_session.reset();
    m_server.reset();
}

Result<> Serving::open(const JobControl& job)
{
    FATLAS_ASSIGN(m_session,
                  serve::Session::open(m_options.source, m_options.session, sessionEvents(), job));
    showFindings(m_session->findings(), maxFindingsShown);
    if (!m_options.events.empty()) {
        FATLAS_ASSIGN(m_events, EventLog::create(m_options.events));
    }
    return {};
}

serve::SessionEvents Serving::sessionEvents()
{
    return {
        .onHostChanges = [this](const serve::HostChanges& changes) { tellHostChanges(changes); },
        .onPublished = [this](const serve::Generation& made) { tellPublished(made); },
        .onRetired =
            [this](const serve::Generation& old) {
                const std::scoped_lock lock(m_mutex);
                if (m_isStarted)
                    static_cast<void>(m_server->remove(old.name));
            },
        .onProblem = [](const Error& error) { complain(error.message); }};
}

nbd::Export Serving::exportOf(const serve::Generation& generation)
{
    if (m_events)
        m_events->add(generation.name, generation.tap);
    return {.name = generation.name,
            .description = generation.description,
            .device = generation.device,
            .readOnly = generation.isReadOnly,
            .multiConnection = generation.allowsManyConnections,
            .tap = m_events ? generation.tap : nullptr};
}

Result<> Serving::start(std::vector<nbd::Listener> listeners)
{
    nbd::ServerOptions options;
    options.onClient = [this](const nbd::Client& client, nbd::ClientChange change) {
        m_log.client(client, change);
    };
    options.onError = [this](nbd::ClientNumber client, const Error& error) {
        m_log.error(client, error);
    };
    const std::scoped_lock lock(m_mutex);
    for (const serve::Generation& generation : m_session->generations())
        options.exports.push_back(exportOf(generation));
    FATLAS_ASSIGN(m_server, nbd::Server::start(std::move(listeners), std::move(options)));
    m_isStarted = true;
    return {};
}

std::string Serving::exportName() const
{
    return m_session->generations().front().name;
}

Result<> Serving::tellStart() const
{
    const serve::Generation first = m_session->generations().front();
    Output output;
    output.print("Serving {}: {}\n", escapeForTerminal(m_options.source),
                 escapeForTerminal(first.description));
    for (const nbd::Listener& listener : m_server->listeners()) {
        output.print("uri         {}\n", listener.uri(first.name));
        writeHints(output, listener, first.name, modeOf(first));
    }
    output.text("Ctrl+C ends it.\n");
    return output.finish();
}

void Serving::tellHostChanges(const serve::HostChanges& changes)
{
    if (changes.isEmpty())
        return tell("the folder is again as the disk shows it");
    std::vector<std::string> lines{fmt::format(
        "the folder changed: {}; the disk stays as it was, and what changed of it answers with an "
        "error",
        counted(changes.count, "change", "changes"))};
    addPaths(lines, "changed", changes.changed);
    addPaths(lines, "added", changes.added);
    addPaths(lines, "removed", changes.removed);
    if (m_asks)
        lines.emplace_back("Enter publishes the folder as it is now, as a disk with a new name.");
    for (const std::string& line : lines)
        tell(line);
}

void Serving::tellPublished(const serve::Generation& generation)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_isStarted)
        return; // start() lists it
    if (const auto added = m_server->add(exportOf(generation)); !added)
        return complain(added.error().message);
    const std::string uri = listener().uri(generation.name);
    tell(fmt::format("published \"{}\": {}", escapeForTerminal(generation.name), uri));
    tell(fmt::format("QEMU's monitor: change DEVICE {} raw", uri));
}

void Serving::await(const std::stop_token& stop)
{
    if (m_asks)
        publishOnEnter(stop);
    awaitStop(stop);
}

void Serving::publishOnEnter(const std::stop_token& stop)
{
    bool isOpen = true;
    while (isOpen && !stop.stop_requested()) {
        if (!lineEntered(isOpen))
            continue;
        if (const auto published = m_session->publish(JobControl(stop)); !published)
            complain(published.error().message);
    }
}

Result<> Serving::stop()
{
    m_session.reset(); // nothing is published any more
    const auto stopped = m_server->stop(patience);
    m_log.finish();
    const Result<> logged = m_events ? m_events->finish() : Result<>{};
    FATLAS_TRY(stopped);
    return logged;
}

} // namespace fatlas::cli
