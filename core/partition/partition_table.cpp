#include "core/partition/partition_table.hpp"

#include "core/partition/block_reader.hpp"
#include "core/partition/first_sector.hpp"
#include "core/partition/read_gpt.hpp"
#include "core/partition/read_mbr.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::partition {
namespace {

void note(PartitionTable& table, const char* rule, Severity severity, std::string message)
{
    table.findings.push_back({.rule = rule,
                              .severity = severity,
                              .path = {},
                              .message = std::move(message),
                              .advice = {},
                              .offset = std::uint64_t{0}});
}

Result<PartitionTable> readClassic(const block::BlockDevice& device, const MbrRaw& sector)
{
    FATLAS_ASSIGN(const std::uint32_t blockSize, findMbrBlockSize(device, sector));
    const BlockReader disk(device, blockSize);
    FATLAS_ASSIGN(PartitionTable table, readMbr(disk, sector));
    if (blockSize != device.sectorSize())
        note(table, "P15", Severity::Info,
             fmt::format("the table counts in sectors of {} bytes", blockSize));
    return table;
}

/// A protective MBR promises a GPT; without one that is whole its own entry is all there is.
Result<PartitionTable> readProtected(const block::BlockDevice& device, const MbrRaw& sector)
{
    FATLAS_ASSIGN(auto gpt, readGpt(device));
    if (gpt) {
        gpt->diskId = sector.diskId.get();
        return std::move(*gpt);
    }
    FATLAS_ASSIGN(PartitionTable table, readClassic(device, sector));
    note(table, "P20", Severity::Error,
         "the table announces a GPT, but neither of its copies is whole");
    return table;
}

/// The first sector says nothing: a GPT whose protective MBR was overwritten is still one.
Result<PartitionTable> readUnannounced(const block::BlockDevice& device)
{
    FATLAS_ASSIGN(auto gpt, readGpt(device));
    if (!gpt)
        return PartitionTable{};
    note(*gpt, "P7", Severity::Warning, "the first sector does not announce the GPT that is there");
    return std::move(*gpt);
}

} // namespace

const Partition* PartitionTable::find(std::uint32_t number) const noexcept
{
    const auto found = std::ranges::find(partitions, number, &Partition::number);
    return found == partitions.end() ? nullptr : &*found;
}

Result<PartitionTable> readPartitionTable(const block::BlockDevice& device)
{
    const std::uint32_t sectorSize = device.sectorSize();
    if (sectorSize == 0 || device.size() < mbrSize)
        return PartitionTable{};
    FATLAS_ASSIGN(const MbrRaw sector, BlockReader(device, sectorSize).readRecord(0));
    switch (judgeFirstSector(sector, device.size() / sectorSize)) {
    case FirstSector::BootSector: return PartitionTable{};
    case FirstSector::Unknown: return readUnannounced(device);
    case FirstSector::ProtectiveMbr: return readProtected(device, sector);
    case FirstSector::Mbr: return readClassic(device, sector);
    case FirstSector::MbrWithBpb: break;
    }
    FATLAS_ASSIGN(PartitionTable table, readClassic(device, sector));
    note(table, "P6", Severity::Warning,
         "the first sector holds a boot sector's parameters as well; its table is used");
    return table;
}

} // namespace fatlas::partition
