/// A VHD, its blocks and the pieces of its file in words.
///
/// Units:   blocks from 0; offsets in bytes of the file.
/// Threads: pure.
#pragma once

#include "core/vhd/block_map.hpp"
#include "core/vhd/inspect.hpp"
#include "core/vhd/layers.hpp"

#include "ui/models/cell_space.hpp"

#include <QString>

namespace fatlas::ui {

/// "Dynamic disk", "Differencing disk"
[[nodiscard]] QString vhdTypeText(vhd::DiskType type);
/// "Fatlas 1.0 on Windows": application, its version and the host system.
[[nodiscard]] QString vhdCreatorText(const vhd::Footer& footer);
/// "Differencing disk of 8 GiB, 276 MiB on disk, child of winxp-base.vhd. Made by Fatlas 1.0 ..."
[[nodiscard]] QString vhdSentence(const vhd::Inspection& inspection);
/// What the file saves against the disk; empty when it saves nothing.
[[nodiscard]] QString vhdSavingText(const vhd::VhdFile& file);
/// The last component of a link's path.
[[nodiscard]] QString vhdLinkName(const vhd::Chain& chain, std::size_t link);

/// "Block 300: present, 4,096 of 4,096 sectors, file offset 0x9A3000"
[[nodiscard]] QString vhdBlockText(const vhd::Chain& chain, const vhd::BlockMap& map,
                                   std::uint64_t block);
/// The same of several: "Blocks 300 – 303: present, partly".
[[nodiscard]] QString vhdBlocksText(const vhd::Chain& chain, const vhd::BlockMap& map,
                                    CellRange blocks);
/// "Block 7 lies before block 3 here, at 0x9A3000": a piece of the file.
[[nodiscard]] QString vhdPieceText(const vhd::FilePiece& piece);
[[nodiscard]] QString vhdPiecesText(const vhd::FileLayout& layout, CellRange pieces);
/// "Header", "Allocation table"
[[nodiscard]] QString vhdPieceName(vhd::FilePiece::Kind kind);

/// "Sector 614,400 comes from child.vhd, block 300, file offset 0x9A3200."
[[nodiscard]] QString vhdAnswerText(const vhd::Chain& chain, const vhd::Answer& answer,
                                    std::uint64_t sector);

} // namespace fatlas::ui
