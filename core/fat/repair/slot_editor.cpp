#include "core/fat/repair/slot_editor.hpp"

#include "core/fat/short_name.hpp"

#include <algorithm>

namespace fatlas::fat {

Result<SlotEditor> SlotEditor::read(RepairSession& session, std::uint32_t node)
{
    constexpr std::uint64_t most = std::uint64_t{maxDirectorySlots} * slotSize;
    const Geometry& g = session.geometry();
    SlotEditor slots(session, node);
    std::uint64_t size = 0;
    const auto addRun = [&](std::uint64_t offset, std::uint64_t length) {
        slots.m_runs.push_back({.firstSlot = static_cast<std::uint32_t>(size / slotSize),
                                .offset = offset,
                                .size = std::min(length, most - size)});
        size += slots.m_runs.back().size;
    };
    if (node == 0 && g.type != FatType::Fat32)
        addRun(g.rootOffset(), std::uint64_t{g.rootEntryCount} * slotSize);
    for (const ClusterRange& run : session.tree().runsOf(node))
        if (size < most)
            addRun(g.clusterOffset(run.first), std::uint64_t{run.count} * g.clusterSize());
    slots.m_bytes.resize(size);
    for (const Run& run : slots.m_runs)
        FATLAS_TRY(session.read(
            run.offset,
            ByteSpan(slots.m_bytes).subspan(std::uint64_t{run.firstSlot} * slotSize, run.size)));
    slots.m_before = slots.m_bytes;
    slots.noteMark(0);
    return slots;
}

bool SlotEditor::isEndMark(std::uint32_t slot) const
{
    return m_bytes[slot * slotSize] == std::byte{slot_mark::end};
}

void SlotEditor::noteMark(std::uint32_t slot)
{
    if (slot < m_end && isEndMark(slot))
        m_end = slot;
    while (m_end < count() && !isEndMark(m_end))
        ++m_end;
}

void SlotEditor::remove(std::uint32_t slot)
{
    m_bytes[slot * slotSize] = std::byte{slot_mark::deleted};
    noteMark(slot);
}

bool SlotEditor::isFree(std::uint32_t slot) const
{
    const std::byte first = m_bytes[slot * slotSize];
    return first == std::byte{slot_mark::end} || first == std::byte{slot_mark::deleted};
}

bool SlotEditor::isLong(std::uint32_t slot) const
{
    return !isFree(slot) &&
           (entry(slot).attributes & attribute::longNameMask) == attribute::longName;
}

bool SlotEditor::isLabel(std::uint32_t slot) const
{
    return !isFree(slot) && !isLong(slot) && (entry(slot).attributes & attribute::volumeLabel) != 0;
}

std::uint64_t SlotEditor::offsetOf(std::uint32_t slot) const
{
    const auto after = std::ranges::upper_bound(m_runs, slot, {}, &Run::firstSlot);
    const Run& run = *std::prev(after);
    return run.offset + std::uint64_t{slot - run.firstSlot} * slotSize;
}

void SlotEditor::append(std::uint64_t offset, std::uint64_t size)
{
    m_runs.push_back({.firstSlot = count(), .offset = offset, .size = size});
    m_bytes.resize(m_bytes.size() + size);
    m_before.resize(m_bytes.size());
}

void SlotEditor::note(std::uint32_t slot, const char* rule, std::string message,
                      std::string action) const
{
    m_session->noteNode(m_node,
                        {.rule = rule,
                         .severity = Severity::Warning,
                         .path = {},
                         .message = std::move(message),
                         .advice = {},
                         .offset = offsetOf(slot)},
                        std::move(action));
}

Result<> SlotEditor::writeBack()
{
    const ByteView now(m_bytes);
    const ByteView before(m_before);
    for (std::uint32_t slot = 0; slot < count(); ++slot) {
        const auto part = now.subspan(slot * slotSize, slotSize);
        if (!std::ranges::equal(part, before.subspan(slot * slotSize, slotSize)))
            FATLAS_TRY(m_session->write(offsetOf(slot), part));
    }
    m_before = m_bytes;
    return {};
}

} // namespace fatlas::fat
