/// What an overlay reads as: the disk below, the sparse file over it, and which sectors are whose.
///
/// Errors:  those of the disk below and of the file.
/// Threads: as BlockDevice; who writes keeps data and states in step (overlay_device.hpp).
#pragma once

#include "core/block/block_device.hpp"
#include "core/block/file_device.hpp"
#include "core/block/sector_states.hpp"

namespace fatlas::block {

struct OverlayContent {
    static constexpr std::uint64_t sectorBytes = 512;

    OverlayContent(std::shared_ptr<const BlockDevice> lower, std::shared_ptr<FileDevice> file);

    /// The range lies inside the disk.
    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const;
    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const;
    /// 0 is the sparse file, n + 1 what the disk below calls n.
    [[nodiscard]] Result<std::shared_ptr<const File>> backingFile(std::uint64_t file) const;

    /// Whether some of the sectors are in the sparse file.
    [[nodiscard]] bool holdsData(std::uint64_t first, std::uint64_t end) const;

    std::shared_ptr<const BlockDevice> below;
    std::shared_ptr<FileDevice> data; ///< at least as large as the disk
    SectorStates states;

private:
    [[nodiscard]] Result<> appendBelow(std::vector<Extent>& found, std::uint64_t offset,
                                       std::uint64_t length) const;
};

} // namespace fatlas::block
