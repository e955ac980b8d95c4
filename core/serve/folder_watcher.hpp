/// Calls once the folder has changed and has been quiet for a while.
///
/// Errors:   those of host::Watch; what goes wrong later is in failure().
/// Threads:  `onQuiet` is called on a thread of its own, where it may take its time; what changes
///           meanwhile leads to another call.
/// Lifetime: no call comes after the destructor returned, which waits for one under way.
#pragma once

#include "core/host/watch.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace fatlas::serve {

class FolderWatcher {
public:
    struct Patience {
        std::chrono::milliseconds quiet{1000};  ///< without a change
        std::chrono::milliseconds most{10'000}; ///< from the first change on, quiet or not
    };

    using OnQuiet = std::function<void(const std::stop_token&)>;

    [[nodiscard]] static Result<std::unique_ptr<FolderWatcher>>
    start(const std::filesystem::path& folder, OnQuiet onQuiet, Patience patience);

    FolderWatcher(const FolderWatcher&) = delete;
    FolderWatcher& operator=(const FolderWatcher&) = delete;
    ~FolderWatcher() = default; // in this order: the thread, then the watch, then what they use

    [[nodiscard]] std::optional<Error> failure() const { return m_watch->failure(); }

private:
    FolderWatcher(OnQuiet onQuiet, Patience patience)
        : m_onQuiet(std::move(onQuiet)), m_patience(patience)
    {}

    void noteChange();
    void run(const std::stop_token& stop);
    [[nodiscard]] bool awaitQuiet(const std::stop_token& stop);

    OnQuiet m_onQuiet;
    Patience m_patience;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    /// So many were told; the first stands for what changed before the watch began.
    std::uint64_t m_changes = 1;
    std::unique_ptr<host::Watch> m_watch;
    std::jthread m_thread;
};

} // namespace fatlas::serve
