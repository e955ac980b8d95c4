#include "core/fat/directory_reader.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/long_name_assembler.hpp"
#include "core/fat/stored_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr unsigned char endMarkByte = 0x00;
constexpr unsigned char deletedByte = 0xE5;
constexpr unsigned char escapedDeletedByte = 0x05; ///< stands for a real 0xE5
constexpr std::size_t attributesOffset = offsetof(DirectoryEntryRaw, attributes);

/// Rule and sentence for slots that made no name.
struct FaultText {
    const char* rule;
    const char* what;
};

FaultText describe(LongNameFault fault)
{
    switch (fault) {
    case LongNameFault::None: break;
    case LongNameFault::Orphan: return {.rule = "D21", .what = "long name slots belong to no file"};
    case LongNameFault::OutOfOrder:
        return {.rule = "D22", .what = "long name slots are out of order"};
    case LongNameFault::WrongChecksum:
        return {.rule = "D23", .what = "long name slots were made for another short name"};
    case LongNameFault::BadText:
        return {.rule = "D24", .what = "the long name is empty or longer than 255 units"};
    }
    return {.rule = "D21", .what = ""};
}

bool isLongNameSlot(std::uint8_t attributes)
{
    return (attributes & attribute::longNameMask) == attribute::longName;
}

bool isDotEntry(const DirectoryEntryRaw& raw)
{
    const std::string_view name(reinterpret_cast<const char*>(raw.name.data()), raw.name.size());
    return name == ".          " || name == "..         ";
}

std::string labelText(const DirectoryEntryRaw& raw, const CodePage& page)
{
    std::string bytes(raw.name.begin(), raw.name.end());
    if (raw.name[0] == escapedDeletedByte)
        bytes[0] = static_cast<char>(deletedByte);
    bytes.erase(bytes.find_last_not_of(' ') + 1);
    return page.decode(bytes);
}

class DirectoryDecoder {
public:
    DirectoryDecoder(const SlotSource& source, const CodePage& page)
        : m_source(source), m_page(page)
    {}

    DirectoryListing decode()
    {
        const std::size_t count =
            std::min<std::size_t>(m_source.bytes.size() / slotSize, maxDirectorySlots);
        m_listing.items.reserve(countItems(count));
        for (m_slot = 0; m_slot < count; ++m_slot) {
            const auto raw = *load<DirectoryEntryRaw>(m_source.bytes, m_slot * slotSize);
            if (raw.name[0] == endMarkByte)
                break;
            takeSlot(raw);
        }
        noteFault(m_assembler.interrupt());
        summariseFindings();
        return std::move(m_listing);
    }

private:
    /// About how many slots are files and folders: room for them is made at once.
    [[nodiscard]] std::size_t countItems(std::size_t slots) const
    {
        std::size_t items = 0;
        for (std::size_t slot = 0; slot < slots; ++slot) {
            const ByteView bytes = m_source.bytes.subspan(slot * slotSize, slotSize);
            const auto mark = std::to_integer<unsigned char>(bytes[0]);
            const auto attributes = std::to_integer<std::uint8_t>(bytes[attributesOffset]);
            if (mark == endMarkByte)
                break;
            items += mark != deletedByte && (attributes & attribute::volumeLabel) == 0 ? 1 : 0;
        }
        return items;
    }

    void takeSlot(const DirectoryEntryRaw& raw)
    {
        if (raw.name[0] == deletedByte)
            noteFault(m_assembler.interrupt());
        else if (isLongNameSlot(raw.attributes))
            takeLongNameSlot();
        else if ((raw.attributes & attribute::volumeLabel) != 0)
            takeLabel(raw);
        else
            takeItem(raw);
    }

    void takeLongNameSlot()
    {
        noteFault(m_assembler.add(*load<LongNameSlotRaw>(m_source.bytes, m_slot * slotSize)));
    }

    void takeLabel(const DirectoryEntryRaw& raw)
    {
        noteFault(m_assembler.interrupt());
        if (!m_hasLabel)
            m_listing.label = labelText(raw, m_page);
        else
            note("D26", Severity::Warning, {}, "a second volume label; the first counts");
        m_hasLabel = true;
    }

    void takeItem(const DirectoryEntryRaw& raw)
    {
        const AssembledName assembled = m_assembler.finish(raw.name);
        if (isDotEntry(raw)) {
            noteFault(assembled.fault);
            return;
        }
        DirectoryItem item;
        item.raw = raw;
        item.shortName = formatShortName({.bytes = raw.name, .ntCaseBits = raw.ntCaseBits}, m_page);
        item.name = assembled.name ? utf8FromUtf16(*assembled.name) : item.shortName;
        item.entryOffset = m_source.offsetOf(m_slot);
        item.slotIndex = m_slot - assembled.slotCount;
        item.slotCount = assembled.slotCount + 1;
        if (assembled.fault != LongNameFault::None)
            noteFallback(assembled.fault, item.shortName);
        if (isImpossibleShortName(raw.name))
            note("D25", Severity::Warning, item.name,
                 "the short name holds characters that no short name can hold");
        m_listing.items.push_back(std::move(item));
    }

    void noteFault(LongNameFault fault)
    {
        if (fault != LongNameFault::None)
            note(describe(fault).rule, Severity::Warning, {}, describe(fault).what);
    }

