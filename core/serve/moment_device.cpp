#include "core/serve/moment_device.hpp"

#include "core/base/checked.hpp"
#include "core/base/units.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::serve {

namespace {

using block::Extent;
using block::ExtentKind;
using block::SectorState;

constexpr std::uint64_t readWindowBytes = MiB;
constexpr std::uint64_t extentsWindowBytes = 32 * MiB;
constexpr std::size_t maxExtents = 4096;

/// Joined with the one before where they are alike.
void append(std::vector<Extent>& extents, const Extent& next)
{
    if (next.length == 0)
        return;
    if (!extents.empty() && extents.back().kind == next.kind)
        extents.back().length += next.length;
    else
        extents.push_back({.offset = next.offset, .length = next.length, .kind = next.kind});
}

/// Without saying where bytes lie: that may change while they are copied.
Result<> appendOf(const block::BlockDevice& device, std::uint64_t offset, std::uint64_t end,
                  std::vector<Extent>& extents)
{
    while (offset < end) {
        FATLAS_ASSIGN(const auto found, device.extents(offset, end - offset));
        for (const Extent& extent : found)
            append(extents, extent);
        offset = found.back().end();
    }
    return {};
}

} // namespace

MomentDevice::MomentDevice(std::shared_ptr<const block::OverlayDevice> live,
                           std::shared_ptr<const block::BlockDevice> below,
                           std::shared_ptr<const JournalIndex> index, std::uint64_t moment)
    : m_live(std::move(live)), m_below(std::move(below)), m_index(std::move(index)),
      m_moment(moment)
{}

void MomentDevice::catchUp(const JournalIndex::Look& look) const
{
    m_from = look.ownFrom;
    const std::size_t known = m_pieces.size();
    if (look.isOwnGrowing)
        m_pieces.insert(m_pieces.end(), look.ownPieces.begin(), look.ownPieces.end());
    else
        m_pieces.assign(look.own->pieces().begin() + static_cast<std::ptrdiff_t>(m_from),
                        look.own->pieces().end());
    for (std::size_t i = known; i < m_pieces.size(); ++i)
        m_firsts.add(m_pieces[i].first, m_pieces[i].end(), static_cast<std::uint32_t>(m_from + i));
}

/// The moment's own segment first, then the later ones: of a sector's pieces the first counts.
Result<std::vector<MomentDevice::Old>> MomentDevice::find(std::uint64_t first,
                                                          std::uint64_t end) const
{
    std::vector<Old> found;
    const std::scoped_lock lock(m_mutex);
    FATLAS_ASSIGN(const auto look, m_index->look(m_moment, m_from + m_pieces.size(), first, end));
    if (!look.own)
        return found;
    catchUp(look);
    FirstPieces cover;
    std::vector<Old> sources;
    const auto put = [&](const PieceRange& range, const UndoPiece& piece,
                         const JournalIndex::SharedSegment& segment) {
        cover.add(range.first, range.end, static_cast<std::uint32_t>(sources.size()));
        sources.push_back({.piece = piece, .index = range.piece, .segment = segment});
    };
    for (const PieceRange& range : m_firsts.within(first, end))
        put(range, m_pieces[range.piece - m_from], look.own);
    for (std::size_t i = look.laterFrom; i < look.settled->size(); ++i) {
        const auto& segment = (*look.settled)[i];
        for (const PieceRange& range : segment->firsts().within(first, end))
            put(range, segment->pieces()[range.piece], segment);
    }
    for (const auto& part : look.inGrowing)
        put(part.range, part.piece, look.growing);
    for (const PieceRange& range : cover.within(first, end)) {
        Old old = sources[range.piece];
        old.first = range.first;
        old.end = range.end;
        found.push_back(std::move(old));
    }
    return found;
}

Result<> MomentDevice::readOld(const Old& old, std::uint64_t offset, ByteSpan into) const
{
    switch (old.piece.state) {
    case SectorState::Below: return m_below->read(offset, into);
    case SectorState::Zero: std::ranges::fill(into, std::byte{0}); return {};
    case SectorState::Data: break;
    }
    return old.segment->readPiece(old.piece, old.index, offset - old.piece.first * journalSector,
                                  into);
}

