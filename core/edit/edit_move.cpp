#include "core/base/text.hpp"
#include "core/edit/edit_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::edit {
namespace {

/// Where something is moved to.
struct Target {
    FolderPlace folder;
    std::u16string name;
    bool keepsName = false; ///< moved into a folder: the name stays what it is
};

bool endsInSeparator(std::string_view path)
{
    return path.ends_with('/') || path.ends_with('\\');
}

Result<Target> targetOf(EditState& state, const EntryPlace& from, std::string_view to)
{
    FATLAS_ASSIGN(const EntryPlace place, state.locate(to));
    const bool isSame = place.item != nullptr && place.item == from.item;
    if (place.isRoot() || (place.item != nullptr && place.item->isDirectory() && !isSame)) {
        FATLAS_ASSIGN(FolderPlace folder, state.enter(place));
        return Target{.folder = std::move(folder),
                      .name = utf16FromUtf8Lossy(from.item->name),
                      .keepsName = true};
    }
    if (endsInSeparator(to) && !isSame)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no folder {} on the volume", escapeForTerminal(to)));
    FATLAS_ASSIGN(std::u16string name, checkName(place.name));
    return Target{.folder = place.folder, .name = std::move(name)};
}

Result<> checkNotIntoItself(const EditState& state, const EntryPlace& from, const Target& target)
{
    const Cluster self = state.firstCluster(*from.item);
    const bool isInside =
        target.folder.cluster == self ||
        std::ranges::find(target.folder.parents, self) != target.folder.parents.end();
    if (!from.item->isDirectory() || !isInside)
        return {};
    return fail(ErrorCode::Refused,
                fmt::format("{} cannot be moved into itself", escapeForTerminal(from.path())));
}

/// The file that is in the way, if it may be replaced.
Result<const fat::DirectoryItem*> findReplaced(const EntryPlace& from, const Target& target,
                                               Existing existing)
{
    const fat::DirectoryItem* const other = target.folder.directory->find(target.name);
    if (other == nullptr || other == from.item)
        return nullptr;
    if (existing == Existing::Replace && !other->isDirectory() && !from.item->isDirectory())
        return other;
    const std::string path = joined(target.folder.path, other->name);
    return fail(ErrorCode::Refused, fmt::format("{} exists already{}", escapeForTerminal(path),
                                                other->isDirectory() ? " and is a folder" : ""));
}

/// The entry in the way becomes that of the moved file, in one slot; then the old one goes.
Result<> moveOver(EditState& state, const EntryPlace& from, const Target& target,
                  const fat::DirectoryItem& other)
{
    const Cluster first = state.firstCluster(other);
    const std::string path = joined(target.folder.path, other.name);
    if (first.value != 0) {
        FATLAS_ASSIGN(const fat::Chain chain, state.soundChain(first, path));
        FATLAS_TRY(state.releaseClusters(chain));
        state.forgetContent(first);
    }
    fat::DirectoryEntryRaw raw = from.item->raw;
    raw.name = other.raw.name;
    raw.ntCaseBits = other.raw.ntCaseBits;
    state.steps.push_back({.kind = EditKind::Move, .path = from.path(), .to = path});
    target.folder.directory->update(other, raw);
    from.folder.directory->remove(*from.item);
    return {};
}

/// The name it has, slot for slot, if its short one is free where it goes.
std::optional<EntryName> sameName(const fat::DirectoryItem& item, fat::ShortNameSet& taken)
{
    if (!taken.insert(item.raw.name))
        return std::nullopt;
    EntryName name{.longName = {},
                   .shortName = {.bytes = item.raw.name, .ntCaseBits = item.raw.ntCaseBits}};
    if (item.slotCount > 1 && item.name != item.shortName)
        name.longName = utf16FromUtf8Lossy(item.name);
    return name;
}

Result<EntryName> nameInTarget(EditState& state, const fat::DirectoryItem& item,
                               const Target& target, bool isSameFolder)
{
    fat::ShortNameSet& taken = target.folder.directory->shortNames();
    if (isSameFolder)
        taken.erase(item.raw.name);
    if (target.keepsName)
        if (auto same = sameName(item, taken))
            return *std::move(same);
    return nameEntry(target.name, taken, state.volume->codePage());
}

/// `..` of a folder that has another parent now.
Result<> setParent(EditState& state, const EntryPlace& from, Cluster parent)
{
    FATLAS_ASSIGN(const FolderPlace moved, state.enter(from));
    if (!moved.directory->parent())
        return fail(ErrorCode::Refused,
                    fmt::format("the folder {} has no \"..\" that could be changed; repair the "
                                "volume first (fatlas-cli repair)",
                                escapeForTerminal(moved.path)));
    moved.directory->setParent(parent);
    return {};
}

/// The new entry comes before the old one goes, unless there is room for one of them only.
Result<> moveWithinFolder(EditState& state, StagedDirectory& directory,
                          const fat::DirectoryItem& item, const EntryName& name)
{
    if (directory.renameInPlace(item, name))
        return {};
    const fat::DirectoryEntryRaw raw = item.raw;
    const auto number = &item - directory.items().data();
    if (const auto clusters = directory.clustersFor(name.slotCount()); !clusters) {
        directory.remove(item);
        directory.reuseRemoved();
        return state.addEntry(directory, name, raw);
    }
    FATLAS_TRY(state.addEntry(directory, name, raw));
    directory.remove(directory.items()[static_cast<std::size_t>(number)]);
    directory.shortNames().insert(name.shortName.bytes); // both had it for a moment
    return {};
}

Result<> moveAside(EditState& state, const EntryPlace& from, const Target& target)
{
    const bool isSameFolder = target.folder.directory == from.folder.directory;
    FATLAS_ASSIGN(const EntryName name, nameInTarget(state, *from.item, target, isSameFolder));
    if (isSameFolder)
        return moveWithinFolder(state, *from.folder.directory, *from.item, name);
    if (from.item->isDirectory())
        FATLAS_TRY(setParent(state, from, target.folder.cluster));
    FATLAS_TRY(state.addEntry(*target.folder.directory, name, from.item->raw));
    from.folder.directory->remove(*from.item);
    return {};
}

} // namespace

Result<> moveEntry(EditState& state, std::string_view from, std::string_view to, Existing existing)
{
    FATLAS_ASSIGN(const EntryPlace source, state.locateExisting(from));
    if (source.isRoot())
        return fail(ErrorCode::InvalidArgument, "the root folder cannot be moved");
    FATLAS_ASSIGN(const Target target, targetOf(state, source, to));
    FATLAS_TRY(checkNotIntoItself(state, source, target));
    const std::string oldPath = source.path();
    std::string newPath = joined(target.folder.path, utf8FromUtf16(target.name));
    if (newPath == oldPath)
        return fail(ErrorCode::Refused,
                    fmt::format("{} would become itself", escapeForTerminal(oldPath)));
    FATLAS_ASSIGN(const auto* const other, findReplaced(source, target, existing));
    if (other != nullptr)
        return moveOver(state, source, target, *other);
    FATLAS_TRY(moveAside(state, source, target));
    state.steps.push_back({.kind = EditKind::Move, .path = oldPath, .to = std::move(newPath)});
    return {};
}

} // namespace fatlas::edit
