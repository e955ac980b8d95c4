/// The names of one folder's children on the disk: legal, unique, with their short names.
///
/// Long names come first: a host name that is legal as it is keeps it, one that had to be changed
/// gives way. Then short names: what is an 8.3 name already (in any case) is reserved before any
/// `~n` name is made, so a host file named FOO~1.TXT keeps its name and no short name of one file
/// is the long name of another.
///
/// Shape:   results in the order of `nodes`. Linear time, also when all names collide.
/// Threads: pure.
#pragma once

#include "core/base/code_page.hpp"
#include "core/fat/short_name.hpp"
#include "core/host/snapshot.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fatlas::folder_disk {

struct NamedChild {
    std::uint32_t node = 0;
    std::uint32_t slotCount = 1;
    std::u16string longName;
    std::string why; ///< differs from the host's name; empty when it does not
    fat::ShortName shortName;
    bool needsLongName = false;
    bool hasShortName = true; ///< false: every `~n` is taken
};

[[nodiscard]] std::vector<NamedChild> nameChildren(const host::Snapshot& snapshot,
                                                   std::span<const std::uint32_t> nodes,
                                                   const CodePage& page);

} // namespace fatlas::folder_disk
