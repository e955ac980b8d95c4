/// One directory as it will be: its slots with changes above them, looked up by name.
///
/// Shape:      items as core/fat reads them; a new one takes the first gap that is long enough,
///             else the end. Gaps that a change of the same plan made are left alone, so that old
///             and new entries can both be there for a while.
/// Invariants: slots of a long name and its short slot stay together; the slot behind the last one
///             is an end mark.
/// Units:      slots of 32 bytes; patch offsets in bytes from the start of the volume.
/// Errors:     Refused for a directory whose chain is damaged; NoSpace for a full fixed root; Limit
///             beyond 65,536 slots.
/// Threads:    one.
/// Lifetime:   refers to the volume.
#pragma once

#include "core/block/staged_device.hpp"
#include "core/edit/content_source.hpp"
#include "core/edit/entry_names.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace fatlas::edit {

struct DirectoryPatches {
    std::vector<block::Patch> changed; ///< new and changed slots
    std::vector<block::Patch> removed; ///< slots that become free
    std::vector<ContentRange> fresh;   ///< clusters that the directory did not have before
};

class StagedDirectory {
public:
    /// A chain as FatStage knows it; no clusters for a fixed root.
    [[nodiscard]] static Result<StagedDirectory> load(const fat::Volume& volume,
                                                      const fat::Chain& chain);
    /// A new folder in one cluster, with `.` and `..`.
    [[nodiscard]] static StagedDirectory make(const fat::Volume& volume, Cluster cluster,
                                              Cluster parent, const fat::DirectoryEntryRaw& like);

    /// By long or short name, case folded. Valid until the directory changes.
    [[nodiscard]] const fat::DirectoryItem* find(std::u16string_view name) const;

    [[nodiscard]] const std::vector<fat::DirectoryItem>& items() const noexcept { return m_items; }

    [[nodiscard]] bool isEmpty() const noexcept { return m_byName.empty(); }

    /// The item was added here and is not on the volume yet.
    [[nodiscard]] bool isNew(const fat::DirectoryItem& item) const;

    /// Clusters that must be added before `slots` more fit; Limit or NoSpace when none can be.
    [[nodiscard]] Result<std::uint32_t> clustersFor(std::uint32_t slots) const;
    void grow(std::span<const ClusterRange> runs);

    [[nodiscard]] Cluster lastCluster() const { return m_runs.back().end() - 1; }

    [[nodiscard]] fat::ShortNameSet& shortNames() noexcept { return m_shortNames; }

    /// `raw` gets the name's short one. There must be room.
    void add(const EntryName& name, fat::DirectoryEntryRaw raw);
    void remove(const fat::DirectoryItem& item);
    /// Gives the item another name in its own slots; false when that cannot be done in one sector.
    [[nodiscard]] bool renameInPlace(const fat::DirectoryItem& item, const EntryName& name);
    /// Writes the short slot of an item anew; its name stays.
    void update(const fat::DirectoryItem& item, const fat::DirectoryEntryRaw& raw);
    /// Gaps made by remove() may be used from now on.
    void reuseRemoved();

    /// The cluster `..` says; nothing when slot 1 is not `..`.
    [[nodiscard]] std::optional<Cluster> parent() const;
    void setParent(Cluster parent);

    [[nodiscard]] std::optional<fat::DirectoryEntryRaw> label() const;
    /// Nothing: no label entry. There must be room for a new one.
    void setLabel(const std::optional<fat::DirectoryEntryRaw>& raw);

    [[nodiscard]] Result<DirectoryPatches> patches() const;

private:
    struct Gap {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
    };

    explicit StagedDirectory(const fat::Volume& volume) : m_volume(&volume) {}

    [[nodiscard]] std::uint32_t capacity() const
    {
        return static_cast<std::uint32_t>(m_bytes.size() / fat::slotSize);
    }

    [[nodiscard]] fat::DirectoryEntryRaw slot(std::uint32_t index) const;
    [[nodiscard]] std::uint64_t offsetOf(std::uint32_t slot) const;
    [[nodiscard]] std::optional<std::uint32_t> findLabel() const;
    [[nodiscard]] bool isRemovedSlot(std::uint32_t index) const;
    [[nodiscard]] bool isChangedSlot(std::uint32_t index) const;
    [[nodiscard]] std::size_t findGap(std::uint32_t slots) const;

    void scanSlots();
    void index(std::uint32_t item);
    void forget(std::uint32_t item);
    std::uint32_t takeSlots(std::uint32_t slots);
    void freeSlots(std::uint32_t first, std::uint32_t count);
    void writeSlots(std::uint32_t first, const EntryName& name, const fat::DirectoryEntryRaw& raw);
    fat::DirectoryItem itemAt(std::uint32_t first, const EntryName& name,
                              const fat::DirectoryEntryRaw& raw) const;
    void addRun(std::uint32_t first, std::uint32_t end, DirectoryPatches& patches) const;
    void addFresh(DirectoryPatches& patches) const;

    const fat::Volume* m_volume;
    std::vector<ClusterRange> m_runs; ///< empty: fixed root
    Bytes m_before;                   ///< what is on the volume
    Bytes m_bytes;                    ///< what will be
    std::uint32_t m_end = 0;          ///< first slot that was never used
    std::vector<Gap> m_gaps;
    std::vector<Gap> m_removed;
    std::vector<fat::DirectoryItem> m_items; ///< removed ones have no slots
    std::size_t m_oldItemCount = 0;
    std::unordered_multimap<std::u16string, std::uint32_t> m_byName;
    fat::ShortNameSet m_shortNames;
};

} // namespace fatlas::edit
