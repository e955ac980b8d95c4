#include "core/fat/fat_copies.hpp"

#include "core/fat/fat_table.hpp"

#include <algorithm>
#include <cstring>

namespace fatlas::fat {

namespace {

constexpr std::uint32_t entriesPerStep = 256 * 1024; ///< even, so that FAT12 steps end in a byte

/// FAT12's entries come in pairs; the second of the last pair may belong to no cluster.
std::uint32_t endOfEntries(const Geometry& geometry)
{
    const std::uint32_t count = geometry.clusterCount + 2;
    const bool hasOddEnd = geometry.type == FatType::Fat12 && count % 2 != 0 &&
                           fatBytesFor(FatType::Fat12, count - 1) <= geometry.fatSize();
    return hasOddEnd ? count + 1 : count;
}

Result<> readEntries(const Volume& volume, std::uint32_t copy, ClusterRange entries, Bytes& bytes)
{
    const Geometry& geometry = volume.geometry();
    const auto bits = static_cast<std::uint64_t>(geometry.type);
    bytes.resize((entries.count * bits + 7) / 8);
    return volume.device().read(
        geometry.fatOffset(copy) + entryOffset(geometry.type, entries.first), bytes);
}

CopyDifference kindOf(FatType type, const DifferingEntry& entry)
{
    const bool isReadFree = interpretEntry(type, entry.read).kind == EntryKind::Free;
    const bool isOtherFree = interpretEntry(type, entry.other).kind == EntryKind::Free;
    if (isReadFree == isOtherFree)
        return CopyDifference::Value;
    return isOtherFree ? CopyDifference::OnlyRead : CopyDifference::OnlyOther;
}

void append(std::vector<DifferingRun>& runs, Cluster cluster, CopyDifference kind)
{
    const bool isNeighbour = !runs.empty() && runs.back().clusters.end() == cluster;
    if (isNeighbour && runs.back().kind == kind) {
        ++runs.back().clusters.count;
    } else if (runs.size() < maxDifferingRuns) {
        runs.push_back({.clusters = {.first = cluster, .count = 1}, .kind = kind});
    } else {
        runs.back().clusters.count = cluster + 1 - runs.back().clusters.first;
        runs.back().kind = CopyDifference::Value;
    }
}

} // namespace

Result<> compareFatCopies(const Volume& volume, std::uint32_t copy,
                          const std::function<void(const DifferingEntry&)>& note,
                          const JobControl& job)
{
    const FatType type = volume.geometry().type;
    const std::uint32_t end = endOfEntries(volume.geometry());
    Bytes read;
    Bytes other;
    for (std::uint32_t at = 0; at < end;) {
        FATLAS_TRY(job.checkpoint());
        job.report(at, end);
        const ClusterRange step{.first = Cluster{at}, .count = std::min(entriesPerStep, end - at)};
        FATLAS_TRY(readEntries(volume, volume.fatCopy(), step, read));
        FATLAS_TRY(readEntries(volume, copy, step, other));
        const bool isSame = std::memcmp(read.data(), other.data(), read.size()) == 0;
        for (std::uint32_t i = 0; !isSame && i < step.count; ++i) {
            const DifferingEntry entry{.entry = step.first + i,
                                       .read = rawEntry(type, read, Cluster{i}),
                                       .other = rawEntry(type, other, Cluster{i})};
            if (entry.read != entry.other)
                note(entry);
        }
        at += step.count;
    }
    return {};
}

Result<std::vector<DifferingRun>> differingRuns(const Volume& volume, std::uint32_t copy,
                                                const JobControl& job)
{
    std::vector<DifferingRun> runs;
    const Geometry& geometry = volume.geometry();
    const auto note = [&runs, &geometry](const DifferingEntry& entry) {
        if (geometry.isData(entry.entry))
            append(runs, entry.entry, kindOf(geometry.type, entry));
    };
    FATLAS_TRY(compareFatCopies(volume, copy, note, job));
    return runs;
}

} // namespace fatlas::fat
