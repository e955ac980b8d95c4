#include "core/image/explain.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/image/explain_tables.hpp"
#include "core/partition/block_reader.hpp"
#include "core/partition/first_sector.hpp"
#include "core/partition/gpt_raw.hpp"
#include "core/partition/read_mbr.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace fatlas::image {

namespace {

using fat::ByteRange;
using fat::ExplainedPart;
using fat::PartKind;
using partition::BlockReader;

constexpr std::size_t maxRecords = 256;
constexpr std::uint64_t maxEntriesSize = MiB;

} // namespace

DiskExplainer::DiskExplainer(const Image& image, fat::ExplainContext context)
    : m_image(image), m_explainer(std::move(context))
{}

Result<DiskExplainer> DiskExplainer::create(const Image& image, fat::ExplainContext context)
{
    DiskExplainer explainer(image, std::move(context));
    if (image.table.kind != partition::TableKind::None)
        FATLAS_TRY(explainer.findStructures());
    return explainer;
}

Result<> DiskExplainer::findStructures()
{
    const block::BlockDevice& disk = *m_image.disk;
    if (disk.size() < partition::mbrSize)
        return {};
    FATLAS_ASSIGN(const auto sector, BlockReader(disk, partition::mbrSize).readRecord(0));
    if (m_image.table.kind == partition::TableKind::Gpt) {
        m_structures.push_back({.kind = PartKind::PartitionTable,
                                .place = {.offset = 0, .length = partition::mbrSize},
                                .block = 0,
                                .blockSize = disk.sectorSize()});
        return findGpt();
    }
    FATLAS_ASSIGN(const std::uint32_t blockSize, partition::findMbrBlockSize(disk, sector));
    m_structures.push_back({.kind = PartKind::PartitionTable,
                            .place = {.offset = 0, .length = partition::mbrSize},
                            .block = 0,
                            .blockSize = blockSize});
    for (const partition::MbrEntryRaw& entry : sector.entries)
        if (partition::isExtendedType(entry.type) && entry.first.get() != 0)
            FATLAS_TRY(findRecords(entry.first.get(), entry.count.get()));
    return {};
}

/// The chain of extended boot records, as far as it makes sense.
Result<> DiskExplainer::findRecords(std::uint64_t first, std::uint64_t count)
{
    const BlockReader reader(*m_image.disk, m_structures.front().blockSize);
    std::unordered_set<std::uint64_t> seen;
    std::uint64_t at = first;
    while (seen.size() < maxRecords && seen.insert(at).second && reader.holds(at, 1)) {
        FATLAS_ASSIGN(const auto record, reader.readRecord(at));
        if (record.signature.get() != partition::mbrSignature)
            return {};
        m_structures.push_back(
            {.kind = PartKind::PartitionRecord,
             .place = {.offset = reader.offset(at), .length = partition::mbrSize},
             .block = at,
             .blockSize = reader.blockSize()});
        const partition::MbrEntryRaw& link = record.entries[1];
        if (!partition::isExtendedType(link.type) || link.first.get() == 0 ||
            link.first.get() >= count)
            return {};
        at = first + link.first.get();
    }
    return {};
}

Result<> DiskExplainer::findGpt()
{
    const block::BlockDevice& disk = *m_image.disk;
    for (const std::uint32_t size : partition::blockSizes) {
        const BlockReader reader(disk, size);
        if (reader.blockCount() < 3)
            continue;
        const std::size_t before = m_structures.size();
        FATLAS_TRY(findGptCopy(1, size));
        FATLAS_TRY(findGptCopy(reader.blockCount() - 1, size));
        if (m_structures.size() != before)
            return {};
    }
    return {};
}

Result<> DiskExplainer::findGptCopy(std::uint64_t block, std::uint32_t blockSize)
{
    const BlockReader reader(*m_image.disk, blockSize);
    Bytes bytes(blockSize);
    FATLAS_TRY(reader.read(block, bytes));
    FATLAS_ASSIGN(const auto header, load<partition::GptHeaderRaw>(bytes));
    if (header.signature.get() != partition::gptSignature)
        return {};
    m_structures.push_back({.kind = PartKind::GptHeader,
                            .place = {.offset = reader.offset(block), .length = blockSize},
                            .block = block,
                            .blockSize = blockSize});
    const std::uint32_t entrySize = header.entrySize.get();
    const auto size = checkedMultiply<std::uint64_t>(entrySize, header.entryCount.get());
    const std::uint64_t first = header.entriesLba.get();
    const bool makesSense = entrySize >= partition::gptEntrySize && entrySize <= 4096 && size &&
                            *size != 0 && *size <= maxEntriesSize &&
                            reader.holds(first, divideRoundUp<std::uint64_t>(*size, blockSize));
    if (makesSense)
        m_structures.push_back({.kind = PartKind::GptEntries,
                                .place = {.offset = reader.offset(first), .length = *size},
                                .block = first,
                                .blockSize = blockSize,
                                .entrySize = entrySize});
    return {};
}

ByteRange DiskExplainer::volumeRange() const
{
    return {.offset = m_image.volumeOffset, .length = m_image.volume->device().size()};
}

ByteRange DiskExplainer::rangeOf(const partition::Partition& partition) const
{
    const std::uint64_t unit = m_image.disk->sectorSize();
    const auto offset = checkedMultiply<std::uint64_t>(partition.first.value, unit);
    const auto length = checkedMultiply<std::uint64_t>(partition.sectorCount, unit);
    if (!offset || !length || *offset >= m_image.disk->size())
        return {};
    return {.offset = *offset, .length = std::min(*length, m_image.disk->size() - *offset)};
}

