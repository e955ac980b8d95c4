/// The file of a new fixed or dynamic VHD over a disk that exists already, computed: footers,
/// header, table and bitmaps from memory, blocks from the disk. Nothing is copied, and whoever
/// copies it may share the blocks: data lie at multiples of 4096.
///
/// Units:      offsets in bytes of the VHD file.
/// Shape:      what CreatePlan begins with; then each block that holds something, in order of the
///             disk, its data at a multiple of 4096; then the footer.
/// Invariants: bitmaps are exact: what is not stored reads as zeros.
/// Errors:     Refused when the disk is longer than the VHD; NoSpace when the file would end past
///             2 TiB; those of the disk.
/// Threads:    as BlockDevice.
/// Lifetime:   holds the disk, whose Backing it passes on.
/// Source:     FORMAT.md sections 1 to 4.
#pragma once

#include "core/block/block_device.hpp"
#include "core/vhd/create.hpp"
#include "core/vhd/stored_runs.hpp"

#include <memory>
#include <vector>

namespace fatlas::vhd {

class ComposedVhd final : public block::BlockDevice {
public:
    using Disk = std::shared_ptr<const block::BlockDevice>;

    /// `stored` are the runs of findStoredRuns(); a fixed disk holds everything anyway.
    [[nodiscard]] static Result<std::shared_ptr<const ComposedVhd>>
    compose(const CreatePlan& plan, Disk disk, std::vector<FileRange> stored);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_tail + footerSize; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    /// A stretch of the file that is one thing.
    struct Part {
        enum class Kind : std::uint8_t { Head, Footer, Zeros, Bitmap, Disk };

        Kind kind = Kind::Zeros;
        std::uint64_t length = 0;
        std::uint64_t place = 0; ///< in the head, footer or bitmap; Disk: on the disk
        std::uint32_t block = 0; ///< Bitmap: whose
    };

    ComposedVhd(Disk disk, std::vector<FileRange> stored);

    [[nodiscard]] Result<> layOut(const CreatePlan& plan);
    void findBlocks(std::uint32_t blockSize);
    void putTable(std::uint64_t tableOffset);
    [[nodiscard]] Part partAt(std::uint64_t offset) const;
    [[nodiscard]] Part partOfSlot(std::uint64_t slot, std::uint64_t within) const;
    [[nodiscard]] Part partOfDisk(std::uint64_t place, std::uint64_t length) const;
    [[nodiscard]] Bytes bitmapOf(std::uint32_t block) const;
    [[nodiscard]] Result<> readPart(const Part& part, ByteSpan into) const;
    [[nodiscard]] Result<> addPart(const Part& part, std::uint64_t offset,
                                   std::vector<block::Extent>& extents) const;
    [[nodiscard]] Result<> addDisk(const Part& part, std::uint64_t offset,
                                   std::vector<block::Extent>& extents) const;

    Disk m_disk;
    std::vector<FileRange> m_stored;
    std::vector<std::uint32_t> m_blocks; ///< that are there, in order of the disk and of the file
    Bytes m_head;                        ///< all up to the first block
    Bytes m_footer;
    std::uint64_t m_blockSize = 0; ///< 0: fixed
    std::uint64_t m_bitmapSize = 0;
    std::uint64_t m_first = 0;  ///< where the first block's bitmap lies
    std::uint64_t m_stride = 0; ///< from one bitmap to the next
    std::uint64_t m_tail = 0;   ///< where the footer lies
};

} // namespace fatlas::vhd
