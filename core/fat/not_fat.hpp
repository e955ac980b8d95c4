/// Names what a sector is when it is no FAT boot sector, so that an error can say it.
#pragma once

#include "core/base/bytes.hpp"

#include <optional>
#include <string_view>

namespace fatlas::fat {

/// "NTFS", "exFAT", "ext2, ext3 or ext4" ...; `bytes` starts at the volume, 1.5 KiB tell more than
/// 512 bytes. Nothing when it is not recognised.
[[nodiscard]] std::optional<std::string_view> recogniseOther(ByteView bytes) noexcept;

} // namespace fatlas::fat
