/// The modes of the cluster map but State, which MapCells has by itself: what gives a cell its
/// look.
///
/// Units:   findings have offsets from the start of the disk, `volumeOffset` is where the volume
///          begins on it.
/// Threads: pure; for workers, as they look at every run of the map.
#pragma once

#include "core/base/finding.hpp"
#include "core/fat/cluster_content.hpp"
#include "core/fat/fat_copies.hpp"
#include "core/fat/tree.hpp"

#include "ui/models/map_cells.hpp"
#include "ui/models/map_colouring.hpp"

#include <memory>
#include <span>

namespace fatlas::ui {

/// In the order of the keys 1 to 6.
enum class MapMode : std::uint8_t { State, Owner, Fragments, Findings, Content, FatCopies };

inline constexpr std::size_t mapModeCount = 6;

inline constexpr unsigned contentUnknownLook = 1;

using SharedColouring = std::shared_ptr<const MapColouring>;

/// A colour for each file and folder; neighbours on the disk have different ones.
[[nodiscard]] SharedColouring colourOwners(const MapCells& cells, const fat::Tree& tree);
/// Where a file or folder goes on from somewhere else.
[[nodiscard]] SharedColouring colourFragments(const MapCells& cells);
/// Clusters and sectors that findings are about, by severity.
[[nodiscard]] SharedColouring colourFindings(const MapCells& cells,
                                             std::span<const Finding> findings,
                                             std::uint64_t volumeOffset);
/// What the bytes look like; `runs` may end before the volume does, the rest is not read yet and
/// has contentUnknownLook.
[[nodiscard]] SharedColouring colourContent(const MapCells& cells,
                                            std::span<const fat::ContentRun> runs);
/// Where two copies of the FAT say different things. Copies are named from 1.
[[nodiscard]] SharedColouring colourFatCopies(const MapCells& cells,
                                              std::span<const fat::DifferingRun> runs,
                                              std::uint32_t readCopy, std::uint32_t otherCopy);

} // namespace fatlas::ui
