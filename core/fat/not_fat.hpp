/// Names what a sector is when it is no FAT boot sector, so that an error can say it.
#pragma once

#include "core/base/bytes.hpp"

#include <optional>
#include <string_view>

namespace fatlas::fat {

/// "NTFS", "exFAT", "ext2, ext3 or ext4" ...; `bytes` starts at the volume, 1.5 KiB tell more than
/// 512 bytes. Nothing when it is not recognised.
[[nodiscard]] std::optional<std::string_view> recogniseOther(ByteView bytes) noexcept;

/// The same for file systems and containers alone: nothing that an emptied or overwritten first
/// sector could be taken for.
[[nodiscard]] std::optional<std::string_view> recogniseFileSystem(ByteView bytes) noexcept;

/// 55 AA and four slots whose flags are 00 or 80, at least one of them used.
[[nodiscard]] bool looksLikeMbr(ByteView bytes) noexcept;

} // namespace fatlas::fat
