#include "core/fat/explain/explain.hpp"

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/explain/boot_fields.hpp"
#include "core/fat/explain/slot_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxFacts = 16;

std::string findingText(const Finding& finding)
{
    return fmt::format("{} [{}]", finding.message, finding.rule);
}

bool isAllZero(ByteView bytes)
{
    return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{}; });
}

/// What the copy of a boot sector says otherwise.
void compareFields(std::vector<ExplainedField>& fields, const std::vector<ExplainedField>& first)
{
    for (std::size_t i = 0; i < std::min(fields.size(), first.size()); ++i)
        if (fields[i].value != first[i].value)
            fields[i].oddity = fmt::format("the boot sector says {}", first[i].value);
}

} // namespace

Result<Explanation> Explainer::explain(ByteRange asked)
{
    if (asked.length == 0 || asked.length > maxAsked)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} bytes cannot be explained at once, 1 to {} can", asked.length,
                                maxAsked));
    Explanation explanation{.asked = asked, .parts = {}};
    FATLAS_TRY(explainRange(asked, explanation));
    return explanation;
}

Result<Explanation> Explainer::explainCluster(Cluster cluster)
{
    const Geometry& g = geometry();
    if (cluster >= g.endCluster())
        return fail(ErrorCode::OutOfRange,
                    fmt::format("there is no cluster {}; the volume has clusters 2 to {}",
                                cluster.value, g.endCluster().value - 1));
    Explanation explanation;
    FATLAS_ASSIGN(auto entry, entriesPart(m_context.fatCopy, {.first = cluster, .count = 1}));
    attachFindings(entry, m_context.findings);
    explanation.asked = entry.place;
    explanation.parts.push_back(std::move(entry));
    if (cluster.value < 2)
        return explanation;
    explanation.asked = {.offset = g.clusterOffset(cluster), .length = g.clusterSize()};
    FATLAS_TRY(explainRange(explanation.asked, explanation));
    return explanation;
}

Result<> Explainer::explainRange(ByteRange range, Explanation& into)
{
    while (range.length > 0 && into.parts.size() < maxParts) {
        FATLAS_ASSIGN(ExplainedPart part, partAt(range));
        attachFindings(part, m_context.findings);
        const std::uint64_t step = std::clamp<std::uint64_t>(
            part.place.end() - std::min(part.place.end(), range.offset), 1, range.length);
        range = {.offset = range.offset + step, .length = range.length - step};
        into.parts.push_back(std::move(part));
    }
    return {};
}

/// The part that holds the first byte of `range`; a part of several entries ends with the range.
Result<ExplainedPart> Explainer::partAt(ByteRange range)
{
    const Geometry& g = geometry();
    const std::uint64_t at = range.offset;
    if (at >= g.clusterOffset(g.endCluster()) || at >= m_context.volume->device().size())
        return tailPart(range);
    if (at < g.fatOffset(0))
        return reservedPart(at);
    if (at < g.rootOffset())
        return fatPart(range);
    if (at >= g.dataOffset())
        return clusterPart(range);
    const std::uint64_t slot = (at - g.rootOffset()) / slotSize;
    return slotPart(0, static_cast<std::uint32_t>(slot), g.rootOffset() + slot * slotSize);
}

Result<ExplainedPart> Explainer::reservedPart(std::uint64_t at)
{
    const Geometry& g = geometry();
    const std::uint64_t sector = at / g.bytesPerSector;
    ExplainedPart part;
    part.place = {.offset = sector * g.bytesPerSector, .length = g.bytesPerSector};
    Bytes bytes(g.bytesPerSector);
    FATLAS_TRY(m_context.volume->device().read(part.place.offset, bytes));
    const bool hasBackup = g.backupBootSector != 0;
    if (sector == 0 || (hasBackup && sector == g.backupBootSector))
        return bootPart(std::move(part), bytes);
    const bool isBackup = hasBackup && g.fsInfoSector != 0 &&
                          sector == std::uint64_t{g.backupBootSector} + g.fsInfoSector;
    if (isBackup || (g.fsInfoSector != 0 && sector == g.fsInfoSector)) {
        part.kind = isBackup ? PartKind::BackupFsInfo : PartKind::FsInfo;
        part.title = fmt::format("{} in sector {}", isBackup ? "copy of FSInfo" : "FSInfo", sector);
        part.fields = fsInfoFields(bytes, part.place.offset, g);
        return part;
    }
    part.kind = PartKind::Reserved;
    part.title = fmt::format("reserved sector {} of {}", sector, g.reservedSectors);
    part.facts.push_back(isAllZero(bytes) ? "it holds only zeros"
                                          : "it belongs to the boot code, or to nobody");
    return part;
}

