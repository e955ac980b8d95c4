/// Internal to planRepair(): places and names in the root for what was lost.
///
/// On FAT32 the root grows by a cluster when it is full and one is free.
///
/// Errors: those of the device.
#pragma once

#include "core/fat/repair/fat_editor.hpp"
#include "core/fat/repair/slot_editor.hpp"
#include "core/fat/short_name.hpp"

#include <optional>
#include <string>

namespace fatlas::fat {

class RootSlots {
public:
    struct Place {
        std::uint32_t slot = 0;
        ShortNameBytes name{};
        std::string text; ///< "FSCK0000.REC"
    };

    [[nodiscard]] static Result<RootSlots> read(RepairSession& session);

    /// Nothing when the root is full.
    [[nodiscard]] Result<std::optional<Place>> takeSlot(FatEditor& fat);

    void set(std::uint32_t slot, const DirectoryEntryRaw& raw) { m_slots.set(slot, raw); }

    [[nodiscard]] Result<> writeBack() { return m_slots.writeBack(); }

private:
    RootSlots(RepairSession& session, SlotEditor slots);

    [[nodiscard]] std::optional<std::uint32_t> nextFree();
    [[nodiscard]] Result<bool> grow(FatEditor& fat);
    [[nodiscard]] std::optional<Place> named(std::uint32_t slot);

    RepairSession* m_session;
    SlotEditor m_slots;
    ShortNameSet m_names;
    std::optional<Cluster> m_lastCluster; ///< of those the root grew by
    std::uint32_t m_nextSlot = 0;
    std::uint32_t m_nextNumber = 0;
};

} // namespace fatlas::fat
