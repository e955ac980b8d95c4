#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"
#include "ui/models/fat_table_words.hpp"
#include "ui/views/state_words.hpp"
#include "ui/window/volume_words.hpp"

#include <QCoreApplication>
#include <QStringList>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("VolumeWords", text);
}

FieldRow sizeRow(const char* name, std::uint64_t bytes)
{
    return {words(name), sizeText(bytes), false, exactSizeText(bytes)};
}

QString hexRange(std::uint64_t first, std::uint64_t size)
{
    return words("%1 – %2").arg(hexText(first), hexText(first + size - 1));
}

/// FAT 1, where its entry lies, and what FAT 2 says.
void addFatRows(std::vector<FieldRow>& rows, const fat::Geometry& geometry, Cluster cluster,
                const ClusterFacts* facts)
{
    const QString waiting = QStringLiteral("…");
    const auto saying = [&](std::uint32_t raw) {
        return words("%1 %2").arg(entryValueText(geometry.type, raw),
                                  entryMeaningText(geometry, cluster.value, raw));
    };
    rows.push_back({words("FAT 1, entry %1").arg(countText(cluster.value)),
                    facts ? saying(facts->entry.raw) : waiting, true});
    rows.push_back({words("where"), entryPlaceText(geometry.type, cluster), true});
    if (geometry.fatCount < 2)
        return;
    const bool isSame = facts && facts->secondRaw &&
                        isSameEntry(geometry.type, facts->entry.raw, *facts->secondRaw);
    const QString second = !facts || !facts->secondRaw ? waiting
                           : isSame                    ? words("same")
                                    : words("differs: %1").arg(saying(*facts->secondRaw));
    rows.push_back({words("FAT 2"), second});
}

QString pointersText(const VolumeContent& content, const Pointers& pointers)
{
    constexpr std::size_t maxShown = 8;
    QStringList places;
    for (const Cluster from : pointers.entries)
        places << countText(from.value);
    for (const std::uint32_t node : pointers.nodes)
        places << words("the entry of %1").arg(shown(content.tree->path(node)));
    if (places.isEmpty())
        return pointers.isWhole ? words("nothing") : words("not looked for");
    const auto all = static_cast<std::size_t>(places.size());
    if (all <= maxShown)
        return places.join(words(", "));
    return words("%1 and %2 more")
        .arg(places.first(maxShown).join(words(", ")), countText(all - maxShown));
}

QString attributesText(std::uint8_t attributes)
{
    struct Name {
        std::uint8_t bit;
        const char* text;
    };

    QStringList names;
    for (const Name& name :
         {Name{fat::attribute::readOnly, "read-only"}, Name{fat::attribute::hidden, "hidden"},
          Name{fat::attribute::system, "system"}, Name{fat::attribute::archive, "archive"}})
        if ((attributes & name.bit) != 0)
            names << words(name.text);
    return names.isEmpty() ? words("none") : names.join(words(", "));
}

QString timeText(std::uint16_t date, std::uint16_t time)
{
    return shown(fat::formatTime({.date = date, .time = time, .tenths = 0}));
}

QString volumeLabel(const VolumeContent& content)
{
    return content.tree->label.empty() ? words("none") : shown(content.tree->label);
}

} // namespace

std::vector<FieldRow> clusterRows(const VolumeContent& content, Cluster cluster,
                                  const ClusterFacts* facts)
{
    const fat::Geometry& geometry = content.geometry();
    const fat::UsageRun& run = content.usage->at(cluster);
    const std::uint64_t offset = content.image.volumeOffset + geometry.clusterOffset(cluster);
    std::vector<FieldRow> rows{{words("State"), nameOf(run.state), false, meaningOf(run.state)}};
    addFatRows(rows, geometry, cluster, facts);
    rows.push_back({words("Sector"), countText(offset / geometry.bytesPerSector)});
    rows.push_back({words("Image offset"), hexText(offset), true});
    if (run.owner != fat::noOwner) {
        const std::uint64_t part = std::uint64_t{run.part} + (cluster - run.first);
        rows.push_back({words("Offset in file"),
                        hexRange(part * geometry.clusterSize(), geometry.clusterSize()), true});
    }
    rows.push_back({words("Who points here"),
                    facts ? pointersText(content, facts->pointers) : QStringLiteral("…")});
    return rows;
}

std::vector<FieldRow> nodeRows(const VolumeContent& content, std::uint32_t node)
{
    const fat::TreeNode& file = content.tree->nodes[node];
    std::vector<FieldRow> rows{{words("Short name"), shown(file.shortName), true}};
    if (!file.isDirectory)
        rows.push_back(sizeRow("Size", file.size()));
    rows.push_back({words("Clusters"), countText(file.clusterCount)});
    rows.push_back({words("Fragments"), countText(file.runCount)});
    const Cluster first = file.raw.firstCluster();
    rows.push_back(
        {words("First cluster"), first.value == 0 ? words("none") : countText(first.value)});
    rows.push_back({words("Chain"), chainEndText(file.end, content.geometry().type)});
    rows.push_back(
        {words("Modified"), timeText(file.raw.modifiedDate.get(), file.raw.modifiedTime.get())});
    rows.push_back(
        {words("Created"), timeText(file.raw.createdDate.get(), file.raw.createdTime.get())});
    rows.push_back({words("Attributes"), attributesText(file.raw.attributes)});
    rows.push_back(
        {words("Entry at"), hexText(content.image.volumeOffset + file.entryOffset), true});
    return rows;
}

std::vector<FieldRow> volumeRows(const VolumeContent& content)
{
    const fat::Geometry& geometry = content.geometry();
    const fat::BootSector& boot = content.volume().boot();
    const QString serial = QString::number(boot.serial, 16).toUpper().rightJustified(8, u'0');
    std::vector<FieldRow> rows{
        {words("Label"), volumeLabel(content), true},
        {words("Serial"), serial.first(4) + u'-' + serial.last(4), true},
        {words("OEM name"), shown(std::string(boot.oemName.begin(), boot.oemName.end())).trimmed(),
         true},
        sizeRow("Image size", content.image.disk->size()),
        sizeRow("Volume size", geometry.volumeSize()),
        {words("Volume starts at"), hexText(content.image.volumeOffset), true},
        {words("Sector size"), words("%1 bytes").arg(geometry.bytesPerSector)},
        sizeRow("Cluster size", geometry.clusterSize()),
        {words("Clusters"), countText(geometry.clusterCount)},
        {words("FATs"), words("%1, %2 sectors each")
                            .arg(geometry.fatCount)
                            .arg(countText(geometry.sectorsPerFat))},
    };
    if (geometry.rootEntryCount != 0)
        rows.push_back({words("Root entries"), countText(geometry.rootEntryCount)});
    rows.push_back(
        {words("Data area at"), hexText(content.image.volumeOffset + geometry.dataOffset()), true});
    const std::uint64_t freeClusters = content.usage->count(fat::ClusterState::Free);
    rows.push_back(sizeRow("Free", freeClusters * geometry.clusterSize()));
    return rows;
}

} // namespace fatlas::ui
