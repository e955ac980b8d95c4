/// Where everything of a VHD is: its blocks in the order of the disk, and the pieces of the file in
/// the order in which they lie there.
///
/// A fixed disk has no blocks; it is told in pieces of 2 MiB, all of them there.
///
/// Units:      offsets and lengths in bytes of the file; blocks from 0.
/// Shape:      `pieces` is sorted by offset; what lies between two of them and is smaller than 4096
///             bytes is slack of alignment and no piece of its own.
/// Invariants: `states` has an entry for each block of the disk, also for those behind the table.
/// Errors:     those of the files; Cancelled.
/// Bounds:     memory in proportion to the tables, at most about 400 MiB for the largest ones.
/// Threads:    statesByTable and layOutFile are pure; readBitmaps blocks.
#pragma once

#include "core/base/job_control.hpp"
#include "core/vhd/chain.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace fatlas::vhd {

/// In the order of importance: of many blocks the last one is what is worth knowing.
enum class BlockState : std::uint8_t {
    Nowhere,     ///< in no file of the chain: zeros
    InParent,    ///< not here; a parent holds at least a part of it
    Whole,       ///< here, with all its sectors
    Partial,     ///< here; the sectors that are not are the parent's, or zeros
    Outside,     ///< its entry points outside the file, or behind the table
    Overlapping, ///< lies on another block or on a structure
};

inline constexpr std::size_t blockStateCount = 6;

struct FilePiece {
    enum class Kind : std::uint8_t {
        FooterCopy,
        Header,
        Table,
        Locator,
        Batmap,
        Block,
        Data, ///< of a fixed disk
        Footer,
        Gap, ///< nothing uses it
    };

    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint32_t block = 0; ///< Kind::Block
    Kind kind = Kind::Block;
    bool isOutOfOrder = false; ///< a block of a higher number lies before it
    bool overlaps = false;     ///< begins before something else has ended

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
};

struct FileLayout {
    std::vector<FilePiece> pieces;
    std::uint64_t outOfOrderCount = 0;
    std::uint64_t overlapCount = 0;
    std::uint64_t gapBytes = 0;
    std::uint64_t slackBytes = 0; ///< less than 4096 at a time
};

[[nodiscard]] FileLayout layOutFile(const VhdFile& file);

struct BlockMap {
    std::uint64_t blockSize = 0;
    std::vector<BlockState> states;
    /// Sectors of a block whose bits are set; empty before the bitmaps were read.
    std::vector<std::uint32_t> sectorCounts;
    std::array<std::uint64_t, blockStateCount> counts{};

    [[nodiscard]] std::uint64_t count(BlockState state) const noexcept
    {
        return counts[static_cast<std::size_t>(state)];
    }

    [[nodiscard]] bool knowsBitmaps() const noexcept { return !sectorCounts.empty(); }
};

/// What the tables of all files tell. Blocks that are there count as whole.
[[nodiscard]] BlockMap statesByTable(const Chain& chain, const FileLayout& layout);

/// The same with the bitmaps of the first file. Progress in blocks that are there.
[[nodiscard]] Result<BlockMap> readBitmaps(const Chain& chain, const FileLayout& layout,
                                           const JobControl& job = {});

/// What a file holds of the disk by itself, as far as its table tells, in order.
void forEachHeld(const VhdFile& file,
                 const std::function<void(std::uint64_t offset, std::uint64_t end)>& visit);

/// The first link from `from` on that holds something of [offset, offset + length) of the disk, as
/// far as its table tells; nothing when none does.
[[nodiscard]] std::optional<std::size_t> holderOf(const Chain& chain, std::size_t from,
                                                  std::uint64_t offset, std::uint64_t length);

} // namespace fatlas::vhd
