/// Puts the slots of a long name together as they come by, in the order of the disk.
///
/// Shape:      a name is a slot with bit 0x40 and number n, then n-1 ... 1, all with the checksum
///             of the short slot that follows at once (D21-D24).
/// Threads:    belongs to one directory and one thread.
/// Source:     Microsoft FAT specification 1.03, "Long directory entries".
#pragma once

#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fatlas::fat {

/// Why slots did not make a name.
enum class LongNameFault : std::uint8_t {
    None,
    Orphan,        ///< D21: no short slot follows, or a new name begins before this one is done
    OutOfOrder,    ///< D22: the numbers do not count down to 1
    WrongChecksum, ///< D23: made for another short name
    BadText,       ///< D24: empty, or longer than 255 units
};

/// What the short slot that just came is called, and what lay before it.
struct AssembledName {
    std::optional<std::u16string_view> name; ///< until the assembler takes the next slot
    LongNameFault fault = LongNameFault::None;
    std::uint32_t slotCount = 0; ///< long slots that belong to the name
};

class LongNameAssembler {
public:
    /// Returns the fault of the slots before, if this one does not continue them.
    LongNameFault add(const LongNameSlotRaw& slot);
    /// A short slot: takes the name and starts afresh.
    [[nodiscard]] AssembledName finish(const ShortNameBytes& shortName);
    /// A slot that no long name may stand before (deleted, label, end): what is left is orphaned.
    LongNameFault interrupt();

private:
    void start(const LongNameSlotRaw& slot);
    void reset();
    [[nodiscard]] bool continues(const LongNameSlotRaw& slot) const;
    void keepUnits(const LongNameSlotRaw& slot, unsigned number);

    static constexpr unsigned maxSlots = 20;

    std::array<char16_t, maxSlots * 13> m_units{};
    unsigned m_total = 0; ///< slots the name has; 0: none seen
    unsigned m_next = 0;  ///< the number that must come next; 0: complete
    std::uint32_t m_pending = 0;
    std::uint8_t m_checksum = 0;
    bool m_broken = false;
};

} // namespace fatlas::fat
