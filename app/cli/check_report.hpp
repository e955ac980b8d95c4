/// What a check found, in words and for machines.
///
/// Units: offsets in bytes from the start of the image.
#pragma once

#include "core/fat/check/check.hpp"
#include "core/image/image.hpp"

#include "app/cli/json.hpp"
#include "app/cli/output.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace fatlas::cli {

struct Checked {
    image::Image image;
    std::shared_ptr<const fat::CheckReport> report;
    std::optional<fat::BestFat> best; ///< when copies of the FAT differ
    std::vector<Finding> findings;    ///< of partition table and volume, offsets in the image
};

/// Those of the partition table, then those of the volume, with offsets in the image.
[[nodiscard]] std::vector<Finding> findingsOnDisk(const Checked& checked);
/// Of a volume or a partition table; nothing for a number that neither has.
[[nodiscard]] const Rule* findDiskRule(std::string_view number) noexcept;

enum class Listing : std::uint8_t { Short, All };

/// Type and counts, then the findings grouped by rule, the worst first.
void writeCheck(Output& output, const Checked& checked, Listing listing);
[[nodiscard]] Json checkJson(const Checked& checked);

} // namespace fatlas::cli
