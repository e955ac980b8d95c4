/// Opens whatever holds a FAT volume: an image file, a block device, a folder, a `fat:` address.
///
/// Units:   offsets in bytes.
/// Errors:  NotFound, AccessDenied; BadFormat when no FAT volume is inside (naming what is);
///          InvalidArgument when a partition must be chosen (listing them), or for wishes that
///          exclude each other or lie behind the end of the disk.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"
#include "core/fat/volume.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/partition/partition_table.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace fatlas::image {

struct OpenOptions {
    std::optional<std::uint32_t> partitionIndex =
        std::nullopt; ///< its number, as sfdisk counts; nothing: by itself
    /// Where the volume begins, bytes from the start of the disk; whatever partitions there are.
    std::optional<std::uint64_t> offset = std::nullopt;
    /// Which copy of the FAT is read, from 0; nothing: the active one.
    std::optional<std::uint32_t> fatCopy = std::nullopt;
    int codePage = CodePage::defaultNumber;
    /// How to make the disk when the source is a folder. Left as it is, a `fat:` address keeps its
    /// own options; else these are taken whole.
    folder_disk::Options folder = {};
};

/// What a disk is made of, and so where changes to it would have to go.
struct DiskOrigin {
    enum class Kind : std::uint8_t {
        File,     ///< an image or a block device, as it is
        Folder,   ///< computed from a folder
        Unpacked, ///< a temporary file with what was compressed
    };
    Kind kind = Kind::File;
    std::filesystem::path file = {}; ///< what was opened; empty for a folder
    FileIdentity identity = {};      ///< of `file` at that moment
    std::string packing = {};        ///< Unpacked: "gzip"
};

struct Image {
    std::string source; ///< as it was asked for
    std::shared_ptr<const block::BlockDevice> disk;
    partition::PartitionTable table;
    std::optional<std::uint32_t> partitionIndex; ///< its number; nothing: superfloppy
    std::uint64_t volumeOffset = 0;
    std::shared_ptr<const fat::Volume> volume;
    std::shared_ptr<const folder_disk::Plan> plan; ///< when the source was a folder
    DiskOrigin origin = {};
};

[[nodiscard]] Result<Image> openImage(const std::string& source, const OpenOptions& options = {},
                                      const JobControl& job = {});

/// The disk only: what `info` shows when there is no FAT volume to be found.
[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
openRawDisk(const std::string& path);

} // namespace fatlas::image
