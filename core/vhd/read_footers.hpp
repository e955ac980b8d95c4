/// Both footers of a file, and which one counts.
///
/// Errors: those of readVhdFile.
/// Source: FORMAT.md rules V1, V2, V6, V7, V30.
#pragma once

#include "core/vhd/vhd_file.hpp"

namespace fatlas::vhd {

/// Fills front, tail, footer, isFooterProven, and the findings about them.
[[nodiscard]] Result<> readFooters(const block::BlockDevice& device, VhdFile& file);

/// The header of a footer that is not fixed, if there is one with a right checksum.
[[nodiscard]] bool hasSoundHeader(const block::BlockDevice& device, const Footer& footer);

} // namespace fatlas::vhd
