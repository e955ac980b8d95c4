#include "core/serve/journal_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace fatlas::serve {

namespace {

using Segments = JournalIndex::Segments;
using SharedSegment = JournalIndex::SharedSegment;

bool touches(const JournalWrite& write, std::uint64_t offset, std::uint64_t length)
{
    return write.offset < offset ? offset - write.offset < write.length
                                 : write.offset - offset < length;
}

std::uint64_t firstNumberOf(const SharedSegment& segment)
{
    return segment->firstNumber();
}

/// The one with a write; they follow each other.
SharedSegment segmentOf(const Segments& segments, std::uint64_t number)
{
    const auto next = std::ranges::upper_bound(segments, number, {}, firstNumberOf);
    if (next == segments.begin() || !(*std::prev(next))->contains(number))
        return nullptr;
    return *std::prev(next);
}

} // namespace

JournalIndex::JournalIndex(std::int64_t beginNs) : m_oldestNs(beginNs), m_countNs(beginNs) {}

void JournalIndex::restore(Segments segments)
{
    const std::scoped_lock lock(m_mutex);
    if (segments.empty())
        return;
    m_oldest = segments.front()->firstNumber() - 1;
    m_oldestNs = segments.front()->write(segments.front()->firstNumber()).timeNs;
    m_count = segments.back()->endNumber() - 1;
    m_countNs = segments.back()->write(m_count).timeNs;
    m_settled = std::make_shared<const Segments>(std::move(segments));
}

void JournalIndex::begin(std::shared_ptr<JournalSegment> segment)
{
    const std::scoped_lock lock(m_mutex);
    const auto before = std::exchange(m_growing, std::move(segment));
    if (!before || before->pieces().empty())
        return;
    before->settle();
    Segments settled = *m_settled;
    settled.push_back(before);
    m_settled = std::make_shared<const Segments>(std::move(settled));
}

std::uint64_t JournalIndex::add(const JournalWrite& write, std::span<const UndoPiece> pieces)
{
    const std::scoped_lock lock(m_mutex);
    m_growing->add(write, pieces);
    m_underWay.insert(++m_count);
    m_countNs = write.timeNs;
    return m_count;
}

void JournalIndex::finish(std::uint64_t number)
{
    const std::scoped_lock lock(m_mutex);
    m_underWay.erase(number);
}

SharedSegment JournalIndex::dropOldest()
{
    const std::scoped_lock lock(m_mutex);
    if (m_settled->empty())
        return nullptr;
    const SharedSegment gone = m_settled->front();
    m_settled = std::make_shared<const Segments>(m_settled->begin() + 1, m_settled->end());
    m_oldest = gone->endNumber() - 1;
    m_oldestNs = gone->write(m_oldest).timeNs;
    return gone;
}

std::uint64_t JournalIndex::forget(std::int64_t timeNs, Segments& gone)
{
    const std::scoped_lock lock(m_mutex);
    gone = all();
    m_settled = std::make_shared<const Segments>();
    m_growing.reset();
    m_underWay.insert(++m_count);
    m_oldest = m_count;
    m_oldestNs = timeNs;
    m_countNs = timeNs;
    return m_count;
}

Segments JournalIndex::all() const
{
    Segments segments = *m_settled;
    if (m_growing && !m_growing->pieces().empty())
        segments.push_back(m_growing);
    return segments;
}

std::uint64_t JournalIndex::count() const
{
    const std::scoped_lock lock(m_mutex);
    return m_count;
}

JournalSpan JournalIndex::span() const
{
    const std::scoped_lock lock(m_mutex);
    JournalSpan span{
        .oldest = m_oldest, .newest = m_count, .oldestNs = m_oldestNs, .newestNs = m_countNs};
    if (m_underWay.empty())
        return span;
    span.newest = std::max(m_oldest, *m_underWay.begin() - 1);
    if (const auto segment = segmentOf(all(), span.newest))
        span.newestNs = segment->write(span.newest).timeNs;
    return span;
}

std::optional<JournalWrite> JournalIndex::write(std::uint64_t number) const
{
    const std::scoped_lock lock(m_mutex);
    const auto segment = segmentOf(all(), number);
    return segment ? std::optional(segment->write(number)) : std::nullopt;
}

