#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/deleted/deleted.hpp"
#include "core/fat/deleted/deleted_name.hpp"
#include "core/fat/long_name_assembler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_set>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t maxFolderSize = std::uint64_t{maxDirectorySlots} * slotSize;

/// Where the slots of a folder lie, and what it is called.
struct Folder {
    std::string path;
    Bytes slots;
    std::vector<std::uint64_t> offsets; ///< of each cluster (or of the fixed root), in order
    std::uint64_t pieceSize = 0;        ///< bytes at each offset
    std::optional<std::size_t> deleted = std::nullopt; ///< its own entry, if it is deleted
    std::uint32_t firstCluster = 0;

    [[nodiscard]] std::uint64_t offsetOf(std::uint32_t slot) const
    {
        const std::uint64_t at = std::uint64_t{slot} * slotSize;
        return offsets[at / pieceSize] + at % pieceSize;
    }
};

bool isLongName(const DirectoryEntryRaw& raw)
{
    return (raw.attributes & attribute::longNameMask) == attribute::longName;
}

class DeletedFinder {
public:
    DeletedFinder(const Volume& volume, const Tree& tree, const UsagePyramid& usage,
                  const JobControl& job)
        : m_volume(volume), m_geometry(volume.geometry()), m_tree(tree), m_usage(usage), m_job(job)
    {}

    Result<DeletedReport> find()
    {
        for (std::uint32_t node = 0; node < m_tree.nodes.size(); ++node) {
            if (!m_tree.nodes[node].isDirectory)
                continue;
            FATLAS_TRY(m_job.checkpoint());
            m_job.report(node, m_tree.nodes.size());
            FATLAS_ASSIGN(const Folder folder, loadLive(node));
            FATLAS_TRY(take(folder));
            FATLAS_TRY(walkDeleted());
        }
        return std::move(m_report);
    }

private:
    Result<Folder> loadLive(std::uint32_t node)
    {
        Folder folder;
        folder.path = m_tree.path(node);
        if (node == 0 && m_geometry.type != FatType::Fat32) {
            folder.slots.resize(
                std::min(std::uint64_t{m_geometry.rootEntryCount} * slotSize, maxFolderSize));
            folder.offsets.push_back(m_geometry.rootOffset());
            folder.pieceSize = std::max<std::uint64_t>(folder.slots.size(), slotSize);
            FATLAS_TRY(m_volume.device().read(m_geometry.rootOffset(), folder.slots));
            return folder;
        }
        std::vector<Cluster> clusters;
        for (const ClusterRange& run : m_tree.runsOf(node))
            for (Cluster c = run.first;
                 c < run.end() &&
                 clusters.size() * std::uint64_t{m_geometry.clusterSize()} < maxFolderSize &&
                 m_liveClusters.insert(c.value).second;
                 ++c)
                clusters.push_back(c);
        FATLAS_TRY(loadClusters(folder, clusters));
        return folder;
    }

    Result<> loadClusters(Folder& folder, std::span<const Cluster> clusters)
    {
        folder.pieceSize = m_geometry.clusterSize();
        folder.slots.resize(clusters.size() * folder.pieceSize);
        folder.firstCluster = clusters.empty() ? 0 : clusters.front().value;
        for (std::size_t i = 0; i < clusters.size(); ++i) {
            folder.offsets.push_back(m_geometry.clusterOffset(clusters[i]));
            FATLAS_TRY(m_volume.device().read(
                folder.offsets.back(),
                ByteSpan(folder.slots).subspan(i * folder.pieceSize, folder.pieceSize)));
        }
        return {};
    }

    /// Everything deleted in a folder; of a deleted folder, everything.
    Result<> take(const Folder& folder)
    {
        const auto count = static_cast<std::uint32_t>(folder.slots.size() / slotSize);
        for (std::uint32_t slot = 0; slot < count; ++slot) {
            const auto raw = *load<DirectoryEntryRaw>(folder.slots, std::size_t{slot} * slotSize);
            if (raw.name[0] == slot_mark::end)
                break;
            const bool isDeleted = raw.name[0] == slot_mark::deleted;
            if (isLongName(raw) || raw.name[0] == '.' || !isPlausibleSlot(raw))
                continue;
            if (!isDeleted && !folder.deleted)
                continue;
            if (m_report.entries.size() == DeletedReport::maxEntries) {
                m_report.isCutOff = true;
                return {};
            }
            add(folder, slot, raw);
        }
        return {};
    }

    void add(const Folder& folder, std::uint32_t slot, const DirectoryEntryRaw& raw)
    {
        DeletedName name;
        if (raw.name[0] == slot_mark::deleted)
            name = deletedName(folder.slots, slot, m_volume.codePage());
        else
            name = standingName(folder, slot, raw);
        DeletedEntry entry;
        entry.name = std::move(name.name);
        entry.shortName = std::move(name.shortName);
        entry.isNameWhole = name.isWhole;
        entry.folder = folder.path;
        entry.raw = raw;
        entry.entryOffset = folder.offsetOf(slot);
        entry.isDirectory = (raw.attributes & attribute::directory) != 0;
        entry.parent = folder.deleted;
        entry.first = m_volume.firstCluster(raw);
        judge(entry, folder.firstCluster);
        if (entry.isDirectory && entry.chance != Recovery::None)
            m_toWalk.push_back(m_report.entries.size());
        m_report.entries.push_back(std::move(entry));
    }

