#include "core/base/text.hpp"
#include "core/fat/diff/diff.hpp"
#include "core/fat/diff/diff_clusters.hpp"
#include "core/fat/diff/diff_fields.hpp"
#include "core/fat/diff/diff_files.hpp"
#include "core/fat/explain/boot_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024;

Result<ComparedStructure> readSector(const Volume& volume, std::uint32_t sector)
{
    const Geometry& g = volume.geometry();
    ComparedStructure structure;
    structure.at = std::uint64_t{sector} * g.bytesPerSector;
    structure.bytes.resize(g.bytesPerSector);
    FATLAS_TRY(volume.device().read(structure.at, structure.bytes));
    return structure;
}

Result<ComparedStructure> readBoot(const Volume& volume)
{
    FATLAS_ASSIGN(ComparedStructure structure, readSector(volume, 0));
    structure.fields = bootSectorFields(structure.bytes, 0, volume.geometry(), volume.codePage());
    return structure;
}

Result<ComparedStructure> readFsInfo(const Volume& volume)
{
    const std::uint32_t sector = volume.geometry().fsInfoSector;
    if (sector == 0)
        return ComparedStructure{};
    FATLAS_ASSIGN(ComparedStructure structure, readSector(volume, sector));
    structure.fields = fsInfoFields(structure.bytes, structure.at, volume.geometry());
    return structure;
}

Result<> diffFields(const DiffSide& before, const DiffSide& after, DiffReport& report)
{
    FATLAS_ASSIGN(const ComparedStructure bootBefore, readBoot(*before.volume));
    FATLAS_ASSIGN(const ComparedStructure bootAfter, readBoot(*after.volume));
    addFieldChanges("boot sector", bootBefore, bootAfter, report.fields);
    FATLAS_ASSIGN(const ComparedStructure infoBefore, readFsInfo(*before.volume));
    FATLAS_ASSIGN(const ComparedStructure infoAfter, readFsInfo(*after.volume));
    addFieldChanges("FSInfo", infoBefore, infoAfter, report.fields);
    if (before.tree->label != after.tree->label)
        report.fields.push_back({.structure = "root directory",
                                 .name = "label",
                                 .before = before.tree->label,
                                 .after = after.tree->label});
    return {};
}

void addEntry(DiffReport& report, Cluster cluster)
{
    ++report.fatEntryCount;
    if (!report.fatRanges.empty() && report.fatRanges.back().end() == cluster)
        ++report.fatRanges.back().count;
    else if (report.fatRanges.size() < DiffReport::maxRanges)
        report.fatRanges.push_back({.first = cluster, .count = 1});
}

Result<> diffFats(const Volume& before, const Volume& after, DiffReport& report,
                  const JobControl& job)
{
    const Geometry& g = before.geometry();
    report.fatSkipped = whyClustersDoNotMatch(g, after.geometry());
    if (!report.fatSkipped.empty())
        return {};
    std::vector<std::uint32_t> mine;
    std::vector<std::uint32_t> theirs;
    for (Cluster at{0}; at < g.endCluster();) {
        FATLAS_TRY(job.checkpoint());
        mine.resize(std::min(entriesPerStep, g.endCluster() - at));
        theirs.resize(mine.size());
        FATLAS_TRY(before.rawEntries(at, mine));
        FATLAS_TRY(after.rawEntries(at, theirs));
        for (std::uint32_t i = 0; i < mine.size(); ++i)
            if (mine[i] != theirs[i])
                addEntry(report, at + i);
        at = at + static_cast<std::uint32_t>(mine.size());
    }
    return {};
}

} // namespace

Result<DiffReport> diffVolumes(const DiffSide& before, const DiffSide& after, const JobControl& job,
                               SameFiles same)
{
    DiffReport report;
    FATLAS_ASSIGN(FileDiff files, diffFiles(before, after, same, job));
    report.files = std::move(files.files);
    report.sameCount = files.sameCount;
    FATLAS_TRY(diffFats(*before.volume, *after.volume, report, job));
    FATLAS_TRY(diffFields(before, after, report));
    return report;
}

const char* toString(FileChangeKind kind) noexcept
{
    switch (kind) {
    case FileChangeKind::Added: return "added";
    case FileChangeKind::Removed: return "removed";
    case FileChangeKind::Changed: return "changed";
    case FileChangeKind::Moved: return "moved";
    case FileChangeKind::Same: return "same";
    }
    return "changed";
}

} // namespace fatlas::fat
