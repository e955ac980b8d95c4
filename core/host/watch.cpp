#include "core/host/watch.hpp"

#include "core/base/text.hpp"
#include "core/host/inotify_tree.hpp"
#include "core/host/root_path.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <thread>

namespace fatlas::host {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds longestWait(500);

/// Collects changes until it is time to tell.
class Coalescer {
public:
    explicit Coalescer(milliseconds quiet) : m_quiet(quiet) {}

    void note(InotifyTree::Changes changes, Clock::time_point now)
    {
        if (!changes.any)
            return;
        if (!m_pending)
            m_first = now;
        m_pending = true;
        m_last = now;
        m_folders |= changes.folders;
    }

    [[nodiscard]] std::optional<Clock::time_point> due() const
    {
        if (!m_pending)
            return std::nullopt;
        return std::min(m_last + m_quiet, m_first + longestWait);
    }

    /// Forgets; true when folders came or went.
    bool take()
    {
        m_pending = false;
        return std::exchange(m_folders, false);
    }

private:
    milliseconds m_quiet;
    bool m_pending = false;
    bool m_folders = false;
    Clock::time_point m_first;
    Clock::time_point m_last;
};

class InotifyWatch final : public Watch {
public:
    InotifyWatch(InotifyTree tree, Descriptor wake, std::function<void()> onChange,
                 milliseconds quiet)
        : m_tree(std::move(tree)), m_wake(std::move(wake)), m_onChange(std::move(onChange)),
          m_changes(quiet)
    {}

    ~InotifyWatch() override
    {
        m_thread.request_stop();
        const std::uint64_t one = 1;
        static_cast<void>(!::write(m_wake.get(), &one, sizeof one));
    }

    /// Gives the error of the first walk when that ends in time.
    Result<> start()
    {
        m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
        std::unique_lock lock(m_mutex);
        m_setUp.wait_for(lock, milliseconds(setUpWaitMs), [this] { return m_isSetUp; });
        m_callerWaits = false;
        if (m_isSetUp && m_failure)
            return std::unexpected(*m_failure);
        return {};
    }

    std::optional<Error> failure() const override
    {
        const std::scoped_lock lock(m_mutex);
        return m_failure;
    }

private:
    void run(const std::stop_token& stop)
    {
        sync(stop, FirstWalk::Yes);
        finishSetUp();
        while (!stop.stop_requested()) {
            waitForEvents();
            m_changes.note(m_tree.takeEvents(), Clock::now());
            const auto due = m_changes.due();
            if (!due || Clock::now() < *due || stop.stop_requested())
                continue;
            if (m_changes.take())
                sync(stop, FirstWalk::No);
            if (!stop.stop_requested())
                m_onChange();
        }
    }

    void finishSetUp()
    {
        const std::scoped_lock lock(m_mutex);
        m_isSetUp = true;
        if (!m_callerWaits)
            m_changes.note({.any = true, .folders = false}, Clock::now());
        m_setUp.notify_all();
    }

    enum class FirstWalk : bool { No, Yes };

    void sync(const std::stop_token& stop, FirstWalk first)
    {
        auto end = m_tree.sync(stop);
        if (end && *end == WalkEnd::Moved)
            m_changes.note({.any = true, .folders = true}, Clock::now());
        const std::scoped_lock lock(m_mutex);
        m_failure.reset();
        // A folder that went away later on is a change like any other; it may come back.
        if (!end && (first == FirstWalk::Yes || end.error().code == ErrorCode::Limit))
            m_failure = std::move(end).error();
    }

    void waitForEvents()
    {
        int timeoutMs = -1;
        if (const auto due = m_changes.due()) {
            const auto left = std::chrono::ceil<milliseconds>(*due - Clock::now());
            timeoutMs = static_cast<int>(std::max(left, milliseconds(0)).count());
        }
        std::array<pollfd, 2> waits{
            pollfd{.fd = m_tree.descriptor(), .events = POLLIN, .revents = 0},
            pollfd{.fd = m_wake.get(), .events = POLLIN, .revents = 0}};
        static_cast<void>(::poll(waits.data(), waits.size(), timeoutMs));
    }

    InotifyTree m_tree;
    Descriptor m_wake; ///< eventfd: readable once the watch is to stop
    std::function<void()> m_onChange;
    Coalescer m_changes;

    mutable std::mutex m_mutex; ///< for the four below
    std::condition_variable m_setUp;
    bool m_isSetUp = false;
    bool m_callerWaits = true;
    std::optional<Error> m_failure;

    std::jthread m_thread; ///< last: it uses all of the above
};

} // namespace

Result<std::unique_ptr<Watch>> Watch::start(const std::filesystem::path& folder,
                                            std::function<void()> onChange, milliseconds quiet)
{
    FATLAS_ASSIGN(std::filesystem::path root, rootPath(folder));
    std::error_code error;
    if (std::filesystem::is_regular_file(root, error))
        return fail(ErrorCode::InvalidArgument,
                    escapeForTerminal(root.native()) + " is a file, expected a folder");
    FATLAS_ASSIGN(InotifyTree tree, InotifyTree::create(std::move(root)));
    Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!wake)
        return failSystem(errno, "cannot start watching for changes");
    auto watch = std::make_unique<InotifyWatch>(std::move(tree), std::move(wake),
                                                std::move(onChange), quiet);
    FATLAS_TRY(watch->start());
    return watch;
}

} // namespace fatlas::host
