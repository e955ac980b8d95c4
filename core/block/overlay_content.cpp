#include "core/block/overlay_content.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::block {

namespace {

constexpr std::size_t maxExtents = 4096;

} // namespace

OverlayContent::OverlayContent(std::shared_ptr<const BlockDevice> lower,
                               std::shared_ptr<FileDevice> file)
    : below(std::move(lower)), data(std::move(file)),
      states(divideRoundUp(below->size(), sectorBytes))
{}

Result<> OverlayContent::read(std::uint64_t offset, ByteSpan into) const
{
    const std::uint64_t limit = divideRoundUp(offset + into.size(), sectorBytes);
    while (!into.empty()) {
        const SectorRun run = states.runAt(offset / sectorBytes, limit);
        const auto count = static_cast<std::size_t>(
            std::min<std::uint64_t>(into.size(), run.end() * sectorBytes - offset));
        const ByteSpan part = into.first(count);
        switch (run.state) {
        case SectorState::Below: FATLAS_TRY(below->read(offset, part)); break;
        case SectorState::Data: FATLAS_TRY(data->read(offset, part)); break;
        case SectorState::Zero: std::ranges::fill(part, std::byte{0}); break;
        }
        into = into.subspan(count);
        offset += count;
    }
    return {};
}

Result<> OverlayContent::appendBelow(std::vector<Extent>& found, std::uint64_t offset,
                                     std::uint64_t length) const
{
    FATLAS_ASSIGN(const std::vector<Extent> extents, below->extents(offset, length));
    for (Extent extent : extents) {
        if (found.size() == maxExtents)
            break;
        if (extent.backing)
            ++extent.backing->file;
        found.push_back(extent);
    }
    return {};
}

Result<std::vector<Extent>> OverlayContent::extents(std::uint64_t offset,
                                                    std::uint64_t length) const
{
    std::vector<Extent> found;
    const std::uint64_t end = offset + length;
    const std::uint64_t limit = divideRoundUp(end, sectorBytes);
    while (offset < end && found.size() < maxExtents) {
        const SectorRun run = states.runAt(offset / sectorBytes, limit);
        const std::uint64_t count = std::min(end, run.end() * sectorBytes) - offset;
        if (run.state == SectorState::Below)
            FATLAS_TRY(appendBelow(found, offset, count));
        else if (run.state == SectorState::Data)
            found.push_back({.offset = offset,
                             .length = count,
                             .kind = ExtentKind::Data,
                             .backing = Backing{.file = 0, .offset = offset}});
        else
            found.push_back({.offset = offset, .length = count, .kind = ExtentKind::Hole});
        offset = found.back().end(); // the disk below may have stopped early
    }
    return found;
}

Result<std::shared_ptr<const File>> OverlayContent::backingFile(std::uint64_t file) const
{
    return file == 0 ? data->backingFile(0) : below->backingFile(file - 1);
}

bool OverlayContent::holdsData(std::uint64_t first, std::uint64_t end) const
{
    while (first < end) {
        const SectorRun run = states.runAt(first, end);
        if (run.state == SectorState::Data)
            return true;
        first = run.end();
    }
    return false;
}

} // namespace fatlas::block
