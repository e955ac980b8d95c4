#include "core/host/keep.hpp"

#include "core/host/changing_calls.hpp"
#include "core/host/own_names.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <random>
#include <sys/stat.h>

namespace fatlas::host {

namespace {

constexpr mode_t ownerOnly = 0700;

} // namespace

bool isSameInode(const FileIdentity& a, const FileIdentity& b) noexcept
{
    return a.device == b.device && a.inode == b.inode;
}

bool isSameContent(const FileIdentity& a, const FileIdentity& b) noexcept
{
    return isSameInode(a, b) && a.size == b.size && a.modifiedNs == b.modifiedNs;
}

Result<std::unique_ptr<Keep>> Keep::open(int root, std::uint64_t session)
{
    std::unique_ptr<Keep> keep(new Keep);
    keep->m_name = keepName(session);
    keep->m_session = session;
    std::random_device random;
    keep->m_number = std::uint64_t{random()} << 32; // apart from those of an earlier process
    const NameAt name{.folder = root, .name = keep->m_name.c_str()};
    if (const int error = makeFolderAt(name); error != 0 && error != EEXIST)
        return failSystem(error, "cannot make the folder that old files are kept in");
    keep->m_folder =
        Descriptor(::openat(root, name.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!keep->m_folder)
        return failSystem(errno, "cannot open the folder that old files are kept in");
    if (const int error = setMode(keep->descriptor(), ownerOnly))
        return failSystem(error, "cannot close the folder that old files are kept in to others");
    if (const int error = syncFolder(root))
        return failSystem(error, "cannot sync the folder");
    return keep;
}

std::string Keep::nextFileName()
{
    return fmt::format("f{:016x}", ++m_number);
}

std::string Keep::nextBytesName()
{
    return fmt::format("b{:016x}", ++m_number);
}

std::string Keep::nextTemporaryName()
{
    return temporaryName(m_session, ++m_number);
}

void Keep::add(KeptItem item)
{
    const std::scoped_lock lock(m_mutex);
    std::string path = item.path;
    m_items.insert_or_assign(std::move(path), std::move(item));
}

std::vector<KeptItem> Keep::items() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<KeptItem> all;
    all.reserve(m_items.size());
    for (const auto& [path, item] : m_items)
        all.push_back(item);
    return all;
}

bool Keep::has(const FileIdentity& file) const
{
    const std::scoped_lock lock(m_mutex);
    for (const auto& [path, item] : m_items)
        if (isSameInode(item.identity, file))
            return true;
    return false;
}

} // namespace fatlas::host
