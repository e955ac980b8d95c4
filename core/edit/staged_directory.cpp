#include "core/edit/staged_directory.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/directory_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::edit {
namespace {

constexpr std::uint32_t sectorSlots = 512 / fat::slotSize;

std::uint32_t clustersIn(std::span<const ClusterRange> runs)
{
    std::uint32_t count = 0;
    for (const ClusterRange& run : runs)
        count += run.count;
    return count;
}

bool isLabel(const fat::DirectoryEntryRaw& raw)
{
    return raw.name[0] != fat::slot_mark::deleted &&
           (raw.attributes & fat::attribute::longNameMask) != fat::attribute::longName &&
           (raw.attributes & fat::attribute::volumeLabel) != 0;
}

fat::ShortNameBytes dots(std::size_t count)
{
    fat::ShortNameBytes name;
    name.fill(' ');
    std::fill_n(name.begin(), count, '.');
    return name;
}

void setCluster(fat::DirectoryEntryRaw& raw, Cluster cluster)
{
    raw.firstClusterLow = static_cast<std::uint16_t>(cluster.value & 0xFFFF);
    raw.firstClusterHigh = static_cast<std::uint16_t>(cluster.value >> 16);
}

std::u16string keyOf(std::string_view utf8)
{
    return foldCase(utf16FromUtf8Lossy(utf8));
}

} // namespace

Result<StagedDirectory> StagedDirectory::load(const fat::Volume& volume, const fat::Chain& chain)
{
    StagedDirectory directory(volume);
    const fat::Geometry& geometry = volume.geometry();
    directory.m_runs = chain.runs;
    if (chain.runs.empty()) {
        directory.m_before.resize(std::size_t{geometry.rootEntryCount} * fat::slotSize);
        FATLAS_TRY(volume.device().read(geometry.rootOffset(), directory.m_before));
    } else {
        const std::uint64_t size = std::uint64_t{chain.clusterCount} * geometry.clusterSize();
        if (size >
            roundUp<std::uint64_t>(fat::maxDirectorySlots * fat::slotSize, geometry.clusterSize()))
            return fail(ErrorCode::Refused,
                        fmt::format("a folder has {} clusters, more than 65,536 entries need; "
                                    "repair the volume first (fatlas-cli repair)",
                                    formatCount(chain.clusterCount)));
        directory.m_before.resize(size);
        FATLAS_TRY(volume.readChain(chain, 0, directory.m_before));
    }
    directory.m_bytes = directory.m_before;
    directory.m_items =
        fat::decodeDirectory({.bytes = directory.m_bytes,
                              .offsetOf = [](std::uint32_t index) { return std::uint64_t{index}; }},
                             volume.codePage())
            .items;
    directory.m_oldItemCount = directory.m_items.size();
    for (std::uint32_t i = 0; i < directory.m_items.size(); ++i)
        directory.index(i);
    directory.scanSlots();
    return directory;
}

StagedDirectory StagedDirectory::make(const fat::Volume& volume, Cluster cluster, Cluster parent,
                                      const fat::DirectoryEntryRaw& like)
{
    StagedDirectory directory(volume);
    const std::vector<ClusterRange> runs{{.first = cluster, .count = 1}};
    directory.grow(runs);
    fat::DirectoryEntryRaw raw = like;
    raw.attributes = fat::attribute::directory;
    raw.ntCaseBits = 0;
    raw.size = 0U;
    raw.name = dots(1);
    setCluster(raw, cluster);
    store(directory.m_bytes, 0, raw);
    raw.name = dots(2);
    setCluster(raw, parent);
    store(directory.m_bytes, fat::slotSize, raw);
    directory.m_end = 2;
    return directory;
}

/// Where it ends and where there are gaps.
void StagedDirectory::scanSlots()
{
    const std::uint32_t count = std::min(capacity(), fat::maxDirectorySlots);
    for (m_end = 0; m_end < count; ++m_end) {
        const fat::DirectoryEntryRaw raw = slot(m_end);
        if (raw.name[0] == fat::slot_mark::end)
            return;
        if (raw.name[0] != fat::slot_mark::deleted)
            continue;
        if (!m_gaps.empty() && m_gaps.back().first + m_gaps.back().count == m_end)
            ++m_gaps.back().count;
        else
            m_gaps.push_back({.first = m_end, .count = 1});
    }
}