    void noteFallback(LongNameFault fault, const std::string& shortName)
    {
        note(describe(fault).rule, Severity::Warning, shortName,
             fmt::format("{}; the short name is used", describe(fault).what));
    }

    void note(const char* rule, Severity severity, std::string path, std::string message)
    {
        if (++m_findingCount > maxDirectoryFindings)
            return;
        m_listing.findings.push_back({.rule = rule,
                                      .severity = severity,
                                      .path = std::move(path),
                                      .message = std::move(message),
                                      .advice = {},
                                      .offset = m_source.offsetOf(m_slot)});
    }

    void summariseFindings()
    {
        if (m_findingCount <= maxDirectoryFindings)
            return;
        m_listing.findings.push_back(
            {.rule = "D29",
             .severity = Severity::Warning,
             .path = {},
             .message = fmt::format("{} more findings of this kind in the same directory",
                                    formatCount(m_findingCount - maxDirectoryFindings)),
             .advice = {},
             .offset = m_source.offsetOf(0)});
    }

    const SlotSource& m_source;
    const CodePage& m_page;
    LongNameAssembler m_assembler;
    DirectoryListing m_listing;
    std::uint32_t m_slot = 0;
    std::size_t m_findingCount = 0;
    bool m_hasLabel = false;
};

/// Turns slots into places on the volume: O(log runs) each.
class SlotPlaces {
public:
    SlotPlaces(const Geometry& geometry, const Chain& chain) : m_geometry(geometry)
    {
        const std::uint64_t slotsPerCluster = geometry.clusterSize() / slotSize;
        std::uint64_t slot = 0;
        for (const ClusterRange& run : chain.runs) {
            m_runs.push_back({.firstSlot = slot, .first = run.first});
            slot += run.count * slotsPerCluster;
        }
    }

    std::uint64_t operator()(std::uint32_t slot) const
    {
        if (m_runs.empty())
            return 0;
        const auto after = std::ranges::upper_bound(m_runs, slot, {}, &Run::firstSlot);
        const Run& run = *std::prev(after);
        return m_geometry.clusterOffset(run.first) + (slot - run.firstSlot) * slotSize;
    }

private:
    struct Run {
        std::uint64_t firstSlot = 0;
        Cluster first;
    };

    Geometry m_geometry;
    std::vector<Run> m_runs;
};

constexpr std::uint64_t maxDirectorySize = std::uint64_t{maxDirectorySlots} * slotSize;

} // namespace

DirectoryListing decodeDirectory(const SlotSource& source, const CodePage& page)
{
    return DirectoryDecoder(source, page).decode();
}

Result<SlotBytes> readFixedRootSlots(const Volume& volume)
{
    const Geometry& geometry = volume.geometry();
    const std::uint64_t start = geometry.rootOffset();
    SlotBytes slots;
    slots.bytes.resize(
        std::min(std::uint64_t{geometry.rootEntryCount} * slotSize, maxDirectorySize));
    FATLAS_TRY(volume.device().read(start, slots.bytes));
    slots.offsetOf = [start](std::uint32_t slot) { return start + slot * slotSize; };
    return slots;
}

Result<SlotBytes> readChainSlots(const Volume& volume, const Chain& chain)
{
    const Geometry& geometry = volume.geometry();
    SlotBytes slots;
    slots.bytes.resize(
        std::min(std::uint64_t{chain.clusterCount} * geometry.clusterSize(), maxDirectorySize));
    FATLAS_TRY(volume.readChain(chain, 0, slots.bytes));
    slots.offsetOf = SlotPlaces(geometry, chain);
    return slots;
}

Result<SlotBytes> readDirectorySlots(const Volume& volume, const Chain& chain)
{
    return chain.runs.empty() ? readFixedRootSlots(volume) : readChainSlots(volume, chain);
}

std::uint32_t mostDirectoryClusters(const Geometry& geometry)
{
    return static_cast<std::uint32_t>(
        divideRoundUp<std::uint64_t>(maxDirectorySize, geometry.clusterSize()));
}

std::optional<Finding> directoryTooLong(const Geometry& geometry,
                                        std::span<const ClusterRange> runs)
{
    std::uint64_t clusters = 0;
    for (const ClusterRange& run : runs)
        clusters += run.count;
    if (clusters <= mostDirectoryClusters(geometry))
        return std::nullopt;
    return Finding{.rule = "D20",
                   .severity = Severity::Error,
                   .path = {},
                   .message =
                       fmt::format("the directory has {} clusters, more than 65,536 entries need; "
                                   "the rest is not read",
                                   formatCount(clusters)),
                   .advice = {},
                   .offset = std::nullopt,
                   .cluster = runs.front().first.value};
}

Result<DirectoryListing> readFixedRoot(const Volume& volume)
{
    FATLAS_ASSIGN(const SlotBytes slots, readFixedRootSlots(volume));
    return decodeDirectory(slots.source(), volume.codePage());
}

Result<DirectoryListing> readDirectoryChain(const Volume& volume, Chain chain)
{
    FATLAS_ASSIGN(const SlotBytes slots, readChainSlots(volume, chain));
    DirectoryListing listing = decodeDirectory(slots.source(), volume.codePage());
    if (auto finding = directoryTooLong(volume.geometry(), chain.runs))
        listing.findings.push_back(*std::move(finding));
    listing.chain = std::move(chain);
    return listing;
}

} // namespace fatlas::fat