Result<ExplainedPart> Explainer::bootPart(ExplainedPart part, ByteView sector)
{
    const Geometry& g = geometry();
    const CodePage& page = m_context.volume->codePage();
    part.fields = bootSectorFields(sector, part.place.offset, g, page);
    if (part.place.offset == 0) {
        part.kind = PartKind::BootSector;
        part.title = "boot sector";
        part.facts.push_back(fmt::format("the volume is {} with {} clusters of {}",
                                         toString(g.type), formatCount(g.clusterCount),
                                         formatSize(g.clusterSize())));
        return part;
    }
    part.kind = PartKind::BackupBootSector;
    part.title = fmt::format("copy of the boot sector in sector {}", g.backupBootSector);
    Bytes first(sector.size());
    FATLAS_TRY(m_context.volume->device().read(0, first));
    compareFields(part.fields, bootSectorFields(first, 0, g, page));
    return part;
}

Result<ExplainedPart> Explainer::fatPart(ByteRange range)
{
    const Geometry& g = geometry();
    const auto copy = static_cast<std::uint32_t>((range.offset - g.fatOffset(0)) / g.fatSize());
    const std::uint64_t fatAt = g.fatOffset(copy);
    const std::uint64_t from = range.offset - fatAt;
    const std::uint64_t to = std::min(range.end() - fatAt, g.fatSize());
    const std::uint64_t used = std::min(fatBytesFor(g.type, g.clusterCount), g.fatSize());
    if (from >= used)
        return ExplainedPart{
            .kind = PartKind::FatTail,
            .place = {.offset = fatAt + used, .length = g.fatSize() - used},
            .title = fmt::format("end of FAT {}, behind the entry of the last cluster", copy + 1),
            .facts = {},
            .fields = {},
            .path = {}};
    // On FAT12 three bytes hold two entries, and the middle one is part of both.
    const auto entryOf = [&](std::uint64_t byte, bool last) -> std::uint64_t {
        switch (g.type) {
        case FatType::Fat12: return byte / 3 * 2 + (byte % 3 == 2 || (last && byte % 3 == 1));
        case FatType::Fat16: return byte / 2;
        case FatType::Fat32: break;
        }
        return byte / 4;
    };
    const auto first = static_cast<std::uint32_t>(entryOf(from, false));
    const auto end = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(entryOf(std::min(to, used) - 1, true) + 1, g.endCluster().value));
    return entriesPart(copy, {.first = Cluster{first}, .count = std::max(end, first + 1) - first});
}

Result<ExplainedPart> Explainer::entriesPart(std::uint32_t copy, ClusterRange entries)
{
    const Geometry& g = geometry();
    const block::BlockDevice& device = m_context.volume->device();
    const Cluster base{entries.first.value & ~1U};
    const Cluster last = entries.end() - 1;
    const std::uint64_t start = entryOffset(g.type, base);
    const std::uint64_t width = g.type == FatType::Fat32 ? 4 : 2;
    ExplainedPart part;
    part.kind = PartKind::FatEntries;
    const std::uint64_t firstByte = g.fatOffset(copy) + entryOffset(g.type, entries.first);
    part.place = {.offset = firstByte,
                  .length = g.fatOffset(copy) + entryOffset(g.type, last) + width - firstByte};
    part.title = entries.count == 1
                     ? fmt::format("entry of cluster {} in FAT {}", last.value, copy + 1)
                     : fmt::format("entries of clusters {} to {} in FAT {}", entries.first.value,
                                   last.value, copy + 1);
    std::vector<Bytes> copies(g.fatCount == 0 ? 1 : std::min(g.fatCount, 4U));
    copies.resize(std::max<std::size_t>(copies.size(), copy + 1));
    for (std::uint32_t i = 0; i < copies.size(); ++i) {
        copies[i].resize(entryOffset(g.type, last) + width - start);
        FATLAS_TRY(device.read(g.fatOffset(i) + start, copies[i]));
    }
    for (Cluster c = entries.first; c < entries.end(); ++c) {
        const Cluster local{c.value - base.value};
        const std::uint32_t raw = rawEntry(g.type, copies[copy], local);
        ExplainedField field = fatEntryField(g, c, g.fatOffset(copy), raw);
        for (std::uint32_t i = 0; i < copies.size(); ++i) {
            const std::uint32_t other = rawEntry(g.type, copies[i], local);
            if (other != raw)
                field.oddity += fmt::format("{}FAT {} says 0x{:X}",
                                            field.oddity.empty() ? "" : ", ", i + 1, other);
        }
        part.fields.push_back(std::move(field));
    }
    if (entries.count <= 2)
        for (Cluster c = entries.first; c < entries.end(); ++c)
            addEntryFacts(part, c);
    return part;
}

