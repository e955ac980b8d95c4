#include "core/partition/read_gpt.hpp"

#include "core/base/crc32.hpp"
#include "core/base/text.hpp"
#include "core/partition/block_reader.hpp"
#include "core/partition/gpt_raw.hpp"
#include "core/partition/overlaps.hpp"
#include "core/partition/type_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace fatlas::partition {
namespace {

constexpr std::uint64_t maxEntriesSize = MiB; // P23

/// A header and its entries whose checksums are right; or why not.
struct GptCopy {
    GptHeaderRaw header;
    Bytes entries;
    bool hasSignature = false;
    std::string problem; ///< empty when whole

    [[nodiscard]] bool isWhole() const { return problem.empty(); }
};

std::uint32_t headerCrc(ByteView block, const GptHeaderRaw& header)
{
    Bytes bytes(block.begin(), block.begin() + header.headerSize.get());
    GptHeaderRaw blank = header;
    blank.headerCrc.set(0);
    store(bytes, 0, blank);
    return crc32(bytes);
}

std::string judgeEntriesShape(const GptHeaderRaw& header)
{
    const std::uint64_t size = header.entrySize.get();
    const std::uint64_t total = size * header.entryCount.get();
    if (size < gptEntrySize || !std::has_single_bit(size) || size > 4096)
        return fmt::format("entry size is {}, expected 128 times a power of two up to 4096", size);
    if (header.entryCount.get() == 0 || total > maxEntriesSize)
        return fmt::format("entry count is {}, expected 1 to {}", header.entryCount.get(),
                           maxEntriesSize / size);
    return {};
}

/// P20-P23; `block` is the whole block the header begins.
std::string judgeHeader(ByteView block, const GptHeaderRaw& header, std::uint64_t lba)
{
    if (header.signature.get() != gptSignature)
        return "the signature \"EFI PART\" is not there";
    const std::uint32_t size = header.headerSize.get();
    if (size < gptHeaderSize || size > block.size())
        return fmt::format("header size is {}, expected 92 to {} bytes", size, block.size());
    const std::uint32_t crc = headerCrc(block, header);
    if (crc != header.headerCrc.get())
        return fmt::format("header checksum is {:08X}, its bytes give {:08X}",
                           header.headerCrc.get(), crc);
    if (header.myLba.get() != lba)
        return fmt::format("it says it lies in block {}, but lies in {}", header.myLba.get(), lba);
    return judgeEntriesShape(header);
}

Result<GptCopy> loadCopy(const BlockReader& disk, std::uint64_t lba)
{
    GptCopy copy;
    if (!disk.holds(lba, 1)) {
        copy.problem = fmt::format("block {} lies outside the disk", lba);
        return copy;
    }
    Bytes block(disk.blockSize());
    FATLAS_TRY(disk.read(lba, block));
    FATLAS_ASSIGN(copy.header, load<GptHeaderRaw>(block));
    copy.hasSignature = copy.header.signature.get() == gptSignature;
    copy.problem = judgeHeader(block, copy.header, lba);
    if (!copy.isWhole())
        return copy;
    const std::uint64_t size =
        std::uint64_t{copy.header.entrySize.get()} * copy.header.entryCount.get();
    const std::uint64_t entriesLba = copy.header.entriesLba.get();
    if (!disk.holds(entriesLba, divideRoundUp<std::uint64_t>(size, disk.blockSize()))) {
        copy.problem = fmt::format("its entries at block {} lie outside the disk", entriesLba);
        return copy;
    }
    copy.entries.resize(size);
    FATLAS_TRY(disk.read(entriesLba, copy.entries));
    if (crc32(copy.entries) != copy.header.entriesCrc.get())
        copy.problem = "the checksum of its entries is wrong";
    return copy;
}

class GptReader {
public:
    explicit GptReader(const BlockReader& disk) : m_disk(disk) { m_table.kind = TableKind::Gpt; }

    Result<std::optional<PartitionTable>> read()
    {
        if (m_disk.blockCount() < 3)
            return std::nullopt;
        FATLAS_ASSIGN(const GptCopy primary, loadCopy(m_disk, 1));
        const std::uint64_t backupLba = whereIsBackup(primary);
        FATLAS_ASSIGN(const GptCopy backup, loadCopy(m_disk, backupLba));
        if (!primary.isWhole() && !backup.isWhole())
            return std::nullopt;
        noteCopies(primary, backup, backupLba);
        addPartitions(primary.isWhole() ? primary : backup);
        noteOverlaps();
        return std::move(m_table);
    }

private:
    [[nodiscard]] std::uint64_t whereIsBackup(const GptCopy& primary) const
    {
        const std::uint64_t last = m_disk.blockCount() - 1;
        const std::uint64_t said = primary.header.alternateLba.get();
        return primary.isWhole() && said > 1 && said < last ? said : last;
    }

