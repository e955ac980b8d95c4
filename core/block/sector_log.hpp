/// The file that remembers which sectors an overlay holds: records are added at its end, and when
/// most of them say nothing new any more, it is written again.
///
/// Units:      sectors of 512 bytes; the disk's size in bytes.
/// Invariants: the file is never longer than four times what the states need, plus 3 MiB.
/// Errors:     NoSpace and others of the file system: nothing was added. Opening: BadFormat for
///             what is not a log, for damage before the last sync that is known (naming the byte),
///             and for sectors the disk does not have; an end that was torn off is cut.
/// Threads:    everything in parallel; append calls are put in one order.
/// Source:     sector_log_raw.hpp.
#pragma once

#include "core/base/file.hpp"
#include "core/block/sector_states.hpp"

#include <array>
#include <filesystem>
#include <mutex>
#include <optional>

namespace fatlas::block {

using SessionId = std::array<std::byte, 16>;

class SectorLog {
public:
    /// Writes an empty log, durably, to a name that is not taken.
    [[nodiscard]] static Result<> create(const std::filesystem::path& path, std::uint64_t diskSize,
                                         const SessionId& session);

    /// Reads a log back into `states` (which are all Below) and goes on behind its last record.
    [[nodiscard]] static Result<std::unique_ptr<SectorLog>>
    open(const std::filesystem::path& path, std::uint64_t diskSize, SectorStates& states);

    [[nodiscard]] const SessionId& session() const noexcept { return m_session; }

    /// The record is with the kernel and the states are changed, or neither.
    [[nodiscard]] Result<> append(std::uint64_t first, std::uint64_t end, SectorState state);
    /// What was appended before survives a power cut.
    [[nodiscard]] Result<> sync();

    /// Whether the log is much longer than it would be if it were written again.
    [[nodiscard]] bool wantsCompaction() const noexcept;
    /// Writes it again, durably. The data must be synced before. When it fails, the log goes on as
    /// it is and asks again once it has doubled.
    [[nodiscard]] Result<> compact();

    [[nodiscard]] std::uint64_t recordCount() const noexcept { return m_records; }

private:
    SectorLog(File file, std::filesystem::path path, SectorStates& states)
        : m_path(std::move(path)), m_states(states), m_file(std::make_shared<File>(std::move(file)))
    {}

    [[nodiscard]] Result<> writeStates(File& file, std::uint32_t log, std::uint64_t& records) const;
    void setLimit(std::uint64_t records);

    std::filesystem::path m_path;
    SectorStates& m_states;
    SessionId m_session{};
    std::uint64_t m_diskSize = 0;
    std::mutex m_mutex; ///< over what follows
    std::shared_ptr<File> m_file;
    std::optional<Error> m_failure; ///< it was written again, and perhaps not durably
    std::uint32_t m_log = 0;
    std::uint64_t m_durable = 0;              ///< number of a record that is on the medium
    std::atomic<std::uint64_t> m_records = 0; ///< in the file; the last one's number
    std::atomic<std::uint64_t> m_limit = 0;   ///< of records, before it should be written again
};

} // namespace fatlas::block
