/// One file or folder by its path, reading only the folders on the way.
///
/// Shape:   '/' or '\\' between components; long or short names; an exact match wins over one that
///          differs in case only, as folding does; "", "/" and "." are the root.
/// Errors:  NotFound says which component is missing where.
/// Threads: as Volume.
#pragma once

#include "core/fat/volume.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fatlas::image {

struct Located {
    std::string path = "/";                                ///< as the disk writes it, "/DOCS/A.TXT"
    std::optional<fat::DirectoryItem> item = std::nullopt; ///< nothing for the root

    [[nodiscard]] bool isDirectory() const { return !item || item->isDirectory(); }

    [[nodiscard]] Cluster firstCluster() const
    {
        return item ? item->raw.firstCluster() : Cluster{};
    }
};

[[nodiscard]] Result<Located> locate(const fat::Volume& volume, std::string_view path);

/// "/" and "A.TXT" give "/A.TXT"; "/DOCS" and "A.TXT" give "/DOCS/A.TXT".
[[nodiscard]] std::string joinPath(std::string_view folder, std::string_view name);

} // namespace fatlas::image
