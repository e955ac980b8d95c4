#include "core/host/replay.hpp"

#include "core/host/changing_calls.hpp"
#include "core/host/folder_reader.hpp"
#include "core/host/folder_walk.hpp"
#include "core/host/own_names.hpp"
#include "core/host/settle.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <limits>
#include <ranges>

namespace fatlas::host {

namespace {

bool isSavedName(const std::string& name)
{
    return name.size() == 17 && (name.front() == 'f' || name.front() == 'b') &&
           name.find_first_not_of("0123456789abcdef", 1) == std::string::npos;
}

bool isSound(const Begun& begun)
{
    return (begun.temporary.empty() || isTemporaryName(begun.temporary)) &&
           (begun.saved.empty() || isSavedName(begun.saved)) &&
           (begun.kind == ChangeKind::Note || checkPath(begun.path).has_value()) &&
           (begun.to.empty() || checkPath(begun.to).has_value());
}

JournalledChange asTold(const Begun& begun, const Ended& ended)
{
    return {.kind = begun.kind,
            .path = begun.path,
            .to = begun.to,
            .result = ended.result,
            .made = ended.made,
            .note = begun.note};
}

} // namespace

Result<> Replay::visit(std::uint64_t number, JournalRecord record)
{
    m_isFresh = false;
    if (auto* const begun = std::get_if<Begun>(&record))
        return take(number, std::move(*begun));
    if (const auto* const ended = std::get_if<Ended>(&record))
        return take(*ended);
    if (auto* const opened = std::get_if<Opened>(&record))
        m_boot = std::move(opened->boot);
    else if (std::holds_alternative<Flushed>(record))
        tellEnded();
    else if (const auto* const finished = std::get_if<Finished>(&record))
        m_finished = *finished;
    return {};
}

Result<> Replay::take(std::uint64_t number, Begun begun)
{
    if (!isSound(begun))
        return fail(ErrorCode::BadFormat,
                    fmt::format("record {} of the journal names what no change can have", number));
    Pending pending{.begun = std::move(begun), .ended = std::nullopt};
    if (pending.begun.kind == ChangeKind::Note)
        pending.ended = Ended{.begun = number, .made = true};
    m_pending.emplace(number, std::move(pending));
    return {};
}

Result<> Replay::take(const Ended& ended)
{
    const auto found = m_pending.find(ended.begun);
    if (found == m_pending.end())
        return fail(ErrorCode::BadFormat,
                    fmt::format("the journal ends change {}, which was not begun", ended.begun));
    found->second.ended = ended;
    return {};
}

void Replay::tell(const Begun& begun, const Ended& ended)
{
    {
        KeptFiles::Change kept(*m_context.kept);
        tellKept(kept, *m_context.keep, begun, ended);
    }
    tellContext(m_context, begun, ended);
    if (m_options.onJournalled)
        m_options.onJournalled(asTold(begun, ended));
}

void Replay::tellEnded()
{
    for (auto it = m_pending.begin(); it != m_pending.end();) {
        const Pending& pending = it->second;
        if (pending.ended)
            tell(pending.begun, *pending.ended);
        it = pending.ended ? m_pending.erase(it) : std::next(it);
    }
}

/// The system stopped: what was done last may be undone. It forgets from the end.
void Replay::doubt()
{
    for (Pending& pending : std::views::reverse(m_pending) | std::views::values) {
        if (!pending.ended || !pending.ended->made)
            continue;
        const bool isNote = pending.begun.kind == ChangeKind::Note;
        if (!isNote && !pending.begun.inPlace && isVisible(m_context, pending.begun))
            return;
        if (!isNote && !pending.begun.inPlace)
            pending.ended.reset();
    }
}

Result<> Replay::finish(const std::string& boot)
{
    if (m_boot != boot)
        doubt();
    for (auto& [number, pending] : m_pending) {
        if (pending.ended)
            continue;
        FATLAS_ASSIGN(Ended ended, settle(m_context, pending.begun, m_options.interrupted));
        ended.begun = number;
        FATLAS_TRY(m_context.journal->append(ended));
        pending.ended = ended;
    }
    tellEnded();
    return {};
}

Result<> removeLeftOvers(const JailContext& context)
{
    const std::uint64_t session = context.journal->identity().session;
    FolderReader reader;
    const auto clean = [&](int folder) {
        Descriptor listed(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        // What cannot be listed cannot be cleaned, and was not written to either.
        if (!listed || !reader.read(std::move(listed), std::numeric_limits<std::size_t>::max()))
            return 0;
        for (const FolderReader::Name& entry : reader.names()) {
            const char* const name = reader.text(entry);
            if (!isTemporaryName(name, session))
                continue;
            const auto stat = statAt(folder, name);
            if (!stat || stat->kind != HostKind::File || context.keep->has(stat->identity))
                continue;
            if (const int error = removeFileAt({.folder = folder, .name = name});
                error != 0 && error != ENOENT)
                return error;
        }
        return 0;
    };
    const std::string root = nameOf(context.root());
    const auto end = walkFolders(root.c_str(), {}, clean);
    if (!end)
        return failSystem(end.error(), "cannot remove temporary files left in the folder");
    return {};
}

} // namespace fatlas::host
