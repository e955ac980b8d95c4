#include "core/fat/repair/directory_passes.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/timestamp.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t unusedBits = 0xC0;
constexpr std::uint8_t knownCaseBits = ntCase::lowerBase | ntCase::lowerExtension;
constexpr std::uint8_t maxTenths = 199;

constexpr std::uint16_t someDate = 0x0021; ///< 1980-01-01, to decode a time alone

/// The nearest moment that the calendar has. A date of 0 says that nobody knows.
Timestamp nearestValid(Timestamp stamp)
{
    constexpr std::int64_t second = 1'000'000'000;
    const TimeZone utc{.kind = TimeZone::Kind::Utc};
    const std::uint16_t date = stamp.date == 0 ? someDate : stamp.date;
    Timestamp valid =
        encodeTime(decodeTime({.date = date, .time = stamp.time, .tenths = 0}, utc) * second, utc)
            .stamp;
    if (stamp.date == 0)
        valid.date = 0;
    return valid;
}

class EntryFields {
public:
    EntryFields(const RepairSession& session, SlotEditor& slots)
        : m_session(session), m_slots(slots)
    {}

    void repair()
    {
        for (std::uint32_t slot = 0; slot < m_slots.end(); ++slot) {
            if (m_slots.isFree(slot) || m_slots.isLong(slot))
                continue;
            if (isSenseless(m_session, m_slots.entry(slot)))
                remove(slot);
            else
                repairOne(slot);
        }
    }

private:
    void remove(std::uint32_t slot)
    {
        for (std::uint32_t at = firstNameSlot(m_slots, slot); at < slot; ++at)
            m_slots.remove(at);
        m_slots.note(slot, "D25", "an entry whose name, attributes and cluster make no sense",
                     "it is marked as deleted");
        m_slots.remove(slot);
    }

    void repairOne(std::uint32_t slot)
    {
        const DirectoryEntryRaw before = m_slots.entry(slot);
        DirectoryEntryRaw raw = before;
        repairAttributes(slot, raw);
        repairTimes(slot, raw);
        if (raw != before)
            m_slots.set(slot, raw);
    }

    void repairAttributes(std::uint32_t slot, DirectoryEntryRaw& raw) const
    {
        if ((raw.attributes & unusedBits) != 0) {
            raw.attributes &= static_cast<std::uint8_t>(~unsigned{unusedBits});
            m_slots.note(slot, "D6", "attributes that do not exist are set", "they are cleared");
        }
        if ((raw.ntCaseBits & ~unsigned{knownCaseBits}) != 0) {
            m_slots.note(slot, "D14", fmt::format("the case byte is {:02X}", raw.ntCaseBits),
                         "it is cleared: the short name is read in capitals");
            raw.ntCaseBits = 0;
        }
        const bool isFolder =
            (raw.attributes & attribute::directory) != 0 && !m_slots.isLabel(slot);
        if (isFolder && raw.size.get() != 0) {
            m_slots.note(slot, "D4",
                         fmt::format("the folder has a size of {} bytes", raw.size.get()),
                         "it becomes 0, as for every folder");
            raw.size.set(0);
        }
    }

    void repairTimes(std::uint32_t slot, DirectoryEntryRaw& raw) const
    {
        const DirectoryEntryRaw before = raw;
        const auto mend = [](Le16& date, Le16* time) {
            const Timestamp valid =
                nearestValid({.date = date.get(),
                              .time = time != nullptr ? time->get() : std::uint16_t{0},
                              .tenths = 0});
            date.set(valid.date);
            if (time != nullptr)
                time->set(valid.time);
        };
        mend(raw.modifiedDate, &raw.modifiedTime);
        mend(raw.createdDate, &raw.createdTime);
        mend(raw.accessedDate, nullptr);
        raw.createdTenths = std::min(raw.createdTenths, maxTenths);
        if (raw != before)
            m_slots.note(slot, "D13", "a date or time that no calendar has",
                         "it becomes the nearest one");
    }

    const RepairSession& m_session;
    SlotEditor& m_slots;
};

} // namespace

void repairEntryFields(const RepairSession& session, SlotEditor& slots)
{
    EntryFields(session, slots).repair();
}

} // namespace fatlas::fat