    void noteCopies(const GptCopy& primary, const GptCopy& backup, std::uint64_t backupLba)
    {
        const std::uint64_t last = m_disk.blockCount() - 1;
        if (!primary.isWhole())
            note("P24", Severity::Error,
                 fmt::format("the first GPT header is damaged ({}); the copy at the end is used",
                             primary.problem),
                 m_disk.offset(1));
        else if (!backup.isWhole())
            note("P25", Severity::Warning,
                 fmt::format("the GPT copy at the end is damaged ({})", backup.problem),
                 m_disk.offset(backupLba));
        else if (backupLba != last)
            note("P26", Severity::Warning,
                 fmt::format("the GPT copy lies in block {}, the disk ends at {}: it has grown",
                             backupLba, last),
                 m_disk.offset(backupLba));
        else if (primary.header.entriesCrc != backup.header.entriesCrc)
            note("P25", Severity::Warning, "the GPT copy at the end has other entries",
                 m_disk.offset(backupLba));
    }

    void addPartitions(const GptCopy& copy)
    {
        const std::size_t step = copy.header.entrySize.get();
        for (std::size_t at = 0; at + gptEntrySize <= copy.entries.size(); at += step) {
            const auto entry = load<GptEntryRaw>(copy.entries, at);
            if (entry && entry->typeGuid != Guid{})
                addPartition(*entry, copy.header, at);
        }
    }

    void addPartition(const GptEntryRaw& entry, const GptHeaderRaw& header, std::size_t at)
    {
        const auto number = static_cast<std::uint32_t>(at / header.entrySize.get() + 1);
        const std::uint64_t offset = m_disk.offset(header.entriesLba.get()) + at;
        const std::uint64_t first = entry.first.get();
        const std::uint64_t last = entry.last.get();
        if (first > last || last >= m_disk.blockCount()) {
            note("P27", Severity::Error,
                 fmt::format("partition {} says blocks {} to {}, the disk has {}; it is left out",
                             number, first, last, m_disk.blockCount()),
                 offset);
            return;
        }
        if (first < header.firstUsableLba.get() || last > header.lastUsableLba.get())
            note("P28", Severity::Warning,
                 fmt::format("partition {} has blocks {} to {}, usable are {} to {}", number, first,
                             last, header.firstUsableLba.get(), header.lastUsableLba.get()),
                 offset);
        m_table.partitions.push_back({.number = number,
                                      .first = Sector{m_disk.toSectors(first)},
                                      .sectorCount = m_disk.toSectors(last - first + 1),
                                      .type = 0,
                                      .typeGuid = entry.typeGuid,
                                      .typeName = gptTypeName(entry.typeGuid),
                                      .name = nameOf(entry),
                                      .bootable = false});
    }

    static std::string nameOf(const GptEntryRaw& entry)
    {
        std::u16string name;
        for (const Le16 unit : entry.name) {
            if (unit.get() == 0)
                break;
            name += static_cast<char16_t>(unit.get());
        }
        return utf8FromUtf16(name);
    }

    void noteOverlaps()
    {
        std::vector<const Partition*> all;
        for (const Partition& partition : m_table.partitions)
            all.push_back(&partition);
        for (const auto& [a, b] : findOverlaps(std::move(all)))
            note("P29", Severity::Error,
                 fmt::format("partitions {} and {} overlap from sector {} on", a->number, b->number,
                             b->first.value),
                 m_disk.offset(1));
    }

    void note(const char* rule, Severity severity, std::string message, std::uint64_t offset)
    {
        m_table.findings.push_back({.rule = rule,
                                    .severity = severity,
                                    .path = {},
                                    .message = std::move(message),
                                    .advice = {},
                                    .offset = offset});
    }

    const BlockReader& m_disk;
    PartitionTable m_table;
};

} // namespace

Result<std::optional<PartitionTable>> readGpt(const block::BlockDevice& device)
{
    for (const std::uint32_t size : blockSizes) {
        const BlockReader disk(device, size);
        if (!disk.isPossible())
            continue;
        FATLAS_ASSIGN(auto table, GptReader(disk).read());
        if (table)
            return table;
    }
    return std::nullopt;
}

} // namespace fatlas::partition
