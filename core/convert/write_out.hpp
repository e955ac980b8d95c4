/// Brings written ranges of a file to the disk while more is being written, so that the sync at the
/// end is short and can be cancelled on the way.
///
/// Units:    bytes.
/// Errors:   Io and NoSpace from finish(), when the disk could not take what was written.
/// Threads:  one at a time; the writing out happens on a thread of its own.
/// Lifetime: the destructor waits for the range that is on its way (at most a few MiB).
#pragma once

#include "core/base/file.hpp"
#include "core/base/job_control.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace fatlas::convert {

class WriteOut {
public:
    explicit WriteOut(const File& file) : m_file(file) {}

    WriteOut(const WriteOut&) = delete;
    WriteOut& operator=(const WriteOut&) = delete;
    ~WriteOut() = default;

    /// Starts writing out once there is enough to be worth it; neighbours should come together.
    void wrote(std::uint64_t offset, std::uint64_t length);

    /// Waits for all of it, looking at `job` between ranges. A sync of the file still has to
    /// follow.
    [[nodiscard]] Result<> finish(const JobControl& job);

private:
    struct Range {
        std::uint64_t offset = 0;
        std::uint64_t end = 0;
    };

    void start();
    void work(const std::stop_token& stop);

    const File& m_file;
    Range m_current;
    std::uint64_t m_currentBytes = 0; ///< of m_current that were really written
    unsigned m_currentWrites = 0;

    std::mutex m_mutex;
    std::condition_variable_any m_added;
    std::vector<Range> m_ranges; ///< guarded by m_mutex while the thread runs
    std::jthread m_thread;       ///< last: it stops before the rest goes
};

} // namespace fatlas::convert
