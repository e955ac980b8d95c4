#include "core/base/text.hpp"
#include "core/edit/edit_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace fatlas::edit {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void addSizes(EditPlan& plan)
{
    for (const PatchGroup& group : plan.groups)
        for (const block::Patch& patch : group.patches)
            plan.patchedSize += patch.after.size();
}

/// Everything in directories: what is new is content, for nobody sees it before it is linked.
struct DirectoryGroups {
    PatchGroup content{.what = "content", .patches = {}};
    PatchGroup changed{.what = "directories", .patches = {}};
    PatchGroup removed{.what = "removed entries", .patches = {}};

    void add(DirectoryPatches patches)
    {
        append(content.contents, std::move(patches.fresh));
        append(changed.patches, std::move(patches.changed));
        append(removed.patches, std::move(patches.removed));
    }

    void sort()
    {
        std::ranges::sort(content.contents, {}, &ContentRange::offset);
        std::ranges::sort(changed.patches, {}, &block::Patch::offset);
        std::ranges::sort(removed.patches, {}, &block::Patch::offset);
    }
};

} // namespace

Result<> EditState::checkRoom() const
{
    if (m_missingCount == 0)
        return {};
    const std::uint64_t size = volume->geometry().clusterSize();
    const std::uint64_t missing = std::uint64_t{m_missingCount} - m_freeAtFirst;
    return fail(ErrorCode::NoSpace,
                fmt::format("the volume is full: {} more are needed ({} clusters of {}, {} are "
                            "free); nothing was written",
                            formatSize(missing * size), formatCount(missing), formatSize(size),
                            formatCount(m_freeAtFirst)));
}

Result<EditPlan> EditState::plan() const
{
    FATLAS_TRY(checkRoom());
    EditPlan plan{.steps = steps, .notes = notes, .groups = {}};
    DirectoryGroups directories;
    directories.changed.patches = bootPatches;
    for (const auto& [first, ranges] : contents) {
        append(directories.content.contents, ranges);
        plan.contentSize += ranges.front().source->size();
    }
    for (const auto& [first, directory] : m_directories) {
        FATLAS_ASSIGN(DirectoryPatches patches, directory->patches());
        directories.add(std::move(patches));
    }
    directories.sort();
    FATLAS_ASSIGN(FatPatches table, fat.patches());
    PatchGroup info{.what = "FSInfo", .patches = {}};
    if (auto patch = fsInfo.patch(m_takenCount, m_freedCount, m_lastTaken))
        info.patches.push_back(*std::move(patch));
    plan.groups = {std::move(directories.content),
                   {.what = "FAT", .patches = std::move(table.taken)},
                   std::move(directories.changed),
                   std::move(directories.removed),
                   {.what = "freed clusters", .patches = std::move(table.freed)},
                   std::move(info)};
    std::erase_if(plan.groups, [](const PatchGroup& group) {
        return group.patches.empty() && group.contents.empty();
    });
    addSizes(plan);
    plan.takenClusters = m_takenCount;
    plan.freedClusters = m_freedCount;
    return plan;
}

std::vector<PatchGroup> shifted(std::vector<PatchGroup> groups, std::uint64_t by)
{
    for (PatchGroup& group : groups) {
        group.patches = shifted(std::move(group.patches), by);
        for (ContentRange& range : group.contents)
            range.offset += by;
    }
    return groups;
}

} // namespace fatlas::edit
