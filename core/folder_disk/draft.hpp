/// The folder as entries with names and sizes, before it is known which disk it goes on.
///
/// Shape:   entries as in Plan, without clusters. What can be on no FAT disk is in `unfit`
///          already: unreadable, 4 GiB and more, past 65,536 slots of a folder.
/// Errors:  a name in `first` that is not in the folder; Cancelled.
/// Threads: pure.
#pragma once

#include "core/base/code_page.hpp"
#include "core/folder_disk/exclude.hpp"
#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

struct Draft {
    std::vector<Entry> entries;
    std::vector<NameChange> nameChanges;
    std::vector<UnfitItem> unfit;
    std::vector<std::string> excluded;
};

/// What a draft is made from.
struct DraftRequest {
    const host::Snapshot& snapshot;
    const Options& options;
    const Excludes& excludes;
    const CodePage& page;
};

[[nodiscard]] Result<Draft> draftEntries(const DraftRequest& request, const JobControl& job);

/// Slots that belong to the folder itself: `.` and `..`, or the label in the root.
[[nodiscard]] std::uint32_t ownSlots(std::uint32_t entry, const Options& options);

/// "docs" + "a.txt" = "docs/a.txt"; the top folder is "".
[[nodiscard]] std::string joinPath(std::string_view folder, std::string_view name);

} // namespace fatlas::folder_disk
