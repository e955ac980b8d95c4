/// The timeline of a disk that guests write to: what every write found is put aside before it
/// changes, so that the disk can be seen as it was at any moment, while guests go on.
///
/// What was never written before costs no bytes (the disk below still has it), and old bytes are
/// kept as long as they fit into `limits`: then the oldest moments are forgotten, and span() says
/// from when on one can go back. When they cannot be stored, for whatever reason, nothing before
/// that write can be gone back to; the write itself goes on as if nobody looked.
///
/// Units:    bytes; times in nanoseconds since 1970-01-01 UTC.
/// Shape:    TIMELINE.md. Not more than `limits.bytes` in files; in memory about 100 bytes for each
///           record, of which a write needs one for each run of sectors that were alike.
/// Errors:   of a device: those of the device below, never one of the journal (loss() has it).
///           moment(): Changed when it is no longer remembered, OutOfRange when it has not been.
/// Threads:  everything from any thread; writes of the same sectors wait for each other.
/// Lifetime: devices and moments hold it. Kept: when the last one ends, the journal is made whole
///           on the medium, so that it fits the disk also after the machine was off.
#pragma once

#include "core/base/units.hpp"
#include "core/block/overlay_device.hpp"
#include "core/block/range_lock.hpp"
#include "core/serve/journal_files.hpp"
#include "core/serve/journal_index.hpp"

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

namespace fatlas::serve {

struct JournalDisk {
    std::shared_ptr<block::OverlayDevice> overlay;        ///< the disk as it is
    std::shared_ptr<const block::BlockDevice> below;      ///< what the overlay lies over
    std::shared_ptr<block::BlockDevice> device = nullptr; ///< takes the writes; null: the overlay
};

struct JournalLimits {
    std::uint64_t bytes = GiB;
    std::uint64_t records = std::uint64_t{1} << 20;
};

/// From a moment on nothing before it can be gone back to.
struct JournalLoss {
    std::int64_t timeNs = 0;
    Error error;
};

class WriteJournal final : public std::enable_shared_from_this<WriteJournal> {
public:
    /// Forgotten in the end; its files have no names and lie in `folder`.
    [[nodiscard]] static std::shared_ptr<WriteJournal>
    create(JournalDisk disk, const std::filesystem::path& folder, const JournalLimits& limits = {});
    /// That of a kept session: goes on where the last run left it. Why it does not, if so, is in
    /// loss().
    [[nodiscard]] static Result<std::shared_ptr<WriteJournal>>
    openKept(JournalDisk disk, const std::filesystem::path& sessionFolder,
             const JournalLimits& limits = {});

    WriteJournal(const WriteJournal&) = delete;
    WriteJournal& operator=(const WriteJournal&) = delete;
    ~WriteJournal();

    /// What a client writes to.
    [[nodiscard]] std::shared_ptr<block::BlockDevice> deviceFor(std::uint32_t client);

    [[nodiscard]] const JournalIndex& index() const noexcept { return *m_index; }

    [[nodiscard]] JournalSpan span() const { return m_index->span(); }

    /// The disk as it was, for reading.
    [[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
    moment(std::uint64_t number) const;

    /// Bytes in files.
    [[nodiscard]] std::uint64_t storedBytes() const;
    /// The last one.
    [[nodiscard]] std::optional<JournalLoss> loss() const;

private:
    class Device;
    class Entry;

    /// What a write will find, before it is done.
    struct Draft {
        std::vector<UndoPiece> pieces;
        std::uint64_t dataSize = 0;
        Bytes data; ///< empty when there is too much of it to hold
    };

    struct Span {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
    };

    WriteJournal(JournalDisk disk, JournalFiles files, const JournalLimits& limits);

    [[nodiscard]] std::uint64_t note(JournalWrite write, Span sectors);
    [[nodiscard]] Result<Draft> draft(Span sectors) const;
    [[nodiscard]] Result<> store(const JournalWrite& write, Draft& draft);
    [[nodiscard]] Result<> beginSegment();
    [[nodiscard]] Result<> makeRoom(std::uint64_t bytes, std::uint64_t records);
    [[nodiscard]] Result<> put(const JournalWrite& write, Draft& draft);
    [[nodiscard]] Result<> putData(Draft& draft);
    bool drop();
    [[nodiscard]] std::uint64_t giveUp(std::int64_t timeNs, const Error& error);
    [[nodiscard]] Result<> makeWhole() const;

    struct Size {
        std::uint64_t bytes = 0;
        std::uint64_t records = 0;
    };

    [[nodiscard]] Size total() const;
    [[nodiscard]] std::uint64_t bytesOf(const UndoPiece& piece) const;

    JournalDisk m_disk;
    JournalLimits m_limits;
    block::RangeLock m_ranges; ///< of sectors
    std::shared_ptr<JournalIndex> m_index;
    mutable std::mutex m_mutex; ///< over what follows: one write at a time is put into the files
    JournalFiles m_files;
    std::shared_ptr<JournalSegment> m_segment; ///< null: the next write begins one
    std::uint64_t m_dataSize = 0;              ///< of its data file
    std::uint64_t m_records = 0;               ///< in it
    std::deque<Size> m_sizes;                  ///< of the settled segments, oldest first
    std::vector<JournalSegment::Files> m_unsynced;
    std::int64_t m_lastNs = 0;
    std::optional<JournalLoss> m_loss;
    std::chrono::steady_clock::time_point m_retryAt{};
};

} // namespace fatlas::serve
