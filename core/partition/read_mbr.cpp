#include "core/partition/read_mbr.hpp"

#include "core/partition/first_sector.hpp"
#include "core/partition/overlaps.hpp"
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
        notePrimaryOverlaps();
        noteActiveFlags(sector);
        for (const Extent& container : extended)
            FATLAS_TRY(readChain(container));
        noteLogicalOverlaps();
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
        add(entry, static_cast<std::uint32_t>(index + 1), *extent);
        if (isExtendedType(entry.type))
            extended.push_back(*extent);
    }

    /// Where an entry lies, cut at the end of the disk; nothing when there is nothing to show.
    std::optional<Extent> place(const MbrEntryRaw& entry, std::uint64_t base,
                                const std::string& what, std::uint64_t offset)
    {
        if (entry.type == mbr_type::unused)
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

    void add(const MbrEntryRaw& entry, std::uint32_t number, const Extent& extent)
    {
        m_table.partitions.push_back({.number = number,
                                      .first = Sector{m_disk.toSectors(extent.first)},
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
            const MbrEntryRaw link = takeRecord(record, at, container);
            if (link.type == mbr_type::unused || link.first.get() == 0)
                return {};
            if (link.first.get() >= container.count)
                return stop("P11", "a link between logical partitions leaves the extended one", at);
            at = container.first + link.first.get();
        }
    }

    /// Adds the logical partition of a record, and returns its link, all zero at the end of the
    /// chain. They stand in the first and second entry; Linux takes them the other way round too.
    MbrEntryRaw takeRecord(const MbrRaw& record, std::uint64_t at, const Extent& container)
    {
        const bool swapped = isExtendedType(record.entries[0].type);
        const MbrEntryRaw& data = record.entries[swapped ? 1 : 0];
        const MbrEntryRaw& link = record.entries[swapped ? 0 : 1];
        if (data.count.get() != 0 && !isExtendedType(data.type)) {
            const std::uint32_t number = m_nextLogical++;
            if (data.type != mbr_type::unused)
                addLogical(data, number, at, container);
        }
        if (link.type == mbr_type::unused || isExtendedType(link.type))
            return link;
        note("P11", Severity::Error,
             fmt::format("a link between logical partitions has type {:02X}, expected 05, 0F or 85",
                         link.type),
             m_disk.offset(at) + 0x1CE);
        return {};
    }

    static bool isInside(const MbrEntryRaw& entry, std::uint64_t record, const Extent& container)
    {
        const std::uint64_t first = record + entry.first.get();
        return first >= container.first &&
               rangeFits(first - container.first, entry.count.get(), container.count);
    }

    void addLogical(const MbrEntryRaw& entry, std::uint32_t number, std::uint64_t record,
                    const Extent& container)
    {
        const std::uint64_t offset = m_disk.offset(record) + 0x1BE;
        const std::string what = fmt::format("logical partition {}", number);
        const auto extent = place(entry, record, what, offset);
        if (!extent)
            return;
        if (!isInside(entry, record, container))
            note("P9", Severity::Error,
                 fmt::format("{} has sectors {} to {}, the extended one {} to {}", what,
                             extent->first, extent->first + extent->count, container.first,
                             container.first + container.count),
                 offset);
        add(entry, number, *extent);
    }

    Result<> stop(const char* rule, const char* message, std::uint64_t record)
    {
        note(rule, Severity::Error, message, m_disk.offset(record));
        return {};
    }

    void notePrimaryOverlaps()
    {
        std::vector<const Partition*> primaries;
        for (const Partition& partition : m_table.partitions)
            primaries.push_back(&partition);
        noteOverlaps(std::move(primaries));
    }

    /// Among each other and with primary ones; that the extended one holds them is as it should be.
    void noteLogicalOverlaps()
    {
        std::vector<const Partition*> data;
        for (const Partition& partition : m_table.partitions)
            if (!isExtendedType(partition.type))
                data.push_back(&partition);
        noteOverlaps(std::move(data));
    }

    void noteOverlaps(std::vector<const Partition*> partitions)
    {
        for (const auto& [a, b] : findOverlaps(std::move(partitions))) {
            std::string message = fmt::format("partitions {} and {} overlap from sector {} on",
                                              a->number, b->number, b->first.value);
            if (std::ranges::find(m_table.findings, message, &Finding::message) ==
                m_table.findings.end())
                note("P8", Severity::Error, std::move(message), 0x1BE);
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
    std::uint32_t m_nextLogical = 5;
};

} // namespace

Result<std::uint32_t> findMbrBlockSize(const block::BlockDevice& device, const MbrRaw& sector)
{
    for (const MbrEntryRaw& entry : sector.entries) {
        if (entry.type == mbr_type::unused || entry.first.get() == 0 || isExtendedType(entry.type))
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
