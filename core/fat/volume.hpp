/// A FAT volume opened for reading: entries, chains, directories, file content.
///
/// Every loop over disk structures has a bound that does not come from the disk.
///
/// Units:   offsets in bytes from the start of the volume or file, as named.
/// Errors:  Result errors only when the device cannot be read or the boot sector makes no sense;
///          damage inside chains and directories is data (ChainEnd, Finding).
/// Threads: const members are safe from many threads.
/// Lifetime: holds the device.
#pragma once

#include "core/base/code_page.hpp"
#include "core/base/job_control.hpp"
#include "core/base/units.hpp"
#include "core/block/block_device.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/fat_table.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fatlas::fat {

enum class ChainEnd : std::uint8_t {
    EndMark,    ///< as it should be
    Free,       ///< runs into a free entry
    Bad,        ///< runs into a cluster marked bad
    Reserved,   ///< runs into a reserved value, or 0 or 1
    OutOfRange, ///< runs out of the volume
    Loop,       ///< comes back to itself
    Limit,      ///< longer than the caller asked for
};

/// The clusters that belong together. One whose own entry is free or bad ends the chain before it.
struct Chain {
    std::vector<ClusterRange> runs;
    ChainEnd end = ChainEnd::EndMark;
    std::uint32_t clusterCount = 0;
};

/// A file or folder as a directory says it is.
struct DirectoryItem {
    std::string name;      ///< long name if there is a valid one, else short; UTF-8
    std::string shortName; ///< "README~1.TXT", with NT case bits, UTF-8
    DirectoryEntryRaw raw;
    std::uint64_t entryOffset = 0; ///< bytes, of the short slot, from the start of the volume
    std::uint32_t slotIndex = 0;   ///< of its first slot in the directory
    std::uint32_t slotCount = 1;

    [[nodiscard]] bool isDirectory() const { return (raw.attributes & attribute::directory) != 0; }
};

struct DirectoryListing {
    std::vector<DirectoryItem> items; ///< without `.`, `..`, labels and deleted entries
    std::string label;                ///< of the volume label entry, if one is here
    std::vector<Finding> findings;
    Chain chain; ///< empty for a fixed root
};

class Volume {
public:
    struct Options {
        int codePage = CodePage::defaultNumber;
        /// From 0; nothing: the first, or on FAT32 without mirroring the active one.
        std::optional<std::uint32_t> fatCopy = std::nullopt;
    };

    [[nodiscard]] static Result<std::shared_ptr<const Volume>>
    open(std::shared_ptr<const block::BlockDevice> device, const Options& options);
    [[nodiscard]] static Result<std::shared_ptr<const Volume>>
    open(std::shared_ptr<const block::BlockDevice> device);

    virtual ~Volume() = default;

    [[nodiscard]] virtual const block::BlockDevice& device() const noexcept = 0;
    [[nodiscard]] virtual const BootSector& boot() const noexcept = 0;
    [[nodiscard]] virtual const CodePage& codePage() const noexcept = 0;
    /// Which copy of the FAT is read, from 0.
    [[nodiscard]] virtual std::uint32_t fatCopy() const noexcept = 0;

    [[nodiscard]] const Geometry& geometry() const noexcept { return boot().geometry; }

    /// As the entry means it: on FAT12 and FAT16 the upper half of the field is something else.
    [[nodiscard]] Cluster firstCluster(const DirectoryEntryRaw& raw) const noexcept;

    /// `cluster` may be 0 and 1 too; outside the FAT is OutOfRange.
    [[nodiscard]] virtual Result<FatEntry> entry(Cluster cluster) const = 0;
    /// Entries [first, first + out.size()) as raw numbers, for whoever walks the whole FAT.
    [[nodiscard]] virtual Result<> rawEntries(Cluster first,
                                              std::span<std::uint32_t> out) const = 0;
    /// Follows at most `maxClusters` clusters (and never more than the volume has).
    [[nodiscard]] virtual Result<Chain> chain(Cluster first,
                                              std::uint32_t maxClusters = UINT32_MAX) const = 0;
    /// `first` 0 is the root directory of any FAT type.
    [[nodiscard]] virtual Result<DirectoryListing> readDirectory(Cluster first) const = 0;
    /// Bytes [offset, offset + into.size()) of a chain's clusters glued together.
    [[nodiscard]] virtual Result<> readChain(const Chain& chain, std::uint64_t offset,
                                             ByteSpan into) const = 0;
};

} // namespace fatlas::fat