void Explainer::addEntryFacts(ExplainedPart& part, Cluster cluster) const
{
    if (!geometry().isData(cluster))
        return;
    part.cluster = cluster.value;
    part.facts.push_back(
        fmt::format("cluster {} is {}", cluster.value, describeCluster(m_context, cluster)));
}

ExplainedPart Explainer::tailPart(ByteRange range) const
{
    const Geometry& g = geometry();
    const std::uint64_t deviceSize = m_context.volume->device().size();
    const std::uint64_t used = g.clusterOffset(g.endCluster());
    const std::uint64_t volumeEnd = std::min(std::max(g.volumeSize(), used), deviceSize);
    ExplainedPart part;
    if (range.offset >= deviceSize) {
        part.kind = PartKind::Beyond;
        part.place = range;
        part.title = fmt::format("behind the end: there are {} bytes", formatCount(deviceSize));
        if (range.offset < g.volumeSize())
            part.facts.push_back(fmt::format("the boot sector says the volume has {} bytes: the "
                                             "image is cut off",
                                             formatCount(g.volumeSize())));
    } else if (range.offset < volumeEnd) {
        part.kind = PartKind::VolumeTail;
        part.place = {.offset = used, .length = volumeEnd - used};
        part.title = "end of the volume, behind its last cluster";
        part.facts.emplace_back("too small for another cluster, or without an entry in the FAT; "
                                "nothing is kept here");
    } else {
        part.kind = PartKind::BehindVolume;
        part.place = {.offset = volumeEnd, .length = deviceSize - volumeEnd};
        part.title = "behind the end of the volume";
        part.facts.push_back(
            fmt::format("the boot sector says the volume has {} bytes, the device or partition "
                        "has {}",
                        formatCount(g.volumeSize()), formatCount(deviceSize)));
    }
    return part;
}

void attachFindings(ExplainedPart& part, std::span<const Finding> findings)
{
    const std::size_t atMost = part.facts.size() + maxFacts;
    for (const Finding& finding : findings) {
        if (part.facts.size() >= atMost)
            return;
        const bool isHere = finding.offset && part.place.contains(*finding.offset);
        const auto field = std::ranges::find_if(part.fields, [&](const ExplainedField& one) {
            return isHere && one.place.contains(*finding.offset);
        });
        if (field != part.fields.end() && part.kind != PartKind::DirectorySlot) {
            field->oddity += (field->oddity.empty() ? "" : "; ") + findingText(finding);
            continue;
        }
        const bool isItsCluster =
            finding.cluster && part.cluster && *finding.cluster == *part.cluster;
        const bool isItsFile = !part.path.empty() && finding.path == part.path;
        if (isHere || isItsCluster || isItsFile)
            part.facts.push_back(
                fmt::format("{}: {}", toString(finding.severity), findingText(finding)));
    }
}

const char* toString(PartKind kind) noexcept
{
    switch (kind) {
    case PartKind::BootSector: return "boot-sector";
    case PartKind::BackupBootSector: return "backup-boot-sector";
    case PartKind::FsInfo: return "fs-info";
    case PartKind::BackupFsInfo: return "backup-fs-info";
    case PartKind::Reserved: return "reserved";
    case PartKind::FatEntries: return "fat-entries";
    case PartKind::FatTail: return "fat-tail";
    case PartKind::DirectorySlot: return "directory-slot";
    case PartKind::FileData: return "file-data";
    case PartKind::Slack: return "slack";
    case PartKind::FreeCluster: return "free-cluster";
    case PartKind::LostCluster: return "lost-cluster";
    case PartKind::BadCluster: return "bad-cluster";
    case PartKind::ReservedCluster: return "reserved-cluster";
    case PartKind::VolumeTail: return "volume-tail";
    case PartKind::BehindVolume: return "behind-volume";
    case PartKind::PartitionTable: return "partition-table";
    case PartKind::PartitionRecord: return "partition-record";
    case PartKind::GptHeader: return "gpt-header";
    case PartKind::GptEntries: return "gpt-entries";
    case PartKind::Gap: return "gap";
    case PartKind::Partition: return "partition";
    case PartKind::Beyond: return "beyond";
    }
    return "beyond";
}

} // namespace fatlas::fat
