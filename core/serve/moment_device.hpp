/// A disk as it was at a moment of its timeline, for reading, while guests go on writing to it.
///
/// Opening one costs nothing; the first reading costs by the writes that one segment of the journal
/// remembers, never by the disk.
///
/// Units:    as BlockDevice.
/// Errors:   Changed once the moment is no longer remembered; those of the disk, of what lies below
///           it, and of the journal's files.
/// Threads:  any number at once.
/// Lifetime: holds the disk, what lies below it and the journal's index; files of the journal as
///           long as they are read.
#pragma once

#include "core/block/overlay_device.hpp"
#include "core/serve/journal_index.hpp"

#include <mutex>

namespace fatlas::serve {

class MomentDevice final : public block::BlockDevice {
public:
    MomentDevice(std::shared_ptr<const block::OverlayDevice> live,
                 std::shared_ptr<const block::BlockDevice> below,
                 std::shared_ptr<const JournalIndex> index, std::uint64_t moment);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_live->size(); }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override
    {
        return m_live->sectorSize();
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override;

private:
    /// What some sectors held, cut to what was asked for.
    struct Old {
        std::uint64_t first = 0;
        std::uint64_t end = 0;
        UndoPiece piece;
        std::size_t index = 0; ///< of the piece
        JournalIndex::SharedSegment segment;
    };

    [[nodiscard]] Result<std::vector<Old>> find(std::uint64_t first, std::uint64_t end) const;
    void catchUp(const JournalIndex::Look& look) const;
    [[nodiscard]] Result<> readWindow(std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<> readLive(std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<> readOld(const Old& old, std::uint64_t offset, ByteSpan into) const;
    using Extents = std::vector<block::Extent>;
    [[nodiscard]] Result<> addLive(std::uint64_t offset, std::uint64_t end, Extents& into) const;
    [[nodiscard]] Result<> addOld(const Old& old, std::uint64_t offset, std::uint64_t end,
                                  Extents& into) const;

    std::shared_ptr<const block::OverlayDevice> m_live;
    std::shared_ptr<const block::BlockDevice> m_below;
    std::shared_ptr<const JournalIndex> m_index;
    std::uint64_t m_moment;
    mutable std::mutex m_mutex; ///< over what follows
    // Of the segment in which the moment lies, what is behind it: its pieces from m_from on.
    mutable std::vector<UndoPiece> m_pieces;
    mutable std::size_t m_from = 0;
    mutable FirstPieces m_firsts; ///< by their places in the segment
};

} // namespace fatlas::serve
