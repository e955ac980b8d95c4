#include "core/host/root_path.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <system_error>

namespace fatlas::host {

Result<std::filesystem::path> rootPath(const std::filesystem::path& folder)
{
    if (folder.empty())
        return fail(ErrorCode::InvalidArgument, "no folder is named");
    std::error_code error;
    std::filesystem::path path = std::filesystem::absolute(folder, error);
    // "link/.." is not what its letters say: only the system knows.
    if (!error && std::ranges::find(path, "..") != path.end())
        path = std::filesystem::canonical(path, error);
    if (error)
        return failSystem(error.value(),
                          "cannot find folder " + escapeForTerminal(folder.native()));
    path = path.lexically_normal();
    return path.has_filename() || path == path.root_path() ? path : path.parent_path();
}

} // namespace fatlas::host
