#include "core/nbd/execute.hpp"

#include <algorithm>
#include <optional>
#include <shared_mutex>
#include <sys/uio.h>

namespace fatlas::nbd {

namespace {

using block::Extent;
using block::ExtentKind;

/// A reply in more pieces costs more than it saves.
constexpr std::size_t maxPieces = 32;
/// A hole that is shorter is sent as the zeros it reads as.
constexpr std::uint64_t minHole = 4096;

/// Whether one byte can be had at once, without waiting for a disk.
bool isInMemory(const File& file, std::uint64_t offset)
{
    std::byte probe{};
    const iovec into{.iov_base = &probe, .iov_len = 1};
    return ::preadv2(file.descriptor(), &into, 1, static_cast<off_t>(offset), RWF_NOWAIT) == 1;
}

/// Reads that change nothing below may go beside each other, but not beside a write, where the
/// disk needs that.
std::shared_lock<std::shared_mutex> lockForReading(const Session& session)
{
    std::shared_lock lock(session.served->order, std::defer_lock);
    if (session.served->canWrite() && !session.device->capabilities().canWriteInParallel)
        lock.lock();
    return lock;
}

Result<Reply> readWhole(const Request& request, const Session& session)
{
    const bool structured = session.terms.structuredReplies;
    Buffer buffer = dataReply(request, structured);
    FATLAS_TRY(
        session.device->read(request.offset, buffer.span().subspan(replyHeadSize(structured))));
    Reply reply;
    reply.parts.emplace_back(std::move(buffer));
    return reply;
}

/// Holes of some size, and everything between them; nothing when there would be too many pieces or
/// the disk cannot say.
std::vector<Extent> piecesOf(const Request& request, const Session& session)
{
    std::vector<Extent> pieces;
    const auto see = [&pieces](Extent extent) {
        if (extent.kind != ExtentKind::Data && extent.length < minHole)
            extent.kind = ExtentKind::Data;
        const bool joins =
            !pieces.empty() && !pieces.back().backing && !extent.backing &&
            (pieces.back().kind == ExtentKind::Data) == (extent.kind == ExtentKind::Data);
        if (joins)
            pieces.back().length += extent.length;
        else
            pieces.push_back(extent);
        return pieces.size() <= maxPieces;
    };
    const auto walked = walkExtents(*session.device, request.offset, request.length, see);
    if (!walked || *walked != request.offset + request.length)
        return {};
    return pieces;
}

/// The stretch of a file that an extent can be sent from by the kernel alone, if it is long enough
/// to be worth it.
std::optional<FilePart> filePartFor(const Extent& piece, const Session& session)
{
    if (!piece.backing || session.served->canWrite())
        return std::nullopt;
    const auto file = session.device->backingFile(piece.backing->file);
    if (!file || !isInMemory(**file, piece.backing->offset) ||
        !isInMemory(**file, piece.backing->offset + piece.length - 1))
        return std::nullopt;
    return FilePart{.file = *file,
                    .number = piece.backing->file,
                    .offset = piece.backing->offset,
                    .length = piece.length};
}

/// What the reply ends with when parts of it were sent straight from host files: they must still
/// be what they were.
Buffer lastChunk(const Request& request, const Session& session,
                 const std::vector<std::uint64_t>& files, FileParts sent)
{
    for (const std::uint64_t number : files) {
        const auto file = session.device->backingFile(number);
        if (file && sent == FileParts::Whole)
            continue;
        const Error error = file ? Error{.code = ErrorCode::Changed,
                                         .message = "a file became shorter while it was read",
                                         .deviceOffset = request.offset}
                                 : file.error();
        if (session.report)
            session.report(error);
        return errorChunk(request, {.number = ErrorNumber::Io, .why = error.message});
    }
    return doneChunk(request);
}

Result<Reply> readPieces(const Request& request, const Session& session,
                         const std::vector<Extent>& pieces)
{
    Reply reply;
    std::vector<std::uint64_t> files;
    for (const Extent& piece : pieces) {
        if (piece.kind != ExtentKind::Data) {
            reply.parts.emplace_back(holeChunk(request, piece.offset, piece.length));
            continue;
        }
        reply.parts.emplace_back(dataHead(request, piece.offset, piece.length));
        if (auto part = filePartFor(piece, session)) {
            files.push_back(part->number);
            reply.parts.emplace_back(std::move(*part));
            continue;
        }
        Buffer data(static_cast<std::size_t>(piece.length));
        FATLAS_TRY(session.served->what.device->read(piece.offset, data.span()));
        reply.parts.emplace_back(std::move(data));
    }
    reply.finish = [request, session, files = std::move(files)](FileParts sent) {
        return lastChunk(request, session, files, sent);
    };
    return reply;
}

/// What was read in pieces, past the tap, is one read to whoever looks on.
Result<Reply> noted(const Request& request, const Session& session, Result<Reply> reply)
{
    if (session.tap)
        session.tap->noteRead(request.offset, request.length,
                              reply ? block::TapOutcome::Done : block::TapOutcome::Failed);
    return reply;
}

} // namespace

Result<Reply> readReply(const Request& request, const Session& session)
{
    const bool structured = session.terms.structuredReplies;
    if (request.length == 0)
        return successReply(request, structured);
    const auto lock = lockForReading(session);
    if (structured && !request.has(command_flag::df) && request.length >= piecewiseSize) {
        const auto pieces = piecesOf(request, session);
        if (!pieces.empty())
            return noted(request, session, readPieces(request, session, pieces));
    }
    return readWhole(request, session);
}

} // namespace fatlas::nbd
