/// Internal to unpack(): one function for each library that does the work.
#pragma once

#include "core/image/packed_input.hpp"
#include "core/image/packing.hpp"
#include "core/image/temp_image.hpp"

#include <string_view>

namespace fatlas::image {

/// Through zlib: libarchive does not look at gzip's checksums and lengths.
[[nodiscard]] Result<> unpackGzip(PackedInput& input, TempImage& output);
/// bzip2, xz, zstd through libarchive.
[[nodiscard]] Result<> unpackStream(PackedInput& input, Packing packing, TempImage& output);
/// The one file of a ZIP archive that is a disk image.
[[nodiscard]] Result<> unpackZip(PackedInput& input, TempImage& output);

/// "the gzip data is cut off: 1,234 bytes had come out when it ended"
[[nodiscard]] std::unexpected<Error> failCut(Packing packing, const TempImage& output);
/// `why` is what the library says, one clause, or "".
[[nodiscard]] std::unexpected<Error> failDamaged(Packing packing, const TempImage& output,
                                                 std::string_view why);
/// BadFormat unless the compressed bytes from `offset` on, behind the last whole stream, are zeros.
[[nodiscard]] Result<> checkRest(PackedInput& input, std::uint64_t offset, Packing packing);

} // namespace fatlas::image
