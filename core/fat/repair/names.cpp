#include "core/base/text.hpp"
#include "core/fat/long_name.hpp"
#include "core/fat/repair/directory_passes.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/short_name.hpp"
#include "core/fat/stored_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace fatlas::fat {
namespace {

class Names {
public:
    Names(const RepairSession& session, SlotEditor& slots) : m_session(session), m_slots(slots) {}

    Result<> repair()
    {
        collect();
        for (const std::uint32_t slot : m_entries)
            if (isImpossibleShortName(m_slots.entry(slot).name))
                FATLAS_TRY(rename(slot, "D25", "the short name holds what cannot be in one"));
        FATLAS_TRY(repairDuplicates());
        return repairLong();
    }

private:
    void collect()
    {
        for (std::uint32_t slot = 0; slot < m_slots.end(); ++slot) {
            if (m_slots.isFree(slot) || m_slots.isLong(slot) || m_slots.isLabel(slot))
                continue;
            const DirectoryEntryRaw raw = m_slots.entry(slot);
            if (!m_slots.isRoot() && slot < 2)
                continue;
            m_entries.push_back(slot);
            if (!isImpossibleShortName(raw.name))
                m_used.insert(raw.name);
        }
    }

    /// Who has the best claim is asked first.
    Result<> repairDuplicates()
    {
        std::unordered_set<std::string> seen;
        for (int claim = 0; claim <= 2; ++claim)
            for (const std::uint32_t slot : m_entries) {
                const auto name = m_slots.entry(slot).name;
                if (claimOf(slot) == claim && !seen.emplace(name.begin(), name.end()).second)
                    FATLAS_TRY(rename(slot, "D7", "the short name is there already"));
            }
        return {};
    }

    /// 0: the long name vouches for the short one. 2: it was made for another.
    [[nodiscard]] int claimOf(std::uint32_t slot) const
    {
        if (m_slots.isSuspect(slot))
            return 2;
        return firstNameSlot(m_slots, slot) == slot ? 1 : 0;
    }

    /// What is left of the short name, as text to make another one from.
    [[nodiscard]] std::u16string remainsOf(const DirectoryEntryRaw& raw) const
    {
        DirectoryEntryRaw clean = raw;
        for (unsigned char& byte : clean.name) {
            DirectoryEntryRaw probe{};
            probe.name.fill(byte == ' ' ? ' ' : 'A');
            probe.name[0] = 'A';
            probe.name[1] = byte;
            if (isImpossibleShortName(probe.name))
                byte = '_';
        }
        if (clean.name[0] == ' ')
            clean.name[0] = '_';
        const std::string text =
            formatShortName({.bytes = clean.name, .ntCaseBits = 0}, m_session.volume().codePage());
        return utf16FromUtf8(text).value_or(u"FSCK");
    }

    [[nodiscard]] std::u16string longNameOf(std::uint32_t slot) const
    {
        std::u16string name;
        for (std::uint32_t at = slot; at > firstNameSlot(m_slots, slot); --at)
            for (const char16_t unit : unitsOf(m_slots.longSlot(at - 1))) {
                if (unit == u'\0')
                    return name;
                name += unit;
            }
        return name;
    }

    /// A long name stays, and its slots learn the new checksum.
    Result<> rename(std::uint32_t slot, const char* rule, const char* message)
    {
        DirectoryEntryRaw raw = m_slots.entry(slot);
        const std::u16string longName = longNameOf(slot);
        FATLAS_ASSIGN(raw.name, m_used.makeUnique(longName.empty() ? remainsOf(raw) : longName,
                                                  m_session.volume().codePage()));
        const auto& page = m_session.volume().codePage();
        m_slots.note(slot, rule,
                     fmt::format("{}: \"{}\"", message,
                                 escapeForTerminal(formatShortName(
                                     {.bytes = m_slots.entry(slot).name, .ntCaseBits = 0}, page))),
                     fmt::format("the short name becomes {}",
                                 escapeForTerminal(formatShortName(
                                     {.bytes = raw.name, .ntCaseBits = raw.ntCaseBits}, page))));
        m_slots.set(slot, raw);
        const std::uint8_t checksum = shortNameChecksum(raw.name);
        for (std::uint32_t at = firstNameSlot(m_slots, slot); at < slot; ++at) {
            LongNameSlotRaw part = m_slots.longSlot(at);
            part.checksum = checksum;
            m_slots.set(at, part);
        }
        return {};
    }

