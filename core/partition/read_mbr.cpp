#include "core/partition/read_mbr.hpp"

#include "core/partition/first_sector.hpp"
#include "core/partition/type_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace fatlas::partition {
namespace {

constexpr std::size_t maxLogicals = 256; // P13

Finding finding(const char* rule, Severity severity, std::string message, std::uint64_t offset)
{
    return {.rule = rule,
            .severity = severity,
            .path = {},
            .message = std::move(message),
            .advice = {},
            .offset = offset};
}

/// Collects the partitions of one table; the extended chain hangs on the same findings.
class MbrReader {
public:
    explicit MbrReader(const BlockReader& disk) : m_disk(disk) { m_table.kind = TableKind::Mbr; }

    Result<PartitionTable> read(const MbrRaw& sector)
    {
        m_table.diskId = sector.diskId.get();
        std::vector<Extent> extended;
        for (std::size_t i = 0; i < sector.entries.size(); ++i)
            addPrimary(sector.entries[i], i, extended);
        noteOverlaps();
        noteActiveFlags(sector);
        for (const Extent& container : extended)
            FATLAS_TRY(readChain(container));
        return std::move(m_table);
    }

private:
    struct Extent {
        std::uint64_t first = 0;
        std::uint64_t count = 0;
    };

    void addPrimary(const MbrEntryRaw& entry, std::size_t index, std::vector<Extent>& extended)
    {
        const std::string what = fmt::format("partition entry {}", index + 1);
        const auto extent = place(entry, 0, what, 0x1BE + 16 * index);
        if (!extent)
            return;
        add(entry, *extent);
        if (isExtendedType(entry.type))
            extended.push_back(*extent);
    }

    /// Where an entry lies, cut at the end of the disk; nothing when there is nothing to show.
    std::optional<Extent> place(const MbrEntryRaw& entry, std::uint64_t base,
                                const std::string& what, std::uint64_t offset)
    {
        if (entry.type == mbrType::unused)
            return std::nullopt;
        const Extent extent{.first = base + entry.first.get(), .count = entry.count.get()};
        const std::uint64_t blocks = m_disk.blockCount();
        if (entry.first.get() == 0 || extent.count == 0 || extent.first >= blocks) {
            note("P4", Severity::Error,
                 fmt::format("{} says sectors {} to {}, the disk has {}; it is left out", what,
                             extent.first, extent.first + extent.count, blocks),
                 offset);
            return std::nullopt;
        }
        if (m_disk.holds(extent.first, extent.count))
            return extent;
        note("P5", Severity::Error,
             fmt::format("{} ends at sector {}, the disk at {}; it is cut there", what,
                         extent.first + extent.count, blocks),
             offset);
        return Extent{.first = extent.first, .count = blocks - extent.first};
    }

    void add(const MbrEntryRaw& entry, const Extent& extent)
    {
        m_table.partitions.push_back({.first = Sector{m_disk.toSectors(extent.first)},
                                      .sectorCount = m_disk.toSectors(extent.count),
                                      .type = entry.type,
                                      .typeGuid = {},
                                      .typeName = mbrTypeName(entry.type),
                                      .name = {},
                                      .bootable = entry.flag == activeFlag});
    }

    /// Extended boot records: each holds one logical partition and a link to the next record.
    Result<> readChain(const Extent& container)
    {
        std::unordered_set<std::uint64_t> seen;
        std::uint64_t at = container.first;
        while (true) {
            if (!seen.insert(at).second)
                return stop("P10", "the chain of logical partitions comes back to itself", at);
            if (seen.size() > maxLogicals)
                return stop("P13", "more than 256 logical partitions; the rest is left out", at);
            FATLAS_ASSIGN(const MbrRaw record, m_disk.readRecord(at));
            if (record.signature.get() != mbrSignature)
                return stop("P12", "an extended boot record does not end in 55 AA", at);
            addLogical(record.entries[0], at);
            const MbrEntryRaw& link = record.entries[1];
            if (link.type == mbrType::unused || link.first.get() == 0)
                return {};
            if (!isExtendedType(link.type) || link.first.get() >= container.count)
                return stop("P11", "a link between logical partitions leaves the extended one", at);
            at = container.first + link.first.get();
        }
    }

    void addLogical(const MbrEntryRaw& entry, std::uint64_t record)
    {
        if (isExtendedType(entry.type))
            return;
        const auto extent =
            place(entry, record, "a logical partition", m_disk.offset(record) + 0x1BE);
        if (extent)
            add(entry, *extent);
    }

    Result<> stop(const char* rule, const char* message, std::uint64_t record)
    {
        note(rule, Severity::Error, message, m_disk.offset(record));
        return {};
    }

    void noteOverlaps()
    {
        std::vector<const Partition*> order;
        for (const Partition& partition : m_table.partitions)
            order.push_back(&partition);
        std::ranges::sort(order, {}, [](const Partition* p) { return p->first; });
        for (std::size_t i = 1; i < order.size(); ++i) {
            if (order[i]->first < order[i - 1]->first + order[i - 1]->sectorCount)
                note("P8", Severity::Error,
                     fmt::format("the partitions at sectors {} and {} overlap",
                                 order[i - 1]->first.value, order[i]->first.value),
                     0x1BE);
        }
    }

    void noteActiveFlags(const MbrRaw& sector)
    {
        if (std::ranges::count(sector.entries, activeFlag, &MbrEntryRaw::flag) > 1)
            note("P14", Severity::Warning,
                 "more than one partition is active; most boot code takes the first", 0x1BE);
    }

    void note(const char* rule, Severity severity, std::string message, std::uint64_t offset)
    {
        m_table.findings.push_back(finding(rule, severity, std::move(message), offset));
    }

    const BlockReader& m_disk;
    PartitionTable m_table;
};

} // namespace

Result<std::uint32_t> findMbrBlockSize(const block::BlockDevice& device, const MbrRaw& sector)
{
    for (const MbrEntryRaw& entry : sector.entries) {
        if (entry.type == mbrType::unused || entry.first.get() == 0 || isExtendedType(entry.type))
            continue;
        for (const std::uint32_t size : blockSizes) {
            const BlockReader disk(device, size);
            if (!disk.isPossible() || !disk.holds(entry.first.get(), 1))
                continue;
            FATLAS_ASSIGN(const MbrRaw record, disk.readRecord(entry.first.get()));
            if (record.signature.get() == mbrSignature && bpbSectorSize(record) == size)
                return size;
        }
    }
    return device.sectorSize();
}

Result<PartitionTable> readMbr(const BlockReader& disk, const MbrRaw& sector)
{
    return MbrReader(disk).read(sector);
}

} // namespace fatlas::partition
