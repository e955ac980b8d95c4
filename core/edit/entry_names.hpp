/// The name of a new entry: its slots' long name, and a short name that nobody in the folder has.
///
/// Errors:  InvalidArgument for a name that cannot stand on FAT, with the reason; Limit when all
///          short names are taken.
/// Threads: pure, but for the set of taken names.
/// Source:  core/fat/FORMAT.md, rules N1 to N16.
#pragma once

#include "core/fat/long_name.hpp"
#include "core/fat/short_name.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fatlas::edit {

struct EntryName {
    std::u16string longName; ///< empty: the short name says it all
    fat::ShortName shortName;

    [[nodiscard]] std::uint32_t slotCount() const
    {
        return 1 + fat::longNameSlotCount(longName.size());
    }
};

/// `name` as it is, if FAT can hold it.
[[nodiscard]] Result<std::u16string> checkName(std::string_view name);

/// Gives a legal name its short name and takes that.
[[nodiscard]] Result<EntryName> nameEntry(std::u16string_view name, fat::ShortNameSet& taken,
                                          const CodePage& page);

} // namespace fatlas::edit
