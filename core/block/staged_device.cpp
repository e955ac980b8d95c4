#include "core/block/staged_device.hpp"

#include "core/base/checked.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::block {
namespace {

constexpr std::uint64_t joinedGap = 16; ///< fewer equal bytes than this stay inside a patch

/// Takes blocks in ascending order and keeps what differs.
class Comparison {
public:
    void take(std::uint64_t offset, ByteView before, ByteView after)
    {
        for (std::size_t i = 0; i < before.size(); ++i) {
            const std::uint64_t at = offset + i;
            if (before[i] != after[i])
                change(at, before[i], after[i]);
            else if (isOpen() && at - m_lastChange < joinedGap)
                append(before[i], after[i]);
        }
    }

    std::vector<Patch> finish()
    {
        close();
        return std::move(m_patches);
    }

private:
    [[nodiscard]] bool isOpen() const { return !m_patches.empty() && !m_isClosed; }

    [[nodiscard]] std::uint64_t end() const
    {
        return m_patches.back().offset + m_patches.back().before.size();
    }

    void change(std::uint64_t at, std::byte before, std::byte after)
    {
        if (!isOpen() || end() != at) {
            close();
            m_patches.push_back({.offset = at, .before = {}, .after = {}});
            m_isClosed = false;
        }
        append(before, after);
        m_lastChange = at;
    }

    void append(std::byte before, std::byte after)
    {
        m_patches.back().before.push_back(before);
        m_patches.back().after.push_back(after);
    }

    /// Equal bytes at the end were taken in case another change would follow.
    void close()
    {
        if (!isOpen())
            return;
        Patch& last = m_patches.back();
        const std::uint64_t size = m_lastChange + 1 - last.offset;
        last.before.resize(size);
        last.after.resize(size);
        m_isClosed = true;
    }

    std::vector<Patch> m_patches;
    std::uint64_t m_lastChange = 0;
    bool m_isClosed = true;
};

} // namespace

StagedDevice::StagedDevice(std::shared_ptr<const BlockDevice> base) : m_base(std::move(base)) {}

Capabilities StagedDevice::capabilities() const noexcept
{
    return {.canWrite = true};
}

Result<> StagedDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(m_base->read(offset, into));
    const std::uint64_t end = offset + into.size();
    for (auto at = m_blocks.lower_bound(offset / blockSize);
         at != m_blocks.end() && at->first * blockSize < end; ++at) {
        const std::uint64_t start = at->first * blockSize;
        const std::uint64_t from = std::max(offset, start);
        const std::uint64_t to = std::min(end, start + at->second.size());
        if (from < to)
            std::ranges::copy(ByteView(at->second).subspan(from - start, to - from),
                              into.subspan(from - offset).begin());
    }
    return {};
}

Result<> StagedDevice::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(checkRange(offset, bytes.size()));
    if (bytes.empty())
        return {};
    const std::uint64_t first = offset / blockSize;
    const std::uint64_t end = divideRoundUp(offset + bytes.size(), blockSize);
    const auto staged = static_cast<std::uint64_t>(
        std::distance(m_blocks.lower_bound(first), m_blocks.lower_bound(end)));
    if (m_blocks.size() + (end - first) - staged > maxStagedSize / blockSize)
        return std::unexpected(
            Error{.code = ErrorCode::Limit,
                  .message = fmt::format("more than {} MiB of changes are held back in memory",
                                         maxStagedSize / MiB),
                  .deviceOffset = offset});
    // What is read from below is read before anything changes: a failed write changes nothing.
    Bytes whole(std::min(end * blockSize, size()) - first * blockSize);
    FATLAS_TRY(read(first * blockSize, whole));
    std::ranges::copy(bytes, whole.begin() + static_cast<std::ptrdiff_t>(offset % blockSize));
    const ByteView view(whole);
    for (std::uint64_t block = first; block < end; ++block) {
        const std::uint64_t start = (block - first) * blockSize;
        const auto part = view.subspan(start, std::min(blockSize, whole.size() - start));
        m_blocks.insert_or_assign(block, Bytes(part.begin(), part.end()));
    }
    return {};
}

Result<std::vector<Patch>> StagedDevice::patches() const
{
    Comparison comparison;
    Bytes before;
    for (const auto& [index, after] : m_blocks) {
        before.resize(after.size());
        FATLAS_TRY(m_base->read(index * blockSize, before));
        comparison.take(index * blockSize, before, after);
    }
    return comparison.finish();
}

} // namespace fatlas::block
