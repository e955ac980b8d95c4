#include "core/folder_disk/boot_area.hpp"

#include "core/folder_disk/content_id.hpp"
#include "core/partition/partition_table.hpp"

#include <algorithm>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint32_t purposeDiskGuid = 3;
constexpr std::uint32_t purposePartitionGuid = 4;
constexpr std::size_t signatureOffset = 510;

TableBytes encodeMbrTable(const Plan& plan)
{
    const partition::MbrRequest request{
        .firstSector = plan.layout.volumeOffset / plan.geometry().bytesPerSector,
        .sectorCount = plan.geometry().totalSectors,
        .type = plan.layout.mbrType,
        .diskId = plan.diskId,
        .chs = {.heads = plan.layout.chsHeads, .sectorsPerTrack = plan.layout.chsSectorsPerTrack},
        .bootable = true,
        .code = plan.options.mbrCode.bytes};
    return {.start = partition::encodeMbr(request), .end = {}, .endOffset = 0};
}

TableBytes encodeGptTable(const Plan& plan)
{
    const std::uint32_t sectorSize = plan.geometry().bytesPerSector;
    const partition::GptRequest request{
        .diskSectors = plan.layout.diskSize / sectorSize,
        .sectorSize = sectorSize,
        .firstSector = plan.layout.volumeOffset / sectorSize,
        .sectorCount = plan.geometry().totalSectors,
        .efiSystem = plan.options.efiSystem,
        .diskGuid = guidFrom(plan.boot.serial, plan.diskId, purposeDiskGuid),
        .partitionGuid = guidFrom(plan.boot.serial, plan.diskId, purposePartitionGuid),
        .name = plan.options.label};
    partition::GptImage image = partition::encodeGpt(request);
    return {.start = std::move(image.start),
            .end = std::move(image.end),
            .endOffset = image.endSector * sectorSize};
}

/// Boot sector, FSInfo and the third sector of FAT32's boot record, which ours does not use.
Bytes encodeFat32Record(const Plan& plan, const Bytes& boot)
{
    const fat::Geometry& geometry = plan.geometry();
    const std::uint32_t used = plan.fit.clustersUsed;
    const std::uint32_t free = geometry.clusterCount - used;
    const Cluster nextFree = free == 0 ? Cluster{UINT32_MAX} : Cluster{used + 2};
    const Bytes info = fat::encodeFsInfo(geometry, free, nextFree);
    Bytes record = boot;
    record.insert(record.end(), info.begin(), info.end());
    Bytes third(geometry.bytesPerSector);
    third[signatureOffset] = std::byte{0x55};
    third[signatureOffset + 1] = std::byte{0xAA};
    record.insert(record.end(), third.begin(), third.end());
    return record;
}

} // namespace

TableBytes encodeTable(const Plan& plan)
{
    switch (plan.layout.scheme) {
    case PartitionScheme::Mbr: return encodeMbrTable(plan);
    case PartitionScheme::Gpt: return encodeGptTable(plan);
    case PartitionScheme::None: break;
    }
    return {};
}

Bytes encodeBootArea(const Plan& plan)
{
    const fat::Geometry& geometry = plan.geometry();
    Bytes boot = fat::encodeBootSector(plan.boot, {.sector = plan.options.bootSector.bytes});
    if (geometry.type != fat::FatType::Fat32)
        return boot;
    Bytes record = encodeFat32Record(plan, boot);
    if (geometry.backupBootSector == 0)
        return record;
    const std::size_t backup = std::size_t{geometry.backupBootSector} * geometry.bytesPerSector;
    Bytes area(backup + record.size());
    std::ranges::copy(record, area.begin());
    std::ranges::copy(record, area.begin() + static_cast<std::ptrdiff_t>(backup));
    area.resize(
        std::min(area.size(), std::size_t{geometry.reservedSectors} * geometry.bytesPerSector));
    return area;
}

} // namespace fatlas::folder_disk
