/// Opens whatever holds a FAT volume: an image file, a block device, a folder, a `fat:` address.
///
/// Images compressed with gzip, bzip2, xz, zstd or in a ZIP archive are known by their content and
/// unpacked once (unpack.hpp), unless they are a volume or a partitioned disk as they are. VHDs are
/// known by their footer and opened with their parents: what is seen is the disk inside.
///
/// Units:   offsets in bytes.
/// Errors:  NotFound, AccessDenied; BadFormat when no FAT volume is inside (naming what is);
///          InvalidArgument when a partition must be chosen (listing them), or for wishes that
///          exclude each other or lie behind the end of the disk; those of unpack() and
///          vhd::openVhd().
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"
#include "core/fat/volume.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/image/temp_image.hpp"
#include "core/partition/partition_table.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace fatlas::vhd {
struct Chain;
}

namespace fatlas::image {

struct OpenOptions {
    std::optional<std::uint32_t> partitionIndex =
        std::nullopt; ///< its number, as sfdisk counts; nothing: by itself
    /// Where the volume begins, bytes from the start of the disk; whatever partitions there are.
    std::optional<std::uint64_t> offset = std::nullopt;
    /// Which copy of the FAT is read, from 0; nothing: the active one.
    std::optional<std::uint32_t> fatCopy = std::nullopt;
    int codePage = CodePage::defaultNumber;
    /// What a compressed image may become.
    UnpackLimits unpack = {};
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
        Vhd,      ///< what a VHD holds, parents included
    };
    Kind kind = Kind::File;
    std::filesystem::path file = {}; ///< what was opened; empty for a folder
    FileIdentity identity = {};      ///< of `file` at that moment
    std::string packing = {};        ///< Unpacked: "gzip"
};

/// A disk in which no volume was looked for yet.
struct OpenedDisk {
    std::string source; ///< as it was asked for
    std::shared_ptr<const block::BlockDevice> disk;
    std::shared_ptr<const folder_disk::Plan> plan = nullptr; ///< when the source was a folder
    DiskOrigin origin = {};
    std::shared_ptr<const vhd::Chain> vhdChain = nullptr; ///< when it is a VHD: what its files say
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
    std::shared_ptr<const vhd::Chain> vhdChain = nullptr; ///< when it is a VHD: what its files say
};

[[nodiscard]] Result<Image> openImage(const std::string& source, const OpenOptions& options = {},
                                      const JobControl& job = {});

/// The two halves of openImage(): `info` shows a disk in which there is no volume to be found.
[[nodiscard]] Result<OpenedDisk>
openDisk(const std::string& source, const OpenOptions& options = {}, const JobControl& job = {});
[[nodiscard]] Result<Image> openVolume(const OpenedDisk& opened, const OpenOptions& options = {});

/// The bytes of a file or block device as they are, never unpacked.
[[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>>
openRawDisk(const std::string& path);

} // namespace fatlas::image