    /// In a deleted folder whose own slots were not marked.
    DeletedName standingName(const Folder& folder, std::uint32_t slot,
                             const DirectoryEntryRaw& raw) const
    {
        LongNameAssembler assembler;
        std::uint32_t first = slot;
        while (
            first > 0 && slot - first < 20 &&
            isLongName(*load<DirectoryEntryRaw>(folder.slots, (std::size_t{first} - 1) * slotSize)))
            --first;
        for (std::uint32_t at = first; at < slot; ++at) [[maybe_unused]]
            const auto fault =
                assembler.add(*load<LongNameSlotRaw>(folder.slots, std::size_t{at} * slotSize));
        const AssembledName assembled = assembler.finish(raw.name);
        DeletedName name;
        name.shortName =
            formatShortName({.bytes = raw.name, .ntCaseBits = raw.ntCaseBits}, m_volume.codePage());
        name.name = assembled.name ? utf8FromUtf16(*assembled.name) : name.shortName;
        name.isWhole = true;
        return name;
    }

    void judge(DeletedEntry& entry, std::uint32_t folderCluster)
    {
        entry.clustersNeeded = entry.isDirectory
                                   ? 1
                                   : static_cast<std::uint32_t>(divideRoundUp<std::uint64_t>(
                                         entry.raw.size.get(), m_geometry.clusterSize()));
        if (entry.clustersNeeded == 0) {
            entry.chance = Recovery::Empty;
            return;
        }
        countFree(entry);
        if (entry.chance != Recovery::Good)
            guessHighHalf(entry, folderCluster);
    }

    void countFree(DeletedEntry& entry) const
    {
        entry.clustersFree = 0;
        entry.chance = Recovery::None;
        if (!m_geometry.isData(entry.first) || !isFree(entry.first))
            return;
        const ClusterRange range{.first = entry.first, .count = entry.clustersNeeded};
        entry.clustersFree = static_cast<std::uint32_t>(
            m_usage.countsIn(range)[static_cast<std::size_t>(ClusterState::Free)]);
        entry.chance =
            entry.clustersFree == entry.clustersNeeded ? Recovery::Good : Recovery::Partly;
        if (entry.isDirectory && !holdsFolder(entry.first))
            entry.chance = Recovery::None;
    }

    /// FAT32, high half zeroed: the one of the folder it is in, then those beside it, that fits
    /// wholly. Of a folder the content proves it.
    void guessHighHalf(DeletedEntry& entry, std::uint32_t folderCluster) const
    {
        const std::uint32_t halves = m_geometry.endCluster().value >> 16;
        if (m_geometry.type != FatType::Fat32 || entry.raw.firstClusterHigh.get() != 0 ||
            entry.raw.firstClusterLow.get() == 0 || halves == 0)
            return;
        const std::uint32_t near = folderCluster >> 16;
        for (std::uint32_t distance = 0; distance <= std::min(halves, maxHalvesTried); ++distance)
            for (const std::uint32_t half : {near + distance, near - distance}) {
                if (half > halves || half == 0)
                    continue;
                DeletedEntry guess = entry;
                guess.first = Cluster{half << 16 | entry.raw.firstClusterLow.get()};
                countFree(guess);
                if (guess.chance != Recovery::Good)
                    continue;
                entry = std::move(guess);
                entry.isFirstGuessed = true;
                return;
            }
    }

    [[nodiscard]] bool isFree(Cluster cluster) const
    {
        return m_usage.statesIn({.first = cluster, .count = 1}) == stateBit(ClusterState::Free) ||
               m_usage.statesIn({.first = cluster, .count = 1}) ==
                   (stateBit(ClusterState::Free) | findingBit);
    }

