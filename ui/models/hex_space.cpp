#include "ui/models/hex_space.hpp"

#include <algorithm>

namespace fatlas::ui {

HexSpace HexSpace::ofImage(std::uint64_t imageSize)
{
    HexSpace space;
    space.append({.offset = 0, .length = imageSize});
    space.m_contentSize = imageSize;
    return space;
}

HexSpace HexSpace::ofRanges(std::span<const ByteRange> ranges,
                            std::optional<std::uint64_t> contentSize)
{
    HexSpace space;
    space.m_isFile = true;
    for (const ByteRange& range : ranges)
        space.append(range);
    space.m_contentSize = std::min(contentSize.value_or(space.m_size), space.m_size);
    return space;
}

HexSpace HexSpace::ofChain(const fat::Geometry& geometry, std::uint64_t volumeOffset,
                           std::span<const ClusterRange> runs,
                           std::optional<std::uint64_t> contentSize)
{
    HexSpace space;
    space.m_isFile = true;
    for (const ClusterRange& run : runs)
        space.append({.offset = volumeOffset + geometry.clusterOffset(run.first),
                      .length = std::uint64_t{run.count} * geometry.clusterSize()});
    space.m_contentSize = std::min(contentSize.value_or(space.m_size), space.m_size);
    return space;
}

void HexSpace::append(ByteRange range)
{
    if (range.length == 0)
        return;
    if (!m_pieces.empty() && m_pieces.back().imageOffset + m_pieces.back().length == range.offset)
        m_pieces.back().length += range.length;
    else
        m_pieces.push_back({m_size, range.offset, range.length});
    m_size += range.length;
}

std::optional<std::size_t> HexSpace::findPiece(std::uint64_t place) const
{
    if (place >= m_size)
        return std::nullopt;
    const auto after = std::ranges::upper_bound(m_pieces, place, {}, &HexPiece::place);
    return static_cast<std::size_t>(after - m_pieces.begin()) - 1;
}

std::optional<std::uint64_t> HexSpace::imageOffset(std::uint64_t place) const
{
    const auto index = findPiece(place);
    if (!index)
        return std::nullopt;
    return m_pieces[*index].imageOffset + (place - m_pieces[*index].place);
}

std::optional<std::uint64_t> HexSpace::placeOf(std::uint64_t imageOffset) const
{
    for (const HexPiece& piece : m_pieces)
        if (imageOffset >= piece.imageOffset && imageOffset - piece.imageOffset < piece.length)
            return piece.place + (imageOffset - piece.imageOffset);
    return std::nullopt;
}

std::vector<HexPiece> HexSpace::cut(ByteRange places, std::size_t most) const
{
    std::vector<HexPiece> parts;
    const auto first = findPiece(places.offset);
    if (!first)
        return parts;
    const std::uint64_t end = places.offset + std::min(places.length, m_size - places.offset);
    for (std::size_t i = *first; i < m_pieces.size() && parts.size() < most; ++i) {
        const HexPiece& piece = m_pieces[i];
        if (piece.place >= end)
            break;
        const std::uint64_t from = std::max(piece.place, places.offset);
        const std::uint64_t to = std::min(piece.end(), end);
        parts.push_back({from, piece.imageOffset + (from - piece.place), to - from});
    }
    return parts;
}

} // namespace fatlas::ui