std::vector<JournalWrite> JournalIndex::writes(std::uint64_t first, std::uint64_t end) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<JournalWrite> found;
    for (const SharedSegment& segment : all()) {
        const std::uint64_t stop = std::min(end, segment->endNumber());
        for (std::uint64_t at = std::max(first, segment->firstNumber()); at < stop; ++at)
            found.push_back(segment->write(at));
    }
    return found;
}

std::vector<JournalWrite> JournalIndex::writesTo(std::uint64_t offset, std::uint64_t length,
                                                 std::uint64_t upTo, std::size_t limit) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<JournalWrite> found;
    for (const SharedSegment& segment : std::views::reverse(all())) {
        for (std::uint64_t at = std::min(upTo + 1, segment->endNumber());
             at > segment->firstNumber(); --at) {
            if (found.size() == limit)
                return found;
            const JournalWrite write = segment->write(at - 1);
            if (touches(write, offset, length))
                found.push_back(write);
        }
    }
    return found;
}

std::uint64_t JournalIndex::momentAt(std::int64_t timeNs) const
{
    const std::scoped_lock lock(m_mutex);
    std::uint64_t moment = m_oldest;
    for (const SharedSegment& segment : all()) {
        const std::uint64_t later = segment->firstNumberAt(timeNs + 1);
        moment = std::max(moment, later - 1);
        if (later != segment->endNumber())
            break;
    }
    const std::uint64_t done = m_underWay.empty() ? m_count : *m_underWay.begin() - 1;
    return std::max(m_oldest, std::min(moment, done));
}

std::vector<JournalSegment::Kinds> JournalIndex::columns(std::int64_t fromNs, std::int64_t toNs,
                                                         std::size_t count) const
{
    std::vector<JournalSegment::Kinds> columns(count);
    if (count == 0 || fromNs >= toNs)
        return columns;
    const double width = static_cast<double>(toNs - fromNs) / static_cast<double>(count);
    const auto border = [&](std::size_t column) {
        return fromNs + static_cast<std::int64_t>(width * static_cast<double>(column));
    };
    const std::scoped_lock lock(m_mutex);
    for (const SharedSegment& segment : all()) {
        if (segment->write(segment->endNumber() - 1).timeNs < fromNs)
            continue;
        std::uint64_t first = segment->firstNumberAt(fromNs);
        for (std::size_t i = 0; i < count && first < segment->endNumber(); ++i) {
            const std::uint64_t end = segment->firstNumberAt(i + 1 == count ? toNs : border(i + 1));
            const JournalSegment::Kinds kinds = segment->kindsBetween(first, end);
            columns[i].writes += kinds.writes;
            columns[i].zeroes += kinds.zeroes;
            columns[i].trims += kinds.trims;
            first = end;
        }
    }
    return columns;
}

Error JournalIndex::tooOld(std::uint64_t moment) const
{
    return {.code = ErrorCode::Changed,
            .message = fmt::format("the disk as it was after write {} is no longer remembered: the "
                                   "timeline goes back to write {}",
                                   moment, m_oldest)};
}

Result<JournalIndex::Look> JournalIndex::look(std::uint64_t moment, std::size_t known,
                                              std::uint64_t firstSector,
                                              std::uint64_t endSector) const
{
    const std::scoped_lock lock(m_mutex);
    if (moment < m_oldest)
        return std::unexpected(tooOld(moment));
    Look found;
    found.settled = m_settled;
    if (moment >= m_count)
        return found; // nothing came behind it
    found.own = segmentOf(*m_settled, moment + 1);
    if (found.own) {
        const auto place = std::ranges::upper_bound(*m_settled, moment + 1, {}, firstNumberOf);
        found.laterFrom = static_cast<std::size_t>(place - m_settled->begin());
        found.growing = m_growing;
    } else {
        found.own = m_growing;
        found.isOwnGrowing = true;
        found.laterFrom = m_settled->size();
    }
    found.ownFrom = found.own->firstPieceOf(moment + 1);
    if (found.isOwnGrowing) {
        const auto from = static_cast<std::ptrdiff_t>(std::max(known, found.ownFrom));
        found.ownPieces.assign(found.own->pieces().begin() + from, found.own->pieces().end());
    }
    if (found.growing)
        for (const PieceRange& range : found.growing->firsts().within(firstSector, endSector))
            found.inGrowing.push_back(
                {.range = range, .piece = found.growing->pieces()[range.piece]});
    return found;
}

} // namespace fatlas::serve
