#include "core/fat/long_name.hpp"
#include "core/fat/repair/directory_passes.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/stored_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t lastPart = 0x40;
constexpr std::uint32_t maxParts = 20;

/// What is wrong with one slot when it is taken for part `number` of a name.
struct PartFaults {
    bool order = false;
    bool checksum = false;
    bool attributes = false;

    [[nodiscard]] int count() const { return int{order} + int{checksum} + int{attributes}; }
};

/// Slots that stand together as the name of a short slot.
struct Group {
    std::uint32_t first = 0;
    std::uint32_t count = 0; ///< 0: no name
    int faults = 0;
    bool hasAllChecksums = true;
};

class LongNames {
public:
    explicit LongNames(SlotEditor& slots) : m_slots(slots) {}

    /// From the end to the start, so that a slot is known to be part of a name before it could be
    /// taken for a file.
    void repair()
    {
        countNames();
        std::uint32_t slot = m_slots.end();
        while (slot > 0) {
            --slot;
            if (m_slots.isFree(slot))
                continue;
            if (m_slots.isLong(slot)) {
                removeOrphan(slot);
                continue;
            }
            const DirectoryEntryRaw raw = m_slots.entry(slot);
            if (m_slots.isLabel(slot) || isNamed(raw, dotName) || isNamed(raw, dotDotName))
                continue;
            slot -= takeName(slot);
        }
    }

private:
    static std::string keyOf(const DirectoryEntryRaw& raw)
    {
        return {raw.name.begin(), raw.name.end()};
    }

    void countNames()
    {
        for (std::uint32_t slot = 0; slot < m_slots.end(); ++slot)
            if (!m_slots.isFree(slot) && !m_slots.isLong(slot))
                ++m_counts[keyOf(m_slots.entry(slot))];
    }

    [[nodiscard]] PartFaults faultsOf(std::uint32_t slot, std::uint32_t number,
                                      std::uint8_t checksum) const
    {
        const LongNameSlotRaw raw = m_slots.longSlot(slot);
        return {.order = (raw.order & ~unsigned{lastPart}) != number,
                .checksum = raw.checksum != checksum,
                .attributes = raw.attributes != attribute::longName};
    }

    /// The slots before `slot` as far as they count up from 1 to one that is marked as the last.
    [[nodiscard]] Group findName(std::uint32_t slot, std::uint8_t checksum) const
    {
        Group group{.first = slot};
        for (std::uint32_t number = 1; number <= std::min(maxParts, slot); ++number) {
            const std::uint32_t at = slot - number;
            if (m_slots.isFree(at))
                return {};
            const PartFaults faults = faultsOf(at, number, checksum);
            group.faults += faults.count();
            group.hasAllChecksums = group.hasAllChecksums && !faults.checksum;
            if (faults.count() > 1 || group.faults > 1)
                return {};
            group.first = at;
            group.count = number;
            if (isLastPart(at, number, checksum))
                return group;
        }
        return {};
    }

    /// A wrong flag is one more small damage: the neighbour tells.
    [[nodiscard]] bool isLastPart(std::uint32_t slot, std::uint32_t number,
                                  std::uint8_t checksum) const
    {
        const bool goesOn = slot > 0 && number < maxParts && !m_slots.isFree(slot - 1) &&
                            faultsOf(slot - 1, number + 1, checksum).count() == 0;
        if (goesOn)
            return false;
        const bool isMarked = (m_slots.longSlot(slot).order & lastPart) != 0;
        return isMarked || isPadded(slot);
    }

    /// A name that ends in this slot shows that it is the last one.
    [[nodiscard]] bool isPadded(std::uint32_t slot) const
    {
        const auto units = unitsOf(m_slots.longSlot(slot));
        return std::ranges::find(units, u'\0') != units.end();
    }

    /// Gives the number of slots that belong to the name.
    std::uint32_t takeName(std::uint32_t slot)
    {
        const DirectoryEntryRaw raw = m_slots.entry(slot);
        const std::uint8_t checksum = shortNameChecksum(raw.name);
        Group group = findName(slot, checksum);
        const bool isDamaged = isImpossibleShortName(raw.name) || m_counts[keyOf(raw)] > 1;
        if (group.count == 0 && isDamaged) {
            group = findForeignName(slot);
            if (group.count != 0)
                m_slots.suspectName(slot);
        }
        // One slot alone with another checksum was made for another file.
        if (group.count == 1 && !group.hasAllChecksums && !isDamaged)
            return 0;
        if (group.count != 0)
            mend(group, slot, checksum);
        return group.count;
    }

    /// The short name is damaged: the long one has the checksum it had before.
    [[nodiscard]] Group findForeignName(std::uint32_t slot) const
    {
        if (slot == 0 || !m_slots.isLong(slot - 1))
            return {};
        return findName(slot, m_slots.longSlot(slot - 1).checksum);
    }

    void mend(const Group& group, std::uint32_t slot, std::uint8_t checksum)
    {
        std::uint32_t mended = 0;
        for (std::uint32_t number = 1; number <= group.count; ++number) {
            const std::uint32_t at = slot - number;
            const LongNameSlotRaw before = m_slots.longSlot(at);
            LongNameSlotRaw raw = before;
            raw.order = static_cast<std::uint8_t>(number | (at == group.first ? lastPart : 0));
            raw.attributes = attribute::longName;
            raw.type = 0;
            raw.checksum = checksum;
            raw.firstClusterLow.set(0);
            if (std::ranges::equal(asBytes(raw), asBytes(before)))
                continue;
            m_slots.set(at, raw);
            ++mended;
        }
        if (mended != 0)
            m_slots.note(group.first, "D22",
                         fmt::format("{} of the {} slots of a long name have a wrong number, "
                                     "checksum, type or cluster",
                                     mended, group.count),
                         "they are put right; the name stays");
    }

    void removeOrphan(std::uint32_t slot)
    {
        m_slots.note(slot, "D21", "a long name slot that belongs to no file",
                     "it is marked as deleted");
        m_slots.remove(slot);
    }

    SlotEditor& m_slots;
    std::unordered_map<std::string, std::uint32_t> m_counts; ///< of short names
};

} // namespace

void repairLongNames(SlotEditor& slots)
{
    LongNames(slots).repair();
}

std::uint32_t firstNameSlot(const SlotEditor& slots, std::uint32_t slot)
{
    std::uint32_t first = slot;
    while (first > 0 && slots.isLong(first - 1)) {
        --first;
        if ((slots.longSlot(first).order & lastPart) != 0)
            return first;
    }
    return first;
}

} // namespace fatlas::fat
