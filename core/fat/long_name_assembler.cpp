#include "core/fat/long_name_assembler.hpp"

#include "core/fat/long_name.hpp"

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint8_t lastPartFlag = 0x40;

} // namespace

LongNameFault LongNameAssembler::add(const LongNameSlotRaw& slot)
{
    LongNameFault fault = LongNameFault::None;
    if ((slot.order & lastPartFlag) != 0) {
        fault = interrupt();
        start(slot);
    } else if (m_pending == 0 || m_broken || !continues(slot)) {
        m_broken = true;
    } else {
        keepUnits(slot, m_next);
        --m_next;
    }
    ++m_pending;
    return fault;
}

AssembledName LongNameAssembler::finish(const ShortNameBytes& shortName)
{
    AssembledName result;
    if (m_pending == 0)
        return result;
    const auto end = m_units.begin() + std::ptrdiff_t{m_total} * std::ptrdiff_t{unitsPerSlot};
    const auto length =
        static_cast<std::size_t>(std::find(m_units.begin(), end, u'\0') - m_units.begin());
    if (m_broken || m_next != 0)
        result.fault = LongNameFault::OutOfOrder;
    else if (m_checksum != shortNameChecksum(shortName))
        result.fault = LongNameFault::WrongChecksum;
    else if (length == 0 || length > maxLongNameUnits)
        result.fault = LongNameFault::BadText;
    else
        result = {.name = std::u16string_view(m_units.data(), length), .slotCount = m_total};
    reset();
    return result;
}

LongNameFault LongNameAssembler::interrupt()
{
    const bool left = m_pending != 0;
    reset();
    return left ? LongNameFault::Orphan : LongNameFault::None;
}

void LongNameAssembler::start(const LongNameSlotRaw& slot)
{
    m_total = slot.order & ~unsigned{lastPartFlag};
    m_checksum = slot.checksum;
    m_broken = m_total == 0 || m_total > maxSlots;
    if (m_broken)
        m_total = 0;
    m_next = m_total;
    if (!m_broken)
        keepUnits(slot, m_next--);
}

void LongNameAssembler::reset()
{
    m_total = 0;
    m_next = 0;
    m_pending = 0;
    m_broken = false;
}

bool LongNameAssembler::continues(const LongNameSlotRaw& slot) const
{
    return m_next != 0 && slot.order == m_next && slot.checksum == m_checksum;
}

void LongNameAssembler::keepUnits(const LongNameSlotRaw& slot, unsigned number)
{
    auto* out = m_units.data() + (number - 1) * unitsPerSlot;
    for (const auto& unit : slot.part1)
        *out++ = static_cast<char16_t>(unit.get());
    for (const auto& unit : slot.part2)
        *out++ = static_cast<char16_t>(unit.get());
    for (const auto& unit : slot.part3)
        *out++ = static_cast<char16_t>(unit.get());
}

} // namespace fatlas::fat
