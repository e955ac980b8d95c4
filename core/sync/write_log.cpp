#include "core/sync/write_log.hpp"

#include <algorithm>

namespace fatlas::sync {

namespace {

/// Pieces grow together as long as they are small and were written in one go: how quiet a file is
/// must not depend on what is written behind it much later.
constexpr std::uint64_t maxMergedLength = 256 * 1024;
constexpr std::chrono::milliseconds oneGo{100};

constexpr ByteRange between(std::uint64_t first, std::uint64_t end)
{
    return {.offset = first, .length = end - first};
}

/// Parts come in order; what touches the last one becomes part of it.
void addPart(std::vector<ByteRange>& parts, ByteRange part, ByteRange within)
{
    const std::uint64_t first = std::max(part.offset, within.offset);
    const std::uint64_t end = std::min(part.end(), within.end());
    if (parts.empty() || parts.back().end() < first)
        parts.push_back(between(first, end));
    else if (parts.back().end() < end)
        parts.back().length = end - parts.back().offset;
}

} // namespace

WriteLog::Ticket WriteLog::begin(ByteRange range, Time now)
{
    const std::scoped_lock lock(m_mutex);
    mark(range, now);
    return m_underWay.emplace(range.offset, range.end());
}

void WriteLog::end(Ticket ticket, Time now)
{
    const std::scoped_lock lock(m_mutex);
    const ByteRange range{.offset = ticket->first, .length = ticket->second - ticket->first};
    m_underWay.erase(ticket);
    mark(range, now);
}

void WriteLog::mark(ByteRange range, Time now)
{
    ++m_stamp;
    m_last = now;
    if (range.length == 0)
        return;
    cutAt(range.offset);
    cutAt(range.end());
    m_pieces.erase(m_pieces.lower_bound(range.offset), m_pieces.lower_bound(range.end()));
    const auto next = m_pieces.lower_bound(range.offset);
    if (next != m_pieces.begin()) {
        const auto before = std::prev(next);
        Piece& piece = before->second;
        if (piece.end == range.offset && now - piece.time < oneGo &&
            range.end() - before->first <= maxMergedLength) {
            piece = {.end = range.end(), .stamp = m_stamp, .time = now};
            return;
        }
    }
    m_pieces.emplace_hint(next, range.offset,
                          Piece{.end = range.end(), .stamp = m_stamp, .time = now});
}

/// Afterwards no piece reaches over `offset`.
void WriteLog::cutAt(std::uint64_t offset)
{
    const auto after = m_pieces.lower_bound(offset);
    if (after == m_pieces.begin())
        return;
    Piece& piece = std::prev(after)->second;
    if (piece.end <= offset)
        return;
    Piece rest = piece;
    piece.end = offset;
    m_pieces.emplace_hint(after, offset, rest);
}

WriteLog::Pieces::const_iterator WriteLog::firstTouching(ByteRange range) const
{
    auto piece = m_pieces.upper_bound(range.offset);
    if (piece != m_pieces.begin() && std::prev(piece)->second.end > range.offset)
        --piece;
    return piece;
}

bool WriteLog::isBeingWritten(ByteRange range) const
{
    return std::ranges::any_of(m_underWay, [&](const auto& written) {
        return written.first < range.end() && range.offset < written.second;
    });
}

WriteLog::Stamp WriteLog::stamp() const
{
    const std::scoped_lock lock(m_mutex);
    return m_stamp;
}

std::optional<WriteLog::Time> WriteLog::lastTime() const
{
    const std::scoped_lock lock(m_mutex);
    return m_last;
}

std::optional<WriteLog::Time> WriteLog::lastTime(ByteRange range) const
{
    const std::scoped_lock lock(m_mutex);
    std::optional<Time> last;
    for (auto piece = firstTouching(range); piece != m_pieces.end() && piece->first < range.end();
         ++piece)
        last = std::max(last.value_or(piece->second.time), piece->second.time);
    return last;
}

bool WriteLog::isUnchangedSince(Stamp since, ByteRange range) const
{
    const std::scoped_lock lock(m_mutex);
    for (auto piece = firstTouching(range); piece != m_pieces.end() && piece->first < range.end();
         ++piece)
        if (piece->second.stamp > since)
            return false;
    return !isBeingWritten(range);
}

bool WriteLog::touches(ByteRange range) const
{
    const std::scoped_lock lock(m_mutex);
    const auto piece = firstTouching(range);
    return piece != m_pieces.end() && piece->first < range.end();
}

bool WriteLog::covers(ByteRange range) const
{
    const std::scoped_lock lock(m_mutex);
    std::uint64_t at = range.offset;
    for (auto piece = firstTouching(range); at < range.end(); ++piece) {
        if (piece == m_pieces.end() || piece->first > at)
            return false;
        at = piece->second.end;
    }
    return true;
}

std::vector<ByteRange> WriteLog::written(ByteRange range) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<ByteRange> parts;
    for (auto piece = firstTouching(range); piece != m_pieces.end() && piece->first < range.end();
         ++piece)
        addPart(parts, between(piece->first, piece->second.end), range);
    return parts;
}

std::vector<ByteRange> WriteLog::writtenSince(Stamp since, ByteRange range) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<ByteRange> found;
    for (const auto& [first, end] : m_underWay)
        if (first < range.end() && range.offset < end)
            found.push_back(between(first, end));
    for (auto piece = firstTouching(range); piece != m_pieces.end() && piece->first < range.end();
         ++piece)
        if (piece->second.stamp > since)
            found.push_back(between(piece->first, piece->second.end));
    std::ranges::sort(found, {}, &ByteRange::offset);
    std::vector<ByteRange> parts;
    for (const ByteRange& part : found)
        addPart(parts, part, range);
    return parts;
}

void WriteLog::forget(ByteRange range, Stamp upTo)
{
    const std::scoped_lock lock(m_mutex);
    cutAt(range.offset);
    cutAt(range.end());
    auto piece = m_pieces.lower_bound(range.offset);
    while (piece != m_pieces.end() && piece->first < range.end())
        piece = piece->second.stamp <= upTo ? m_pieces.erase(piece) : std::next(piece);
}

void WriteLog::remember(ByteRange range)
{
    if (range.length == 0)
        return;
    const std::scoped_lock lock(m_mutex);
    cutAt(range.offset);
    cutAt(range.end());
    m_pieces.erase(m_pieces.lower_bound(range.offset), m_pieces.lower_bound(range.end()));
    m_pieces.emplace(range.offset, Piece{.end = range.end(), .stamp = 0, .time = {}});
}

std::size_t WriteLog::pieceCount() const
{
    const std::scoped_lock lock(m_mutex);
    return m_pieces.size();
}

} // namespace fatlas::sync
