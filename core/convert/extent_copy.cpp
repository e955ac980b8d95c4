#include "core/convert/extent_copy.hpp"

#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace fatlas::convert {

namespace {

/// Below this a call into the kernel costs more than the copy it saves.
constexpr std::uint64_t minKernelCopy = 64 * KiB;
/// Chunks after which a Cancel is looked for.
constexpr std::uint64_t copyChunk = 8 * MiB;
constexpr std::uint64_t shareChunk = 16 * MiB;
constexpr std::uint64_t reportStep = MiB;

/// The next stretch of `piece` with data in the host file, at its end and empty if there is none:
/// holes there stay holes in the image. A file system that does not tell has data only.
KernelCopy::Piece nextRun(const KernelCopy::Piece& piece)
{
    KernelCopy::Piece run = piece;
    if (piece.length < minKernelCopy)
        return run;
    const int descriptor = piece.source.descriptor();
    const auto start = static_cast<off_t>(piece.sourceOffset);
    const auto end = static_cast<off_t>(piece.sourceOffset + piece.length);
    off_t data = ::lseek(descriptor, start, SEEK_DATA);
    if (data < 0 && errno != ENXIO)
        return run;
    if (data < 0 || data > end)
        data = end;
    const off_t hole = data < end ? ::lseek(descriptor, data, SEEK_HOLE) : end;
    const off_t stop = hole > data ? std::min(hole, end) : end;
    run.sourceOffset = static_cast<std::uint64_t>(data);
    run.targetOffset += static_cast<std::uint64_t>(data - start);
    run.length = static_cast<std::uint64_t>(stop - data);
    return run;
}

KernelCopy::Piece first(const KernelCopy::Piece& piece, std::uint64_t length)
{
    KernelCopy::Piece part = piece;
    part.length = std::min(piece.length, length);
    return part;
}

void skip(KernelCopy::Piece& piece, std::uint64_t length)
{
    piece.sourceOffset += length;
    piece.targetOffset += length;
    piece.length -= length;
}

/// A file that got shorter ends too early: to whoever saves an image, it changed.
std::unexpected<Error> asChange(Error error)
{
    if (error.code == ErrorCode::OutOfRange)
        error = Error{.code = ErrorCode::Changed,
                      .message =
                          fmt::format("{}: it became shorter while it was copied", error.message)};
    return std::unexpected(std::move(error));
}

/// A gap would silently become zeros in the image, an empty answer would never end.
std::unexpected<Error> incomplete(std::uint64_t offset)
{
    return std::unexpected(
        Error{.code = ErrorCode::Io,
              .message = fmt::format("the device does not say what lies at offset {}", offset),
              .deviceOffset = offset});
}

} // namespace

ExtentCopy::ExtentCopy(const block::BlockDevice& device, File& target, const JobControl& job)
    : m_device(device), m_job(job), m_writeOut(target), m_writer(target, m_writeOut),
      m_kernel(target)
{}

SaveStatistics ExtentCopy::statistics() const
{
    SaveStatistics statistics = m_statistics;
    statistics.imageSize = m_device.size();
    statistics.copiedBytes = m_writer.writtenBytes();
    statistics.holeBytes = statistics.imageSize - statistics.sharedBytes - statistics.kernelBytes -
                           statistics.copiedBytes;
    return statistics;
}

Result<> ExtentCopy::run()
{
    const std::uint64_t size = m_device.size();
    m_job.report(0, size);
    while (m_done < size) {
        FATLAS_TRY(m_job.checkpoint());
        FATLAS_ASSIGN(const auto extents, m_device.extents(m_done, size - m_done));
        FATLAS_TRY(copyExtents(m_done, extents));
    }
    FATLAS_TRY(m_writer.flush());
    FATLAS_TRY(m_writeOut.finish(m_job));
    m_job.report(size, size);
    return m_job.checkpoint();
}

Result<> ExtentCopy::copyExtents(std::uint64_t offset, const std::vector<block::Extent>& extents)
{
    if (extents.empty())
        return incomplete(offset);
    for (const block::Extent& extent : extents) {
        if (extent.offset != offset || extent.length == 0 ||
            extent.length > m_device.size() - offset)
            return incomplete(offset);
        FATLAS_TRY(copyExtent(extent));
        offset = extent.end();
    }
    return {};
}

