#include "core/base/text.hpp"
#include "core/fat/check/fat_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< even, so that FAT12 steps end in a byte
constexpr std::size_t maxRanges = 1000;

/// One copy against the one that is read, entry by entry only where the bytes differ.
class FatComparison {
public:
    FatComparison(const Volume& volume, std::uint32_t copy)
        : m_volume(volume), m_geometry(volume.geometry()), m_end(lastEntry(m_geometry))
    {
        m_difference.copy = copy;
    }

    Result<FatDifference> compare(const JobControl& job)
    {
        for (std::uint32_t at = 0; at < m_end; at += m_count) {
            FATLAS_TRY(job.checkpoint());
            job.report(at, m_end);
            m_count = std::min(entriesPerStep, m_end - at);
            FATLAS_TRY(readStep(m_volume.fatCopy(), at, m_read));
            FATLAS_TRY(readStep(m_difference.copy, at, m_other));
            if (std::memcmp(m_read.data(), m_other.data(), m_read.size()) != 0)
                compareEntries(at);
        }
        return std::move(m_difference);
    }

private:
    /// FAT12's entries come in pairs; the second of the last pair may belong to no cluster.
    static std::uint32_t lastEntry(const Geometry& geometry)
    {
        const std::uint32_t count = geometry.clusterCount + 2;
        const bool hasOddEnd = geometry.type == FatType::Fat12 && count % 2 != 0 &&
                               fatBytesFor(FatType::Fat12, count - 1) <= geometry.fatSize();
        return hasOddEnd ? count + 1 : count;
    }

    Result<> readStep(std::uint32_t copy, std::uint32_t first, Bytes& bytes) const
    {
        const std::uint64_t start = entryOffset(m_geometry.type, Cluster{first});
        const std::uint64_t size = fatBytesFor(m_geometry.type, m_count - 2);
        bytes.resize(size);
        return m_volume.device().read(m_geometry.fatOffset(copy) + start, bytes);
    }

    void compareEntries(std::uint32_t first)
    {
        for (std::uint32_t i = 0; i < m_count; ++i)
            if (rawEntry(m_geometry.type, m_read, Cluster{i}) !=
                rawEntry(m_geometry.type, m_other, Cluster{i}))
                note(Cluster{first + i});
    }

    void note(Cluster entry)
    {
        ++m_difference.entryCount;
        auto& ranges = m_difference.ranges;
        if (!ranges.empty() && ranges.back().end() == entry)
            ++ranges.back().count;
        else if (ranges.size() < maxRanges)
            ranges.push_back({.first = entry, .count = 1});
    }

    const Volume& m_volume;
    const Geometry& m_geometry;
    std::uint32_t m_end;
    std::uint32_t m_count = 0;
    Bytes m_read;
    Bytes m_other;
    FatDifference m_difference;
};

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
        FATLAS_ASSIGN(FatDifference difference, FatComparison(volume, copy).compare(job));
        if (difference.entryCount == 0)
            continue;
        findings.add(differenceFinding(volume, difference));
        differences.push_back(std::move(difference));
    }
    return differences;
}

} // namespace fatlas::fat