    /// `.` in the first slot, pointing at the cluster it lies in.
    [[nodiscard]] bool holdsFolder(Cluster cluster) const
    {
        Bytes slot(slotSize);
        if (!m_volume.device().read(m_geometry.clusterOffset(cluster), slot))
            return false;
        const auto raw = load<DirectoryEntryRaw>(slot);
        constexpr ShortNameBytes dot{'.', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
        return raw && raw->name == dot && (raw->attributes & attribute::directory) != 0 &&
               m_volume.firstCluster(*raw) == cluster;
    }

    /// What was found in the folder just taken, and what is found in that.
    Result<> walkDeleted()
    {
        while (!m_toWalk.empty()) {
            FATLAS_TRY(m_job.checkpoint());
            const std::size_t index = m_toWalk.front();
            m_toWalk.pop_front();
            Folder folder;
            folder.path = m_report.entries[index].path();
            folder.deleted = index;
            FATLAS_ASSIGN(const auto clusters, clustersOf(m_report.entries[index]));
            m_report.entries[index].clustersNeeded =
                static_cast<std::uint32_t>(std::max<std::size_t>(clusters.size(), 1));
            m_report.entries[index].clustersFree = m_report.entries[index].clustersNeeded;
            FATLAS_TRY(loadClusters(folder, clusters));
            FATLAS_TRY(take(folder));
        }
        return {};
    }

    /// The first cluster, and free ones behind it while all of their slots could be slots.
    Result<std::vector<Cluster>> clustersOf(const DeletedEntry& entry)
    {
        std::vector<Cluster> clusters;
        Bytes bytes(m_geometry.clusterSize());
        for (Cluster c = entry.first; m_geometry.isData(c) && isFree(c) &&
                                      clusters.size() * std::uint64_t{bytes.size()} < maxFolderSize;
             ++c) {
            FATLAS_TRY(m_volume.device().read(m_geometry.clusterOffset(c), bytes));
            const bool goesOn = c == entry.first || looksLikeSlots(bytes);
            if (!goesOn || !m_walkedClusters.insert(c.value).second)
                break;
            clusters.push_back(c);
            if (endsInside(bytes))
                break;
        }
        return clusters;
    }

    static bool endsInside(ByteView slots)
    {
        for (std::size_t at = 0; at < slots.size(); at += slotSize)
            if (slots[at] == std::byte{slot_mark::end})
                return true;
        return false;
    }

    /// Slots up to the end mark that are plausible, one at least, and only zeros behind.
    static bool looksLikeSlots(ByteView bytes)
    {
        std::size_t at = 0;
        for (; at < bytes.size() && bytes[at] != std::byte{slot_mark::end}; at += slotSize) {
            const auto raw = *load<DirectoryEntryRaw>(bytes, at);
            if (raw.name[0] == '.' || !isPlausibleSlot(raw))
                return false;
        }
        return at != 0 &&
               std::ranges::all_of(bytes.subspan(at), [](std::byte b) { return b == std::byte{}; });
    }

    static constexpr std::uint32_t maxHalvesTried = 64;

    const Volume& m_volume;
    const Geometry& m_geometry;
    const Tree& m_tree;
    const UsagePyramid& m_usage;
    const JobControl& m_job;
    DeletedReport m_report;
    std::deque<std::size_t> m_toWalk;
    std::unordered_set<std::uint32_t> m_liveClusters;
    std::unordered_set<std::uint32_t> m_walkedClusters;
};

} // namespace

std::string DeletedEntry::path() const
{
    return folder == "/" ? "/" + name : folder + "/" + name;
}

Result<DeletedReport> findDeleted(const Volume& volume, const Tree& tree, const UsagePyramid& usage,
                                  const JobControl& job)
{
    return DeletedFinder(volume, tree, usage, job).find();
}

const char* toString(Recovery chance) noexcept
{
    switch (chance) {
    case Recovery::Good: return "good";
    case Recovery::Partly: return "partly";
    case Recovery::None: return "none";
    case Recovery::Empty: return "empty";
    }
    return "none";
}

std::string describeChance(const DeletedEntry& entry)
{
    const std::string guess =
        entry.isFirstGuessed ? "; its first cluster is a guess, half of the number was lost" : "";
    switch (entry.chance) {
    case Recovery::Good:
        return entry.clustersNeeded == 1 ? "good: its cluster is free" + guess
                                         : fmt::format("good: all {} clusters are free{}",
                                                       formatCount(entry.clustersNeeded), guess);
    case Recovery::Partly:
        return fmt::format("partly: {} of {} clusters are used by others now",
                           formatCount(entry.clustersNeeded - entry.clustersFree),
                           formatCount(entry.clustersNeeded));
    case Recovery::Empty: return "empty: it had no content";
    case Recovery::None: break;
    }
    return entry.isDirectory ? "none: its first cluster holds something else now"
                             : "none: its first cluster is used by another file now";
}

std::vector<DeletedPiece> piecesOf(const DeletedEntry& entry, const UsageMap& usage)
{
    std::vector<DeletedPiece> pieces;
    const Geometry& g = usage.geometry();
    if (entry.chance != Recovery::Good && entry.chance != Recovery::Partly)
        return pieces;
    const std::uint64_t end = std::min<std::uint64_t>(
        std::uint64_t{entry.first.value} + entry.clustersNeeded, g.endCluster().value);
    for (Cluster at = entry.first; at.value < end;) {
        const UsageRun& run = usage.at(at);
        const auto runEnd =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(run.end().value, end));
        if (run.state == ClusterState::Free) {
            const std::uint64_t from = std::uint64_t{at - entry.first} * g.clusterSize();
            const std::uint64_t length = std::uint64_t{runEnd - at.value} * g.clusterSize();
            pieces.push_back({.fileOffset = from,
                              .volumeOffset = g.clusterOffset(at),
                              .length = std::min(length, entry.size() - from)});
        }
        at = Cluster{runEnd};
    }
    return pieces;
}

} // namespace fatlas::fat