    void dropLongName(std::uint32_t slot, const char* rule, const char* message)
    {
        m_slots.note(slot, rule, message, "it keeps its short name only");
        for (std::uint32_t at = firstNameSlot(m_slots, slot); at < slot; ++at)
            m_slots.remove(at);
    }

    /// As drivers compare them: without case, and short names count too.
    Result<> repairLong()
    {
        std::unordered_set<std::u16string> seen;
        for (const std::uint32_t slot : m_entries) {
            const std::u16string name = longNameOf(slot);
            if (name.empty() && firstNameSlot(m_slots, slot) != slot)
                dropLongName(slot, "D24", "the long name is empty");
            else if (legalised(name) != name)
                mendText(slot, legalised(name));
        }
        for (const std::uint32_t slot : m_entries)
            seen.insert(foldCase(shortTextOf(slot)));
        for (const std::uint32_t slot : m_entries) {
            const std::u16string name = foldCase(longNameOf(slot));
            if (name.empty() || name == foldCase(shortTextOf(slot)))
                continue;
            if (!seen.insert(name).second)
                dropLongName(slot, "D12", "the long name is there already");
        }
        return {};
    }

    [[nodiscard]] std::u16string shortTextOf(std::uint32_t slot) const
    {
        const DirectoryEntryRaw raw = m_slots.entry(slot);
        return utf16FromUtf8(formatShortName({.bytes = raw.name, .ntCaseBits = 0},
                                             m_session.volume().codePage()))
            .value_or(u"");
    }

    /// N1, N13.
    static bool isLegalUnit(char16_t unit)
    {
        constexpr std::u16string_view never = u"\"*/:<>?\\|";
        return unit >= 0x20 && unit != 0x7F && unit != 0xFFFF && !never.contains(unit);
    }

    /// N12 to N14; it can become empty.
    static std::u16string legalised(std::u16string name)
    {
        std::ranges::replace_if(name, [](char16_t unit) { return !isLegalUnit(unit); }, u'_');
        name.resize(std::min(name.size(), maxLongNameUnits));
        name.erase(name.find_last_not_of(u". ") + 1);
        return name;
    }

    /// A mended name needs no more slots than it had.
    void mendText(std::uint32_t slot, const std::u16string& name)
    {
        if (name.empty()) {
            dropLongName(slot, "D18", "the long name consists of dots and spaces");
            return;
        }
        m_slots.note(slot, "D16", "the long name holds characters that cannot be in one",
                     fmt::format("it becomes \"{}\"", escapeForTerminal(utf8FromUtf16(name))));
        for (std::uint32_t at = firstNameSlot(m_slots, slot); at < slot; ++at)
            m_slots.remove(at);
        const auto parts = encodeLongName(name, shortNameChecksum(m_slots.entry(slot).name));
        std::uint32_t at = slot - static_cast<std::uint32_t>(parts.size());
        for (const LongNameSlotRaw& part : parts)
            m_slots.set(at++, part);
    }

    const RepairSession& m_session;
    SlotEditor& m_slots;
    std::vector<std::uint32_t> m_entries; ///< short slots of files and folders
    ShortNameSet m_used;
};

} // namespace

Result<> repairNames(const RepairSession& session, SlotEditor& slots)
{
    return Names(session, slots).repair();
}

} // namespace fatlas::fat
