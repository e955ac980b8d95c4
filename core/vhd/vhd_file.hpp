/// What a VHD file says about itself: footers, header, locators, table, batmap, and which of it is
/// believed.
///
/// Units:      offsets in bytes of the file; virtualSize in bytes of the disk inside.
/// Invariants: `table` has min(entries, blocks of the disk, maxTableEntries) entries.
/// Errors:     BadFormat when there is no footer to believe, or no header or table; NotFound when
///             nothing says that this is a VHD; Unsupported; those of the device. What one can
///             live with is a finding.
/// Threads:    plain values.
/// Source:     FORMAT.md sections 1 to 6.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/text.hpp"
#include "core/block/block_device.hpp"
#include "core/vhd/dynamic_header.hpp"
#include "core/vhd/parent_locator.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::vhd {

/// One of the two places where a footer may be.
struct FooterCopy {
    enum class State : std::uint8_t { Good, Damaged, Missing };

    State state = State::Missing;
    std::uint64_t offset = 0;
    std::uint64_t size = footerSize; ///< or 511
    std::optional<Footer> footer;    ///< of a damaged one as well, if its fields make sense
    Bytes bytes;
    std::string problem; ///< "" when Good
};

struct Batmap {
    std::uint64_t headerOffset = 0;
    std::uint64_t mapOffset = 0;
    std::uint64_t mapSize = 0;
    std::uint32_t version = 0;
    std::uint32_t storedChecksum = 0;
    std::optional<Bytes> map; ///< nothing when it does not lie in the file

    /// Says that every bit of the block's bitmap is set.
    [[nodiscard]] bool isFull(std::uint64_t block) const noexcept;
};

struct VhdFile {
    std::uint64_t fileSize = 0;
    Footer footer;              ///< the one that counts
    bool isFooterProven = true; ///< false: no copy has the right checksum
    FooterCopy front;           ///< Missing in a fixed disk
    FooterCopy tail;
    DynamicHeader header; ///< of a disk that is not fixed
    std::vector<ParentLocator> locators;
    std::vector<std::uint32_t> table; ///< sectors, unusedEntry
    std::optional<Batmap> batmap;
    std::uint64_t virtualSize = 0;
    SizeSource sizeSource = SizeSource::CurrentSize;
    std::vector<Finding> findings;

    [[nodiscard]] bool isFixed() const noexcept { return footer.type == DiskType::Fixed; }

    [[nodiscard]] std::uint64_t allocatedBlocks() const noexcept;

    /// Of bitmap and data together.
    [[nodiscard]] std::uint64_t slotSize() const noexcept
    {
        return std::uint64_t{header.bitmapSize()} + header.blockSize;
    }

    /// Any of them makes writing unsafe.
    [[nodiscard]] bool hasErrors() const noexcept;
};

[[nodiscard]] Result<VhdFile> readVhdFile(const block::BlockDevice& file,
                                          SizeRule rule = SizeRule::ByCreator);

/// Says first which file an error is about, as errors of opening it do.
template <class T>
[[nodiscard]] Result<T> inFile(const std::filesystem::path& path, Result<T> result)
{
    if (!result)
        result.error().message = escapeForTerminal(path.native()) + ": " + result.error().message;
    return result;
}

/// A cheap look: there is a footer at the end, or one at the start with a header behind it.
[[nodiscard]] Result<bool> isVhd(const block::BlockDevice& file);

} // namespace fatlas::vhd
