#include "core/host/write_content.hpp"

#include "core/base/call_hook.hpp"
#include "core/base/units.hpp"
#include "core/base/zeros.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <linux/fs.h>
#include <sys/ioctl.h>

namespace fatlas::host {

namespace {

constexpr std::uint64_t bufferSize = MiB;
constexpr std::uint64_t holeSize = 64 * KiB;

/// A new file is zeros already.
Result<> writeUnlessZeros(File& file, std::uint64_t offset, ByteView bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t size = std::min<std::size_t>(holeSize, bytes.size() - at);
        const ByteView block = bytes.subspan(at, size);
        if (!areZeros(block))
            FATLAS_TRY(file.writeAt(offset + at, block));
        at += size;
    }
    return {};
}

bool sharesAll(const File& from, const File& to)
{
    return changingCall(Call::Clone,
                        [&] { return ::ioctl(to.descriptor(), FICLONE, from.descriptor()); }) == 0;
}

} // namespace

Result<> writeContent(File& file, const ContentSource& content, const JobControl& job)
{
    const std::uint64_t size = content.size();
    FATLAS_TRY(file.resize(size));
    Bytes buffer(static_cast<std::size_t>(std::min(size, bufferSize)));
    for (std::uint64_t done = 0; done < size;) {
        FATLAS_TRY(job.checkpoint());
        const auto part =
            ByteSpan(buffer).first(static_cast<std::size_t>(std::min(size - done, bufferSize)));
        FATLAS_TRY(content.read(done, part));
        FATLAS_TRY(writeUnlessZeros(file, done, part));
        done += part.size();
    }
    return {};
}

Result<> writeRanges(File& file, const ContentSource& content, const std::vector<ByteRange>& ranges,
                     const JobControl& job)
{
    Bytes buffer;
    for (const ByteRange& range : ranges) {
        for (std::uint64_t at = range.offset; at < range.end();) {
            FATLAS_TRY(job.checkpoint());
            buffer.resize(static_cast<std::size_t>(std::min(range.end() - at, bufferSize)));
            FATLAS_TRY(content.read(at, buffer));
            FATLAS_TRY(file.writeAt(at, buffer));
            at += buffer.size();
        }
    }
    return {};
}

Result<> copyRange(const File& from, File& to, const CopyRange& range, const JobControl& job)
{
    Bytes buffer;
    for (std::uint64_t done = 0; done < range.length;) {
        FATLAS_TRY(job.checkpoint());
        buffer.resize(static_cast<std::size_t>(std::min(range.length - done, bufferSize)));
        FATLAS_TRY(from.readAt(range.offset + done, buffer));
        FATLAS_TRY(to.writeAt(range.at + done, buffer));
        done += buffer.size();
    }
    return {};
}

Result<> copyWhole(const File& from, File& to, std::uint64_t size, const JobControl& job)
{
    if (sharesAll(from, to))
        return {};
    FATLAS_TRY(to.resize(size));
    Bytes buffer;
    for (std::uint64_t done = 0; done < size;) {
        FATLAS_TRY(job.checkpoint());
        buffer.resize(static_cast<std::size_t>(std::min(size - done, bufferSize)));
        FATLAS_TRY(from.readAt(done, buffer));
        FATLAS_TRY(writeUnlessZeros(to, done, buffer));
        done += buffer.size();
    }
    return {};
}

std::vector<ByteRange> rangesLost(const std::vector<ByteRange>& ranges, std::uint64_t oldSize,
                                  std::uint64_t newSize)
{
    std::vector<ByteRange> lost;
    const auto add = [&lost](std::uint64_t begin, std::uint64_t end) {
        if (begin >= end)
            return;
        if (!lost.empty() && lost.back().end() == begin)
            lost.back().length += end - begin;
        else
            lost.push_back({.offset = begin, .length = end - begin});
    };
    const std::uint64_t kept = std::min(oldSize, newSize);
    for (const ByteRange& range : ranges)
        add(std::min(range.offset, kept), std::min(range.end(), kept));
    add(kept, oldSize);
    return lost;
}

Result<> checkRanges(const std::vector<ByteRange>& ranges, std::uint64_t oldSize,
                     std::uint64_t size)
{
    std::uint64_t end = 0;
    for (const ByteRange& range : ranges) {
        const bool leavesGap = range.offset > std::max(end, oldSize);
        if (range.length == 0 || range.offset < end || range.offset > size ||
            range.length > size - range.offset || leavesGap)
            return fail(ErrorCode::InvalidArgument,
                        fmt::format("range {}+{} does not fit behind byte {} of a content of {} "
                                    "bytes",
                                    range.offset, range.length, end, size));
        end = range.end();
    }
    if (size > oldSize && end < size)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the content grows from {} to {} bytes, but the ranges end at {}",
                                oldSize, size, end));
    return {};
}

} // namespace fatlas::host