fat::DirectoryEntryRaw StagedDirectory::slot(std::uint32_t index) const
{
    fat::DirectoryEntryRaw raw;
    std::memcpy(&raw, m_bytes.data() + std::size_t{index} * fat::slotSize, sizeof raw);
    return raw;
}

void StagedDirectory::index(std::uint32_t item)
{
    const fat::DirectoryItem& added = m_items[item];
    const std::u16string longKey = keyOf(added.name);
    const std::u16string shortKey = keyOf(added.shortName);
    m_byName.emplace(longKey, item);
    if (shortKey != longKey)
        m_byName.emplace(shortKey, item);
    m_shortNames.insert(added.raw.name);
}

void StagedDirectory::forget(std::uint32_t item)
{
    for (const std::string& name : {m_items[item].name, m_items[item].shortName}) {
        const auto [first, end] = m_byName.equal_range(keyOf(name));
        for (auto i = first; i != end; ++i)
            if (i->second == item) {
                m_byName.erase(i);
                break;
            }
    }
    m_shortNames.erase(m_items[item].raw.name);
    m_items[item].slotCount = 0;
}

const fat::DirectoryItem* StagedDirectory::find(std::u16string_view name) const
{
    const auto found = m_byName.find(foldCase(name));
    return found != m_byName.end() ? &m_items[found->second] : nullptr;
}

bool StagedDirectory::isNew(const fat::DirectoryItem& item) const
{
    return static_cast<std::size_t>(&item - m_items.data()) >= m_oldItemCount;
}

std::size_t StagedDirectory::findGap(std::uint32_t slots) const
{
    const auto fits = [slots](const Gap& gap) { return gap.count >= slots; };
    return static_cast<std::size_t>(std::ranges::find_if(m_gaps, fits) - m_gaps.begin());
}

Result<std::uint32_t> StagedDirectory::clustersFor(std::uint32_t slots) const
{
    if (findGap(slots) < m_gaps.size() || slots <= capacity() - std::min(capacity(), m_end))
        return 0U;
    if (m_runs.empty())
        return fail(ErrorCode::NoSpace,
                    fmt::format("the root folder of this {} volume is full: it has {} slots, {} of "
                                "them at its end are free and {} are needed",
                                fat::toString(m_volume->geometry().type), capacity(),
                                capacity() - m_end, slots));
    if (m_end + slots > fat::maxDirectorySlots)
        return fail(ErrorCode::Limit,
                    fmt::format("a folder on FAT has at most 65,536 slots, {} are taken and {} are "
                                "needed",
                                formatCount(m_end), slots));
    const std::uint32_t perCluster = m_volume->geometry().clusterSize() / fat::slotSize;
    return divideRoundUp(m_end + slots - capacity(), perCluster);
}

void StagedDirectory::grow(std::span<const ClusterRange> runs)
{
    m_runs.insert(m_runs.end(), runs.begin(), runs.end());
    m_bytes.resize(m_bytes.size() +
                   std::size_t{clustersIn(runs)} * m_volume->geometry().clusterSize());
}

std::uint32_t StagedDirectory::takeSlots(std::uint32_t slots)
{
    if (const std::size_t gap = findGap(slots); gap < m_gaps.size()) {
        const std::uint32_t first = m_gaps[gap].first;
        m_gaps[gap] = {.first = first + slots, .count = m_gaps[gap].count - slots};
        if (m_gaps[gap].count == 0)
            m_gaps.erase(m_gaps.begin() + static_cast<std::ptrdiff_t>(gap));
        return first;
    }
    const std::uint32_t first = m_end;
    m_end += slots;
    // What lies behind an end mark can be anything.
    if (m_end < capacity() && slot(m_end).name[0] != fat::slot_mark::end)
        store(m_bytes, std::size_t{m_end} * fat::slotSize, fat::DirectoryEntryRaw{});
    return first;
}

void StagedDirectory::writeSlots(std::uint32_t first, const EntryName& name,
                                 const fat::DirectoryEntryRaw& raw)
{
    std::size_t at = std::size_t{first} * fat::slotSize;
    if (!name.longName.empty())
        for (const fat::LongNameSlotRaw& part :
             fat::encodeLongName(name.longName, fat::shortNameChecksum(raw.name))) {
            store(m_bytes, at, part);
            at += fat::slotSize;
        }
    store(m_bytes, at, raw);
}

