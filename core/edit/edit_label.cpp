#include "core/base/text.hpp"
#include "core/edit/edit_state.hpp"
#include "core/fat/boot_sector_raw.hpp"

#include <fmt/format.h>

namespace fatlas::edit {
namespace {

constexpr std::uint8_t changeable = fat::attribute::readOnly | fat::attribute::hidden |
                                    fat::attribute::system | fat::attribute::archive;

/// The label's copy in a boot sector, where that has one.
Result<> patchBootSector(EditState& state, std::uint32_t sector, const fat::ShortNameBytes& label)
{
    const fat::Geometry& geometry = state.volume->geometry();
    const std::uint64_t start = std::uint64_t{sector} * geometry.bytesPerSector;
    Bytes bytes(fat::bootSectorSize);
    FATLAS_TRY(state.volume->device().read(start, bytes));
    const std::size_t at = fat::extendedOffset(geometry.type);
    FATLAS_ASSIGN(const auto extended, load<fat::ExtendedRaw>(bytes, at));
    FATLAS_ASSIGN(const auto signature, load<Le16>(bytes, fat::signatureOffset));
    if (extended.bootSignature != fat::extendedSignature ||
        signature.get() != fat::bootSectorSignature || extended.label == label)
        return {};
    const auto asPatch = [](const fat::ShortNameBytes& name) {
        const auto view = std::as_bytes(std::span(name));
        return Bytes(view.begin(), view.end());
    };
    state.bootPatches.push_back({.offset = start + at + offsetof(fat::ExtendedRaw, label),
                                 .before = asPatch(extended.label),
                                 .after = asPatch(label)});
    return {};
}

Result<> patchBootSectors(EditState& state, const fat::ShortNameBytes& label)
{
    state.bootPatches.clear();
    FATLAS_TRY(patchBootSector(state, 0, label));
    const std::uint32_t backup = state.volume->geometry().backupBootSector;
    return backup != 0 ? patchBootSector(state, backup, label) : Result<>{};
}

} // namespace

Result<> setLabel(EditState& state, std::string_view label)
{
    FATLAS_ASSIGN(const fat::ShortNameBytes bytes,
                  fat::encodeLabel(label, state.volume->codePage()));
    FATLAS_ASSIGN(const FolderPlace root, state.locateFolder("/"));
    const auto old = root.directory->label();
    state.steps.push_back({.kind = EditKind::Label, .path = "/", .to = std::string(label)});
    if (label.empty()) {
        root.directory->setLabel(std::nullopt);
        return patchBootSectors(state, bytes);
    }
    if (!old)
        FATLAS_TRY(state.makeRoom(*root.directory, 1));
    fat::DirectoryEntryRaw raw = blankEntry(fat::attribute::volumeLabel);
    state.setTimes(raw, std::nullopt, "/");
    raw.createdDate = 0;
    raw.createdTime = 0;
    raw.createdTenths = 0;
    raw.accessedDate = 0;
    raw.name = bytes;
    root.directory->setLabel(raw);
    return patchBootSectors(state, bytes);
}

Result<> setAttributes(EditState& state, std::string_view path, std::uint8_t set,
                       std::uint8_t clear)
{
    FATLAS_ASSIGN(const EntryPlace place, state.locateExisting(path));
    if (place.isRoot())
        return fail(ErrorCode::InvalidArgument, "the root folder has no attributes");
    if ((set & clear) != 0 || ((set | clear) & ~changeable) != 0)
        return fail(ErrorCode::InvalidArgument,
                    "an attribute cannot be both set and cleared; read-only, hidden, system and "
                    "archive can be changed");
    fat::DirectoryEntryRaw raw = place.item->raw;
    raw.attributes = static_cast<std::uint8_t>((raw.attributes | set) & ~clear);
    const std::string shown = place.path();
    place.folder.directory->update(*place.item, raw);
    state.steps.push_back(
        {.kind = EditKind::Attributes, .path = shown, .attributes = raw.attributes});
    return {};
}

} // namespace fatlas::edit
