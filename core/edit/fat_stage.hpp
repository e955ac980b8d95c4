/// The FAT as it will be: entries of the volume with changes above them, and the patches they make.
///
/// Units:      cluster numbers; patch offsets in bytes from the start of the volume.
/// Errors:     Refused when the copies of the FAT differ where something changes; those of the
///             device. How a chain ends is data.
/// Invariants: only entries of data clusters change; all mirrored copies, or the active one alone.
/// Threads:    one.
/// Lifetime:   refers to the volume.
#pragma once

#include "core/block/staged_device.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace fatlas::edit {

struct FatPatches {
    std::vector<block::Patch> taken; ///< links and end marks
    std::vector<block::Patch> freed; ///< entries that become free
};

class FatStage {
public:
    explicit FatStage(const fat::Volume& volume);

    [[nodiscard]] Result<fat::FatEntry> entry(Cluster cluster) const;
    [[nodiscard]] Result<fat::Chain> chain(Cluster first) const;
    /// Makes one chain of free clusters; `after`, unless 0, is the last cluster it goes on from.
    [[nodiscard]] Result<> link(std::span<const ClusterRange> runs, Cluster after = {});
    [[nodiscard]] Result<> release(std::span<const ClusterRange> runs);

    [[nodiscard]] Result<FatPatches> patches() const;

private:
    static constexpr std::uint32_t blockEntries = 4096;

    struct Block {
        std::vector<std::uint32_t> before;
        std::vector<std::uint32_t> after;
    };

    struct Change {
        Cluster cluster;
        std::uint32_t before = 0;
        std::uint32_t after = 0;
        bool frees = false;
    };

    [[nodiscard]] Result<Block*> block(Cluster cluster);
    [[nodiscard]] Result<> set(Cluster cluster, std::uint32_t value);
    [[nodiscard]] std::vector<Change> changes() const;
    void keepSharedBytesTogether(std::vector<Change>& changes) const;
    [[nodiscard]] Result<block::Patch> patch(std::span<const Change> run, std::uint32_t copy) const;
    [[nodiscard]] Result<> addPatches(std::span<const Change> run, FatPatches& patches) const;

    const fat::Volume& m_volume;
    std::uint32_t m_mask;
    std::map<std::uint32_t, Block> m_blocks; ///< by first entry / blockEntries
};

} // namespace fatlas::edit