Result<fat::Explanation> DiskExplainer::explain(ByteRange asked)
{
    if (asked.length == 0 || asked.length > fat::Explainer::maxAsked)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} bytes cannot be explained at once, 1 to {} can", asked.length,
                                fat::Explainer::maxAsked));
    fat::Explanation explanation{.asked = asked, .parts = {}};
    FATLAS_TRY(explainRange(asked, explanation));
    return explanation;
}

Result<fat::Explanation> DiskExplainer::explainCluster(Cluster cluster)
{
    FATLAS_ASSIGN(fat::Explanation explanation, m_explainer.explainCluster(cluster));
    toDisk(explanation);
    return explanation;
}

Result<> DiskExplainer::explainRange(ByteRange range, fat::Explanation& into)
{
    while (range.length > 0 && into.parts.size() < fat::Explainer::maxParts) {
        const std::uint64_t at = range.offset;
        const auto structure = std::ranges::find_if(
            m_structures, [at](const Structure& one) { return one.place.contains(at); });
        std::uint64_t step = 1;
        if (structure == m_structures.end() && volumeRange().contains(at)) {
            step = std::min(range.length, volumeRange().end() - at);
            FATLAS_ASSIGN(auto inside, m_explainer.explain(
                                           {.offset = at - m_image.volumeOffset, .length = step}));
            toDisk(inside);
            std::ranges::move(inside.parts, std::back_inserter(into.parts));
        } else {
            ExplainedPart part;
            if (structure != m_structures.end()) {
                FATLAS_ASSIGN(part, structurePart(*structure, at));
            } else {
                part = otherPart(at);
            }
            fat::attachFindings(part, m_image.table.findings);
            step = std::clamp<std::uint64_t>(part.place.end() - at, 1, range.length);
            into.parts.push_back(std::move(part));
        }
        range = {.offset = at + step, .length = range.length - step};
    }
    return {};
}

/// From the start of the volume to the start of the disk.
void DiskExplainer::toDisk(fat::Explanation& explanation) const
{
    explanation.asked.offset += m_image.volumeOffset;
    for (ExplainedPart& part : explanation.parts) {
        part.place.offset += m_image.volumeOffset;
        for (fat::ExplainedField& field : part.fields)
            field.place.offset += m_image.volumeOffset;
    }
}

Result<ExplainedPart> DiskExplainer::structurePart(const Structure& structure,
                                                   std::uint64_t at) const
{
    ExplainedPart part;
    part.kind = structure.kind;
    part.place = structure.place;
    std::uint64_t entry = 0;
    if (structure.kind == PartKind::GptEntries) {
        entry = (at - structure.place.offset) / structure.entrySize;
        part.place = {.offset = structure.place.offset + entry * structure.entrySize,
                      .length = structure.entrySize};
    }
    Bytes bytes(part.place.length);
    FATLAS_TRY(m_image.disk->read(part.place.offset, bytes));
    switch (structure.kind) {
    case PartKind::GptHeader:
        part.title = fmt::format("{} of a GUID partition table",
                                 structure.block == 1 ? "header" : "copy of the header");
        part.fields = gptHeaderFields(bytes, part.place.offset);
        break;
    case PartKind::GptEntries:
        part.title = fmt::format("entry {} of a GUID partition table", entry + 1);
        part.fields = gptEntryFields(bytes, part.place.offset);
        break;
    case PartKind::PartitionRecord:
        part.title = fmt::format("extended boot record in sector {}", structure.block);
        part.facts.emplace_back("entry 1 is a logical partition, counted from here; entry 2 leads "
                                "to the next record, counted from the extended partition");
        part.fields = mbrFields(bytes, part.place.offset);
        break;
    default:
        part.title = m_image.table.kind == partition::TableKind::Gpt
                         ? "protective master boot record"
                         : "master boot record";
        part.fields = mbrFields(bytes, part.place.offset);
        break;
    }
    return part;
}

ExplainedPart DiskExplainer::otherPart(std::uint64_t at) const
{
    ExplainedPart part;
    const std::uint64_t size = m_image.disk->size();
    if (at >= size) {
        part.kind = PartKind::Beyond;
        part.place = {.offset = size, .length = UINT64_MAX - size};
        part.title =
            fmt::format("behind the end of the disk, which has {} bytes", formatCount(size));
        return part;
    }
    for (const partition::Partition& partition : m_image.table.partitions) {
        const ByteRange place = rangeOf(partition);
        if (!place.contains(at) || partition::isExtendedType(partition.type))
            continue;
        part.kind = PartKind::Partition;
        part.place = place;
        part.title =
            fmt::format("partition of type {}, {}", partition.typeName, formatSize(place.length));
        part.facts.push_back(fmt::format("byte {} of it; it is not the volume that was opened",
                                         formatCount(at - place.offset)));
        return part;
    }
    part.kind = PartKind::Gap;
    part.place = gapAround(at);
    part.title = fmt::format("gap of {} bytes", formatCount(part.place.length));
    part.facts.emplace_back("it belongs to no partition; boot loaders keep code in gaps");
    return part;
}

/// Up to the next structure, partition or volume on either side.
ByteRange DiskExplainer::gapAround(std::uint64_t at) const
{
    std::uint64_t first = 0;
    std::uint64_t end = m_image.disk->size();
    const auto cut = [&](const ByteRange& range) {
        if (range.length == 0)
            return;
        if (range.end() <= at)
            first = std::max(first, range.end());
        if (range.offset > at)
            end = std::min(end, range.offset);
    };
    for (const Structure& structure : m_structures)
        cut(structure.place);
    for (const partition::Partition& partition : m_image.table.partitions)
        cut(rangeOf(partition));
    cut(volumeRange());
    return {.offset = first, .length = end - first};
}

} // namespace fatlas::image
