#include "core/sync/guard.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::sync {

namespace {

bool isTooMuch(std::uint64_t part, std::uint64_t whole)
{
    // Both are sums of files of at most 4 GiB: they do not overflow.
    return whole != 0 && part * 100 > whole * Guard::percent;
}

/// No byte of it is where it was: written over, or read from other clusters.
bool isReplaced(const KnownEntry& entry, const GuestTree& guest, std::uint32_t node)
{
    const auto now = guest.tree->runsOf(node);
    const auto before =
        rangesOf(guest.volume->geometry(), guest.disk.volumeOffset, entry.runs, entry.size());
    const auto isKept = [&](const ByteRange& range) { return !guest.disk.log->covers(range); };
    const bool isElsewhere = std::ranges::none_of(entry.runs, [&](const ClusterRange& run) {
        return std::ranges::any_of(now, [&](const ClusterRange& other) {
            return run.first < other.end() && other.first < run.end();
        });
    });
    return isElsewhere || std::ranges::none_of(before, isKept);
}

} // namespace

std::optional<std::string> Guard::objection(const FileSum& more) const
{
    const std::uint64_t files = m_loss.files + more.files;
    const std::uint64_t bytes = m_loss.bytes + more.bytes;
    if (more.files == 0 || (files < fewFiles && bytes < fewBytes))
        return std::nullopt;
    if (isTooMuch(files, m_start.files))
        return fmt::format("{} of the {} files that were there when it began would be gone, "
                           "emptied or replaced",
                           formatCount(files), formatCount(m_start.files));
    if (isTooMuch(bytes, m_start.bytes))
        return fmt::format("{} of the {} that were there when it began would be gone, emptied or "
                           "replaced",
                           formatSize(bytes), formatSize(m_start.bytes));
    return std::nullopt;
}

void Guard::count(const FileSum& more)
{
    m_loss.files += more.files;
    m_loss.bytes += more.bytes;
}

FileSum lossOf(const Change& change, const KnownTree& known, const GuestTree& guest)
{
    if (change.known == none)
        return {};
    const KnownEntry& entry = known.at(change.known);
    const std::optional<std::uint64_t> size = entry.sizeAtStart;
    if (!size)
        return {};
    const FileSum all{.files = 1, .bytes = *size};
    if (change.kind == ChangeKind::RemoveFile)
        return all;
    if (change.kind != ChangeKind::WriteFile || entry.size() == 0)
        return {};
    const bool isGone =
        guest.node(change.node).size() == 0 || isReplaced(entry, guest, change.node);
    return isGone ? all : FileSum{};
}

std::optional<std::string> formatObjection(const fat::BootSector& before,
                                           const fat::BootSector& now)
{
    const fat::Geometry& was = before.geometry;
    const fat::Geometry& is = now.geometry;
    if (is.type != was.type || is.bytesPerSector != was.bytesPerSector ||
        is.sectorsPerCluster != was.sectorsPerCluster ||
        is.reservedSectors != was.reservedSectors || is.fatCount != was.fatCount ||
        is.sectorsPerFat != was.sectorsPerFat || is.rootEntryCount != was.rootEntryCount ||
        is.totalSectors != was.totalSectors || is.rootCluster != was.rootCluster)
        return "the guest formatted the disk: the volume is laid out in another way";
    if (before.hasExtendedFields && now.hasExtendedFields && before.serial != now.serial)
        return "the guest formatted the disk: it has another serial number";
    return std::nullopt;
}

} // namespace fatlas::sync
