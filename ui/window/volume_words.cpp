#include "ui/window/volume_words.hpp"

#include "ui/base/words.hpp"
#include "ui/views/state_words.hpp"
#include "ui/wizards/plan_words.hpp"

#include <QCoreApplication>

#include <algorithm>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("VolumeWords", text);
}

/// Which part of its owner's chain a cluster is, from 0.
std::uint32_t partOf(const fat::UsageRun& run, Cluster cluster)
{
    return run.part + (cluster - run.first);
}

/// Where the chain goes from here; nothing at its end.
std::optional<Cluster> nextOf(const fat::Tree& tree, std::uint32_t node, Cluster cluster)
{
    const auto runs = tree.runsOf(node);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i].contains(cluster))
            continue;
        if (cluster + 1 < runs[i].end())
            return cluster + 1;
        return i + 1 < runs.size() ? std::optional(runs[i + 1].first) : std::nullopt;
    }
    return std::nullopt;
}

QString ownedSentence(const VolumeContent& content, const fat::UsageRun& run, Cluster cluster)
{
    const fat::TreeNode& node = content.tree->nodes[run.owner];
    const auto next = nextOf(*content.tree, run.owner, cluster);
    const QString path = shown(content.tree->path(run.owner));
    const QString rest =
        next ? words("next %1").arg(countText(next->value)) : words("the last one");
    QString text =
        words("part %1 of %2 of %3, %4")
            .arg(countText(partOf(run, cluster) + 1), countText(node.clusterCount), path, rest);
    if (run.state == fat::ClusterState::CrossLinked)
        text += words("; another chain runs into it too");
    return text;
}

QString clusterSentence(const VolumeContent& content, Cluster cluster)
{
    const fat::UsageRun& run = content.usage->at(cluster);
    if (run.owner != fat::noOwner)
        return ownedSentence(content, run, cluster);
    return meaningOf(run.state);
}

/// A run of clusters that belong to nobody, or to one owner, as a whole.
QString manySentence(const VolumeContent& content, ClusterRange range)
{
    const fat::UsageMap& map = *content.usage;
    const fat::UsageRun* const first = &map.at(range.first);
    const fat::UsageRun* const last = &map.at(range.end() - 1);
    const QString subject = first->owner == fat::noOwner ? nameOf(first->state)
                                                         : shown(content.tree->path(first->owner));
    const auto more = static_cast<std::uint64_t>(last - first);
    const QString tail = more == 0 ? QString() : words(" and %1 more").arg(countText(more));
    const fat::ClusterState worst = map.worst(range);
    const QString worstText =
        worst == first->state ? QString() : words("; shown as %1").arg(nameOf(worst));
    return subject + tail + worstText;
}

} // namespace

QString describeCells(const VolumeContent& content, const MapCells& cells, CellRange range)
{
    if (range.first < cells.systemCellCount())
        return describeSystemCells(content.geometry(), cells, range);
    const auto first = cells.clusterOfCell(range.first);
    if (!first)
        return {};
    const ClusterRange clusters{*first, static_cast<std::uint32_t>(range.count)};
    const QString sentence =
        range.count == 1 ? clusterSentence(content, *first) : manySentence(content, clusters);
    return words("%1: %2").arg(clustersText(clusters), sentence);
}

QString explainCluster(const VolumeContent& content, Cluster cluster)
{
    const fat::UsageRun& run = content.usage->at(cluster);
    QString text = clusterSentence(content, cluster);
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    text += u'.';
    if (run.owner == fat::noOwner)
        return text;
    const auto next = nextOf(*content.tree, run.owner, cluster);
    if (next && *next != cluster + 1)
        text += words(" The next cluster is not the neighbour, so a fragment ends here.");
    return text;
}

QString selectionText(const VolumeContent& content, const FocusTarget& target)
{
    std::uint64_t clusters = 0;
    for (const auto& run : target.runs)
        clusters += run.count;
    if (clusters == 0)
        return {};
    return words("%1, %2 selected")
        .arg(countText(clusters, QT_TRANSLATE_NOOP("VolumeWords", "cluster"),
                       QT_TRANSLATE_NOOP("VolumeWords", "clusters")),
             sizeText(clusters * content.geometry().clusterSize()));
}

} // namespace fatlas::ui
