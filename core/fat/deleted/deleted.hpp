/// Deleted files and folders whose directory slots are still there, and the chance to get them
/// back.
///
/// Deleting frees a chain in the FAT and so forgets it: what is left is the first cluster and the
/// size. A file is taken to lie in one piece from its first cluster on, as most do.
///
/// Deleted folders are walked as long as their clusters still hold slots. Their first cluster
/// must begin with `.`, pointing at itself; they go on in the free clusters behind while those look
/// like slots.
///
/// Bounds:  maxEntries entries; each cluster is read as a deleted folder at most once.
/// Errors:  those of the device, and Cancelled. Progress in folders.
/// Threads: blocking; the report is immutable.
/// Source:  FORMAT.md section 3; what DOS and Windows leave behind: the first byte of the name and
///          of each long name slot becomes E5. Windows 2000 and XP zero the high half of the first
///          cluster on FAT32; then one that fits is looked for.
#pragma once

#include "core/fat/tree.hpp"
#include "core/fat/usage_pyramid.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::fat {

enum class Recovery : std::uint8_t {
    Good,   ///< every cluster it needs is free, in one piece
    Partly, ///< some of them are used by others now
    None,   ///< its first cluster is used by another, or it has none
    Empty,  ///< it had no content
};

[[nodiscard]] const char* toString(Recovery chance) noexcept; ///< "good", for machines

struct DeletedEntry {
    std::string name;      ///< long if its slots are there, else short; UTF-8
    std::string shortName; ///< its first character is "_" where it is lost
    std::string folder;    ///< path of the folder it was in
    DirectoryEntryRaw raw;
    std::uint64_t entryOffset = 0; ///< bytes, of the short slot, from the start of the volume
    bool isDirectory = false;
    bool isNameWhole = false;         ///< the long name's slots gave the lost character back
    bool isFirstGuessed = false;      ///< FAT32: the high half was zeroed; this one fits
    Cluster first;                    ///< 0: none
    std::uint32_t clustersNeeded = 0; ///< for its size; of a folder: those found
    std::uint32_t clustersFree = 0;   ///< of them
    Recovery chance = Recovery::None;
    std::optional<std::size_t> parent{}; ///< the deleted folder it was in, in the report's entries

    [[nodiscard]] std::string path() const;

    [[nodiscard]] std::uint64_t size() const { return isDirectory ? 0 : raw.size.get(); }
};

struct DeletedReport {
    std::vector<DeletedEntry> entries; ///< in tree order; a deleted folder before what is in it
    bool isCutOff = false;             ///< there are more than maxEntries

    static constexpr std::size_t maxEntries = 1'000'000;
};

/// `usage`: of the same volume and tree.
[[nodiscard]] Result<DeletedReport> findDeleted(const Volume& volume, const Tree& tree,
                                                const UsagePyramid& usage,
                                                const JobControl& job = {});

/// "good: all 12 clusters are free", "partly: 3 of 12 clusters are used by others now".
[[nodiscard]] std::string describeChance(const DeletedEntry& entry);

/// The pieces of a deleted file that may still be its own, in order: ranges of free clusters and
/// which part of the file each is. Between them lies what is lost.
struct DeletedPiece {
    std::uint64_t fileOffset = 0;   ///< bytes
    std::uint64_t volumeOffset = 0; ///< bytes
    std::uint64_t length = 0;       ///< bytes
};

[[nodiscard]] std::vector<DeletedPiece> piecesOf(const DeletedEntry& entry, const UsageMap& usage);

} // namespace fatlas::fat
