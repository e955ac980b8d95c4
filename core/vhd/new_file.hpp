/// The disk in a VHD that was just made and that nobody else can know, to be filled.
///
/// Errors:   those of readVhdFile and VhdDevice.
/// Threads:  blocking.
/// Lifetime: the device has a handle of its own on the file.
#pragma once

#include "core/base/file.hpp"
#include "core/block/block_device.hpp"

#include <memory>

namespace fatlas::vhd {

/// After writePlan(), and without the order of writes that keeps a disk in use safe. `below`
/// answers for a child's parent.
[[nodiscard]] Result<std::shared_ptr<block::BlockDevice>>
openNewFile(const File& file, std::shared_ptr<const block::BlockDevice> below = nullptr);

} // namespace fatlas::vhd
