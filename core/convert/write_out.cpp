#include "core/convert/write_out.hpp"

#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>

namespace fatlas::convert {

namespace {

/// Small enough that waiting for one answers a Cancel in time, large enough for a disk to stream.
constexpr std::uint64_t rangeBytes = 8 * MiB;
/// Scattered small writes cost the file system by their number.
constexpr unsigned rangeWrites = 128;

int syncRange(const File& file, std::uint64_t offset, std::uint64_t end, unsigned flags)
{
    return ::sync_file_range(file.descriptor(), static_cast<off_t>(offset),
                             static_cast<off_t>(end - offset), flags);
}

} // namespace

void WriteOut::wrote(std::uint64_t offset, std::uint64_t length)
{
    if (m_currentWrites == 0)
        m_current = {.offset = offset, .end = offset};
    m_current.offset = std::min(m_current.offset, offset);
    m_current.end = std::max(m_current.end, offset + length);
    m_currentBytes += length;
    ++m_currentWrites;
    if (m_currentBytes >= rangeBytes || m_currentWrites >= rangeWrites)
        start();
}

void WriteOut::start()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ranges.push_back(m_current);
    }
    m_currentBytes = 0;
    m_currentWrites = 0;
    m_added.notify_one();
    if (m_thread.joinable())
        return;
    try {
        m_thread = std::jthread([this](const std::stop_token& stop) { work(stop); });
    } catch (const std::system_error&) {
        // No thread to be had: finish() does it all.
    }
}

void WriteOut::work(const std::stop_token& stop)
{
    for (std::size_t next = 0;; ++next) {
        Range range;
        {
            std::unique_lock lock(m_mutex);
            if (!m_added.wait(lock, stop, [&] { return next < m_ranges.size(); }) ||
                stop.stop_requested())
                return;
            range = m_ranges[next];
        }
        // Its result does not matter: finish() and the sync after it report what goes wrong.
        (void)syncRange(m_file, range.offset, range.end, SYNC_FILE_RANGE_WRITE);
    }
}

Result<> WriteOut::finish(const JobControl& job)
{
    if (m_currentWrites != 0)
        start();
    // What the thread has not come to is waited for below all the same.
    m_thread = std::jthread();
    for (const Range& range : m_ranges) {
        FATLAS_TRY(job.checkpoint());
        const int status = syncRange(m_file, range.offset, range.end,
                                     SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                         SYNC_FILE_RANGE_WAIT_AFTER);
        // File systems without ranges leave all of the work to the sync of the file.
        if (status != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT))
            return failSystem(errno, fmt::format("cannot write {}", m_file.path().native()));
    }
    m_ranges.clear();
    return {};
}

} // namespace fatlas::convert
