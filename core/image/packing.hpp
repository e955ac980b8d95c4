/// Which compression a file is, by its first bytes alone; its name says nothing.
///
/// Threads: as BlockDevice::read.
/// Source:  RFC 1952 (gzip), RFC 8878 (zstd), the xz file format 1.1, APPNOTE 6.3 (ZIP).
#pragma once

#include "core/block/block_device.hpp"

#include <optional>
#include <string>

namespace fatlas::image {

enum class Packing : std::uint8_t { Gzip, Bzip2, Xz, Zstd, Zip };

[[nodiscard]] const char* toString(Packing packing) noexcept; ///< "gzip", "ZIP"

/// Nothing for a plain image, and for what cannot be read.
[[nodiscard]] std::optional<Packing> recognisePacking(const block::BlockDevice& file);

} // namespace fatlas::image
