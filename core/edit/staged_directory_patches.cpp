#include "core/edit/bytes_source.hpp"
#include "core/edit/staged_directory.hpp"

#include <algorithm>

namespace fatlas::edit {
namespace {

ByteView slotOf(const Bytes& bytes, std::uint32_t index)
{
    return ByteView(bytes).subspan(std::size_t{index} * fat::slotSize, fat::slotSize);
}

std::byte markOf(const Bytes& bytes, std::uint32_t index)
{
    return bytes[std::size_t{index} * fat::slotSize];
}

} // namespace

std::uint64_t StagedDirectory::offsetOf(std::uint32_t slot) const
{
    const fat::Geometry& geometry = m_volume->geometry();
    std::uint64_t at = std::uint64_t{slot} * fat::slotSize;
    if (m_runs.empty())
        return geometry.rootOffset() + at;
    for (const ClusterRange& run : m_runs) {
        const std::uint64_t size = std::uint64_t{run.count} * geometry.clusterSize();
        if (at < size)
            return geometry.clusterOffset(run.first) + at;
        at -= size;
    }
    return geometry.volumeSize();
}

bool StagedDirectory::isChangedSlot(std::uint32_t index) const
{
    return !std::ranges::equal(slotOf(m_before, index), slotOf(m_bytes, index));
}

/// Only its mark changed, to "free".
bool StagedDirectory::isRemovedSlot(std::uint32_t index) const
{
    return markOf(m_bytes, index) == std::byte{fat::slot_mark::deleted} &&
           markOf(m_before, index) != std::byte{fat::slot_mark::end};
}

void StagedDirectory::addRun(std::uint32_t first, std::uint32_t end,
                             DirectoryPatches& patches) const
{
    const bool removes = isRemovedSlot(first);
    // The end mark behind new entries guards them: what somebody adds later must be undone first.
    if (!removes && end == m_end && std::size_t{end} * fat::slotSize < m_before.size() &&
        offsetOf(end) == offsetOf(end - 1) + fat::slotSize)
        ++end;
    const std::size_t at = std::size_t{first} * fat::slotSize;
    const std::size_t size = std::size_t{end - first} * fat::slotSize;
    const auto cut = [&](const Bytes& bytes) {
        const ByteView part = ByteView(bytes).subspan(at, size);
        return Bytes(part.begin(), part.end());
    };
    (removes ? patches.removed : patches.changed)
        .push_back({.offset = offsetOf(first), .before = cut(m_before), .after = cut(m_bytes)});
}

/// Clusters after those that are on the volume already.
void StagedDirectory::addFresh(DirectoryPatches& patches) const
{
    const fat::Geometry& geometry = m_volume->geometry();
    std::uint64_t at = 0;
    for (const ClusterRange& run : m_runs) {
        const std::uint64_t size = std::uint64_t{run.count} * geometry.clusterSize();
        if (at >= m_before.size()) {
            const std::uint64_t used =
                std::clamp<std::uint64_t>(std::uint64_t{m_end} * fat::slotSize, at, at + size);
            const auto from = m_bytes.begin() + static_cast<std::ptrdiff_t>(at);
            patches.fresh.push_back({.offset = geometry.clusterOffset(run.first),
                                     .length = size,
                                     .source = std::make_shared<BytesSource>(Bytes(
                                         from, from + static_cast<std::ptrdiff_t>(used - at)))});
        }
        at += size;
    }
}

Result<DirectoryPatches> StagedDirectory::patches() const
{
    DirectoryPatches patches;
    const auto count = static_cast<std::uint32_t>(m_before.size() / fat::slotSize);
    std::uint32_t i = 0;
    while (i < count) {
        if (!isChangedSlot(i)) {
            ++i;
            continue;
        }
        const std::uint32_t first = i;
        do
            ++i;
        while (i < count && isChangedSlot(i) && isRemovedSlot(i) == isRemovedSlot(first) &&
               offsetOf(i) == offsetOf(i - 1) + fat::slotSize);
        addRun(first, i, patches);
    }
    addFresh(patches);
    return patches;
}

} // namespace fatlas::edit
