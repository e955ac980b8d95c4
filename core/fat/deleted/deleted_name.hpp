/// What a deleted slot was called: the long name from the slots before it, if they are still its
/// own, and with it the lost first character of the short name.
///
/// Threads: pure.
/// Source:  FORMAT.md section 4, N8: the checksum is a sum over all 11 bytes, so ten of them and
///          the sum give the first.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"
#include "core/fat/directory_entry.hpp"

#include <cstdint>
#include <string>

namespace fatlas::fat {

struct DeletedName {
    std::string name;
    std::string shortName;
    bool isWhole = false;
};

/// `slots`: those of a directory; slot `index` is a deleted short slot.
[[nodiscard]] DeletedName deletedName(ByteView slots, std::uint32_t index, const CodePage& page);

/// A name that could have been one: not what a cluster of anything else would hold.
[[nodiscard]] bool isPlausibleSlot(const DirectoryEntryRaw& raw) noexcept;

} // namespace fatlas::fat
