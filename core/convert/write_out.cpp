#include "core/convert/write_out.hpp"

#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

namespace fatlas::convert {

namespace {

/// Small enough that waiting for one answers a Cancel in time, large enough for a disk to stream.
constexpr std::uint64_t rangeBytes = 8 * MiB;

int syncRange(const File& file, std::uint64_t offset, std::uint64_t end, unsigned flags)
{
    return ::sync_file_range(file.descriptor(), static_cast<off_t>(offset),
                             static_cast<off_t>(end - offset), flags);
}

} // namespace

void WriteOut::wrote(std::uint64_t offset, std::uint64_t length)
{
    if (m_currentBytes == 0)
        m_current = {.offset = offset, .end = offset};
    m_current.offset = std::min(m_current.offset, offset);
    m_current.end = std::max(m_current.end, offset + length);
    m_currentBytes += length;
    if (m_currentBytes >= rangeBytes)
        start();
}

void WriteOut::start()
{
    // Its result does not matter here: finish() and the sync after it report what goes wrong.
    (void)syncRange(m_file, m_current.offset, m_current.end, SYNC_FILE_RANGE_WRITE);
    m_started.push_back(m_current);
    m_currentBytes = 0;
}

Result<> WriteOut::finish(const JobControl& job)
{
    if (m_currentBytes != 0)
        start();
    for (const Range& range : m_started) {
        FATLAS_TRY(job.checkpoint());
        const int status = syncRange(m_file, range.offset, range.end,
                                     SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                         SYNC_FILE_RANGE_WAIT_AFTER);
        // File systems without ranges leave all of the work to the sync of the file.
        if (status != 0 && (errno == EIO || errno == ENOSPC || errno == EDQUOT))
            return failSystem(errno, fmt::format("cannot write {}", m_file.path().native()));
    }
    m_started.clear();
    return {};
}

} // namespace fatlas::convert
