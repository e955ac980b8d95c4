#include "app/cli/serving.hpp"

#include "core/base/text.hpp"
#include "core/serve/client_lines.hpp"

#include "app/cli/asker.hpp"
#include "app/cli/exit_status.hpp"
#include "app/cli/output.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <poll.h>
#include <thread>
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

serve::Access accessOf(const serve::Generation& generation)
{
    return generation.isReadOnly ? serve::Access::ReadOnly : serve::Access::Writable;
}

/// Programs in a column of their own, said once each.
void writeLines(Output& output, const std::vector<serve::ClientLine>& lines)
{
    std::string_view last;
    for (const serve::ClientLine& line : lines) {
        output.print("{:<11} {}\n", line.program == last ? std::string_view() : line.program,
                     line.line);
        last = line.program;
    }
}

void addPaths(std::vector<std::string>& lines, std::string_view what,
              const std::vector<std::string>& paths)
{
    for (std::size_t i = 0; i < std::min(paths.size(), maxPathsShown); ++i)
        lines.push_back(fmt::format("  {} {}", what, escapeForTerminal(paths[i])));
}

SyncLog::Telling tellingFor(const serve::SessionOptions& session)
{
    return session.writeBack.engine.dryRun ? SyncLog::Telling::DryRun : SyncLog::Telling::Problems;
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
      m_syncLog(m_options.session.name, tellingFor(m_options.session)),
      m_asks(m_options.session.publish == serve::Publish::Ask &&
             m_options.session.mode != serve::Mode::Keep &&
             m_options.session.mode != serve::Mode::WriteBack &&
             m_options.comings == ServeLog::Comings::Told && ::isatty(STDIN_FILENO) != 0)
{
    m_options.session.writeBack.events = m_syncLog.events();
}

Result<> Serving::open(const JobControl& job)
{
    if (!m_options.events.empty()) {
        FATLAS_ASSIGN(m_events, EventLog::create(m_options.events));
        m_syncLog.writeTo(m_events.get());
    }
    FATLAS_ASSIGN(m_service, serve::Service::open({.source = m_options.source,
                                                   .session = m_options.session,
                                                   .isWatched = !m_options.events.empty()},
                                                  serviceEvents(), job));
    m_writeBack = m_service->session().writeBack();
    showFindings(m_service->session().findings(), maxFindingsShown);
    return {};
}

serve::ServiceEvents Serving::serviceEvents()
{
    return {
        .onHostChanges = [this](const serve::HostChanges& changes) { tellHostChanges(changes); },
        .onPublished = [this](const serve::Generation& made) { tellPublished(made); },
        .onProblem = [](const Error& error) { complain(error.message); },
        .onClient =
            [this](const nbd::Client& client, nbd::ClientChange change) {
                m_log.client(client, change);
                noteClient(change);
            },
        .onError = [this](nbd::ClientNumber client,
                          const Error& error) { m_log.error(client, error); }};
}

Result<> Serving::start(serve::Listening listening)
{
    if (m_events)
        for (const serve::Generation& generation : m_service->session().generations())
            m_events->add(generation.name, generation.tap);
    return m_service->start(std::move(listening));
}

std::string Serving::exportName() const
{
    return m_service->session().generations().front().name;
}

Result<> Serving::tellStart() const
{
    const serve::Generation first = m_service->session().generations().front();
    Output output;
    output.print("Serving {}: {}\n", escapeForTerminal(m_options.source),
                 escapeForTerminal(first.description));
    for (const nbd::Listener& listener : m_service->listeners()) {
        output.print("uri         {}\n", listener.uri(first.name));
        writeLines(output, serve::clientLines(listener, first.name, accessOf(first)));
    }
    if (m_options.session.writeBack.engine.dryRun && m_writeBack != nullptr)
        output.text("Dry run: what would come home is told, the folder stays as it is, and what "
                    "clients write is forgotten in the end.\n");
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
    if (m_events)
        m_events->add(generation.name, generation.tap);
    const std::string uri = listener().uri(generation.name);
    tell(fmt::format("published \"{}\": {}", escapeForTerminal(generation.name), uri));
    tell("QEMU's monitor: " + serve::changeMediumLine(uri));
}

void Serving::await(const std::stop_token& stop)
{
    if (m_asks)
        publishOnEnter(stop);
    if (asksAboutChanges())
        Asker(m_writeBack->synchronizer()).run(Asker::Until::Stopped, stop);
    awaitStop(stop);
}

void Serving::askAboutRest(const std::stop_token& stop)
{
    if (!asksAboutChanges())
        return;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!haveAllLeft() && !stop.stop_requested() && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(lookMs));
    Asker(m_writeBack->synchronizer()).run(Asker::Until::Decided, stop);
}

bool Serving::asksAboutChanges() const
{
    return m_writeBack != nullptr && m_options.session.writeBack.when == sync::When::Ask;
}

bool Serving::haveAllLeft()
{
    const std::scoped_lock lock(m_clientMutex);
    return m_clients == 0;
}

void Serving::publishOnEnter(const std::stop_token& stop)
{
    bool isOpen = true;
    while (isOpen && !stop.stop_requested()) {
        if (!lineEntered(isOpen))
            continue;
        if (const auto published = m_service->session().publish(JobControl(stop)); !published)
            complain(published.error().message);
    }
}

/// When the last one leaves, what it left is complete.
void Serving::noteClient(nbd::ClientChange change)
{
    const std::scoped_lock lock(m_clientMutex);
    if (change == nbd::ClientChange::Joined)
        ++m_clients;
    else
        --m_clients;
    if (m_clients == 0 && m_writeBack != nullptr)
        m_writeBack->synchronizer().noteAllLeft();
}

Result<> Serving::stop()
{
    const auto stopped = m_service->stop(patience);
    const Result<> broughtHome = m_writeBack != nullptr && stopped ? endWriteBack() : Result<>{};
    m_log.finish();
    m_syncLog.writeTo(nullptr);
    const Result<> logged = m_events ? m_events->finish() : Result<>{};
    FATLAS_TRY(stopped);
    FATLAS_TRY(broughtHome);
    return logged;
}

Result<> Serving::endWriteBack()
{
    serve::WriteBack* const writeBack = m_writeBack;
    {
        const std::scoped_lock lock(m_clientMutex);
        m_writeBack = nullptr;
    }
    FATLAS_ASSIGN(const serve::WriteBackEnd end, writeBack->end());
    m_report = m_syncLog.report(end);
    for (const auto& changed : end.changed)
        complain(fmt::format("somebody wrote to a file the guest had replaced or deleted; it is "
                             "kept as {}",
                             escapeForTerminal(changed.native())));
    if (end.isDropped)
        tell(m_syncLog.describeDryRun());
    if (!end.isOver)
        return fail(ErrorCode::Refused, describeLeft(end));
    return {};
}

} // namespace fatlas::cli
