#include "core/edit/content_copy.hpp"

#include "core/base/crc32.hpp"

#include <algorithm>

namespace fatlas::edit {
namespace {

constexpr std::uint64_t pieceSize = maxUndoRecordLength;

/// From the source as far as it goes, then zeros.
Result<> readPiece(const ContentRange& content, std::uint64_t at, ByteSpan into)
{
    const std::uint64_t place = content.sourceOffset + at;
    const std::uint64_t size = content.source->size();
    const auto count = std::min<std::uint64_t>(into.size(), size > place ? size - place : 0);
    if (count > 0)
        FATLAS_TRY(content.source->read(place, into.first(count)));
    std::ranges::fill(into.subspan(count), std::byte{});
    return {};
}

/// Calls `take(offset in the range, its bytes)` for each piece.
template <class Take>
Result<> forEachPiece(const ContentRange& content, const CopyProgress& progress, Take take)
{
    Bytes bytes(std::min(content.length, pieceSize));
    for (std::uint64_t at = 0; at < content.length; at += pieceSize) {
        FATLAS_TRY(progress.job->checkpoint());
        const ByteSpan piece = ByteSpan(bytes).first(std::min(pieceSize, content.length - at));
        FATLAS_TRY(readPiece(content, at, piece));
        FATLAS_TRY(take(at, ByteView(piece)));
        progress.job->report(progress.done + at + piece.size(), progress.total);
    }
    FATLAS_TRY(content.source->checkUnchanged());
    content.source->rest();
    return {};
}

} // namespace

Result<ContentCopy> ContentCopy::prepare(const block::BlockDevice& target,
                                         const ContentRange& content, const UndoPlace& place,
                                         const CopyProgress& progress)
{
    ContentCopy copy;
    Bytes current;
    const auto take = [&](std::uint64_t at, ByteView bytes) -> Result<> {
        current.resize(bytes.size());
        FATLAS_TRY(target.read(content.offset + at, current));
        const bool changes = !std::ranges::equal(current, bytes);
        copy.m_pieces.push_back({.crc = crc32(bytes), .changes = changes});
        if (!changes)
            return {};
        return place.undo->add({.offset = content.offset + at,
                                .before = current,
                                .after = bytes,
                                .group = place.group},
                               UndoForm::Checksums);
    };
    FATLAS_TRY(forEachPiece(content, progress, take));
    return copy;
}

Result<> ContentCopy::write(block::BlockDevice& target, const ContentRange& content,
                            const CopyProgress& progress) const
{
    const auto take = [&](std::uint64_t at, ByteView bytes) -> Result<> {
        const Piece& piece = m_pieces[at / pieceSize];
        if (crc32(bytes) != piece.crc)
            return fail(ErrorCode::Changed, "a file changed while it was copied");
        return piece.changes ? target.write(content.offset + at, bytes) : Result<>{};
    };
    return forEachPiece(content, progress, take);
}

} // namespace fatlas::edit
