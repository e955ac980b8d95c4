/// The size, type and layout of the disk: what was asked for, and the best of what was left open.
///
/// A floppy and a classic address fix everything. Otherwise the first of a list of candidates
/// (types by size, cluster sizes from the default down, then up) that holds the whole folder is
/// taken; when none does, the first legal one, so that the plan can show what is too much.
///
/// Errors:  InvalidArgument from planGeometry, with what would work.
/// Threads: pure.
#pragma once

#include "core/folder_disk/demand.hpp"
#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

struct VolumeChoice {
    DiskLayout layout;
    fat::Geometry geometry;
};

[[nodiscard]] Result<VolumeChoice> chooseVolume(const Options& options, const Demand& demand);

[[nodiscard]] Result<VolumeChoice> chooseFloppy(const Options& options, FloppyFormat format);
[[nodiscard]] Result<VolumeChoice> chooseClassic(const Options& options, const ClassicDisk& disk);
[[nodiscard]] Result<VolumeChoice> chooseSized(const Options& options, const Demand& demand,
                                               std::uint64_t diskSize);
/// The smallest sensible disk with room to grow.
[[nodiscard]] Result<VolumeChoice> chooseAutomatic(const Options& options, const Demand& demand);

} // namespace fatlas::folder_disk
