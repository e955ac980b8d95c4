#include "core/base/text.hpp"
#include "core/fat/check/fat_checks.hpp"
#include "core/fat/fat_copies.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxRanges = 1000;

void note(FatDifference& difference, Cluster entry)
{
    ++difference.entryCount;
    auto& ranges = difference.ranges;
    if (!ranges.empty() && ranges.back().end() == entry)
        ++ranges.back().count;
    else if (ranges.size() < maxRanges)
        ranges.push_back({.first = entry, .count = 1});
}

Finding differenceFinding(const Volume& volume, const FatDifference& difference)
{
    const Geometry& geometry = volume.geometry();
    const bool mirrored = volume.boot().mirrored;
    const Cluster first = difference.ranges.front().first;
    return {.rule = mirrored ? "T9" : "T12",
            .severity = mirrored ? Severity::Error : Severity::Info,
            .path = {},
            .message = fmt::format(
                "copies {} and {} of the FAT differ in {} entries, first in that "
                "of cluster {}{}",
                volume.fatCopy() + 1, difference.copy + 1, formatCount(difference.entryCount),
                first.value, mirrored ? "" : "; the boot sector says that they may"),
            .advice = mirrored ? fmt::format("copy {} is read here", volume.fatCopy() + 1) : "",
            .offset = geometry.fatOffset(difference.copy) + entryOffset(geometry.type, first),
            .cluster = first.value < 2 ? std::nullopt : std::optional(first.value)};
}

} // namespace

Result<std::vector<FatDifference>> compareFats(const Volume& volume, const JobControl& job,
                                               FindingList& findings)
{
    std::vector<FatDifference> differences;
    for (std::uint32_t copy = 0; copy < volume.geometry().fatCount; ++copy) {
        if (copy == volume.fatCopy())
            continue;
        FatDifference difference{.copy = copy, .entryCount = 0, .ranges = {}};
        FATLAS_TRY(compareFatCopies(
            volume, copy,
            [&difference](const DifferingEntry& entry) { note(difference, entry.entry); }, job));
        if (difference.entryCount == 0)
            continue;
        findings.add(differenceFinding(volume, difference));
        differences.push_back(std::move(difference));
    }
    return differences;
}

} // namespace fatlas::fat
