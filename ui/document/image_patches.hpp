/// Writes patches to the image of an open volume, keeping what they replace; and puts it back.
///
/// Units:   patches in bytes from the start of the disk.
/// Errors:  as applyPatches() and undo() of core/edit.
/// Threads: blocking; for workers.
#pragma once

#include "core/block/staged_device.hpp"

#include "ui/document/volume_content.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fatlas::ui {

/// The undo file that it made, beside the image. `what`: "repairs", for the undo file.
[[nodiscard]] Result<std::filesystem::path> writePatches(const VolumeContent& content,
                                                         std::vector<block::Patch> patches,
                                                         const std::string& what,
                                                         const JobControl& job);
/// True when the old bytes are back.
[[nodiscard]] Result<bool> takeBackPatches(const VolumeContent& content,
                                           const std::filesystem::path& undoFile,
                                           const JobControl& job);

} // namespace fatlas::ui
