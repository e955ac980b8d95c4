#include "app/cli/json.hpp"

#include "app/cli/words.hpp"

#include <fmt/format.h>

namespace fatlas::cli {

namespace {

Json geometryJson(const fat::Geometry& geometry)
{
    Json json;
    json["fatType"] = static_cast<int>(geometry.type);
    json["bytesPerSector"] = geometry.bytesPerSector;
    json["sectorsPerCluster"] = geometry.sectorsPerCluster;
    json["clusterSize"] = geometry.clusterSize();
    json["clusterCount"] = geometry.clusterCount;
    json["reservedSectors"] = geometry.reservedSectors;
    json["fatCount"] = geometry.fatCount;
    json["sectorsPerFat"] = geometry.sectorsPerFat;
    json["rootEntryCount"] = geometry.rootEntryCount;
    json["totalSectors"] = geometry.totalSectors;
    json["hiddenSectors"] = geometry.hiddenSectors;
    json["sectorsPerTrack"] = geometry.sectorsPerTrack;
    json["heads"] = geometry.heads;
    json["media"] = fmt::format("{:02X}", geometry.media);
    json["dataOffset"] = geometry.dataOffset();
    if (geometry.type == fat::FatType::Fat32) {
        json["rootCluster"] = geometry.rootCluster.value;
        json["fsInfoSector"] = geometry.fsInfoSector;
        json["backupBootSector"] = geometry.backupBootSector;
    }
    return json;
}

Json fitJson(const folder_disk::FitReport& fit)
{
    Json json;
    json["fileCount"] = fit.fileCount;
    json["directoryCount"] = fit.directoryCount;
    json["contentSize"] = fit.contentSize;
    json["slackSize"] = fit.slackSize;
    json["clustersNeeded"] = fit.clustersNeeded;
    json["clustersUsed"] = fit.clustersUsed;
    json["rootEntriesNeeded"] = fit.rootEntriesNeeded;
    json["rootEntriesUsed"] = fit.rootEntriesUsed;
    json["floppiesThatFit"] = Json::array();
    for (const auto& format : fit.formats)
        if (format.fits)
            json["floppiesThatFit"].push_back(folder_disk::layoutOf(format.format).name);
    return json;
}

Json layoutJson(const folder_disk::Plan& plan)
{
    Json json;
    json["size"] = plan.layout.diskSize;
    json["partition"] = toString(plan.layout.scheme);
    json["volumeOffset"] = plan.layout.volumeOffset;
    if (plan.layout.scheme == folder_disk::PartitionScheme::Mbr)
        json["mbrType"] = fmt::format("{:02X}", plan.layout.mbrType);
    if (plan.layout.scheme != folder_disk::PartitionScheme::None)
        json["diskId"] = fmt::format("{:08X}", plan.diskId);
    return json;
}

Json nameChangesJson(const folder_disk::Plan& plan)
{
    Json json = Json::array();
    for (const auto& change : plan.nameChanges)
        json.push_back(
            {{"path", change.hostPath}, {"diskName", change.diskName}, {"why", change.why}});
    return json;
}

Json unfitJson(const folder_disk::Plan& plan)
{
    Json json = Json::array();
    for (const auto& item : plan.unfit)
        json.push_back({{"path", item.path},
                        {"size", item.size},
                        {"reason", toString(item.reason)},
                        {"message", item.message}});
    return json;
}

Json leftOutJson(const folder_disk::Plan& plan)
{
    Json json = Json::array();
    for (const auto& item : plan.leftOut)
        json.push_back({{"path", item.path}, {"why", host::toString(item.reason)}});
    return json;
}

void addRule(Json& json, const Rule& rule)
{
    json["title"] = rule.title;
    json["meaning"] = rule.meaning;
    json["dos"] = rule.dos;
    json["windows"] = rule.windows;
    json["linux"] = rule.linuxKernel;
    json["fix"] = rule.fix;
}

} // namespace

Json findingsJson(std::span<const Finding> findings, const Rule* (*findRule)(std::string_view))
{
    Json json = Json::array();
    for (const Finding& finding : findings) {
        Json one;
        one["rule"] = finding.rule;
        one["severity"] = fatlas::toString(finding.severity);
        one["path"] = finding.path;
        one["message"] = finding.message;
        one["advice"] = finding.advice;
        if (finding.offset)
            one["offset"] = *finding.offset;
        if (finding.cluster)
            one["cluster"] = *finding.cluster;
        if (const Rule* const rule = findRule != nullptr ? findRule(finding.rule) : nullptr)
            addRule(one, *rule);
        json.push_back(std::move(one));
    }
    return json;
}

Json bootJson(const fat::BootSector& boot, int codePage)
{
    Json json;
    json["oemName"] = fieldText(boot.oemName, codePage);
    json["serial"] = serialText(boot.serial);
    json["label"] = fieldText(boot.label, codePage);
    json["driveNumber"] = fmt::format("{:02X}", boot.driveNumber);
    json["geometry"] = geometryJson(boot.geometry);
    return json;
}

Json planJson(const folder_disk::Plan& plan)
{
    const auto refusal = plan.refusal();
    Json json;
    json["possible"] = !refusal.has_value();
    json["refusal"] = refusal ? Json(refusal->message) : Json();
    json["disk"] = layoutJson(plan);
    json["volume"] = bootJson(plan.boot, plan.options.codePage);
    json["usage"] = fitJson(plan.fit);
    json["nameChanges"] = nameChangesJson(plan);
    json["unfit"] = unfitJson(plan);
    json["leftOut"] = leftOutJson(plan);
    json["excluded"] = plan.excluded;
    json["findings"] = findingsJson(plan.findings);
    return json;
}

Json tableJson(const block::BlockDevice& disk, const partition::PartitionTable& table)
{
    Json json;
    json["kind"] = table.kind == partition::TableKind::Mbr   ? "mbr"
                   : table.kind == partition::TableKind::Gpt ? "gpt"
                                                             : "none";
    json["diskId"] = fmt::format("{:08X}", table.diskId);
    json["partitions"] = Json::array();
    for (const partition::Partition& partition : table.partitions) {
        Json one;
        one["index"] = partition.number;
        one["firstSector"] = partition.first.value;
        one["sectorCount"] = partition.sectorCount;
        one["sectorSize"] = disk.sectorSize();
        if (table.kind == partition::TableKind::Mbr)
            one["type"] = fmt::format("{:02X}", partition.type);
        one["typeName"] = partition.typeName;
        one["name"] = partition.name;
        one["bootable"] = partition.bootable;
        json["partitions"].push_back(std::move(one));
    }
    return json;
}

Json usageJson(const fat::UsageMap& usage)
{
    using fat::ClusterState;
    const std::uint32_t clusterSize = usage.geometry().clusterSize();
    Json json;
    json["freeClusters"] = usage.count(ClusterState::Free);
    json["freeSize"] = usage.count(ClusterState::Free) * clusterSize;
    json["fileClusters"] = usage.count(ClusterState::File);
    json["directoryClusters"] = usage.count(ClusterState::Directory);
    json["reservedClusters"] = usage.count(ClusterState::System);
    json["lostClusters"] = usage.count(ClusterState::Lost);
    json["badClusters"] = usage.count(ClusterState::Bad);
    json["crossLinkedClusters"] = usage.count(ClusterState::CrossLinked);
    return json;
}

Json itemJson(const fat::DirectoryItem& item, const std::string& path)
{
    const fat::DirectoryEntryRaw& raw = item.raw;
    const auto flag = [&raw](std::uint8_t bit) { return (raw.attributes & bit) != 0; };
    Json json;
    json["path"] = path;
    json["name"] = item.name;
    json["shortName"] = item.shortName;
    json["type"] = item.isDirectory() ? "directory" : "file";
    json["size"] = raw.size.get();
    json["modified"] = fat::formatTime(
        {.date = raw.modifiedDate.get(), .time = raw.modifiedTime.get(), .tenths = 0});
    json["created"] = fat::formatTime({.date = raw.createdDate.get(),
                                       .time = raw.createdTime.get(),
                                       .tenths = raw.createdTenths});
    json["accessed"] = fat::formatTime({.date = raw.accessedDate.get(), .time = 0, .tenths = 0});
    json["readOnly"] = flag(fat::attribute::readOnly);
    json["hidden"] = flag(fat::attribute::hidden);
    json["system"] = flag(fat::attribute::system);
    json["archive"] = flag(fat::attribute::archive);
    json["firstCluster"] = raw.firstCluster().value;
    return json;
}

void writeJson(Output& output, const Json& value)
{
    output.text(value.dump(2, ' ', false, Json::error_handler_t::replace));
    output.text("\n");
}

} // namespace fatlas::cli
