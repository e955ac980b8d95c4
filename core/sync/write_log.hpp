/// Which bytes of a disk were written, and when, until somebody has dealt with them.
///
/// Whoever reads while a guest writes reads first and asks afterwards whether what was read is
/// still what it was: nobody waits for anybody.
///
/// Units:      bytes; a stamp is a place in the order of all writes, from 1.
/// Invariants: a write under way counts as newer than every stamp. Neighbours written in one go are
///             one piece, as new as the newest of it.
/// Threads:    everything from any thread.
#pragma once

#include "core/host/change.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

namespace fatlas::sync {

using host::ByteRange;

class WriteLog {
public:
    using Stamp = std::uint64_t;
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;
    using Ticket = std::multiset<std::pair<std::uint64_t, std::uint64_t>>::iterator;

    /// A write begins; it is over with end(), whether it succeeded or not.
    [[nodiscard]] Ticket begin(ByteRange range, Time now);
    void end(Ticket ticket, Time now);

    /// What is written from now on has a later one.
    [[nodiscard]] Stamp stamp() const;
    /// Of the last write of all; nothing before the first.
    [[nodiscard]] std::optional<Time> lastTime() const;
    /// Of the last write to any byte of the range that is not forgotten.
    [[nodiscard]] std::optional<Time> lastTime(ByteRange range) const;
    /// Nothing of the range was written after `since`, and nothing is being written.
    [[nodiscard]] bool isUnchangedSince(Stamp since, ByteRange range) const;
    /// Some byte of the range was written and not forgotten.
    [[nodiscard]] bool touches(ByteRange range) const;
    /// Every byte of the range was.
    [[nodiscard]] bool covers(ByteRange range) const;
    /// Which bytes of the range were, in order; neighbours are one.
    [[nodiscard]] std::vector<ByteRange> written(ByteRange range) const;
    /// Which bytes of the range may be others than they were at `since`: written after it, or being
    /// written; in order.
    [[nodiscard]] std::vector<ByteRange> writtenSince(Stamp since, ByteRange range) const;
    /// What was written up to `upTo` has been dealt with.
    void forget(ByteRange range, Stamp upTo);
    /// As if it had been written before the first stamp: what an earlier run left.
    void remember(ByteRange range);

    [[nodiscard]] std::size_t pieceCount() const;

private:
    struct Piece {
        std::uint64_t end = 0;
        Stamp stamp = 0;
        Time time{};
    };

    using Pieces = std::map<std::uint64_t, Piece>; ///< by first byte; they do not overlap

    void mark(ByteRange range, Time now);
    void cutAt(std::uint64_t offset);
    [[nodiscard]] Pieces::const_iterator firstTouching(ByteRange range) const;
    [[nodiscard]] bool isBeingWritten(ByteRange range) const;

    mutable std::mutex m_mutex;
    Pieces m_pieces;
    std::multiset<std::pair<std::uint64_t, std::uint64_t>> m_underWay; ///< offset, end
    Stamp m_stamp = 0;
    std::optional<Time> m_last;
};

} // namespace fatlas::sync
