/// Every write of a session that is remembered, in memory, and how to undo them.
///
/// A moment is a number N: the disk as it was when write N was done and N + 1 had not begun. What
/// the disk was then is what it is now, but for the sectors that a later write touched: there it is
/// what the first of those writes found.
///
/// Units:      bytes; sectors of 512 bytes where it says so; times in nanoseconds since 1970-01-01
///             UTC.
/// Invariants: a write is here before its first byte changes. So who reads the disk first and asks
///             here afterwards never takes a later byte for an older one.
/// Errors:     Changed for a moment that is no longer remembered.
/// Threads:    reading from any thread, without waiting for a file; begin, add, dropOldest and
///             forget from one at a time.
#pragma once

#include "core/base/error.hpp"
#include "core/serve/journal_segment.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace fatlas::serve {

/// The moments that can be gone back to.
struct JournalSpan {
    std::uint64_t oldest = 0; ///< 0: before the first write of all
    std::uint64_t newest = 0; ///< all writes up to it are done
    std::int64_t oldestNs = 0;
    std::int64_t newestNs = 0;

    bool operator==(const JournalSpan&) const = default;
};

class JournalIndex {
public:
    using SharedSegment = std::shared_ptr<const JournalSegment>;
    using Segments = std::vector<SharedSegment>; ///< oldest first

    /// `beginNs`: when the oldest moment was.
    explicit JournalIndex(std::int64_t beginNs);

    /// As an earlier run left them.
    void restore(Segments segments);

    /// From now on writes go into it; the one before is settled.
    void begin(std::shared_ptr<JournalSegment> segment);
    /// The next write, into the newest segment; it is under way until finish(). Returns its number.
    std::uint64_t add(const JournalWrite& write, std::span<const UndoPiece> pieces);
    void finish(std::uint64_t number);
    /// The oldest of the settled ones; null when there is none.
    SharedSegment dropOldest();
    /// The next write can not be undone: there is nothing before it any more. Returns its number;
    /// `gone` gets what was remembered.
    std::uint64_t forget(std::int64_t timeNs, Segments& gone);

    /// Of the newest write that was added.
    [[nodiscard]] std::uint64_t count() const;
    [[nodiscard]] JournalSpan span() const;
    [[nodiscard]] std::optional<JournalWrite> write(std::uint64_t number) const;
    /// Those that are remembered of [first, end), oldest first.
    [[nodiscard]] std::vector<JournalWrite> writes(std::uint64_t first, std::uint64_t end) const;
    /// The newest `limit` up to `upTo` that touched bytes [offset, offset + length), newest first.
    [[nodiscard]] std::vector<JournalWrite> writesTo(std::uint64_t offset, std::uint64_t length,
                                                     std::uint64_t upTo, std::size_t limit) const;
    /// The last moment at or before a time, or the oldest.
    [[nodiscard]] std::uint64_t momentAt(std::int64_t timeNs) const;
    /// How many writes there were in each of `count` equal parts of [fromNs, toNs).
    [[nodiscard]] std::vector<JournalSegment::Kinds> columns(std::int64_t fromNs, std::int64_t toNs,
                                                             std::size_t count) const;

    /// What has to be known to undo the writes behind a moment in some sectors.
    struct Look {
        SharedSegment own; ///< the first write behind the moment is in it; null: there is none
        bool isOwnGrowing = false;
        std::size_t ownFrom = 0;          ///< the first piece of `own` behind the moment
        std::vector<UndoPiece> ownPieces; ///< isOwnGrowing: those from `known` on
        std::shared_ptr<const Segments> settled;
        std::size_t laterFrom = 0; ///< of `settled`, those behind `own`
        SharedSegment growing;     ///< behind `own`, or null

        struct Part {
            PieceRange range;
            UndoPiece piece;
        };

        std::vector<Part> inGrowing; ///< of the sectors asked for
    };

    /// `known`: how many pieces of a growing `own` the caller has seen.
    [[nodiscard]] Result<Look> look(std::uint64_t moment, std::size_t known,
                                    std::uint64_t firstSector, std::uint64_t endSector) const;

private:
    [[nodiscard]] Segments all() const;
    [[nodiscard]] Error tooOld(std::uint64_t moment) const;

    mutable std::mutex m_mutex; ///< over all of it
    std::shared_ptr<const Segments> m_settled = std::make_shared<const Segments>();
    std::shared_ptr<JournalSegment> m_growing;
    std::uint64_t m_oldest = 0;
    std::int64_t m_oldestNs = 0;
    std::uint64_t m_count = 0;
    std::int64_t m_countNs = 0; ///< of write m_count
    std::set<std::uint64_t> m_underWay;
};

} // namespace fatlas::serve
