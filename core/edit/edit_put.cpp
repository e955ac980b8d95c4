#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/edit/edit_state.hpp"

#include <fmt/format.h>

#include <limits>

namespace fatlas::edit {
namespace {

constexpr std::uint64_t maxFileSize = std::numeric_limits<std::uint32_t>::max();

Result<> checkSize(const ContentSource& content, std::string_view path)
{
    if (content.size() <= maxFileSize)
        return {};
    return fail(ErrorCode::Refused,
                fmt::format("{} would have {}, a file on FAT has at most 4 GiB less one byte",
                            escapeForTerminal(path), formatSize(content.size())));
}

/// Takes clusters for the content, links them and remembers what goes there.
Result<Cluster> placeContent(EditState& state, const std::shared_ptr<ContentSource>& content)
{
    const std::uint64_t clusterSize = state.volume->geometry().clusterSize();
    const auto count =
        static_cast<std::uint32_t>(divideRoundUp<std::uint64_t>(content->size(), clusterSize));
    if (count == 0)
        return Cluster{};
    FATLAS_ASSIGN(const auto runs, state.takeClusters(count));
    FATLAS_TRY(state.linkClusters(runs));
    std::vector<ContentRange>& ranges = state.contents[runs.front().first];
    std::uint64_t done = 0;
    for (const ClusterRange& run : runs) {
        ranges.push_back({.offset = state.volume->geometry().clusterOffset(run.first),
                          .length = run.count * clusterSize,
                          .source = content,
                          .sourceOffset = done});
        done += run.count * clusterSize;
    }
    return runs.front().first;
}

std::uint32_t clusterCountOf(const EditState& state, std::uint64_t size)
{
    return static_cast<std::uint32_t>(
        divideRoundUp<std::uint64_t>(size, state.volume->geometry().clusterSize()));
}

/// FAT12 entries share bytes by two; new ones stay away from those that are given up.
Result<> avoidNeighbours(EditState& state, const fat::Chain& old)
{
    if (state.volume->geometry().type != fat::FatType::Fat12)
        return {};
    for (const ClusterRange& run : old.runs)
        for (Cluster cluster = run.first; cluster < run.end(); ++cluster)
            FATLAS_TRY(state.space.avoid(Cluster{cluster.value ^ 1U}));
    return {};
}

Result<> checkReplaceable(const FolderPlace& folder, const fat::DirectoryItem& item,
                          const NewEntry& entry, Existing existing)
{
    const std::string path = escapeForTerminal(joined(folder.path, item.name));
    if (item.isDirectory())
        return fail(ErrorCode::Refused, fmt::format("{} is a folder on the volume", path));
    if (entry.names == Names::MadeLegal && folder.directory->isNew(item))
        return fail(ErrorCode::Refused,
                    fmt::format("two files would both be called {} on the volume", path));
    if (existing == Existing::Refuse)
        return fail(ErrorCode::Refused, fmt::format("{} exists already", path));
    return {};
}

Result<std::string> replaceFile(EditState& state, const FolderPlace& folder,
                                const fat::DirectoryItem& item, const NewEntry& entry,
                                const std::shared_ptr<ContentSource>& content)
{
    std::string path = joined(folder.path, item.name);
    const Cluster oldFirst = state.firstCluster(item);
    fat::Chain old;
    if (oldFirst.value != 0) {
        FATLAS_ASSIGN(old, state.soundChain(oldFirst, path));
    }
    // The old chain stays untouched until the entry points to the new one, if both fit.
    const std::uint32_t needed = clusterCountOf(state, content->size());
    FATLAS_TRY(avoidNeighbours(state, old));
    FATLAS_ASSIGN(const bool fits, state.space.has(needed));
    if (!fits)
        FATLAS_TRY(state.releaseClusters(old));
    state.forgetContent(oldFirst);
    FATLAS_ASSIGN(const Cluster first, placeContent(state, content));
    if (fits)
        FATLAS_TRY(state.releaseClusters(old));
    fat::DirectoryEntryRaw raw = item.raw;
    raw.attributes = entry.attributes;
    raw.size = static_cast<std::uint32_t>(content->size());
    setFirstCluster(raw, first);
    state.setTimes(raw, entry.times, path);
    folder.directory->update(item, raw);
    state.steps.push_back(
        {.kind = EditKind::Replace, .path = path, .size = content->size(), .clusterCount = needed});
    return path;
}

} // namespace

Result<std::u16string> nameFor(EditState& state, const NewEntry& entry)
{
    if (entry.names == Names::Exact)
        return checkName(entry.name);
    fat::LegalName legal = fat::makeLegalName(entry.name);
    if (!legal.why.empty())
        state.note("N13", entry.name,
                   fmt::format("is called {} on the volume: {}",
                               escapeForTerminal(utf8FromUtf16(legal.name)), legal.why));
    return std::move(legal.name);
}

Result<std::string> putFile(EditState& state, const NewEntry& entry,
                            const std::shared_ptr<ContentSource>& content, Existing existing)
{
    FATLAS_ASSIGN(const FolderPlace folder, state.locateFolder(entry.folder));
    FATLAS_ASSIGN(const std::u16string name, nameFor(state, entry));
    std::string path = joined(folder.path, utf8FromUtf16(name));
    FATLAS_TRY(checkSize(*content, path));
    if (const fat::DirectoryItem* const item = folder.directory->find(name)) {
        FATLAS_TRY(checkReplaceable(folder, *item, entry, existing));
        return replaceFile(state, folder, *item, entry, content);
    }
    FATLAS_ASSIGN(const EntryName named,
                  nameEntry(name, folder.directory->shortNames(), state.volume->codePage()));
    fat::DirectoryEntryRaw raw = blankEntry(entry.attributes);
    state.setTimes(raw, entry.times, path);
    raw.size = static_cast<std::uint32_t>(content->size());
    FATLAS_ASSIGN(const Cluster first, placeContent(state, content));
    setFirstCluster(raw, first);
    FATLAS_TRY(state.addEntry(*folder.directory, named, raw));
    state.steps.push_back({.kind = EditKind::Put,
                           .path = path,
                           .size = content->size(),
                           .clusterCount = clusterCountOf(state, content->size())});
    return path;
}

Result<std::string> makeFolder(EditState& state, const NewEntry& entry, Existing existing)
{
    FATLAS_ASSIGN(const FolderPlace folder, state.locateFolder(entry.folder));
    FATLAS_ASSIGN(const std::u16string name, nameFor(state, entry));
    if (const fat::DirectoryItem* const item = folder.directory->find(name)) {
        std::string path = joined(folder.path, item->name);
        if (existing == Existing::Replace && item->isDirectory())
            return path;
        return fail(ErrorCode::Refused, fmt::format("{} exists already{}", escapeForTerminal(path),
                                                    item->isDirectory() ? "" : " and is a file"));
    }
    std::string path = joined(folder.path, utf8FromUtf16(name));
    FATLAS_ASSIGN(const EntryName named,
                  nameEntry(name, folder.directory->shortNames(), state.volume->codePage()));
    constexpr std::uint8_t kept =
        fat::attribute::readOnly | fat::attribute::hidden | fat::attribute::system;
    auto raw = blankEntry(
        static_cast<std::uint8_t>(fat::attribute::directory | (entry.attributes & kept)));
    state.setTimes(raw, entry.times, path);
    FATLAS_ASSIGN(const auto runs, state.takeClusters(1));
    FATLAS_TRY(state.linkClusters(runs));
    const Cluster cluster = runs.front().first;
    setFirstCluster(raw, cluster);
    state.addDirectory(cluster, StagedDirectory::make(*state.volume, cluster, folder.cluster, raw));
    FATLAS_TRY(state.addEntry(*folder.directory, named, raw));
    state.steps.push_back({.kind = EditKind::MakeFolder, .path = path, .clusterCount = 1});
    return path;
}

} // namespace fatlas::edit
