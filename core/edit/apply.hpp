/// Carries a plan out on an image so that a crash at any moment loses nothing, and can be undone.
///
/// First the undo file is whole and durable (UNDO.md), then the groups are written one after the
/// other with a flush between them. After a crash the undo file leads back to the old bytes.
///
/// Units:   offsets in bytes from the start of `target`.
/// Errors:  Changed when bytes to be replaced are not what the plan saw (nothing is written);
///          Refused when the undo file exists already; NoSpace, Io: the message says whether the
///          image was touched and how to go back.
/// Threads: blocking; run it on a worker thread. Progress in bytes. A cancelled apply takes back
///          what it wrote.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/staged_device.hpp"
#include "core/edit/content_source.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace fatlas::edit {

/// What may be written in any order among itself, but after all groups before it.
struct PatchGroup {
    std::string what; ///< "FAT", "directories"
    std::vector<block::Patch> patches;
    std::vector<ContentRange> contents = {}; ///< content of files, copied when it is written
};

/// The same patches on a device on which the first one begins at `by`.
[[nodiscard]] std::vector<block::Patch> shifted(std::vector<block::Patch> patches,
                                                std::uint64_t by);

/// After an error the image is as it was before and there is no undo file, unless the message says
/// that it could not be put back.
[[nodiscard]] Result<> applyPatches(block::BlockDevice& target, std::span<const PatchGroup> groups,
                                    const std::filesystem::path& undoFile,
                                    const JobControl& job = {});

/// Puts the old bytes back, the last group first. Refused when the image holds something that is
/// neither before nor after. Nothing is wrong with doing it twice, or again after it was cut off.
[[nodiscard]] Result<> undo(block::BlockDevice& target, const std::filesystem::path& undoFile,
                            const JobControl& job = {});

/// "disk.img.fatlas-undo", or "disk.img.fatlas-undo-2" ... when that exists; for a device of the
/// host in the current folder.
[[nodiscard]] std::filesystem::path proposeUndoFile(const std::filesystem::path& image);

} // namespace fatlas::edit
