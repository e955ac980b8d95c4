/// Finds the next or previous place of a pattern, through holes at no cost and over seams of a
/// file as if there were none.
///
/// Units:   places and counts in bytes; progress in bytes looked at.
/// Errors:  Cancelled. Sectors that cannot be read are left out and counted.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"

#include "ui/models/hex_pattern.hpp"
#include "ui/models/hex_space.hpp"

#include <memory>
#include <optional>

namespace fatlas::ui {

enum class Direction : std::uint8_t { Forward, Backward };

struct HexSearch {
    std::shared_ptr<const block::BlockDevice> device;
    std::shared_ptr<const HexSpace> space;
    HexPattern pattern;
    /// Forward: matches begin here or later; backward: before here. Then on from the other end.
    std::uint64_t from = 0;
    Direction direction = Direction::Forward;
};

struct HexSearchEnd {
    std::optional<std::uint64_t> place;
    bool wrapped = false;             ///< found only after starting again at the other end
    std::uint64_t unreadableSize = 0; ///< what could not be searched
};

[[nodiscard]] Result<HexSearchEnd> searchHex(const HexSearch& search, const JobControl& job = {});

} // namespace fatlas::ui
