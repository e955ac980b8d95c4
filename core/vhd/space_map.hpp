/// Where in a VHD file there is room for another block.
///
/// Units:      offsets and sizes in bytes of the file.
/// Invariants: a place that was given out is never given out again; data lie at multiples of 4096.
/// Errors:     Refused when blocks overlap or lie outside (V17, V18): writing would destroy data.
/// Threads:    one at a time.
#pragma once

#include "core/vhd/vhd_file.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::vhd {

struct FileRange {
    std::uint64_t offset = 0;
    std::uint64_t end = 0;

    bool operator==(const FileRange&) const = default;
};

/// Footers, header, table, locators and batmap, sorted; they may overlap.
[[nodiscard]] std::vector<FileRange> metadataOf(const VhdFile& file);

/// Where the footer at the end begins; the end of the file, if there is none to be overwritten.
[[nodiscard]] std::uint64_t endOfBlocks(const VhdFile& file) noexcept;

class SpaceMap {
public:
    /// `table` is the one in use, which may differ from the file's; `end` is where the footer at
    /// the end of the file begins, or the end of a file that has none.
    [[nodiscard]] static Result<SpaceMap> build(const VhdFile& file,
                                                const std::vector<std::uint32_t>& table,
                                                std::uint64_t end, std::uint64_t fileSize);

    struct Place {
        std::uint64_t offset = 0;    ///< of the bitmap
        std::uint64_t clearFrom = 0; ///< from here up to the bitmap zeros are to be written
        bool isAtEnd = false;        ///< the file grows; else the whole place must be cleared first
    };

    [[nodiscard]] Place take();

    /// What was freed since the last flush is no gap yet.
    void keep(std::uint64_t offset);

    /// The place is free again.
    void giveBack(std::uint64_t offset) { m_gaps.push_back({offset, offset + m_slotSize}); }

private:
    [[nodiscard]] std::uint64_t aligned(std::uint64_t offset) const noexcept;

    std::uint64_t m_bitmapSize = 0;
    std::uint64_t m_slotSize = 0;
    std::uint64_t m_end = 0;
    std::vector<FileRange> m_gaps;
};

} // namespace fatlas::vhd
