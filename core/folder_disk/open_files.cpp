#include "core/folder_disk/open_files.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

namespace fatlas::folder_disk {
namespace {

std::string whatChanged(const FileIdentity& was, const FileIdentity& is)
{
    if (was.device != is.device || was.inode != is.inode)
        return "another file took its place";
    if (was.size != is.size)
        return fmt::format("it has {} bytes, and had {}", is.size, was.size);
    if (was.modifiedNs != is.modifiedNs)
        return "its content was written to";
    return "its status changed";
}

} // namespace

Result<std::shared_ptr<const File>> OpenFiles::open(std::uint32_t entry) const
{
    FilePointer file = findOpen(entry);
    if (!file)
        return openNew(entry); // looks at it
    FATLAS_TRY(checkUnchanged(entry, *file));
    return file;
}

Result<> OpenFiles::read(std::uint32_t entry, std::uint64_t offset, ByteSpan into) const
{
    FilePointer file = findOpen(entry);
    if (!file) {
        FATLAS_ASSIGN(file, openNew(entry));
    }
    const Result<> done = file->readAt(offset, into);
    // A file that shrank reads short; that it changed is what people need to know.
    FATLAS_TRY(checkUnchanged(entry, *file));
    return done;
}

Result<OpenFiles::FilePointer> OpenFiles::openNew(std::uint32_t entry) const
{
    FATLAS_ASSIGN(File opened, m_opener.open(m_plan.entries[entry].node));
    auto file = std::make_shared<const File>(std::move(opened));
    remember(entry, file);
    return file;
}

OpenFiles::FilePointer OpenFiles::findOpen(std::uint32_t entry) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_places.find(entry);
    if (found == m_places.end())
        return nullptr;
    m_recent.splice(m_recent.begin(), m_recent, found->second);
    return m_recent.front().file;
}

void OpenFiles::remember(std::uint32_t entry, const FilePointer& file) const
{
    FilePointer oldest; // closed after the lock is gone
    const std::scoped_lock lock(m_mutex);
    if (m_places.contains(entry))
        return; // another thread was faster
    m_recent.push_front({.entry = entry, .file = file});
    m_places.emplace(entry, m_recent.begin());
    if (m_recent.size() <= capacity)
        return;
    oldest = std::move(m_recent.back().file);
    m_places.erase(m_recent.back().entry);
    m_recent.pop_back();
}

Result<> OpenFiles::checkUnchanged(std::uint32_t entry, const File& file) const
{
    const host::Node& node = m_plan.snapshot->nodes[m_plan.entries[entry].node];
    FATLAS_ASSIGN(const FileIdentity now, file.identity());
    if (now == node.identity)
        return {};
    return fail(ErrorCode::Changed, fmt::format("{} changed since the folder was looked at: {}",
                                                escapeForTerminal(file.path().native()),
                                                whatChanged(node.identity, now)));
}

} // namespace fatlas::folder_disk