fat::DirectoryItem StagedDirectory::itemAt(std::uint32_t first, const EntryName& name,
                                           const fat::DirectoryEntryRaw& raw) const
{
    fat::DirectoryItem item;
    item.shortName = fat::formatShortName(name.shortName, m_volume->codePage());
    item.name = name.longName.empty() ? item.shortName : utf8FromUtf16(name.longName);
    item.raw = raw;
    item.slotIndex = first;
    item.slotCount = name.slotCount();
    return item;
}

void StagedDirectory::add(const EntryName& name, fat::DirectoryEntryRaw raw)
{
    raw.name = name.shortName.bytes;
    raw.ntCaseBits = name.shortName.ntCaseBits;
    const std::uint32_t first = takeSlots(name.slotCount());
    writeSlots(first, name, raw);
    m_items.push_back(itemAt(first, name, raw));
    index(static_cast<std::uint32_t>(m_items.size() - 1));
}

void StagedDirectory::freeSlots(std::uint32_t first, std::uint32_t count)
{
    for (std::uint32_t i = first; i < first + count; ++i)
        m_bytes[std::size_t{i} * fat::slotSize] = std::byte{fat::slot_mark::deleted};
    m_removed.push_back({.first = first, .count = count});
}

void StagedDirectory::remove(const fat::DirectoryItem& item)
{
    freeSlots(item.slotIndex, item.slotCount);
    forget(static_cast<std::uint32_t>(&item - m_items.data()));
}

bool StagedDirectory::renameInPlace(const fat::DirectoryItem& item, const EntryName& name)
{
    const std::uint32_t last = item.slotIndex + item.slotCount - 1;
    if (name.slotCount() != item.slotCount || item.slotIndex / sectorSlots != last / sectorSlots)
        return false;
    const auto number = static_cast<std::uint32_t>(&item - m_items.data());
    fat::DirectoryEntryRaw raw = item.raw;
    raw.name = name.shortName.bytes;
    raw.ntCaseBits = name.shortName.ntCaseBits;
    const std::uint32_t first = item.slotIndex;
    forget(number);
    writeSlots(first, name, raw);
    m_items[number] = itemAt(first, name, raw);
    index(number);
    return true;
}

void StagedDirectory::update(const fat::DirectoryItem& item, const fat::DirectoryEntryRaw& raw)
{
    const std::uint32_t last = item.slotIndex + item.slotCount - 1;
    store(m_bytes, std::size_t{last} * fat::slotSize, raw);
    m_items[static_cast<std::size_t>(&item - m_items.data())].raw = raw;
}

void StagedDirectory::reuseRemoved()
{
    m_gaps.insert(m_gaps.end(), m_removed.begin(), m_removed.end());
    m_removed.clear();
    std::ranges::sort(m_gaps, {}, &Gap::first);
    std::vector<Gap> joined;
    for (const Gap& gap : m_gaps)
        if (!joined.empty() && joined.back().first + joined.back().count == gap.first)
            joined.back().count += gap.count;
        else
            joined.push_back(gap);
    m_gaps = std::move(joined);
}

std::optional<Cluster> StagedDirectory::parent() const
{
    if (capacity() < 2)
        return std::nullopt;
    const fat::DirectoryEntryRaw raw = slot(1);
    if (raw.name != dots(2) || (raw.attributes & fat::attribute::directory) == 0)
        return std::nullopt;
    return m_volume->firstCluster(raw);
}

void StagedDirectory::setParent(Cluster parent)
{
    fat::DirectoryEntryRaw raw = slot(1);
    setCluster(raw, parent);
    store(m_bytes, fat::slotSize, raw);
}

std::optional<std::uint32_t> StagedDirectory::findLabel() const
{
    for (std::uint32_t i = 0; i < m_end; ++i)
        if (isLabel(slot(i)))
            return i;
    return std::nullopt;
}

std::optional<fat::DirectoryEntryRaw> StagedDirectory::label() const
{
    const auto found = findLabel();
    return found ? std::optional(slot(*found)) : std::nullopt;
}

void StagedDirectory::setLabel(const std::optional<fat::DirectoryEntryRaw>& raw)
{
    const auto found = findLabel();
    if (!raw && found)
        freeSlots(*found, 1);
    if (raw)
        store(m_bytes, std::size_t{found ? *found : takeSlots(1)} * fat::slotSize, *raw);
}

} // namespace fatlas::edit
