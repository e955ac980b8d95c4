/// FAT32's note of how many clusters are free and where to look for one.
///
/// Units:   clusters.
/// Errors:  those of the device. A sector without its signatures is as good as none.
/// Source:  FORMAT.md of core/fat, section 1, rule B20.
#pragma once

#include "core/block/staged_device.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <optional>

namespace fatlas::edit {

class FsInfo {
public:
    [[nodiscard]] static Result<FsInfo> read(const fat::Volume& volume);

    /// A data cluster, or 0.
    [[nodiscard]] Cluster hint() const noexcept { return m_hint; }

    /// Nothing when there is none to be kept.
    [[nodiscard]] std::optional<block::Patch> patch(std::uint32_t taken, std::uint32_t freed,
                                                    Cluster lastTaken) const;

private:
    std::uint64_t m_offset = 0; ///< of the number of free clusters; 0: no FSInfo
    std::uint32_t m_free = 0;
    std::uint32_t m_next = 0;
    std::uint32_t m_clusterCount = 0;
    Cluster m_hint;
};

} // namespace fatlas::edit
