#include "core/folder_disk/open_files.hpp"

namespace fatlas::folder_disk {
namespace {

/// A file that is elsewhere now is opened there; it may move again meanwhile.
constexpr int maxAttempts = 4;

} // namespace

/// One that is elsewhere now, or written in place, is opened again. When it cannot be, what was
/// wrong with it in the first place says more.
template <class Use>
Result<OpenFiles::FilePointer> OpenFiles::use(std::uint32_t entry, Use look) const
{
    Result<> done;
    for (int attempt = 0; attempt < maxAttempts; ++attempt) {
        FilePointer file = findOpen(entry);
        if (!file) {
            auto opened = openNew(entry);
            if (!opened && done)
                return opened;
            if (!opened)
                break;
            file = std::move(*opened);
        }
        done = look(*file);
        if (done)
            return file;
        if (done.error().code != ErrorCode::Changed)
            break;
        forget(entry);
    }
    return std::unexpected(std::move(done).error());
}

Result<std::shared_ptr<const File>> OpenFiles::open(std::uint32_t entry) const
{
    const std::uint32_t node = m_plan.entries[entry].node;
    return use(entry, [&](const File& file) { return m_kept->checkWhole(node, file); });
}

Result<> OpenFiles::read(std::uint32_t entry, std::uint64_t offset, ByteSpan into) const
{
    const std::uint32_t node = m_plan.entries[entry].node;
    FATLAS_TRY(
        use(entry, [&](const File& file) { return m_kept->read(node, file, offset, into); }));
    return {};
}

Result<OpenFiles::FilePointer> OpenFiles::openNew(std::uint32_t entry) const
{
    FATLAS_ASSIGN(File opened, m_kept->open(m_plan.entries[entry].node));
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

void OpenFiles::forget(std::uint32_t entry) const
{
    FilePointer file; // closed after the lock is gone
    const std::scoped_lock lock(m_mutex);
    const auto found = m_places.find(entry);
    if (found == m_places.end())
        return;
    file = std::move(found->second->file);
    m_recent.erase(found->second);
    m_places.erase(found);
}

} // namespace fatlas::folder_disk
