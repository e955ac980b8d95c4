#include "core/sync/guest_content.hpp"

#include <algorithm>

namespace fatlas::sync {

namespace {

constexpr std::uint64_t smallestForInPlace = 4 * MiB;
constexpr std::uint64_t mostPartInPlace = 4; // a quarter

} // namespace

GuestContent::GuestContent(const GuestTree& guest, std::uint32_t node)
    : m_guest(guest), m_ranges(guest.ranges(node))
{
    for (const ByteRange& range : m_ranges) {
        m_starts.push_back(m_size);
        m_size += range.length;
    }
}

Result<> GuestContent::read(std::uint64_t offset, ByteSpan into) const
{
    if (offset > m_size || into.size() > m_size - offset)
        return fail(ErrorCode::OutOfRange, "more was asked for than the file has");
    const bool isLast = offset + into.size() == m_size;
    auto index =
        static_cast<std::size_t>(std::ranges::upper_bound(m_starts, offset) - m_starts.begin());
    while (!into.empty()) {
        const ByteRange& range = m_ranges[index - 1];
        const std::uint64_t within = offset - m_starts[index - 1];
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), range.length - within));
        const ByteRange part{.offset = range.offset + within, .length = count};
        FATLAS_TRY(m_guest.disk.device->read(part.offset, into.first(count)));
        m_isDisturbed |= !m_guest.disk.log->isUnchangedSince(m_guest.stamp, part);
        into = into.subspan(count);
        offset += count;
        ++index;
    }
    if (isLast && !isUntouched())
        m_isDisturbed = true;
    if (m_isDisturbed)
        return fail(ErrorCode::Changed, "the guest wrote to it while it was read");
    return {};
}

bool GuestContent::isUntouched() const
{
    return std::ranges::all_of(m_ranges, [this](const ByteRange& range) {
        return m_guest.disk.log->isUnchangedSince(m_guest.stamp, range);
    });
}

std::optional<std::vector<ByteRange>> rangesInPlace(const KnownEntry& entry, const GuestTree& guest,
                                                    std::uint32_t node)
{
    const std::uint64_t size = guest.node(node).size();
    const std::uint64_t oldSize = entry.size();
    if (oldSize < smallestForInPlace || size < oldSize || entry.runs.empty())
        return std::nullopt;
    const fat::Geometry& geometry = guest.volume->geometry();
    const auto before = rangesOf(geometry, guest.disk.volumeOffset, entry.runs, oldSize);
    const auto now = rangesOf(geometry, guest.disk.volumeOffset, guest.tree->runsOf(node), oldSize);
    if (before != now)
        return std::nullopt;
    std::vector<ByteRange> ranges;
    std::uint64_t start = 0;
    std::uint64_t changed = 0;
    for (const ByteRange& range : now) {
        for (const ByteRange& part : guest.disk.log->written(range)) {
            ranges.push_back({.offset = start + part.offset - range.offset, .length = part.length});
            changed += part.length;
        }
        start += range.length;
    }
    if (size > oldSize) {
        ranges.push_back({.offset = oldSize, .length = size - oldSize});
        changed += size - oldSize;
    }
    if (changed > size / mostPartInPlace)
        return std::nullopt;
    return ranges;
}

} // namespace fatlas::sync
