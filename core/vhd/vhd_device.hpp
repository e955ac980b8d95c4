/// A dynamic or differencing VHD as a disk: read through its table and bitmaps, written so that
/// power may go at any time.
///
/// Units:      offsets in bytes of the disk; Backing::file 0 is the VHD itself, n + 1 what the
///             parent calls n.
/// Invariants: FORMAT.md section 7: the order of writes, and bitmaps exact to the sector; in a
///             child no 0 follows a 1 in a byte of them where this device wrote. trim is
///             writeZeroes: what was trimmed reads as zeros.
/// Errors:     BadFormat when a block cannot lie where the table says; Refused when writing to a
///             file that is damaged; those of the file. After a failed write of a table entry
///             nothing is written any more, until the file is opened again.
/// Threads:    as BlockDevice; a read beside a write elsewhere is safe too.
/// Lifetime:   holds the file and the parent.
#pragma once

#include "core/block/block_device.hpp"
#include "core/vhd/bitmap_cache.hpp"
#include "core/vhd/space_map.hpp"
#include "core/vhd/vhd_file.hpp"

#include <memory>
#include <optional>
#include <shared_mutex>
#include <vector>

namespace fatlas::vhd {

/// Whether power may go while a disk is written, or the file is thrown away then anyway.
enum class WriteOrder : std::uint8_t { CrashSafe, Unordered };

class VhdDevice final : public block::BlockDevice {
public:
    /// `parent` is there exactly when the disk is differencing.
    [[nodiscard]] static Result<std::shared_ptr<VhdDevice>>
    openReadOnly(std::shared_ptr<const block::BlockDevice> file, VhdFile description,
                 std::shared_ptr<const block::BlockDevice> parent = nullptr);
    /// `file` must grow when it is written past its end, or new blocks fail.
    [[nodiscard]] static Result<std::shared_ptr<VhdDevice>>
    open(std::shared_ptr<block::BlockDevice> file, VhdFile description,
         std::shared_ptr<const block::BlockDevice> parent = nullptr,
         WriteOrder order = WriteOrder::CrashSafe);

    /// As it was read; the table may have changed since.
    [[nodiscard]] const VhdFile& description() const noexcept { return m_info; }

    [[nodiscard]] std::uint32_t blockCount() const noexcept
    {
        return static_cast<std::uint32_t>(m_table.size());
    }

    /// What this file answers for itself in one block, whatever the bytes are: the sectors whose
    /// bits are set, as ranges of the disk. Everything else is the parent's, or zeros.
    [[nodiscard]] Result<std::vector<block::Extent>> storedIn(std::uint32_t block) const;

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_info.virtualSize; }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override;
    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    using Bitmap = BitmapCache::Bitmap;

    /// A part of one block, in whole sectors or bytes of it.
    struct Piece {
        std::uint32_t block = 0;
        std::uint64_t first = 0; ///< in the block
        std::uint64_t count = 0;
    };

    VhdDevice(std::shared_ptr<const block::BlockDevice> file, VhdFile description,
              std::shared_ptr<const block::BlockDevice> parent);

    [[nodiscard]] bool isChild() const noexcept { return m_parent != nullptr; }

    [[nodiscard]] std::uint64_t blockStart(std::uint32_t block) const noexcept
    {
        return std::uint64_t{block} * m_info.header.blockSize;
    }

    /// The bytes from `offset` up to `end` that lie in one block.
    [[nodiscard]] Piece pieceAt(std::uint64_t offset, std::uint64_t end) const noexcept;
    /// Where a block's bitmap lies; nothing when the block is not there.
    [[nodiscard]] Result<std::optional<std::uint64_t>> place(std::uint32_t block) const;
    [[nodiscard]] Result<Bitmap> bitmap(std::uint32_t block, std::uint64_t place) const;
    [[nodiscard]] Result<> readPiece(const Piece& bytes, ByteSpan into) const;
    [[nodiscard]] Result<> readBelow(std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<> readLocked(std::uint64_t offset, ByteSpan into) const;

    [[nodiscard]] Result<> addPiece(const Piece& bytes, std::vector<block::Extent>& extents) const;
    [[nodiscard]] Result<> addBelow(std::uint64_t offset, std::uint64_t length,
                                    std::vector<block::Extent>& extents) const;
    [[nodiscard]] Result<> addStored(std::uint64_t offset, std::uint64_t place,
                                     std::uint64_t length,
                                     std::vector<block::Extent>& extents) const;

    [[nodiscard]] Result<> checkWritable(std::uint64_t offset, std::uint64_t length) const;
    [[nodiscard]] Result<> writePiece(const Piece& bytes, ByteView data);
    [[nodiscard]] Result<> writeSectors(const Piece& sectors, ByteView data);
    [[nodiscard]] Result<> store(const Piece& sectors, ByteView data,
                                 std::optional<std::uint64_t> place);
    [[nodiscard]] Result<> updateBlock(const Piece& sectors, ByteView data, std::uint64_t place);
    [[nodiscard]] Result<> allocate(const Piece& sectors, ByteView data);
    [[nodiscard]] Result<> fillPlace(const Piece& sectors, ByteView data,
                                     const SpaceMap::Place& place);
    [[nodiscard]] Result<> makeRoom(const SpaceMap::Place& place);
    [[nodiscard]] Result<> writeEntry(std::uint32_t block, std::uint32_t sector);
    [[nodiscard]] Result<> writeBitmap(std::uint32_t block, std::uint64_t place, const Bytes& bits);

    [[nodiscard]] Result<> zeroPiece(const Piece& bytes);
    [[nodiscard]] Result<> zeroSectors(const Piece& sectors);
    [[nodiscard]] Result<> zeroInDynamic(const Piece& sectors, std::uint64_t place);
    [[nodiscard]] Result<> freeBlock(std::uint32_t block, std::uint64_t place);

    [[nodiscard]] Result<std::uint64_t> endForAllReaders(const Piece& sectors,
                                                         std::optional<std::uint64_t> place) const;
    [[nodiscard]] Result<> writeInChild(const Piece& sectors, ByteView data,
                                        std::optional<std::uint64_t> place);
    [[nodiscard]] Result<bool> isZeroBelow(std::uint64_t offset, std::uint64_t length) const;
    [[nodiscard]] Result<> zeroInChild(const Piece& sectors, std::optional<std::uint64_t> place);
    [[nodiscard]] Result<> hideParent(const Piece& sectors, std::optional<std::uint64_t> place);

    [[nodiscard]] Result<> order();

    std::shared_ptr<const block::BlockDevice> m_file;
    std::shared_ptr<block::BlockDevice> m_writable; ///< the same, nullptr when read-only
    VhdFile m_info;
    std::shared_ptr<const block::BlockDevice> m_parent;
    std::vector<std::uint32_t> m_table;
    std::vector<FileRange> m_metadata;
    std::unique_ptr<BitmapCache> m_bitmaps;
    WriteOrder m_order = WriteOrder::CrashSafe;

    mutable std::shared_mutex m_mutex;
    std::optional<SpaceMap> m_space;
    std::vector<std::uint64_t> m_freed; ///< places, not to be used again before a flush
    std::uint64_t m_end = 0;            ///< where the footer at the end of the file begins
    std::optional<Error> m_failure;
};

} // namespace fatlas::vhd
