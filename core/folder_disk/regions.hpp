/// A disk as an ordered list of regions without gaps; there is one way in, at the end.
///
/// Units:      bytes.
/// Invariants: each region starts where the one before ends; none is empty.
/// Threads:    immutable once built.
#pragma once

#include "core/base/bytes.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <vector>

namespace fatlas::folder_disk {

enum class RegionKind : std::uint8_t {
    Zeros,
    Stored,   ///< `bytes`, exactly as long as the region
    Fat,      ///< one copy of the computed FAT
    Root,     ///< the fixed root directory
    Clusters, ///< the data area
};

struct Region {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    RegionKind kind = RegionKind::Zeros;
    Bytes bytes;

    [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
};

class Regions {
public:
    [[nodiscard]] std::uint64_t size() const noexcept
    {
        return m_regions.empty() ? 0 : m_regions.back().end();
    }

    void append(RegionKind kind, std::uint64_t length)
    {
        if (length != 0)
            m_regions.push_back({.offset = size(), .length = length, .kind = kind, .bytes = {}});
    }

    void appendStored(Bytes bytes)
    {
        if (bytes.empty())
            return;
        const std::uint64_t length = bytes.size();
        m_regions.push_back({.offset = size(),
                             .length = length,
                             .kind = RegionKind::Stored,
                             .bytes = std::move(bytes)});
    }

    /// Zeros up to `offset`, which must not lie before the end.
    void fillTo(std::uint64_t offset)
    {
        assert(offset >= size());
        append(RegionKind::Zeros, offset - size());
    }

    /// The region that holds `offset`, which must lie inside.
    [[nodiscard]] const Region& at(std::uint64_t offset) const
    {
        return *std::ranges::upper_bound(m_regions, offset, {}, &Region::end);
    }

private:
    std::vector<Region> m_regions;
};

} // namespace fatlas::folder_disk
