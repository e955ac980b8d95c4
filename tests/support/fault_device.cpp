#include "tests/support/fault_device.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace fatlas::test {

namespace {

std::unexpected<Error> fault(const char* what, std::uint64_t offset)
{
    return std::unexpected(
        Error{.code = ErrorCode::Io, .message = what, .deviceOffset = offset, .systemError = EIO});
}

} // namespace

FaultDevice::FaultDevice(std::shared_ptr<block::BlockDevice> below) : m_below(std::move(below)) {}

void FaultDevice::setPlan(const FaultPlan& plan)
{
    m_plan = plan;
    m_reads = 0;
    m_writes = 0;
    m_flushes = 0;
    m_isDead = false;
}

bool FaultDevice::fails(std::uint64_t number, std::uint64_t planned) const
{
    if (m_isDead || number == planned) {
        m_isDead = m_plan.staysDead;
        return true;
    }
    return false;
}

block::Capabilities FaultDevice::capabilities() const noexcept
{
    return {.canWrite = m_below->capabilities().canWrite};
}

Result<> FaultDevice::read(std::uint64_t offset, ByteSpan into) const
{
    if (fails(++m_reads, m_plan.failRead))
        return fault("planned read fault", offset);
    FATLAS_TRY(m_below->read(offset, into));
    for (const Pending& write : m_pending) {
        const std::uint64_t first = std::max(offset, write.offset);
        const std::uint64_t end = std::min(offset + into.size(), write.offset + write.bytes.size());
        if (first < end)
            std::ranges::copy(ByteView(write.bytes).subspan(first - write.offset, end - first),
                              into.subspan(first - offset).begin());
    }
    return {};
}

Result<> FaultDevice::write(std::uint64_t offset, ByteView bytes)
{
    if (!m_below->capabilities().canWrite)
        return BlockDevice::write(offset, bytes);
    FATLAS_TRY(checkRange(offset, bytes.size()));
    const bool wasDead = m_isDead;
    const bool isFault = fails(++m_writes, m_plan.failWrite);
    if (isFault)
        bytes = bytes.first(wasDead ? 0 : std::min<std::size_t>(m_plan.tornBytes, bytes.size()));
    m_pending.push_back({.offset = offset, .bytes = Bytes(bytes.begin(), bytes.end())});
    if (isFault)
        return fault("planned write fault", offset);
    return {};
}

Result<> FaultDevice::flush()
{
    if (fails(++m_flushes, m_plan.failFlush))
        return fault("planned flush fault", 0);
    FATLAS_TRY(cutPower(m_pending.size()));
    return m_below->flush();
}

Result<> FaultDevice::cutPower(std::size_t survivors)
{
    const std::size_t count = std::min(survivors, m_pending.size());
    for (std::size_t i = 0; i < count; ++i)
        FATLAS_TRY(m_below->write(m_pending[i].offset, m_pending[i].bytes));
    m_pending.clear();
    return {};
}

} // namespace fatlas::test
