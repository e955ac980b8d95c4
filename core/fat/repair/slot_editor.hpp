/// Internal to planRepair(): the slots of one directory, to be changed and written back.
///
/// Units:  slots of 32 bytes, counted from the start of the directory.
/// Bounds: at most 65,536 slots, as every driver reads.
#pragma once

#include "core/fat/directory_entry.hpp"
#include "core/fat/repair/repair_session.hpp"

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

namespace fatlas::fat {

class SlotEditor {
public:
    /// Of a folder of the session's tree.
    [[nodiscard]] static Result<SlotEditor> read(RepairSession& session, std::uint32_t node);

    [[nodiscard]] std::uint32_t node() const { return m_node; }

    [[nodiscard]] bool isRoot() const { return m_node == 0; }

    [[nodiscard]] std::uint32_t count() const
    {
        return static_cast<std::uint32_t>(m_bytes.size() / slotSize);
    }

    /// The first slot that was never used, or count().
    [[nodiscard]] std::uint32_t end() const { return m_end; }

    [[nodiscard]] DirectoryEntryRaw entry(std::uint32_t slot) const
    {
        return *load<DirectoryEntryRaw>(m_bytes, slot * slotSize);
    }

    [[nodiscard]] LongNameSlotRaw longSlot(std::uint32_t slot) const
    {
        return *load<LongNameSlotRaw>(m_bytes, slot * slotSize);
    }

    template <RawStruct T>
    void set(std::uint32_t slot, const T& raw)
    {
        static_assert(sizeof(T) == slotSize);
        store(m_bytes, slot * slotSize, raw);
        noteMark(slot);
    }

    void remove(std::uint32_t slot);

    [[nodiscard]] bool isFree(std::uint32_t slot) const;
    [[nodiscard]] bool isLong(std::uint32_t slot) const;
    [[nodiscard]] bool isLabel(std::uint32_t slot) const;

    [[nodiscard]] std::uint64_t offsetOf(std::uint32_t slot) const;

    /// More slots behind the last one, all of them never used.
    void append(std::uint64_t offset, std::uint64_t size);

    /// Its short name is not the one that its long name was made for.
    void suspectName(std::uint32_t slot) { m_suspects.insert(slot); }

    [[nodiscard]] bool isSuspect(std::uint32_t slot) const { return m_suspects.contains(slot); }

    /// Notes what was done to a slot.
    void note(std::uint32_t slot, const char* rule, std::string message, std::string action) const;

    /// Only slots that changed.
    [[nodiscard]] Result<> writeBack();

private:
    SlotEditor(RepairSession& session, std::uint32_t node) : m_session(&session), m_node(node) {}

    /// Keeps m_end after a slot changed.
    void noteMark(std::uint32_t slot);
    [[nodiscard]] bool isEndMark(std::uint32_t slot) const;

    struct Run {
        std::uint32_t firstSlot = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    RepairSession* m_session;
    std::uint32_t m_node;
    std::vector<Run> m_runs;
    Bytes m_bytes;
    Bytes m_before;
    std::uint32_t m_end = 0;
    std::unordered_set<std::uint32_t> m_suspects;
};

} // namespace fatlas::fat
