#include "core/host/temporary.hpp"

#include "core/host/jail_context.hpp"

#include <cerrno>

namespace fatlas::host {

namespace {

constexpr int maxAttempts = 16;
constexpr mode_t newFileMode = 0666; // less the umask

} // namespace

ChangeResult<Temporary> Temporary::create(const Spot& spot, Keep& keep)
{
    int error = EEXIST;
    for (int attempt = 0; attempt < maxAttempts && error == EEXIST; ++attempt) {
        std::string name = keep.nextTemporaryName();
        const auto made =
            createFileAt({.folder = spot.folder.get(), .name = name.c_str()}, newFileMode);
        if (made)
            return Temporary(keep, spot.folder.get(), std::move(name),
                             File::adopt(*made, spot.path));
        error = made.error();
    }
    return failChange(error, "cannot make a file in the folder of " + spot.shown());
}

Temporary::~Temporary()
{
    if (m_name.empty())
        return;
    // A file of somebody else that came under this name by an exchange is not ours to remove.
    const auto own = statOf(m_file.descriptor());
    const auto named = statAt(m_folder, m_name.c_str());
    if (own && named && named->isSameAs(own->identity) && removeFileAt(at()) != 0)
        m_keep.noteLeftOver();
}

} // namespace fatlas::host
