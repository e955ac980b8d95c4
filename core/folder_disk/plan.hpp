/// A folder and options become a disk on paper: geometry, clusters, names, findings. No I/O.
///
/// Shape:      entries in breadth-first order, entry 0 is the root; children of a folder are
///             contiguous, in the order of the disk; each file and folder is one run of clusters.
/// Units:      sizes and offsets in bytes, from the start of the whole disk where said.
/// Invariants: runs follow each other without gaps from cluster 2, in the order of the entries, so
///             `allocation` ascends and everything behind its last run is free; a plan that cannot
///             be made (refusal() says why) still shows everything that fits.
/// Errors:     options that cannot be: InvalidArgument, with what would work.
/// Threads:    pure; a plan is immutable and shared as std::shared_ptr<const Plan>.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/job_control.hpp"
#include "core/fat/boot_sector.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/usage_map.hpp"
#include "core/folder_disk/options.hpp"
#include "core/host/snapshot.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::folder_disk {

struct Entry {
    std::uint32_t node = 0; ///< in the snapshot
    std::uint32_t parent = 0;
    std::uint32_t firstChild = 0;
    std::uint32_t childCount = 0;
    Cluster firstCluster; ///< 0 when it has none (empty file, fixed root)
    std::uint32_t clusterCount = 0;
    std::uint32_t slotCount = 1; ///< its own slots in its parent's directory
    std::uint8_t attributes = 0;
    bool isDirectory = false;
    bool needsLongName = false;
    fat::ShortName shortName;
    std::u16string longName; ///< legal and unique; always set but for the root
    std::uint64_t size = 0;  ///< bytes of content; of a folder: bytes of its directory
};

struct NameChange {
    std::uint32_t entry = 0;
    std::string hostPath; ///< relative, host bytes
    std::string diskName; ///< UTF-8
    std::string why;
};

enum class UnfitReason : std::uint8_t {
    NoRoom,        ///< not enough clusters left
    TooLarge,      ///< 4 GiB and more
    RootFull,      ///< the fixed root directory has no slots left
    DirectoryFull, ///< 65,536 slots
    Unreadable,
    ShortNamesUsedUp,
    ParentUnfit, ///< inside a folder that does not fit
};

struct UnfitItem {
    std::string path; ///< relative, host bytes
    std::uint64_t size = 0;
    UnfitReason reason = UnfitReason::NoRoom;
    std::string message; ///< one sentence with the limit
};

/// Whether the folder would fit on one of the formats, for chips in the window and hints.
struct FormatFit {
    FloppyFormat format;
    bool fits = false;
};

struct FitReport {
    std::uint64_t fileCount = 0;
    std::uint64_t directoryCount = 0; ///< without the root
    std::uint64_t contentSize = 0;    ///< bytes of the files on the disk
    std::uint64_t slackSize = 0;      ///< bytes of clusters beyond the ends of files
    std::uint32_t clustersNeeded = 0; ///< by everything, whether it fits or not
    std::uint32_t clustersUsed = 0;
    std::uint32_t rootEntriesNeeded = 0;
    std::uint32_t rootEntriesUsed = 0;
    std::vector<FormatFit> formats;
    /// A disk that would hold everything (`--size`), where something does not fit; else 0.
    std::uint64_t diskSizeThatFits = 0;
};

/// Where the volume lies on the disk.
struct DiskLayout {
    std::uint64_t diskSize = 0;
    std::uint64_t volumeOffset = 0;
    PartitionScheme scheme = PartitionScheme::None;
    std::uint8_t mbrType = 0; ///< for Mbr
    std::uint16_t chsHeads = 255;
    std::uint16_t chsSectorsPerTrack = 63;
};

struct Plan {
    Options options;
    std::shared_ptr<const host::Snapshot> snapshot;
    DiskLayout layout;
    fat::BootSector boot; ///< boot.geometry is the volume's
    std::uint32_t diskId = 0;
    std::vector<Entry> entries;
    std::vector<std::uint32_t> allocation; ///< entries with clusters, by first cluster
    std::vector<NameChange> nameChanges;
    std::vector<UnfitItem> unfit;
    std::vector<std::string> excluded; ///< relative paths that the globs left out
    std::vector<host::LeftOut> leftOut;
    std::vector<std::uint32_t> clampedTimes; ///< entries with a time outside 1980-2107
    std::vector<Finding> findings;           ///< rules in PLAN.md
    FitReport fit;

    [[nodiscard]] const fat::Geometry& geometry() const noexcept { return boot.geometry; }

    /// "/DOCS/A.TXT", as on the disk, UTF-8.
    [[nodiscard]] std::string path(std::uint32_t entry) const;
    /// Why the disk may not be made as it is (something does not fit and may not be skipped): first
    /// the limit in words, then what would do. Nothing when it may.
    [[nodiscard]] std::optional<Error> refusal() const;
};

[[nodiscard]] Result<std::shared_ptr<const Plan>>
planDisk(std::shared_ptr<const host::Snapshot> snapshot, const Options& options,
         const JobControl& job = {});

/// The map of the disk as it will be; owners are indices into plan.entries.
[[nodiscard]] std::shared_ptr<const fat::UsageMap> usageOf(const Plan& plan);

} // namespace fatlas::folder_disk
