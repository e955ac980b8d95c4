/// A part of the journal of a session's writes: who wrote where, and what was there before.
///
/// Units:      sectors of 512 bytes, whatever the disk's are; offsets and lengths of writes in
///             bytes; times in nanoseconds since 1970-01-01 UTC, never falling.
/// Invariants: every write has at least one piece; its pieces do not overlap and cover all sectors
///             that it touched.
/// Errors:     BadFormat when old bytes are no longer what was put there; those of File.
/// Threads:    one at a time while it is written; then any number. readPiece: any number always.
/// Lifetime:   files without a name vanish with their last user, the others with removeFiles().
#pragma once

#include "core/base/file.hpp"
#include "core/block/event_queue.hpp"
#include "core/block/sector_chunk.hpp"
#include "core/serve/first_pieces.hpp"

#include <atomic>
#include <memory>
#include <span>
#include <vector>

namespace fatlas::serve {

inline constexpr std::uint64_t journalSector = 512;

struct JournalWrite {
    std::uint64_t number = 0; ///< from 1; the moment of that number is the disk just behind it
    std::int64_t timeNs = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint32_t client = 0;
    block::TapKind kind = block::TapKind::Write;

    bool operator==(const JournalWrite&) const = default;
};

/// What some sectors held before they were written.
struct UndoPiece {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t dataOffset = 0; ///< SectorState::Data: in the segment's data file
    std::uint32_t checksum = 0;   ///< SectorState::Data: CRC-32 of them
    block::SectorState state = block::SectorState::Below;

    [[nodiscard]] std::uint64_t end() const noexcept { return first + count; }
};

class JournalSegment {
public:
    struct Files {
        std::shared_ptr<File> data;
        std::shared_ptr<File> log = nullptr; ///< null: nobody will read it back
        std::uint32_t tag = 0;               ///< of its records
    };

    JournalSegment(std::uint64_t firstNumber, std::uint64_t diskSize, Files files)
        : m_firstNumber(firstNumber), m_diskSize(diskSize), m_files(std::move(files))
    {}

    [[nodiscard]] const Files& files() const noexcept { return m_files; }

    [[nodiscard]] std::uint64_t firstNumber() const noexcept { return m_firstNumber; }

    /// One past the last.
    [[nodiscard]] std::uint64_t endNumber() const noexcept
    {
        return m_firstNumber + m_writes.size();
    }

    [[nodiscard]] bool contains(std::uint64_t number) const noexcept
    {
        return number >= m_firstNumber && number < endNumber();
    }

    /// The next write; its number is what it makes.
    void add(const JournalWrite& write, std::span<const UndoPiece> pieces);

    /// Nothing is added any more.
    void settle() { m_firsts.settle(); }

    /// Old bytes were read back from disk: they are checked before they are used.
    void distrustData();

    [[nodiscard]] JournalWrite write(std::uint64_t number) const;
    /// Of the piece a write begins with; endNumber() gives the number of pieces.
    [[nodiscard]] std::size_t firstPieceOf(std::uint64_t number) const;

    [[nodiscard]] const std::vector<UndoPiece>& pieces() const noexcept { return m_pieces; }

    /// For every sector the piece of the first write in the segment that touched it.
    [[nodiscard]] const FirstPieces& firsts() const noexcept { return m_firsts; }

    /// How many writes there are from `first` to before `end`, of each kind.
    struct Kinds {
        std::uint64_t writes = 0;
        std::uint64_t zeroes = 0;
        std::uint64_t trims = 0;
    };

    [[nodiscard]] Kinds kindsBetween(std::uint64_t first, std::uint64_t end) const;
    /// The first write at or after a time; endNumber() when there is none.
    [[nodiscard]] std::uint64_t firstNumberAt(std::int64_t timeNs) const;

    /// Bytes that sectors [first, end) have on the disk, whose last one may be cut off.
    [[nodiscard]] std::uint64_t bytesOf(std::uint64_t first, std::uint64_t end) const;
    /// `into` is filled with old bytes from byte `offset` of a piece on that holds Data; `index` is
    /// its place in pieces().
    [[nodiscard]] Result<> readPiece(const UndoPiece& piece, std::size_t index,
                                     std::uint64_t offset, ByteSpan into) const;

    void removeFiles() const;

private:
    struct Mark {
        std::int64_t timeNs;
        std::uint64_t offset;
        std::uint64_t length;
        std::uint32_t client;
        std::uint32_t firstPiece;
        std::uint32_t zeroesBefore; ///< in the segment
        std::uint32_t trimsBefore;
        block::TapKind kind;
    };

    [[nodiscard]] Result<> verify(const UndoPiece& piece) const;
    [[nodiscard]] Kinds kindsBefore(std::uint64_t number) const;

    std::uint64_t m_firstNumber;
    std::uint64_t m_diskSize;
    Files m_files;
    std::vector<Mark> m_writes;
    std::vector<UndoPiece> m_pieces;
    FirstPieces m_firsts;
    std::uint32_t m_zeroes = 0;
    std::uint32_t m_trims = 0;
    std::unique_ptr<std::atomic<bool>[]> m_isVerified; ///< by piece; null: all are
};

} // namespace fatlas::serve
