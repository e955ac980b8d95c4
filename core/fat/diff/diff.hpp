/// What differs between two volumes: files and folders, the FAT, the fields of the boot sector.
///
/// Names are compared as FAT drivers compare them (case folded). What is on one side only is paired
/// as moved when it has the same content, or is the same chain with the same times.
///
/// Units:   clusters; bytes. Progress in bytes of content.
/// Errors:  those of the devices, and Cancelled. A file that cannot be read whole is compared as
///          far as it can be, and counts as changed when it ends earlier than the other.
/// Threads: blocking; the report is immutable.
/// Bounds:  maxRanges ranges of FAT entries are listed, all are counted; files and folders are
///          bounded by the trees.
#pragma once

#include "core/fat/tree.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::fat {

struct DiffSide {
    std::shared_ptr<const Volume> volume;
    std::shared_ptr<const Tree> tree;
};

enum class FileChangeKind : std::uint8_t { Added, Removed, Changed, Moved, Same };

/// Whether files that are the same are listed, too; they are counted anyway.
enum class SameFiles : std::uint8_t { Counted, Listed };

/// What of a file that is on both sides is not the same.
struct FileDifferences {
    bool content = false; ///< bytes, or their number
    bool kind = false;    ///< a file here, a folder there
    bool times = false;   ///< creation or last change; reading does not count
    bool attributes = false;
    bool name = false; ///< case or short name

    [[nodiscard]] bool any() const { return content || kind || times || attributes || name; }

    bool operator==(const FileDifferences&) const = default;
};

struct FileChange {
    FileChangeKind kind = FileChangeKind::Changed;
    std::string before; ///< path; empty when Added
    std::string after;  ///< path; empty when Removed
    bool isDirectory = false;
    std::uint64_t sizeBefore = 0;
    std::uint64_t sizeAfter = 0;
    FileDifferences differences;
    std::optional<std::uint64_t> firstDifference{}; ///< byte of the file
    std::optional<std::uint32_t> nodeBefore{};      ///< of the trees
    std::optional<std::uint32_t> nodeAfter{};
};

struct FieldChange {
    std::string structure; ///< "boot sector", "FSInfo"
    std::string name;
    std::string before;
    std::string after;
};

struct DiffReport {
    static constexpr std::size_t maxRanges = 1000;

    std::vector<FileChange> files;       ///< in the order of paths
    std::uint64_t sameCount = 0;         ///< files and folders that are the same
    std::string fatSkipped;              ///< why the FATs are not compared; empty when they are
    std::vector<ClusterRange> fatRanges; ///< entries that differ, the first ones
    std::uint64_t fatEntryCount = 0;
    std::vector<FieldChange> fields;

    [[nodiscard]] static bool isSameFile(const FileChange& change)
    {
        return change.kind == FileChangeKind::Same;
    }

    [[nodiscard]] bool isSame() const
    {
        return std::ranges::all_of(files, isSameFile) && fatEntryCount == 0 && fields.empty();
    }
};

[[nodiscard]] const char* toString(FileChangeKind kind) noexcept; ///< "added", for machines

[[nodiscard]] Result<DiffReport> diffVolumes(const DiffSide& before, const DiffSide& after,
                                             const JobControl& job = {},
                                             SameFiles same = SameFiles::Counted);

} // namespace fatlas::fat
