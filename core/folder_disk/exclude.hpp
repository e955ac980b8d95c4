/// Which names a disk leaves out: globs as people write them for backups and version control.
///
/// Shape:   without '/': the name of a file or folder at any level (`*.bak`, `.git`).
///          with '/': the path from the top of the folder (`src/*.o`, `/build`, `**/tmp/cache`).
///          with '/' at the end: folders only. `*` and `?` stop at '/', `**` as a whole component
///          stands for any number of them, `[a-z]`, `[!a]`, and `\` takes the next as it is.
/// Units:   names and paths are host bytes; `?` and brackets take one UTF-8 character.
/// Errors:  a bracket that is not closed is InvalidArgument.
/// Threads: immutable.
#pragma once

#include "core/base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fatlas::folder_disk {

enum class HostKind : std::uint8_t { File, Directory };

class Excludes {
public:
    [[nodiscard]] static Result<Excludes> compile(const std::vector<std::string>& globs);

    [[nodiscard]] bool empty() const noexcept { return m_names.empty() && m_paths.empty(); }

    /// True when matches() looks at more than the last component.
    [[nodiscard]] bool needsPaths() const noexcept { return !m_paths.empty(); }

    /// This very file or folder; what lies below an excluded folder is the caller's.
    [[nodiscard]] bool matches(std::string_view path, HostKind kind) const;
    /// `path` or a folder above it. Its own kind is unknown: patterns for folders count too.
    [[nodiscard]] bool covers(std::string_view path) const;

private:
    struct Pattern {
        std::string glob;
        bool foldersOnly = false;
    };

    std::vector<Pattern> m_names;
    std::vector<Pattern> m_paths;
};

/// One component against one component's pattern. Takes at most |name| times |glob| steps.
[[nodiscard]] bool globMatches(std::string_view glob, std::string_view name);
/// As above for whole paths, with `**`.
[[nodiscard]] bool globMatchesPath(std::string_view glob, std::string_view path);

} // namespace fatlas::folder_disk
