#include "ui/models/hex_search.hpp"

#include <algorithm>

namespace fatlas::ui {

namespace {

/// What is read and compared between two looks at the job: less where comparing may take long.
std::uint64_t windowFor(const HexPattern& pattern)
{
    constexpr std::uint64_t shortPattern = 16;
    return MiB / std::max<std::uint64_t>(1, pattern.size() / shortPattern);
}

constexpr std::uint64_t retrySize = 512;
constexpr std::uint64_t extentWindow = 16 * GiB;

class Searcher {
public:
    Searcher(const HexSearch& search, const JobControl& job)
        : m_search(search), m_job(job), m_total(search.space->size()),
          m_window(windowFor(search.pattern)), m_skipsZeros(!search.pattern.matchesZeros())
    {}

    /// Matches that begin in [from, to).
    [[nodiscard]] Result<std::optional<std::uint64_t>> scan(std::uint64_t from, std::uint64_t to)
    {
        return m_search.direction == Direction::Forward ? scanForward(from, to)
                                                        : scanBackward(from, to);
    }

    [[nodiscard]] std::uint64_t unreadableSize() const noexcept { return m_unreadable; }

private:
    using Found = std::optional<std::uint64_t>;

    [[nodiscard]] std::uint64_t overlap() const { return m_search.pattern.size() - 1; }

    [[nodiscard]] Result<Found> scanForward(std::uint64_t from, std::uint64_t to)
    {
        for (std::uint64_t at = from; at < to;) {
            FATLAS_TRY(m_job.checkpoint());
            const ByteRange hole = holeAt(at);
            // A match may begin in the zeros if it ends behind them.
            if (hole.end() > at + m_window && hole.end() - overlap() > at) {
                advance(std::min(hole.end() - overlap(), to) - at);
                at = std::min(hole.end() - overlap(), to);
                continue;
            }
            const std::uint64_t count = std::min(m_window, to - at);
            FATLAS_ASSIGN(const ByteView bytes, window(at, count));
            if (const auto hit = firstIn(bytes, count))
                return Found(at + *hit);
            at += count;
            advance(count);
        }
        return Found();
    }

    [[nodiscard]] Result<Found> scanBackward(std::uint64_t from, std::uint64_t to)
    {
        for (std::uint64_t end = to; end > from;) {
            FATLAS_TRY(m_job.checkpoint());
            const ByteRange hole = holeAt(end - 1);
            const bool inHole =
                hole.length > m_window && hole.end() >= std::min(end + overlap(), m_total);
            if (inHole && hole.offset + m_window < end) {
                const std::uint64_t next = std::max(hole.offset, from);
                advance(end - next);
                end = next;
                continue;
            }
            const std::uint64_t count = std::min(m_window, end - from);
            FATLAS_ASSIGN(const ByteView bytes, window(end - count, count));
            if (const auto hit = lastIn(bytes, count))
                return Found(end - count + *hit);
            end -= count;
            advance(count);
        }
        return Found();
    }

    /// The places around `place` that are known to be zeros and need no reading; empty if none.
    [[nodiscard]] ByteRange holeAt(std::uint64_t place)
    {
        if (!m_skipsZeros)
            return {};
        if (!m_known.contains(place) || endsSoonAfter(place))
            askExtents(place);
        const auto hole = std::ranges::find_if(
            m_holes, [place](const ByteRange& range) { return range.contains(place); });
        return hole == m_holes.end() ? ByteRange{} : *hole;
    }

    /// What lies behind the places asked about last may go on as they end.
    [[nodiscard]] bool endsSoonAfter(std::uint64_t place) const
    {
        if (m_search.direction == Direction::Backward || m_known.end() - place > m_window)
            return false;
        const auto piece = m_search.space->findPiece(place);
        return piece && m_known.end() < m_search.space->pieces()[*piece].end();
    }

    void askExtents(std::uint64_t place)
    {
        m_holes.clear();
        const std::size_t index = m_search.space->findPiece(place).value_or(0);
        const HexPiece& piece = m_search.space->pieces()[index];
        // Backward the window ends at `place`, so that it serves for more than one question.
        std::uint64_t from = place;
        if (m_search.direction == Direction::Backward)
            from = std::max(piece.place, place - std::min(place, extentWindow - 1));
        std::uint64_t to = std::min(piece.end(), from + extentWindow);
        if (m_search.direction == Direction::Backward)
            to = std::min(piece.end(), place + 1 + overlap());
        m_known = {.offset = from, .length = to - from};
        const auto toImage = [&](std::uint64_t at) { return piece.imageOffset + at - piece.place; };
        for (std::uint64_t at = from; at < to;) {
            const auto extents = m_search.device->extents(toImage(at), to - at);
            if (!extents || extents->empty())
                return;
            for (const block::Extent& extent : *extents) {
                if (extent.kind != block::ExtentKind::Data)
                    addHole({.offset = at, .length = extent.length});
                at += extent.length;
            }
        }
    }

