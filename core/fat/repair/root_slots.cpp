#include "core/fat/repair/root_slots.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t maxNumber = 1'000'000; ///< FSCK0000.REC to FSCK9999.R99

} // namespace

RootSlots::RootSlots(RepairSession& session, SlotEditor slots)
    : m_session(&session), m_slots(std::move(slots))
{
    for (std::uint32_t slot = 0; slot < m_slots.count(); ++slot)
        if (!m_slots.isFree(slot) && !m_slots.isLong(slot))
            m_names.insert(m_slots.entry(slot).name);
}

Result<RootSlots> RootSlots::read(RepairSession& session)
{
    FATLAS_ASSIGN(SlotEditor slots, SlotEditor::read(session, 0));
    return RootSlots(session, std::move(slots));
}

Result<std::optional<RootSlots::Place>> RootSlots::takeSlot(FatEditor& fat)
{
    if (const auto slot = nextFree())
        return named(*slot);
    FATLAS_ASSIGN(const bool grown, grow(fat));
    if (!grown)
        return std::optional<Place>();
    const auto slot = nextFree();
    return slot ? named(*slot) : std::optional<Place>();
}

/// What follows an end mark is free as well: repairs before this one saw to that.
std::optional<std::uint32_t> RootSlots::nextFree()
{
    while (m_nextSlot < m_slots.count()) {
        const std::uint32_t slot = m_nextSlot++;
        if (m_slots.isFree(slot))
            return slot;
    }
    return std::nullopt;
}

Result<bool> RootSlots::grow(FatEditor& fat)
{
    const Geometry& g = m_session->geometry();
    const std::uint64_t size = std::uint64_t{m_slots.count()} * slotSize + g.clusterSize();
    const auto runs = m_session->tree().runsOf(0);
    if (g.type != FatType::Fat32 || runs.empty() ||
        size > std::uint64_t{maxDirectorySlots} * slotSize)
        return false;
    FATLAS_ASSIGN(const auto cluster, fat.takeFree());
    if (!cluster)
        return false;
    FATLAS_TRY(m_session->write(g.clusterOffset(*cluster), Bytes(g.clusterSize())));
    FATLAS_TRY(fat.set(m_lastCluster.value_or(lastOf(runs)), cluster->value));
    FATLAS_TRY(fat.setEnd(*cluster));
    m_lastCluster = *cluster;
    m_slots.append(g.clusterOffset(*cluster), g.clusterSize());
    return true;
}

std::optional<RootSlots::Place> RootSlots::named(std::uint32_t slot)
{
    for (; m_nextNumber < maxNumber; ++m_nextNumber) {
        const std::string base = fmt::format("FSCK{:04}", m_nextNumber % 10'000);
        const std::string extension =
            m_nextNumber < 10'000 ? "REC" : fmt::format("R{:02}", m_nextNumber / 10'000);
        Place place{.slot = slot, .text = fmt::format("{}.{}", base, extension)};
        std::ranges::copy(extension, std::ranges::copy(base, place.name.begin()).out);
        if (m_names.insert(place.name)) {
            ++m_nextNumber;
            return place;
        }
    }
    return std::nullopt;
}

} // namespace fatlas::fat
