/// Two volumes beside each other: what of their files, clusters and fields is not the same.
///
/// Units:   as core/fat/diff.
/// Bounds:  maxFields fields are listed, all are counted.
/// Threads: immutable once made; shared as std::shared_ptr<const Comparison>. compareVolumes() is
///          for workers.
#pragma once

#include "core/fat/diff/diff.hpp"
#include "core/fat/diff/diff_clusters.hpp"

#include "ui/document/volume_content.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::ui {

/// An image, a folder, a `fat:` address; `partition`: its number, where there are several.
struct CompareSource {
    std::string source;
    std::optional<std::uint32_t> partition = std::nullopt;

    bool operator==(const CompareSource&) const = default;
};

enum class CompareSide : std::uint8_t { Left, Right };

/// Where the work is: reading one side, or comparing.
enum class ComparePhase : std::uint8_t { ReadLeft, ReadRight, Files, Clusters };

struct Comparison {
    static constexpr std::size_t maxFields = 20'000;

    SharedContent left;
    SharedContent right;
    fat::DiffReport report; ///< files that are the same are listed, too
    fat::ClusterDiff clusters;
    std::vector<fat::FieldChange> fields; ///< of boot sector, FSInfo, FAT and directory entries
    std::uint64_t fieldCount = 0;         ///< of them all

    [[nodiscard]] bool isSame() const
    {
        return report.isSame() && clusters.count(fat::ClusterDifference::Content) +
                                          clusters.count(fat::ClusterDifference::OnlyBefore) +
                                          clusters.count(fat::ClusterDifference::OnlyAfter) ==
                                      0;
    }
};

} // namespace fatlas::ui
