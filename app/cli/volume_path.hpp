/// Paths on a volume as they are typed: '/' or '\\' between components.
#pragma once

#include <string>
#include <string_view>

namespace fatlas::cli {

/// Ends in a separator, so it means a folder.
[[nodiscard]] bool isFolderPath(std::string_view path) noexcept;
/// "/DOCS" of "/DOCS/A.TXT" and of "/DOCS/OLD/"; "/" of "A.TXT".
[[nodiscard]] std::string folderOf(std::string_view path);
/// "A.TXT" of "/DOCS/A.TXT", "OLD" of "/DOCS/OLD/"; "" of "/".
[[nodiscard]] std::string nameOf(std::string_view path);

} // namespace fatlas::cli
