#include "core/host/jail.hpp"

#include "core/base/own_files.hpp"
#include "core/base/text.hpp"
#include "core/host/changing_calls.hpp"
#include "core/host/jail_changes.hpp"
#include "core/host/jail_end.hpp"
#include "core/host/journal_reader.hpp"
#include "core/host/replay.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <system_error>

namespace fatlas::host {

namespace {

namespace fs = std::filesystem;

constexpr const char* journalName = "jail.journal";
constexpr int maxDepth = 1 << 16;

std::string bootOf()
{
    std::string boot;
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::getline(file, boot);
    return boot;
}

std::uint64_t newSession()
{
    std::random_device random;
    return std::uint64_t{random()} << 32 | random();
}

/// What the jail writes for itself must not be part of what the guest sees.
Result<> refuseInside(const fs::path& session, const FolderLock& folder)
{
    const auto root = statOf(folder.descriptor());
    Descriptor here(::open(session.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!here || !root)
        return failSystem(errno, "cannot open folder " + escapeForTerminal(session.native()));
    FileIdentity below;
    for (int depth = 0; here && depth < maxDepth; ++depth) {
        const auto stat = statOf(here.get());
        if (!stat || stat->isSameAs(below))
            return {}; // ".." of the root is the root
        if (stat->isSameAs(root->identity))
            return fail(ErrorCode::Refused,
                        fmt::format("{} lies in the folder that is served; a session is kept "
                                    "elsewhere",
                                    escapeForTerminal(session.native())));
        below = stat->identity;
        here = Descriptor(::openat(here.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    }
    return {};
}

Result<JournalIdentity> identityFor(const fs::path& journal, const FolderLock& folder)
{
    const auto root = statOf(folder.descriptor());
    if (!root)
        return failSystem(root.error(), "cannot look at " + folder.path().native());
    std::error_code error;
    if (!fs::exists(fs::symlink_status(journal, error))) {
        const JournalIdentity fresh{.session = newSession(),
                                    .device = root->identity.device,
                                    .inode = root->identity.inode};
        FATLAS_TRY(Journal::create(journal, fresh));
        return fresh;
    }
    FATLAS_ASSIGN(const File file, File::open(journal));
    FATLAS_ASSIGN(const JournalIdentity known, readJournalIdentity(file));
    if (known.inode != root->identity.inode)
        return fail(ErrorCode::Refused, fmt::format("{} is the journal of another folder than {}",
                                                    escapeForTerminal(journal.native()),
                                                    escapeForTerminal(folder.path().native())));
    return known;
}

class OpenJail final : public Jail {
public:
    OpenJail(FolderLock folder, JailOptions options)
        : m_options(std::move(options)), m_context(std::make_unique<JailContext>(std::move(folder)))
    {
        m_context->kept = m_options.kept;
    }

    Result<> start();

    [[nodiscard]] ChangeResult<> makeFolder(const std::string& path, const FileMeta& meta,
                                            const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::makeFolder(*m_context, path, meta, request);
    }

    [[nodiscard]] ChangeResult<> removeFolder(const Known& folder, const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::removeFolder(*m_context, folder, request);
    }

    [[nodiscard]] ChangeResult<> createFile(const std::string& path, const NewContent& content,
                                            const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::createFile(*m_context, path, content, request);
    }

    [[nodiscard]] ChangeResult<> replaceFile(const Known& file, const NewContent& content,
                                             const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::replaceFile(*m_context, file, content, request);
    }

    [[nodiscard]] ChangeResult<> writeInPlace(const Known& file,
                                              const std::vector<ByteRange>& ranges,
                                              const NewContent& content,
                                              const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::writeInPlace(
            *m_context,
            {.kind = ChangeKind::WriteInPlace, .file = file, .ranges = ranges, .content = content},
            request);
    }

    [[nodiscard]] ChangeResult<> removeFile(const Known& file, const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::removeFile(*m_context, file, request);
    }

    [[nodiscard]] ChangeResult<> rename(const Known& from, const std::string& to,
                                        const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return renameEntry(*m_context, from, to, request);
    }

    [[nodiscard]] ChangeResult<> exchange(const Known& a, const Known& b,
                                          const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return exchangeEntries(*m_context, a, b, request);
    }

    [[nodiscard]] ChangeResult<> setMeta(const Known& file, const FileMeta& meta,
                                         const Request& request) override
    {
        FATLAS_TRY(checkNote(request.note));
        return host::setMeta(*m_context, file, meta, request);
    }

    [[nodiscard]] Result<> note(const Bytes& note) override;
    [[nodiscard]] ChangeResult<Known> look(const std::string& path) const override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<JailEnd> end(Deleted deleted) override;

    [[nodiscard]] bool isEnded() const noexcept override { return m_isEnded; }

private:
    Result<> checkNote(const Bytes& note) const
    {
        if (m_isEnded)
            return fail(ErrorCode::Refused, "the session was ended");
        if (note.size() > maxNoteSize)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("a note of {} bytes, at most {}", note.size(), maxNoteSize));
        return {};
    }

    Result<> beginAnew(const fs::path& journal, Deleted deleted);
    Result<> sayOpened();

    JailOptions m_options;
    std::unique_ptr<JailContext> m_context;
    bool m_isEnded = false;
};

Result<> OpenJail::start()
{
    JailContext& context = *m_context;
    const fs::path path = m_options.session / journalName;
    FATLAS_TRY(refuseInside(m_options.session, context.folder));
    FATLAS_ASSIGN(const JournalIdentity identity, identityFor(path, context.folder));
    FATLAS_ASSIGN(context.keep, Keep::open(context.root(), identity.session));
    Replay replay(context, m_options);
    FATLAS_ASSIGN(context.journal,
                  Journal::open(path, [&replay](std::uint64_t number, JournalRecord record) {
                      return replay.visit(number, std::move(record));
                  }));
    if (const auto& finished = replay.finished())
        return beginAnew(path, finished->usesTrash ? Deleted::Trash : Deleted::Drop);
    FATLAS_TRY(replay.finish(bootOf()));
    if (!replay.isFresh())
        FATLAS_TRY(removeLeftOvers(context));
    return sayOpened();
}

/// The session before was ended, and only its traces were left.
Result<> OpenJail::beginAnew(const fs::path& journal, Deleted deleted)
{
    FATLAS_TRY(emptyKeep(*m_context, deleted));
    FATLAS_TRY(removeOwn(journal));
    auto context = std::make_unique<JailContext>(std::move(m_context->folder));
    m_context = std::move(context);
    m_context->kept = m_options.kept;
    KeptFiles::Change(*m_context->kept).forget();
    return start();
}

Result<> OpenJail::sayOpened()
{
    FATLAS_ASSIGN(const std::uint64_t number, m_context->journal->append(Opened{.boot = bootOf()}));
    return m_context->journal->sync(number);
}

Result<> OpenJail::note(const Bytes& note)
{
    FATLAS_TRY(checkNote(note));
    Begun begun;
    begun.note = note;
    FATLAS_TRY(m_context->journal->append(begun));
    return {};
}

ChangeResult<Known> OpenJail::look(const std::string& path) const
{
    return lookBeneath(m_context->root(), path);
}

Result<> OpenJail::flush()
{
    FATLAS_TRY(checkNote({}));
    FATLAS_TRY(m_context->unsynced.sync(m_context->root()));
    FATLAS_ASSIGN(const std::uint64_t number, m_context->journal->append(Flushed{}));
    return m_context->journal->sync(number);
}

Result<JailEnd> OpenJail::end(Deleted deleted)
{
    if (m_context->isUnsettled)
        return fail(ErrorCode::Refused, "a change is neither made nor taken back: open the session "
                                        "again to settle it");
    if (m_context->keep->hasLeftOver())
        FATLAS_TRY(removeLeftOvers(*m_context));
    FATLAS_TRY(flush());
    m_isEnded = true;
    const Finished finished{.usesTrash = deleted == Deleted::Trash};
    FATLAS_ASSIGN(const std::uint64_t number, m_context->journal->append(finished));
    FATLAS_TRY(m_context->journal->sync(number));
    FATLAS_ASSIGN(JailEnd end, emptyKeep(*m_context, deleted));
    FATLAS_TRY(removeOwn(m_options.session / journalName));
    return end;
}

} // namespace

Result<std::unique_ptr<Jail>> Jail::open(FolderLock folder, JailOptions options)
{
    auto jail = std::make_unique<OpenJail>(std::move(folder), std::move(options));
    FATLAS_TRY(jail->start());
    return jail;
}

} // namespace fatlas::host
