#include "core/serve/retired_session.hpp"

#include "core/base/text.hpp"

#include <system_error>

namespace fatlas::serve {

namespace {

namespace fs = std::filesystem;

constexpr const char* suffix = ".over"; ///< no session's name ends so: they end in hexadecimal

} // namespace

Result<fs::path> retireSession(const fs::path& folder)
{
    fs::path retired = folder;
    retired += suffix;
    std::error_code error;
    fs::remove_all(retired, error);
    fs::rename(folder, retired, error);
    if (error)
        return failSystem(error.value(), "cannot rename " + escapeForTerminal(folder.native()));
    return retired;
}

Result<> removeRetired(const fs::path& folder)
{
    std::error_code error;
    fs::remove_all(folder, error);
    if (error)
        return failSystem(error.value(), "cannot remove " + escapeForTerminal(folder.native()));
    return {};
}

void removeLeftovers(const fs::path& sessions)
{
    std::error_code error;
    std::error_code ignored; // the next session tries again
    fs::directory_iterator entries(sessions, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error))
        if (isRetired(entries->path()))
            fs::remove_all(entries->path(), ignored);
}

bool isRetired(const fs::path& folder)
{
    return folder.extension() == suffix;
}

} // namespace fatlas::serve