/// Of sectors that no write behind the moment was known to touch. One that begins meanwhile is
/// known before it changes anything, so it is found by asking again.
Result<> MomentDevice::readLive(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(m_live->read(offset, into));
    const std::uint64_t end = offset + into.size();
    FATLAS_ASSIGN(const auto meanwhile,
                  find(offset / journalSector, divideRoundUp(end, journalSector)));
    for (const Old& old : meanwhile) {
        const std::uint64_t from = std::max(offset, old.first * journalSector);
        const std::uint64_t to = std::min(end, old.end * journalSector);
        FATLAS_TRY(readOld(old, from,
                           into.subspan(static_cast<std::size_t>(from - offset),
                                        static_cast<std::size_t>(to - from))));
    }
    return {};
}

Result<> MomentDevice::readWindow(std::uint64_t offset, ByteSpan into) const
{
    const std::uint64_t end = offset + into.size();
    FATLAS_ASSIGN(const auto known,
                  find(offset / journalSector, divideRoundUp(end, journalSector)));
    const auto part = [&](std::uint64_t from, std::uint64_t to) {
        return into.subspan(static_cast<std::size_t>(from - offset),
                            static_cast<std::size_t>(to - from));
    };
    std::uint64_t at = offset;
    for (const Old& old : known) {
        const std::uint64_t from = std::max(offset, old.first * journalSector);
        const std::uint64_t to = std::min(end, old.end * journalSector);
        if (at < from)
            FATLAS_TRY(readLive(at, part(at, from)));
        FATLAS_TRY(readOld(old, from, part(from, to)));
        at = to;
    }
    return at < end ? readLive(at, part(at, end)) : Result<>();
}

Result<> MomentDevice::read(std::uint64_t offset, ByteSpan into) const
{
    FATLAS_TRY(checkRange(offset, into.size()));
    while (!into.empty()) {
        const auto count = std::min<std::size_t>(into.size(), readWindowBytes);
        FATLAS_TRY(readWindow(offset, into.first(count)));
        into = into.subspan(count);
        offset += count;
    }
    return {};
}

Result<> MomentDevice::addOld(const Old& old, std::uint64_t offset, std::uint64_t end,
                              Extents& into) const
{
    if (old.piece.state == SectorState::Below)
        return appendOf(*m_below, offset, end, into);
    const auto kind = old.piece.state == SectorState::Data ? ExtentKind::Data : ExtentKind::Hole;
    append(into, {.offset = offset, .length = end - offset, .kind = kind});
    return {};
}

Result<> MomentDevice::addLive(std::uint64_t offset, std::uint64_t end, Extents& into) const
{
    if (offset >= end)
        return {};
    Extents live;
    FATLAS_TRY(appendOf(*m_live, offset, end, live));
    FATLAS_ASSIGN(const auto meanwhile,
                  find(offset / journalSector, divideRoundUp(end, journalSector)));
    if (meanwhile.empty()) {
        for (const Extent& extent : live)
            append(into, extent);
        return {};
    }
    append(into, {.offset = offset, .length = end - offset, .kind = ExtentKind::Data});
    return {};
}

Result<std::vector<Extent>> MomentDevice::extents(std::uint64_t offset, std::uint64_t length) const
{
    FATLAS_TRY(checkRange(offset, length));
    Extents found;
    const std::uint64_t end = offset + std::min(length, extentsWindowBytes);
    FATLAS_ASSIGN(const auto known,
                  find(offset / journalSector, divideRoundUp(end, journalSector)));
    std::uint64_t at = offset;
    for (const Old& old : known) {
        if (found.size() >= maxExtents)
            return found;
        const std::uint64_t from = std::max(offset, old.first * journalSector);
        const std::uint64_t to = std::min(end, old.end * journalSector);
        FATLAS_TRY(addLive(at, from, found));
        FATLAS_TRY(addOld(old, from, to, found));
        at = to;
    }
    FATLAS_TRY(addLive(at, end, found));
    return found;
}

} // namespace fatlas::serve
