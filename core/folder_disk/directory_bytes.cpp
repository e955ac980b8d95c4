#include "core/folder_disk/directory_bytes.hpp"

#include "core/fat/directory_entry.hpp"
#include "core/fat/long_name.hpp"
#include "core/folder_disk/entry_times.hpp"

#include <algorithm>

namespace fatlas::folder_disk {
namespace {

fat::ShortNameBytes dotName(std::size_t dots)
{
    fat::ShortNameBytes name;
    name.fill(' ');
    std::fill_n(name.begin(), dots, '.');
    return name;
}

class DirectoryEncoder {
public:
    DirectoryEncoder(const Plan& plan, std::uint32_t folder)
        : m_plan(plan), m_folder(folder), m_zone(zoneOf(plan.options))
    {
        m_bytes.reserve(static_cast<std::size_t>(plan.entries[folder].size));
    }

    Bytes encode() &&
    {
        const Entry& folder = m_plan.entries[m_folder];
        if (m_folder == 0)
            addLabel();
        else
            addDots(folder);
        for (std::uint32_t i = folder.firstChild; i < folder.firstChild + folder.childCount; ++i)
            addChild(m_plan.entries[i]);
        return std::move(m_bytes);
    }

private:
    template <class Slot>
    void add(const Slot& slot)
    {
        const ByteView bytes = asBytes(slot);
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    }

    void setTimes(fat::DirectoryEntryRaw& raw, std::uint32_t node) const
    {
        const EntryTimes times = timesOf(m_plan.snapshot->nodes[node], m_plan.options);
        const fat::Timestamp modified = fat::encodeTime(times.modifiedNs, m_zone).stamp;
        raw.modifiedDate = modified.date;
        raw.modifiedTime = modified.time;
        raw.accessedDate = fat::encodeTime(times.accessedNs, m_zone).stamp.date;
        if (!times.createdNs)
            return;
        const fat::Timestamp created = fat::encodeTime(*times.createdNs, m_zone).stamp;
        raw.createdDate = created.date;
        raw.createdTime = created.time;
        raw.createdTenths = created.tenths;
    }

    static void setCluster(fat::DirectoryEntryRaw& raw, Cluster cluster)
    {
        raw.firstClusterLow = static_cast<std::uint16_t>(cluster.value & 0xFFFF);
        raw.firstClusterHigh = static_cast<std::uint16_t>(cluster.value >> 16);
    }

    void addLabel()
    {
        if (m_plan.options.label.empty())
            return;
        fat::DirectoryEntryRaw raw;
        raw.name = m_plan.boot.label;
        raw.attributes = fat::attribute::volumeLabel;
        const std::int64_t modifiedNs = m_plan.snapshot->nodes.front().modifiedNs;
        const fat::Timestamp modified = fat::encodeTime(modifiedNs, m_zone).stamp;
        raw.modifiedDate = modified.date;
        raw.modifiedTime = modified.time;
        add(raw);
    }

    void addDots(const Entry& folder)
    {
        fat::DirectoryEntryRaw raw;
        raw.name = dotName(1);
        raw.attributes = fat::attribute::directory;
        setTimes(raw, folder.node);
        setCluster(raw, folder.firstCluster);
        add(raw);
        raw = {};
        raw.name = dotName(2);
        raw.attributes = fat::attribute::directory;
        const Entry& parent = m_plan.entries[folder.parent];
        setTimes(raw, parent.node);
        // The root is cluster 0 here, also on FAT32.
        setCluster(raw, folder.parent == 0 ? Cluster{} : parent.firstCluster);
        add(raw);
    }

    void addChild(const Entry& entry)
    {
        if (entry.needsLongName)
            for (const fat::LongNameSlotRaw& slot :
                 fat::encodeLongName(entry.longName, fat::shortNameChecksum(entry.shortName.bytes)))
                add(slot);
        fat::DirectoryEntryRaw raw;
        raw.name = entry.shortName.bytes;
        raw.ntCaseBits = entry.shortName.ntCaseBits;
        raw.attributes = entry.attributes;
        setTimes(raw, entry.node);
        setCluster(raw, entry.firstCluster);
        raw.size = entry.isDirectory ? 0U : static_cast<std::uint32_t>(entry.size);
        add(raw);
    }

    const Plan& m_plan;
    std::uint32_t m_folder;
    fat::TimeZone m_zone;
    Bytes m_bytes;
};

std::vector<std::uint32_t> foldersOf(const Plan& plan)
{
    std::vector<std::uint32_t> folders;
    for (std::uint32_t i = 0; i < plan.entries.size(); ++i)
        if (plan.entries[i].isDirectory)
            folders.push_back(i);
    return folders;
}

} // namespace

Bytes encodeDirectory(const Plan& plan, std::uint32_t folder)
{
    return DirectoryEncoder(plan, folder).encode();
}

DirectoryCache::DirectoryCache(const Plan& plan)
    : m_plan(plan), m_folders(foldersOf(plan)), m_slots(m_folders.size())
{}

const Bytes& DirectoryCache::bytesOf(std::uint32_t folder) const
{
    const auto place = std::ranges::lower_bound(m_folders, folder) - m_folders.begin();
    Slot& slot = m_slots[static_cast<std::size_t>(place)];
    std::call_once(slot.built, [&] { slot.bytes = encodeDirectory(m_plan, folder); });
    return slot.bytes;
}

} // namespace fatlas::folder_disk
