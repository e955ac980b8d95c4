#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"
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

/// Where the entry lies in its FAT, to the bit on FAT12.
QString entryPlace(const fat::Geometry& geometry, Cluster cluster)
{
    QString byte = words("byte %1").arg(hexText(fat::entryOffset(geometry.type, cluster)));
    if (geometry.type != fat::FatType::Fat12)
        return byte;
    return words("%1, bits %2").arg(byte, cluster.value % 2 == 0 ? words("0–11") : words("4–15"));
}

QString entryMeaning(const fat::FatEntry& entry)
{
    switch (entry.kind) {
    case fat::EntryKind::Free: return words("free");
    case fat::EntryKind::Next: return countText(entry.next.value);
    case fat::EntryKind::Bad: return words("bad");
    case fat::EntryKind::End: return words("end of chain");
    case fat::EntryKind::Reserved: return words("reserved");
    }
    return {};
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

std::vector<FieldRow> clusterRows(const VolumeContent& content, Cluster cluster)
{
    const fat::Geometry& geometry = content.geometry();
    const fat::UsageRun& run = content.usage->at(cluster);
    const std::uint64_t offset = content.image.volumeOffset + geometry.clusterOffset(cluster);
    std::vector<FieldRow> rows{
        {words("State"), nameOf(run.state), false, meaningOf(run.state)},
        {words("Sector"), countText(offset / geometry.bytesPerSector)},
        {words("Image offset"), hexText(offset), true},
    };
    if (run.owner != fat::noOwner) {
        const std::uint64_t part = run.part + (cluster - run.first);
        rows.push_back({words("Offset in file"),
                        hexRange(part * geometry.clusterSize(), geometry.clusterSize()), true});
    }
    return rows;
}

std::vector<FieldRow> factRows(const VolumeContent& content, const ClusterFacts& facts)
{
    const std::uint32_t raw = facts.entry.raw;
    std::vector<FieldRow> rows{
        {words("FAT 1, entry %1").arg(countText(facts.cluster.value)),
         words("%1 → %2").arg(hexText(raw), entryMeaning(facts.entry)), true},
        {words("where"), entryPlace(content.geometry(), facts.cluster), true},
    };
    if (facts.secondRaw)
        rows.push_back({words("FAT 2"), *facts.secondRaw == raw
                                            ? words("same")
                                            : words("differs: %1").arg(hexText(*facts.secondRaw))});
    if (facts.previous)
        rows.push_back({words("Who points here"), countText(facts.previous->value)});
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
