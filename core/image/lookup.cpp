#include "core/image/lookup.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::image {

namespace {

const fat::DirectoryItem* findByName(const fat::DirectoryListing& listing, std::string_view name)
{
    const auto exact = std::ranges::find(listing.items, name, &fat::DirectoryItem::name);
    if (exact != listing.items.end())
        return &*exact;
    const std::u16string key = foldCase(utf16FromUtf8Lossy(name));
    const auto isSame = [&key](const fat::DirectoryItem& item) {
        return foldCase(utf16FromUtf8Lossy(item.name)) == key ||
               foldCase(utf16FromUtf8Lossy(item.shortName)) == key;
    };
    const auto folded = std::ranges::find_if(listing.items, isSame);
    return folded != listing.items.end() ? &*folded : nullptr;
}

Result<> enter(const fat::Volume& volume, Located& place, std::string_view name)
{
    if (!place.isDirectory())
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no \"{}\" in {}, which is a file",
                                escapeForTerminal(name), escapeForTerminal(place.path)));
    FATLAS_ASSIGN(const auto listing, volume.readDirectory(place.firstCluster()));
    const fat::DirectoryItem* item = findByName(listing, name);
    if (item == nullptr)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no \"{}\" in the folder {} of the volume",
                                escapeForTerminal(name), escapeForTerminal(place.path)));
    place.path = joinPath(place.path, item->name);
    place.item = *item;
    return {};
}

} // namespace

std::string joinPath(std::string_view folder, std::string_view name)
{
    return folder == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", folder, name);
}

Result<Located> locate(const fat::Volume& volume, std::string_view path)
{
    Located place;
    while (!path.empty()) {
        const std::size_t length = std::min(path.find_first_of("/\\"), path.size());
        const std::string_view component = path.substr(0, length);
        path.remove_prefix(std::min(length + 1, path.size()));
        if (component.empty() || component == ".")
            continue;
        FATLAS_TRY(enter(volume, place, component));
    }
    return place;
}

} // namespace fatlas::image
