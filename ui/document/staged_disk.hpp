/// What a disk would be with changes that are not written yet, and the patches single wishes make.
///
/// Units:   bytes from the start of the disk.
/// Errors:  those of the devices; OutOfRange for what lies outside; Limit for more changes than
///          block::StagedDevice takes.
/// Threads: blocking; for workers. Values are immutable once made.
#pragma once

#include "core/block/staged_device.hpp"

#include "ui/document/volume_content.hpp"

#include <QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

/// One wish of the user.
struct StagedEdit {
    enum class Kind : std::uint8_t { Bytes, FatEntry, Field, Files };

    Kind kind = Kind::Bytes;
    QString what;
    std::vector<block::Patch> patches; ///< in the order in which they are carried out

    [[nodiscard]] std::uint64_t changedBytes() const;
};

/// The disk with the patches written one after another.
[[nodiscard]] Result<std::shared_ptr<const block::StagedDevice>>
stagedOn(std::shared_ptr<const block::BlockDevice> base, std::span<const StagedEdit> edits);

/// The volume's part of a disk, read-only.
[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
volumeOn(std::shared_ptr<const block::BlockDevice> disk, const VolumeContent& content);

/// What the disk would be.
struct StagedDisk {
    std::shared_ptr<const block::StagedDevice> disk;
    std::shared_ptr<const block::BlockDevice> volumeDevice; ///< the volume's part of it
    std::shared_ptr<const fat::Volume> volume;              ///< null: there is none any more
    /// Entries of the first two FATs that say something else, ascending.
    std::vector<ClusterRange> changedEntries;
};

[[nodiscard]] Result<StagedDisk>
stageDisk(const VolumeContent& content, std::span<const StagedEdit> edits, const JobControl& job);

/// The entry in one copy of the FAT (from 0), or in all of them, and nothing but its own bits. Only
/// copies that say something else.
[[nodiscard]] Result<std::vector<block::Patch>> entryPatches(const VolumeContent& content,
                                                             const block::BlockDevice& disk,
                                                             Cluster entry, std::uint32_t raw,
                                                             std::optional<std::uint32_t> copy);

/// What a place becomes, out of what is there.
using EncodeField = std::function<Result<Bytes>(ByteView before)>;

/// At most maxFieldSize bytes at `offset`; none when they stay the same.
[[nodiscard]] Result<std::vector<block::Patch>>
fieldPatches(const block::BlockDevice& disk, FocusBytes place, const EncodeField& encode);

inline constexpr std::uint64_t maxFieldSize = 4096;

} // namespace fatlas::ui
