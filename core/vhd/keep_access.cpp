#include "core/vhd/keep_access.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace fatlas::vhd {

Result<> keepAccess(const std::filesystem::path& path, const File& target)
{
    struct stat old = {};
    if (::stat(path.c_str(), &old) != 0)
        return failSystem(errno,
                          fmt::format("cannot look at {}", escapeForTerminal(path.native())));
    [[maybe_unused]] const int owned = ::fchown(target.descriptor(), old.st_uid, old.st_gid);
    if (::fchmod(target.descriptor(), old.st_mode & 07777) != 0)
        return failSystem(errno, fmt::format("cannot give the new {} the access rights of the old",
                                             escapeForTerminal(path.native())));
    return {};
}

} // namespace fatlas::vhd
