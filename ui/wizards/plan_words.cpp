#include "ui/wizards/plan_words.hpp"

#include "ui/base/words.hpp"
#include "ui/views/state_words.hpp"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("PlanWords", text);
}

struct Region {
    const char* name = nullptr;
    std::uint64_t end = 0; ///< byte of the volume
};

std::array<Region, 4> regionsOf(const fat::Geometry& geometry)
{
    return {{{"reserved sectors with the boot sector", geometry.fatOffset(0)},
             {"FAT 1", geometry.fatCount > 1 ? geometry.fatOffset(1) : geometry.rootOffset()},
             {"FAT 2", geometry.rootOffset()},
             {"root directory", geometry.dataOffset()}}};
}

/// The run of one owner as the sentence's subject, in full, not only the cells under the pointer.
QString describeRun(const folder_disk::Plan& plan, const fat::UsageRun& run)
{
    const QString where = clustersText({run.first, run.count});
    if (run.owner == fat::noOwner)
        return words("%1: %2").arg(where, meaningOf(run.state));
    const folder_disk::Entry& entry = plan.entries[run.owner];
    const QString path = shown(plan.path(run.owner));
    if (entry.isDirectory)
        return words("%1: folder %2, %3 of entries").arg(where, path, sizeText(entry.size));
    return words("%1: %2, %3, one fragment").arg(where, path, sizeText(entry.size));
}

/// How many runs a range touches; stops counting at `limit`.
std::size_t runCount(const fat::UsageMap& map, ClusterRange range, std::size_t limit)
{
    const fat::UsageRun* const first = &map.at(range.first);
    const fat::UsageRun* const last = &map.at(range.end() - 1);
    return std::min<std::size_t>(static_cast<std::size_t>(last - first) + 1, limit);
}

} // namespace

QString clustersText(ClusterRange range)
{
    const std::uint32_t last = range.first.value + range.count - 1;
    if (range.count <= 1)
        return words("Cluster %1").arg(countText(range.first.value));
    return words("Clusters %1–%2").arg(countText(range.first.value), countText(last));
}

QString describeSystemCells(const fat::Geometry& geometry, const MapCells& cells, CellRange range)
{
    const double scale = static_cast<double>(geometry.dataOffset()) /
                         static_cast<double>(std::max<std::uint64_t>(cells.systemCellCount(), 1));
    const auto from = static_cast<std::uint64_t>(static_cast<double>(range.first) * scale);
    const auto to =
        std::max(static_cast<std::uint64_t>(static_cast<double>(range.end()) * scale), from + 1);
    QStringList parts;
    std::uint64_t start = 0;
    for (const Region& region : regionsOf(geometry)) {
        if (from < region.end && to > start && region.end > start)
            parts << words(region.name);
        start = region.end;
    }
    return words("Before the first cluster: %1").arg(parts.join(words(", ")));
}

QString describeCells(const folder_disk::Plan& plan, const MapCells& cells, CellRange range)
{
    if (range.first < cells.systemCellCount())
        return describeSystemCells(plan.geometry(), cells, range);
    const auto first = cells.clusterOfCell(range.first);
    if (!first)
        return {};
    const ClusterRange clusters{*first, static_cast<std::uint32_t>(range.count)};
    constexpr std::size_t manyRuns = 1000;
    const std::size_t runs = runCount(cells.map(), clusters, manyRuns);
    const fat::UsageRun& run = cells.map().at(*first);
    if (runs <= 1)
        return describeRun(plan, run);
    const QString first1 =
        run.owner == fat::noOwner ? nameOf(run.state) : shown(plan.path(run.owner));
    return words("%1: %2 and %3 more").arg(clustersText(clusters), first1, countText(runs - 1));
}

} // namespace fatlas::ui
