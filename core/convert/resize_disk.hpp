/// A disk of another size with its FAT volume, when that is all it holds: partition table,
/// partition and volume follow the disk. And the VHD it lies in, rewritten so.
///
/// Units:   sizes in bytes; progress in bytes of the new file.
/// Errors:  those of image::openVolume, fat::planResize and partition::resizeTable; for VHDs also
///          those of vhd::resizeVhd and saveVhd(). The file is as it was then.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/fat/resize/resize.hpp"
#include "core/image/image.hpp"
#include "core/vhd/rewrite.hpp"

#include <optional>

namespace fatlas::convert {

struct ResizedDisk {
    std::shared_ptr<const block::BlockDevice> disk; ///< computed over the old one
    fat::ResizePlan volume;
};

/// Nothing when no single FAT volume fills the disk: then only the disk itself can change.
[[nodiscard]] Result<std::optional<ResizedDisk>>
resizedDisk(const image::OpenedDisk& disk, std::uint64_t size, const JobControl& job = {});

/// What becomes of the volume inside.
enum class Content : std::uint8_t {
    Follows, ///< takes the new size too, where there is one volume
    Stays,   ///< only the disk changes
};

struct ResizedVhd {
    vhd::RewriteReport file;
    std::optional<fat::ResizePlan> volume; ///< when it followed
};

/// What resizeVhd would make, and refused as it would be; writes nothing. The file is at most as
/// large as said: blocks of zeros may stay away.
[[nodiscard]] Result<ResizedVhd> planResizeVhd(const std::filesystem::path& path,
                                               std::uint64_t size, Content content,
                                               const JobControl& job = {});

/// The file is replaced when the new one is whole, with UUID and access rights of the old.
[[nodiscard]] Result<ResizedVhd> resizeVhd(const std::filesystem::path& path, std::uint64_t size,
                                           Content content, const JobControl& job = {});

} // namespace fatlas::convert
