#include "core/block/tap_device.hpp"

#include <utility>

namespace fatlas::block {

TapDevice::TapDevice(std::shared_ptr<BlockDevice> below, std::shared_ptr<Tap> tap,
                     std::uint32_t client)
    : m_below(std::move(below)), m_tap(std::move(tap)), m_client(client)
{}

Result<> TapDevice::note(TapEvent event, Result<> done) const noexcept
{
    event.timeNs = tapClockNs();
    event.client = m_client;
    event.outcome = done ? TapOutcome::Done : TapOutcome::Failed;
    m_tap->record(event);
    return done;
}

void TapDevice::noteRead(std::uint64_t offset, std::uint64_t length,
                         TapOutcome outcome) const noexcept
{
    m_tap->record({.timeNs = tapClockNs(),
                   .offset = offset,
                   .length = length,
                   .client = m_client,
                   .kind = TapKind::Read,
                   .outcome = outcome});
}

Result<> TapDevice::read(std::uint64_t offset, ByteSpan into) const
{
    return note({.offset = offset, .length = into.size(), .kind = TapKind::Read},
                m_below->read(offset, into));
}

Result<> TapDevice::write(std::uint64_t offset, ByteView bytes)
{
    return note({.offset = offset, .length = bytes.size(), .kind = TapKind::Write},
                m_below->write(offset, bytes));
}

Result<> TapDevice::flush()
{
    return note({.kind = TapKind::Flush}, m_below->flush());
}

Result<> TapDevice::trim(std::uint64_t offset, std::uint64_t length)
{
    return note({.offset = offset, .length = length, .kind = TapKind::Trim},
                m_below->trim(offset, length));
}

Result<> TapDevice::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    return note({.offset = offset, .length = length, .kind = TapKind::WriteZeroes},
                m_below->writeZeroes(offset, length));
}

Result<std::vector<Extent>> TapDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    return m_below->extents(offset, length);
}

Result<std::shared_ptr<const File>> TapDevice::backingFile(std::uint64_t file) const
{
    return m_below->backingFile(file);
}

} // namespace fatlas::block
