/// A VHD as all parts of its inspector see it: what its files say, where its blocks are, what is
/// wrong with it, and what is on the disk inside.
///
/// Units:   offsets of findings are bytes of the file.
/// Threads: immutable once made; shared as std::shared_ptr<const VhdContent>. The functions are for
///          workers.
#pragma once

#include "core/vhd/block_map.hpp"
#include "core/vhd/inspect.hpp"
#include "core/vhd/layers.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::ui {

/// A partition of the disk inside, or the whole of it.
struct VhdVolume {
    std::optional<std::uint32_t> partition; ///< its number; nothing: the disk has no table
    std::string type;                       ///< "FAT32", "Linux"; why not, where nothing is
    std::string label;                      ///< "" = none
    std::uint64_t size = 0;                 ///< bytes; 0: not known
    bool isFat = false;
};

/// How much of a piece of the disk a file holds by itself.
enum class VhdHeld : std::uint8_t { Nothing, Partly, All };
/// Of equal pieces of the disk, in order.
using VhdCoverage = std::vector<VhdHeld>;

struct VhdContent {
    vhd::Inspection inspection;
    vhd::FileLayout layout;                      ///< empty without a disk
    std::shared_ptr<const vhd::BlockMap> blocks; ///< nullptr without a disk
    std::shared_ptr<const vhd::Layers> layers;   ///< nullptr: layersProblem says why
    std::string layersProblem;
    std::vector<VhdCoverage> coverage; ///< of each link, at most 1024 pieces
    std::vector<VhdVolume> inside;
    std::string insideProblem;     ///< why the disk cannot be looked into; "" when it can
    std::vector<Finding> findings; ///< of the files as they say themselves, until checked
    bool isChecked = false;

    [[nodiscard]] const vhd::VhdFile& file() const noexcept { return inspection.file(); }

    [[nodiscard]] bool isDisk() const noexcept { return inspection.isDisk(); }

    [[nodiscard]] const vhd::Chain* chain() const noexcept
    {
        return inspection.chain ? &*inspection.chain : nullptr;
    }
};

using SharedVhd = std::shared_ptr<const VhdContent>;

/// Without bitmaps and without a check: quick for every file.
[[nodiscard]] Result<SharedVhd> readVhdContent(const std::string& path, const JobControl& job);
/// The same with its bitmaps, and with everything that is wrong. Progress in bytes.
[[nodiscard]] Result<SharedVhd> checkVhdContent(const SharedVhd& content, const JobControl& job);

} // namespace fatlas::ui