    void addHole(ByteRange hole)
    {
        if (!m_holes.empty() && m_holes.back().end() == hole.offset)
            m_holes.back().length += hole.length;
        else
            m_holes.push_back(hole);
    }

    [[nodiscard]] bool isReadable(std::uint64_t hit) const
    {
        const ByteRange match{.offset = hit, .length = m_search.pattern.size()};
        return std::ranges::none_of(m_bad, [&](const ByteRange& bad) {
            return bad.offset < match.end() && match.offset < bad.end();
        });
    }

    [[nodiscard]] std::optional<std::size_t> firstIn(ByteView bytes, std::size_t count) const
    {
        for (std::size_t from = 0; from < count;) {
            const auto hit = findFirst(m_search.pattern, bytes.subspan(from), count - from);
            if (!hit || isReadable(from + *hit))
                return hit ? std::optional(from + *hit) : std::nullopt;
            from += *hit + 1;
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::size_t> lastIn(ByteView bytes, std::size_t count) const
    {
        while (true) {
            const auto hit = findLast(m_search.pattern, bytes, count);
            if (!hit || isReadable(*hit))
                return hit;
            count = *hit;
        }
    }

    /// `count` bytes from `place` and those that a match at its end needs.
    [[nodiscard]] Result<ByteView> window(std::uint64_t place, std::uint64_t count)
    {
        const std::uint64_t size = std::min(count + overlap(), m_total - place);
        m_buffer.resize(size);
        m_bad.clear();
        std::uint64_t done = 0;
        for (const HexPiece& part : m_search.space->cut({.offset = place, .length = size})) {
            FATLAS_TRY(readPart(part, done));
            done += part.length;
        }
        return ByteView(m_buffer);
    }

    [[nodiscard]] Result<> readPart(const HexPiece& part, std::uint64_t bufferOffset)
    {
        const ByteSpan into = ByteSpan(m_buffer).subspan(bufferOffset, part.length);
        if (m_search.device->read(part.imageOffset, into))
            return {};
        for (std::uint64_t at = 0; at < into.size(); at += retrySize) {
            FATLAS_TRY(m_job.checkpoint());
            const ByteSpan sector =
                into.subspan(at, std::min<std::uint64_t>(retrySize, into.size() - at));
            if (m_search.device->read(part.imageOffset + at, sector))
                continue;
            m_bad.push_back({.offset = bufferOffset + at, .length = sector.size()});
            m_unreadable += sector.size();
        }
        return {};
    }

    void advance(std::uint64_t count)
    {
        m_done += count;
        m_job.report(m_done, m_total);
    }

    const HexSearch& m_search;
    const JobControl& m_job;
    std::uint64_t m_total;
    std::uint64_t m_window;
    bool m_skipsZeros;
    Bytes m_buffer;
    std::vector<ByteRange> m_bad;   ///< of m_buffer: could not be read
    ByteRange m_known;              ///< places for which m_holes is complete
    std::vector<ByteRange> m_holes; ///< in places
    std::uint64_t m_done = 0;
    std::uint64_t m_unreadable = 0;
};

} // namespace

Result<HexSearchEnd> searchHex(const HexSearch& search, const JobControl& job)
{
    const std::uint64_t size = search.space->size();
    if (size < search.pattern.size())
        return HexSearchEnd{};
    const std::uint64_t from = std::min(search.from, size);
    Searcher searcher(search, job);
    const bool forward = search.direction == Direction::Forward;
    FATLAS_ASSIGN(auto place, forward ? searcher.scan(from, size) : searcher.scan(0, from));
    bool wrapped = false;
    if (!place) {
        FATLAS_ASSIGN(place, forward ? searcher.scan(0, from) : searcher.scan(from, size));
        wrapped = place.has_value();
    }
    return HexSearchEnd{
        .place = place, .wrapped = wrapped, .unreadableSize = searcher.unreadableSize()};
}

} // namespace fatlas::ui
