#include "core/sync/watched_device.hpp"

#include <utility>

namespace fatlas::sync {

/// From before the first byte changes until none changes any more.
class WatchedDevice::Writing {
public:
    Writing(WriteLog& log, ByteRange range)
        : m_log(log), m_ticket(log.begin(range, WriteLog::Clock::now()))
    {}

    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    ~Writing() { m_log.end(m_ticket, WriteLog::Clock::now()); }

private:
    WriteLog& m_log;
    WriteLog::Ticket m_ticket;
};

WatchedDevice::WatchedDevice(std::shared_ptr<block::BlockDevice> below,
                             std::shared_ptr<WriteLog> log, std::function<void()> onFlush)
    : m_below(std::move(below)), m_log(std::move(log)), m_onFlush(std::move(onFlush))
{}

Result<> WatchedDevice::read(std::uint64_t offset, ByteSpan into) const
{
    return m_below->read(offset, into);
}

Result<> WatchedDevice::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(checkRange(offset, bytes.size()));
    const Writing writing(*m_log, {.offset = offset, .length = bytes.size()});
    return m_below->write(offset, bytes);
}

Result<> WatchedDevice::flush()
{
    FATLAS_TRY(m_below->flush());
    if (m_onFlush)
        m_onFlush();
    return {};
}

Result<> WatchedDevice::trim(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    const Writing writing(*m_log, {.offset = offset, .length = length});
    return m_below->trim(offset, length);
}

Result<> WatchedDevice::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    const Writing writing(*m_log, {.offset = offset, .length = length});
    return m_below->writeZeroes(offset, length);
}

Result<std::vector<block::Extent>> WatchedDevice::extents(std::uint64_t offset,
                                                          std::uint64_t length) const
{
    return m_below->extents(offset, length);
}

Result<std::shared_ptr<const File>> WatchedDevice::backingFile(std::uint64_t file) const
{
    return m_below->backingFile(file);
}

} // namespace fatlas::sync
