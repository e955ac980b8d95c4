#include "core/partition/resize_table.hpp"

#include "core/base/checked.hpp"
#include "core/base/crc32.hpp"
#include "core/base/text.hpp"
#include "core/partition/gpt_raw.hpp"
#include "core/partition/mbr_raw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace fatlas::partition {

namespace {

constexpr std::uint64_t maxEntriesSize = MiB; // P23

std::unexpected<Error> refused(std::string message)
{
    return fail(ErrorCode::Refused, std::move(message));
}

bool isFatType(std::uint8_t type)
{
    constexpr std::array known{mbr_type::fat12, mbr_type::fat16Small, mbr_type::fat16,
                               mbr_type::fat32, mbr_type::fat32Lba,   mbr_type::fat16Lba};
    return std::ranges::find(known, type) != known.end();
}

class Resizer {
public:
    Resizer(const block::BlockDevice& disk, const PartitionTable& table,
            const ResizeTableRequest& request)
        : m_disk(disk), m_partition(table.partitions.front()), m_request(request),
          m_sectors(request.diskSize / disk.sectorSize())
    {}

    Result<ResizedTable> classic()
    {
        if (m_partition.number > 4)
            return refused("the partition lies in an extended one; only primary ones can follow "
                           "the size of the disk");
        FATLAS_TRY(checkBegins(m_sectors));
        const std::uint64_t count =
            std::min<std::uint64_t>(m_sectors, std::numeric_limits<std::uint32_t>::max()) -
            m_partition.first.value;
        FATLAS_TRY(readStart(mbrSize));
        FATLAS_ASSIGN(auto raw, load<MbrRaw>(m_result.start));
        MbrEntryRaw& entry = raw.entries[m_partition.number - 1];
        if (entry.first.get() != m_partition.first.value)
            return refused("the partition table counts in other sectors than the disk");
        const Bytes model = encodeMbr({.firstSector = m_partition.first.value,
                                       .sectorCount = count,
                                       .type = typeFor(entry.type, count),
                                       .chs = m_request.chs});
        FATLAS_ASSIGN(const auto encoded, load<MbrRaw>(model));
        entry.type = encoded.entries[0].type;
        entry.lastChs = encoded.entries[0].lastChs;
        entry.count = encoded.entries[0].count;
        store(m_result.start, 0, raw);
        m_result.partitionSectors = count;
        return std::move(m_result);
    }

    Result<ResizedTable> guid()
    {
        FATLAS_TRY(readHeader());
        FATLAS_TRY(moveLimits());
        FATLAS_TRY(moveEntry());
        const ByteView entries = ByteView(m_result.start).subspan(entriesOffset(), m_entriesSize);
        m_header.entriesCrc = crc32(entries);
        m_result.end.assign(m_tail * sectorSize(), std::byte{0});
        std::ranges::copy(entries, m_result.end.begin());
        storeHeader(m_result.start, sectorSize(), m_header);
        GptHeaderRaw backup = m_header;
        backup.myLba = m_sectors - 1;
        backup.alternateLba = std::uint64_t{1};
        backup.entriesLba = m_sectors - m_tail;
        storeHeader(m_result.end, (m_tail - 1) * sectorSize(), backup);
        return std::move(m_result);
    }

private:
    [[nodiscard]] std::uint64_t sectorSize() const { return m_disk.sectorSize(); }

    [[nodiscard]] std::uint64_t entriesOffset() const
    {
        return m_header.entriesLba.get() * sectorSize();
    }

    Result<> checkBegins(std::uint64_t end) const
    {
        if (m_partition.first.value < end)
            return {};
        return refused(fmt::format("the partition begins at sector {}, behind the new end of the "
                                   "disk",
                                   formatCount(m_partition.first.value)));
    }

    Result<> readStart(std::uint64_t size)
    {
        m_result.start.resize(size);
        return m_disk.read(0, m_result.start);
    }

    [[nodiscard]] std::uint8_t typeFor(std::uint8_t old, std::uint64_t count) const
    {
        return isFatType(old)
                   ? mbrTypeForFat(m_request.fatBits, m_partition.first.value, count, m_request.chs)
                   : old;
    }

    Result<> readHeader()
    {
        FATLAS_TRY(readStart(2 * sectorSize()));
        FATLAS_ASSIGN(m_header, load<GptHeaderRaw>(m_result.start, sectorSize()));
        m_entriesSize = std::uint64_t{m_header.entryCount.get()} * m_header.entrySize.get();
        const std::uint64_t first = m_header.firstUsableLba.get();
        const std::uint64_t entries = m_header.entriesLba.get();
        m_tail = divideRoundUp<std::uint64_t>(m_entriesSize, sectorSize()) + 1;
        const bool isUsual = m_header.signature.get() == gptSignature &&
                             m_header.headerSize.get() == gptHeaderSize &&
                             m_entriesSize <= maxEntriesSize && entries >= 2 &&
                             entries + m_tail - 1 <= first && first <= m_partition.first.value &&
                             first <= maxEntriesSize / sectorSize();
        if (!isUsual)
            return refused("the partition table is damaged or of an unusual shape; repair it "
                           "first");
        return readStart(first * sectorSize());
    }

    Result<> moveLimits()
    {
        FATLAS_TRY(checkBegins(m_sectors - std::min(m_sectors, m_tail)));
        m_header.alternateLba = m_sectors - 1;
        m_header.lastUsableLba = m_sectors - m_tail - 1;
        m_result.partitionSectors = m_sectors - m_tail - m_partition.first.value;
        FATLAS_ASSIGN(auto protective, load<MbrRaw>(m_result.start));
        for (MbrEntryRaw& entry : protective.entries)
            if (entry.type == mbr_type::gptProtective)
                entry.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                    m_sectors - entry.first.get(), std::numeric_limits<std::uint32_t>::max()));
        store(m_result.start, 0, protective);
        return {};
    }

    Result<> moveEntry()
    {
        const std::uint64_t at =
            entriesOffset() + std::uint64_t{m_partition.number - 1} * m_header.entrySize.get();
        FATLAS_ASSIGN(auto entry, load<GptEntryRaw>(m_result.start, at));
        if (entry.first.get() != m_partition.first.value)
            return refused("the first copy of the partition table is damaged; repair it first");
        entry.last = m_partition.first.value + m_result.partitionSectors - 1;
        store(m_result.start, at, entry);
        return {};
    }

    static void storeHeader(ByteSpan into, std::size_t at, GptHeaderRaw header)
    {
        header.headerCrc = std::uint32_t{0};
        header.headerCrc = crc32(asBytes(header));
        store(into, at, header);
    }

    const block::BlockDevice& m_disk;
    const Partition& m_partition;
    const ResizeTableRequest& m_request;
    std::uint64_t m_sectors;
    ResizedTable m_result;
    GptHeaderRaw m_header;
    std::uint64_t m_entriesSize = 0;
    std::uint64_t m_tail = 0; ///< sectors of entries and header at the end
};

} // namespace

Result<ResizedTable> resizeTable(const block::BlockDevice& disk, const PartitionTable& table,
                                 const ResizeTableRequest& request)
{
    if (table.partitions.size() != 1)
        return refused(fmt::format("the disk has {} partitions, not one", table.partitions.size()));
    Resizer resizer(disk, table, request);
    return table.kind == TableKind::Gpt ? resizer.guid() : resizer.classic();
}

} // namespace fatlas::partition
