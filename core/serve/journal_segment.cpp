#include "core/serve/journal_segment.hpp"

#include "core/base/crc32.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace fatlas::serve {

void JournalSegment::add(const JournalWrite& write, std::span<const UndoPiece> pieces)
{
    m_writes.push_back({.timeNs = write.timeNs,
                        .offset = write.offset,
                        .length = write.length,
                        .client = write.client,
                        .firstPiece = static_cast<std::uint32_t>(m_pieces.size()),
                        .zeroesBefore = m_zeroes,
                        .trimsBefore = m_trims,
                        .kind = write.kind});
    m_zeroes += write.kind == block::TapKind::WriteZeroes ? 1 : 0;
    m_trims += write.kind == block::TapKind::Trim ? 1 : 0;
    for (const UndoPiece& piece : pieces) {
        m_firsts.add(piece.first, piece.end(), static_cast<std::uint32_t>(m_pieces.size()));
        m_pieces.push_back(piece);
    }
}

void JournalSegment::distrustData()
{
    m_isVerified = std::make_unique<std::atomic<bool>[]>(m_pieces.size());
}

JournalWrite JournalSegment::write(std::uint64_t number) const
{
    const Mark& mark = m_writes[static_cast<std::size_t>(number - m_firstNumber)];
    return {.number = number,
            .timeNs = mark.timeNs,
            .offset = mark.offset,
            .length = mark.length,
            .client = mark.client,
            .kind = mark.kind};
}

std::size_t JournalSegment::firstPieceOf(std::uint64_t number) const
{
    const auto index = static_cast<std::size_t>(number - m_firstNumber);
    return index < m_writes.size() ? m_writes[index].firstPiece : m_pieces.size();
}

JournalSegment::Kinds JournalSegment::kindsBefore(std::uint64_t number) const
{
    const auto index = static_cast<std::size_t>(number - m_firstNumber);
    const bool isIn = index < m_writes.size();
    const std::uint64_t zeroes = isIn ? m_writes[index].zeroesBefore : m_zeroes;
    const std::uint64_t trims = isIn ? m_writes[index].trimsBefore : m_trims;
    return {.writes = index - zeroes - trims, .zeroes = zeroes, .trims = trims};
}

JournalSegment::Kinds JournalSegment::kindsBetween(std::uint64_t first, std::uint64_t end) const
{
    first = std::clamp(first, m_firstNumber, endNumber());
    end = std::clamp(end, first, endNumber());
    const Kinds before = kindsBefore(first);
    const Kinds until = kindsBefore(end);
    return {.writes = until.writes - before.writes,
            .zeroes = until.zeroes - before.zeroes,
            .trims = until.trims - before.trims};
}

std::uint64_t JournalSegment::firstNumberAt(std::int64_t timeNs) const
{
    const auto found = std::ranges::lower_bound(m_writes, timeNs, {}, &Mark::timeNs);
    return m_firstNumber + static_cast<std::uint64_t>(found - m_writes.begin());
}

std::uint64_t JournalSegment::bytesOf(std::uint64_t first, std::uint64_t end) const
{
    return std::min(end * journalSector, m_diskSize) - first * journalSector;
}

Result<> JournalSegment::verify(const UndoPiece& piece) const
{
    const std::uint64_t size = bytesOf(piece.first, piece.end());
    Bytes buffer(static_cast<std::size_t>(std::min(size, MiB)));
    std::uint32_t crc = 0;
    for (std::uint64_t done = 0; done < size;) {
        const ByteSpan part =
            ByteSpan(buffer).first(static_cast<std::size_t>(std::min(size - done, MiB)));
        FATLAS_TRY(m_files.data->readAt(piece.dataOffset + done, part));
        crc = crc32(part, crc);
        done += part.size();
    }
    if (crc != piece.checksum)
        return fail(ErrorCode::BadFormat,
                    fmt::format("{}: the {} bytes at byte {} are damaged, so what sectors {} to {} "
                                "held before they were written is not known",
                                escapeForTerminal(m_files.data->path().native()), size,
                                piece.dataOffset, piece.first, piece.end() - 1));
    return {};
}

Result<> JournalSegment::readPiece(const UndoPiece& piece, std::size_t index, std::uint64_t offset,
                                   ByteSpan into) const
{
    if (m_isVerified && !m_isVerified[index]) {
        FATLAS_TRY(verify(piece));
        m_isVerified[index] = true;
    }
    return m_files.data->readAt(piece.dataOffset + offset, into);
}

void JournalSegment::removeFiles() const
{
    if (!m_files.log)
        return;
    std::error_code ignored;
    std::filesystem::remove(m_files.log->path(), ignored); // first: data alone is nothing
    std::filesystem::remove(m_files.data->path(), ignored);
}

} // namespace fatlas::serve
