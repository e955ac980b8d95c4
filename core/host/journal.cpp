#include "core/host/journal.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/call_hook.hpp"
#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/host/journal_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <unistd.h>

namespace fatlas::host {

namespace {

/// A record whose end lies in the file may be followed by zeros that are not written.
Bytes frame(ByteView payload, JournalRecordRaw raw)
{
    raw.magic.set(journalRecordMagic);
    raw.size.set(static_cast<std::uint32_t>(payload.size()));
    raw.checksum.set(checksumOf(raw, payload));
    const ByteView head = asBytes(raw);
    Bytes bytes(head.begin(), head.end());
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    bytes.resize(roundUp(bytes.size(), journalAlignment));
    return bytes;
}

Result<> syncData(const File& file)
{
    if (changingCall(Call::Sync, [&file] { return ::fdatasync(file.descriptor()); }) != 0)
        return failSystem(errno, "cannot sync " + escapeForTerminal(file.path().native()));
    return {};
}

} // namespace

Result<> Journal::create(const std::filesystem::path& path, const JournalIdentity& identity)
{
    std::random_device random;
    JournalHeaderRaw raw;
    std::ranges::copy(journalMagic, raw.magic.begin());
    raw.version.set(journalVersion);
    raw.journal.set(random());
    raw.session.set(identity.session);
    raw.device.set(identity.device);
    raw.inode.set(identity.inode);
    raw.checksum.set(checksumOf(raw));
    FATLAS_ASSIGN(AtomicFile created, AtomicFile::create(path, AtomicFile::Existing::Keep));
    FATLAS_TRY(created.file().writeAt(0, asBytes(raw)));
    return created.commit();
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& path,
                                               const Visitor& visitor)
{
    FATLAS_ASSIGN(File file, File::open(path, File::Access::ReadWrite));
    FATLAS_ASSIGN(const JournalContent content, readJournal(file, visitor));
    FATLAS_ASSIGN(const std::uint64_t size, file.size());
    if (size != content.end) {
        // On the medium too, before records grow over it: none of what is cut may come back.
        FATLAS_TRY(file.resize(content.end));
        FATLAS_TRY(syncData(file));
    }
    std::unique_ptr<Journal> journal(new Journal(std::move(file)));
    journal->m_identity = content.identity;
    journal->m_journal = content.journal;
    journal->m_end = content.end;
    journal->m_records = content.records;
    journal->m_durable = content.durable;
    return journal;
}

Result<> Journal::write(const JournalRecord& record)
{
    const Bytes payload = encode(record);
    if (payload.size() > maxJournalPayload)
        return fail(ErrorCode::Limit,
                    fmt::format("a record of the journal would have {} bytes, at most {}",
                                payload.size(), maxJournalPayload));
    JournalRecordRaw raw;
    raw.number.set(m_records + 1);
    raw.durable.set(m_durable);
    raw.journal.set(m_journal);
    const Bytes bytes = frame(payload, raw);
    // At a known place: what a failed write left there is written over by the next.
    FATLAS_TRY(m_file.writeAt(m_end, bytes));
    m_end += bytes.size();
    ++m_records;
    m_unsynced.insert(m_unsynced.end(), bytes.begin(), bytes.end());
    return {};
}

Result<> Journal::writeWaiting()
{
    while (!m_waiting.empty()) {
        FATLAS_TRY(write(m_waiting.front()));
        m_waiting.erase(m_waiting.begin());
    }
    return {};
}

Result<std::uint64_t> Journal::append(const JournalRecord& record)
{
    const std::scoped_lock lock(m_mutex);
    FATLAS_TRY(writeWaiting());
    FATLAS_TRY(write(record));
    return m_records;
}

void Journal::appendSoon(JournalRecord record)
{
    const std::scoped_lock lock(m_mutex);
    m_waiting.push_back(std::move(record));
    static_cast<void>(writeWaiting()); // else with the next one
}

Result<> Journal::writeAgain()
{
    const std::scoped_lock lock(m_mutex);
    if (m_isDoubtful)
        FATLAS_TRY(m_file.writeAt(m_end - m_unsynced.size(), m_unsynced));
    return {};
}

Result<> Journal::sync(std::uint64_t number)
{
    const std::scoped_lock turn(m_syncMutex);
    std::uint64_t last = 0;
    std::size_t size = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_durable >= number)
            return {}; // somebody else's sync took it along
        last = m_records;
        size = m_unsynced.size();
    }
    FATLAS_TRY(writeAgain());
    const auto done = syncData(m_file); // others go on appending meanwhile
    const std::scoped_lock lock(m_mutex);
    m_isDoubtful = !done;
    if (!done)
        return done;
    m_durable = last;
    m_unsynced.erase(m_unsynced.begin(), m_unsynced.begin() + static_cast<std::ptrdiff_t>(size));
    return {};
}

} // namespace fatlas::host
