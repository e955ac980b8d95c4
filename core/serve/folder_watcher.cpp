#include "core/serve/folder_watcher.hpp"

#include <algorithm>

namespace fatlas::serve {

using Clock = std::chrono::steady_clock;

Result<std::unique_ptr<FolderWatcher>> FolderWatcher::start(const std::filesystem::path& folder,
                                                            OnQuiet onQuiet, Patience patience)
{
    std::unique_ptr<FolderWatcher> watcher(new FolderWatcher(std::move(onQuiet), patience));
    FATLAS_ASSIGN(watcher->m_watch,
                  host::Watch::start(folder, [raw = watcher.get()] { raw->noteChange(); }));
    watcher->m_thread =
        std::jthread([raw = watcher.get()](const std::stop_token& stop) { raw->run(stop); });
    return watcher;
}

void FolderWatcher::noteChange()
{
    const std::scoped_lock lock(m_mutex);
    ++m_changes;
    m_changed.notify_all();
}

void FolderWatcher::run(const std::stop_token& stop)
{
    while (awaitQuiet(stop))
        m_onQuiet(stop);
}

bool FolderWatcher::awaitQuiet(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [this] { return m_changes > 0; }))
        return false;
    const auto latest = Clock::now() + m_patience.most;
    std::uint64_t seen = 0;
    while (seen != m_changes && Clock::now() < latest) {
        seen = m_changes;
        const auto until = std::min(Clock::now() + m_patience.quiet, latest);
        m_changed.wait_until(lock, stop, until, [&] { return seen != m_changes; });
        if (stop.stop_requested())
            return false;
    }
    m_changes = 0;
    return true;
}

} // namespace fatlas::serve
