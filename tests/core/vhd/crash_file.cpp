#include "tests/core/vhd/crash_file.hpp"

#include <algorithm>
#include <cerrno>

namespace fatlas::test {

void CrashFile::apply(Bytes& to, std::uint64_t offset, ByteView bytes)
{
    if (offset + bytes.size() > to.size())
        to.resize(offset + bytes.size());
    std::ranges::copy(bytes, to.begin() + static_cast<std::ptrdiff_t>(offset));
}

Result<> CrashFile::step()
{
    ++m_steps;
    if (m_failAt != 0 && m_steps >= m_failAt)
        return std::unexpected(
            Error{.code = ErrorCode::Io, .message = "planned fault", .systemError = EIO});
    return {};
}

Result<> CrashFile::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    return {};
}

Result<> CrashFile::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(step());
    apply(m_bytes, offset, bytes);
    m_pending.push_back({.offset = offset, .bytes = {bytes.begin(), bytes.end()}});
    return {};
}

Result<> CrashFile::writeZeroes(std::uint64_t offset, std::uint64_t length)
{
    FATLAS_TRY(checkRange(offset, length));
    return write(offset, Bytes(length));
}

Result<> CrashFile::flush()
{
    FATLAS_TRY(step());
    m_durable = m_bytes;
    m_pending.clear();
    return {};
}

Bytes CrashFile::afterPowerCut(PseudoRandom& random) const
{
    Bytes bytes = m_durable;
    for (const Pending& write : m_pending) {
        const std::uint64_t end = write.offset + write.bytes.size();
        const std::uint64_t mode = random.below(4); // none, all, or sector by sector
        for (std::uint64_t at = write.offset; at < end && mode != 0;) {
            const std::uint64_t stop = std::min(end, (at / 512 + 1) * 512);
            if (mode == 1 || random.below(2) == 0)
                apply(bytes, at, ByteView(write.bytes).subspan(at - write.offset, stop - at));
            at = stop;
        }
    }
    return bytes;
}

} // namespace fatlas::test
