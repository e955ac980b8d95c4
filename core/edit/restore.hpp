/// Internal to apply and undo: the old bytes of an undo file back onto the image.
///
/// Threads: blocking.
#pragma once

#include "core/block/block_device.hpp"
#include "core/edit/undo_file.hpp"

namespace fatlas::edit {

/// Writes what differs, the last group first, with a flush between two groups and at the end. Does
/// not look whether somebody else changed the image. Progress in bytes.
[[nodiscard]] Result<> restore(block::BlockDevice& target, const UndoReader& undo,
                               const JobControl& job);

} // namespace fatlas::edit
