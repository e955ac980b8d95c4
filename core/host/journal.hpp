/// The file that remembers what the jail is about to do, so that it can be finished or taken back.
///
/// Units:      bytes.
/// Invariants: a record that append() told about is with the kernel; after sync() it and all before
///             it survive a power cut.
/// Errors:     NoSpace and others of the file system: nothing was added. Opening: BadFormat for
///             what is no journal and for damage before the last sync that is known (naming the
///             byte), Unsupported for another version; an end that was torn off is cut.
/// Threads:    everything in parallel; those who wait for the disk wait together.
/// Source:     journal_raw.hpp.
#pragma once

#include "core/base/file.hpp"
#include "core/host/journal_record.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

namespace fatlas::host {

struct JournalIdentity {
    std::uint64_t session = 0;
    std::uint64_t device = 0; ///< of the folder that is changed
    std::uint64_t inode = 0;
};

class Journal {
public:
    /// Gets the records in order, with their numbers.
    using Visitor = std::function<Result<>(std::uint64_t number, JournalRecord record)>;

    /// Writes an empty one, durably, to a name that is not taken.
    [[nodiscard]] static Result<> create(const std::filesystem::path& path,
                                         const JournalIdentity& identity);
    [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& path,
                                                               const Visitor& visitor);

    [[nodiscard]] const JournalIdentity& identity() const noexcept { return m_identity; }

    /// Gives the number of the record.
    [[nodiscard]] Result<std::uint64_t> append(const JournalRecord& record);
    [[nodiscard]] Result<> sync(std::uint64_t number);
    /// As append(); when it fails, the record goes in front of the next one that is appended.
    void appendSoon(JournalRecord record);

private:
    explicit Journal(File file) : m_file(std::move(file)) {}

    [[nodiscard]] Result<> write(const JournalRecord& record);
    [[nodiscard]] Result<> writeWaiting();
    [[nodiscard]] Result<> writeAgain();

    JournalIdentity m_identity;
    std::uint32_t m_journal = 0;
    std::mutex m_syncMutex; ///< held while the disk works; before m_mutex
    std::mutex m_mutex;     ///< over what follows
    File m_file;
    std::uint64_t m_end = 0;     ///< bytes of the file that count
    std::uint64_t m_records = 0; ///< the last one's number
    std::uint64_t m_durable = 0; ///< number of a record that is on the medium
    Bytes m_unsynced;            ///< what was written behind it, to write it again if a sync fails
    bool m_isDoubtful = false;   ///< a sync failed: the system may have forgotten what it had
    std::vector<JournalRecord> m_waiting;
};

} // namespace fatlas::host
