#include "core/fat/repair/directory_passes.hpp"
#include "core/fat/repair/entry_edit.hpp"

#include <fmt/format.h>

#include <optional>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t unusedBits = 0xC0;
constexpr std::uint8_t knownCaseBits = ntCase::lowerBase | ntCase::lowerExtension;

class Dots {
public:
    Dots(const RepairSession& session, SlotEditor& slots)
        : m_session(session), m_slots(slots), m_item(session.tree().nodes[slots.node()])
    {}

    void repair()
    {
        if (!m_slots.isRoot() && m_slots.count() >= 2)
            repairBoth();
        removeOthers();
    }

private:
    void repairBoth()
    {
        const TreeNode& parent = m_session.tree().nodes[m_item.parent];
        const Cluster self = m_session.tree().runsOf(m_slots.node()).front().first;
        const Cluster above =
            m_item.parent == 0 ? Cluster{0} : m_session.volume().firstCluster(parent.raw);
        repairSlot(0, dotName, self);
        repairSlot(1, dotDotName, above);
    }

    void repairSlot(std::uint32_t slot, std::string_view name, Cluster target)
    {
        const DirectoryEntryRaw raw = m_slots.entry(slot);
        const bool isFolder = (raw.attributes & (attribute::directory | attribute::volumeLabel)) ==
                              attribute::directory;
        const bool isRight = isNamed(raw, name) && isFolder && raw.size.get() == 0 &&
                             (raw.attributes & unusedBits) == 0 &&
                             (raw.ntCaseBits & ~unsigned{knownCaseBits}) == 0 &&
                             m_session.volume().firstCluster(raw) == target;
        if (isRight)
            return;
        std::string action = "it is written anew";
        if (isSomebodyElse(slot, target))
            action = moveAway(slot) ? "the entry that was there moves to a free slot"
                                    : "the entry that was there is overwritten: no slot is free";
        m_slots.note(slot, "D1",
                     fmt::format("slot {} is not a right \"{}\"", slot, name.substr(0, slot + 1)),
                     std::move(action));
        m_slots.set(slot, fresh(slot, name, target));
    }

    /// A file or folder of its own, not a damaged dot.
    [[nodiscard]] bool isSomebodyElse(std::uint32_t slot, Cluster target) const
    {
        const DirectoryEntryRaw raw = m_slots.entry(slot);
        const Cluster first = m_session.volume().firstCluster(raw);
        return !m_slots.isFree(slot) && !m_slots.isLong(slot) && !m_slots.isLabel(slot) &&
               raw.name[0] != '.' && first != target && first.value != 0 &&
               m_session.geometry().isData(first);
    }

    bool moveAway(std::uint32_t slot)
    {
        for (std::uint32_t to = 2; to < m_slots.count(); ++to) {
            if (!m_slots.isFree(to))
                continue;
            const bool wasEnd = m_slots.entry(to).name[0] == slot_mark::end;
            m_slots.set(to, m_slots.entry(slot));
            if (wasEnd && to + 1 < m_slots.count() && m_slots.isFree(to + 1))
                m_slots.set(to + 1, DirectoryEntryRaw{});
            return true;
        }
        return false;
    }

    /// What is right in the old entry stays: times and attributes.
    [[nodiscard]] DirectoryEntryRaw fresh(std::uint32_t slot, std::string_view name,
                                          Cluster target) const
    {
        DirectoryEntryRaw raw = m_slots.entry(slot);
        if (!isNamed(raw, name)) {
            raw = DirectoryEntryRaw{};
            std::ranges::copy(name, raw.name.begin());
            raw.createdTime = m_item.raw.createdTime;
            raw.createdDate = m_item.raw.createdDate;
            raw.createdTenths = m_item.raw.createdTenths;
            raw.modifiedTime = m_item.raw.modifiedTime;
            raw.modifiedDate = m_item.raw.modifiedDate;
            raw.accessedDate = m_item.raw.accessedDate;
        }
        constexpr std::uint8_t kept =
            attribute::readOnly | attribute::hidden | attribute::system | attribute::archive;
        const bool isSound = (raw.attributes & attribute::volumeLabel) == 0;
        raw.attributes =
            static_cast<std::uint8_t>(attribute::directory | (isSound ? raw.attributes & kept : 0));
        raw.ntCaseBits = 0;
        raw.size.set(0);
        setFirstCluster(raw, m_session.geometry().type, target);
        return raw;
    }

    /// Dots in the root, or behind the first two slots, mean nothing.
    void removeOthers()
    {
        for (std::uint32_t slot = m_slots.isRoot() ? 0 : 2; slot < m_slots.end(); ++slot) {
            const DirectoryEntryRaw raw = m_slots.entry(slot);
            const bool isDot = isNamed(raw, dotName) || isNamed(raw, dotDotName);
            if (m_slots.isFree(slot) || m_slots.isLong(slot) || !isDot)
                continue;
            m_slots.note(slot, "D28", "a dot entry in a place where none belongs", "it is removed");
            m_slots.remove(slot);
        }
    }

    const RepairSession& m_session;
    SlotEditor& m_slots;
    const TreeNode& m_item;
};

} // namespace

void repairDots(const RepairSession& session, SlotEditor& slots)
{
    Dots(session, slots).repair();
}

} // namespace fatlas::fat