Result<> ExtentCopy::copyExtent(const block::Extent& extent)
{
    FATLAS_TRY(m_job.checkpoint());
    if (extent.kind == block::ExtentKind::Data)
        return extent.backing ? copyBacked(extent) : copyRead(extent);
    FATLAS_TRY(m_writer.zeros(extent.offset, extent.length));
    return advance(extent.length);
}

Result<> ExtentCopy::advance(std::uint64_t bytes)
{
    m_done += bytes;
    if (m_done - m_reported < reportStep)
        return {};
    m_reported = m_done;
    m_job.report(m_done, m_device.size());
    return m_job.checkpoint();
}

Result<> ExtentCopy::copyRead(const block::Extent& extent)
{
    for (std::uint64_t offset = extent.offset; offset < extent.end();) {
        FATLAS_ASSIGN(const ByteSpan span, m_writer.room(offset, extent.end() - offset));
        FATLAS_TRY(m_device.read(offset, span));
        m_writer.filled(span.size());
        offset += span.size();
        FATLAS_TRY(advance(span.size()));
    }
    return {};
}

Result<> ExtentCopy::copyBacked(const block::Extent& extent)
{
    const std::uint64_t number = extent.backing->file;
    const auto backing = m_device.backingFile(number);
    if (!backing && backing.error().code == ErrorCode::Unsupported)
        return copyRead(extent); // its bytes are in several files
    if (!backing)
        return std::unexpected(backing.error());
    const auto& file = *backing;
    FATLAS_ASSIGN(const FileIdentity identity, file->identity());
    const auto copied = copyPiece({.source = *file,
                                   .device = identity.device,
                                   .sourceOffset = extent.backing->offset,
                                   .targetOffset = extent.offset,
                                   .length = extent.length});
    if (!copied && copied.error().code == ErrorCode::Cancelled)
        return copied;
    // Was it the same file to the last byte? The device says what became of it.
    const auto after = m_device.backingFile(number);
    if (!after && after.error().code != ErrorCode::Unsupported)
        return std::unexpected(after.error());
    if (after) {
        FATLAS_ASSIGN(const FileIdentity now, (*after)->identity());
        if (now.device == identity.device && now.inode == identity.inode)
            return copied;
    }
    return fail(ErrorCode::Changed, fmt::format("{} was written to while it was copied; try again",
                                                escapeForTerminal(file->path().native())));
}

Result<> ExtentCopy::copyPiece(KernelCopy::Piece piece)
{
    while (piece.length > 0) {
        const KernelCopy::Piece run = nextRun(piece);
        const std::uint64_t hole = run.targetOffset - piece.targetOffset;
        FATLAS_TRY(advance(hole));
        FATLAS_TRY(copyRun(run));
        skip(piece, hole + run.length);
    }
    return {};
}

Result<> ExtentCopy::copyRun(KernelCopy::Piece piece)
{
    const std::uint64_t head = m_kernel.unalignedHead(piece);
    if (m_kernel.mayShare(piece.device) && head < piece.length) {
        FATLAS_TRY(copyBytes(first(piece, head)));
        skip(piece, head);
        while (const std::uint64_t count = m_kernel.share(first(piece, shareChunk))) {
            m_statistics.sharedBytes += count;
            skip(piece, count);
            FATLAS_TRY(advance(count));
        }
    }
    while (piece.length >= minKernelCopy) {
        const std::uint64_t count = m_kernel.copy(first(piece, copyChunk));
        if (count == 0)
            break;
        m_statistics.kernelBytes += count;
        m_writeOut.wrote(piece.targetOffset, count);
        skip(piece, count);
        FATLAS_TRY(advance(count));
    }
    return copyBytes(piece);
}

Result<> ExtentCopy::copyBytes(const KernelCopy::Piece& piece)
{
    for (std::uint64_t done = 0; done < piece.length;) {
        FATLAS_ASSIGN(const ByteSpan span,
                      m_writer.room(piece.targetOffset + done, piece.length - done));
        if (const auto read = piece.source.readAt(piece.sourceOffset + done, span); !read)
            return asChange(read.error());
        m_writer.filled(span.size());
        done += span.size();
        FATLAS_TRY(advance(span.size()));
    }
    return {};
}

} // namespace fatlas::convert
