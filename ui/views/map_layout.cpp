#include "ui/views/map_layout.hpp"

#include "ui/views/rectangle_curve.hpp"

#include <algorithm>
#include <cassert>

namespace fatlas::ui {

namespace {

constexpr std::uint32_t maxCylinders = 96;
constexpr std::uint32_t maxHeads = 2;
constexpr std::uint32_t maxSectorsPerTrack = 63;

std::uint64_t divideUp(std::uint64_t a, std::uint64_t b)
{
    return a / b + (a % b != 0 ? 1 : 0);
}

} // namespace

std::optional<TrackGrid> TrackGrid::of(const fat::Geometry& geometry, std::uint64_t systemCells)
{
    const std::uint32_t perTrack = geometry.sectorsPerTrack;
    const std::uint32_t heads = geometry.heads;
    if (perTrack == 0 || perTrack > maxSectorsPerTrack || heads == 0 || heads > maxHeads)
        return std::nullopt;
    const std::uint32_t perCylinder = perTrack * heads;
    if (geometry.hiddenSectors != 0 || geometry.totalSectors % perCylinder != 0 ||
        geometry.totalSectors / perCylinder > maxCylinders || geometry.sectorsPerCluster == 0)
        return std::nullopt;
    const auto before = static_cast<std::uint32_t>(geometry.dataOffset() / geometry.bytesPerSector);
    if (systemCells != divideUp(before, geometry.sectorsPerCluster))
        return std::nullopt; // system cells that stand for more than a cluster's size
    return TrackGrid{.cylinders = geometry.totalSectors / perCylinder,
                     .heads = heads,
                     .sectorsPerTrack = perTrack,
                     .systemSectors = before,
                     .sectorsPerCell = geometry.sectorsPerCluster,
                     .systemCells = systemCells,
                     .cellCount = systemCells + geometry.clusterCount};
}

std::uint64_t TrackGrid::sectorOfCell(std::uint64_t cell) const
{
    if (cell < systemCells)
        return cell * sectorsPerCell;
    return systemSectors + (cell - systemCells) * sectorsPerCell;
}

std::optional<std::uint64_t> TrackGrid::cellOfSector(std::uint64_t sector) const
{
    if (sector >= sectorCount())
        return std::nullopt;
    if (sector < systemSectors)
        return sector / sectorsPerCell;
    return systemCells + (sector - systemSectors) / sectorsPerCell;
}

MapLayout MapLayout::rowsOf(int columns, std::uint64_t slots)
{
    MapLayout layout;
    layout.m_columns = static_cast<std::uint64_t>(std::max(columns, 1));
    layout.m_slots = slots;
    layout.m_rows = divideUp(slots, layout.m_columns);
    return layout;
}

MapLayout MapLayout::hilbert(int columns, std::uint64_t slots)
{
    MapLayout layout = rowsOf(columns, slots);
    layout.m_order = MapOrder::Hilbert;
    const std::uint64_t width = layout.m_columns;
    // Bands of an even height end at the left, where the next one begins.
    const std::uint64_t most = std::max<std::uint64_t>(maxBand / width, 2) / 2 * 2;
    const std::uint64_t height = std::min(most, std::max<std::uint64_t>(layout.m_rows, 1));
    layout.m_bandSize = width * height;
    layout.m_fullBands = slots / layout.m_bandSize;
    const std::uint64_t rest = slots - layout.m_fullBands * layout.m_bandSize;
    if (layout.m_fullBands > 0)
        layout.m_band =
            makeBand(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
    if (rest > 0)
        layout.m_last = makeBand(static_cast<std::uint32_t>(width),
                                 static_cast<std::uint32_t>(divideUp(rest, width)));
    return layout;
}

std::shared_ptr<const MapLayout::Band> MapLayout::makeBand(std::uint32_t columns,
                                                           std::uint32_t rows)
{
    auto band = std::make_shared<Band>();
    band->positions.reserve(std::size_t{columns} * rows);
    curveThrough(columns, rows, [&band, columns](std::uint32_t x, std::uint32_t y) {
        band->positions.push_back(y * columns + x);
    });
    band->steps.resize(band->positions.size());
    for (std::uint32_t step = 0; step < band->positions.size(); ++step)
        band->steps[band->positions[step]] = step;
    return band;
}

MapLayout MapLayout::tracks(const TrackGrid& grid)
{
    MapLayout layout;
    layout.m_order = MapOrder::Tracks;
    layout.m_columns = grid.cylinders;
    layout.m_slots = grid.sectorCount();
    layout.m_rows = trackRows(grid);
    layout.m_tracks = grid;
    return layout;
}

std::uint64_t MapLayout::trackRows(const TrackGrid& grid)
{
    return std::uint64_t{grid.heads} * (grid.sectorsPerTrack + 1);
}

std::uint64_t MapLayout::labelRowOf(std::uint32_t head) const
{
    return std::uint64_t{head} * (m_tracks.sectorsPerTrack + 1);
}

std::uint64_t MapLayout::trackPositionOf(std::uint64_t sector) const
{
    const std::uint64_t track = sector / m_tracks.sectorsPerTrack;
    const std::uint64_t head = track % m_tracks.heads;
    const std::uint64_t row =
        head * (m_tracks.sectorsPerTrack + 1) + 1 + sector % m_tracks.sectorsPerTrack;
    return row * m_columns + track / m_tracks.heads;
}

std::optional<std::uint64_t> MapLayout::sectorAt(std::uint64_t position) const
{
    const std::uint64_t row = position / m_columns;
    const std::uint64_t cylinder = position % m_columns;
    const std::uint64_t head = row / (m_tracks.sectorsPerTrack + 1);
    const std::uint64_t inBlock = row % (m_tracks.sectorsPerTrack + 1);
    if (head >= m_tracks.heads || inBlock == 0)
        return std::nullopt;
    const std::uint64_t sector =
        (cylinder * m_tracks.heads + head) * m_tracks.sectorsPerTrack + inBlock - 1;
    return sector < m_slots ? std::optional(sector) : std::nullopt;
}

std::uint64_t MapLayout::positionOf(std::uint64_t slot) const
{
    switch (m_order) {
    case MapOrder::Rows: return slot;
    case MapOrder::Tracks: return trackPositionOf(slot);
    case MapOrder::Hilbert: break;
    }
    const std::uint64_t band = slot / m_bandSize;
    const auto& table = band < m_fullBands ? m_band : m_last;
    assert(table);
    return band * m_bandSize + table->positions[slot % m_bandSize];
}

std::optional<std::uint64_t> MapLayout::slotAt(std::uint64_t position) const
{
    if (m_order == MapOrder::Tracks)
        return sectorAt(position);
    std::uint64_t slot = position;
    if (m_order == MapOrder::Hilbert && m_bandSize != 0) {
        const std::uint64_t band = position / m_bandSize;
        const auto& table = band < m_fullBands ? m_band : m_last;
        const std::uint64_t inBand = position % m_bandSize;
        if (band > m_fullBands || !table || inBand >= table->steps.size())
            return std::nullopt;
        slot = band * m_bandSize + table->steps[inBand];
    }
    return slot < m_slots ? std::optional(slot) : std::nullopt;
}

void MapLayout::fillSlots(std::uint64_t first, std::span<std::uint32_t> out) const
{
    if (m_order != MapOrder::Hilbert || m_bandSize == 0) {
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<std::uint32_t>(slotAt(first + i).value_or(noSlot));
        return;
    }
    std::size_t at = 0;
    for (std::uint64_t band = first / m_bandSize; at < out.size(); ++band) {
        const auto& table = band < m_fullBands ? m_band : m_last;
        const std::uint64_t start = band * m_bandSize;
        const std::uint64_t from = first + at - start;
        const auto count =
            static_cast<std::size_t>(std::min<std::uint64_t>(m_bandSize - from, out.size() - at));
        const bool isThere = band <= m_fullBands && table;
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t step =
                isThere && from + i < table->steps.size() ? table->steps[from + i] : m_slots;
            out[at + i] =
                start + step < m_slots ? static_cast<std::uint32_t>(start + step) : noSlot;
        }
        at += count;
    }
}

MapLayout::Span MapLayout::slotsOfRows(std::uint64_t firstRow, std::uint64_t rowCount) const
{
    if (m_order == MapOrder::Tracks || m_columns == 0)
        return {0, rowCount > 0 ? m_slots : 0};
    std::uint64_t first = firstRow * m_columns;
    std::uint64_t end = (firstRow + rowCount) * m_columns;
    if (m_order == MapOrder::Hilbert && m_bandSize != 0) {
        first = first / m_bandSize * m_bandSize;
        end = divideUp(end, m_bandSize) * m_bandSize;
    }
    return {std::min(first, m_slots), std::min(end, m_slots)};
}

} // namespace fatlas::ui
