#include "core/nbd/execute.hpp"

#include <algorithm>
#include <fcntl.h>
#include <mutex>

namespace fatlas::nbd {

namespace {

/// How often the disk is asked for its extents within one request.
constexpr int maxQuestions = 64;
constexpr std::size_t zeroPiece = 1U << 20U;

bool writesInParallel(const Session& session)
{
    return session.device->capabilities().canWriteInParallel;
}

/// A file system that two clients change at once is lost.
Result<> takeTurnAsWriter(const Session& session)
{
    const void* writer = nullptr;
    if (!session.served->what.oneWriter ||
        session.served->writer.compare_exchange_strong(writer, &session) || writer == &session)
        return {};
    return fail(ErrorCode::ReadOnly,
                "another connection writes to this disk: a second one would destroy its files");
}

/// Runs something that changes the disk, alone where the disk needs that.
template <class Change>
Result<> change(const Session& session, const Request& request, Change&& apply)
{
    FATLAS_TRY(takeTurnAsWriter(session));
    session.served->isDirty = true;
    std::unique_lock lock(session.served->order, std::defer_lock);
    if (!writesInParallel(session))
        lock.lock();
    FATLAS_TRY(apply());
    return request.has(command_flag::fua) ? session.device->flush() : Result<>{};
}

/// Zeros that take space: the client wants to be sure that later writes find room.
Result<> writeRealZeroes(block::BlockDevice& device, const Request& request)
{
    const Bytes zeros(std::min<std::size_t>(request.length, zeroPiece));
    for (std::uint64_t done = 0; done < request.length;) {
        const auto count = std::min<std::uint64_t>(zeros.size(), request.length - done);
        FATLAS_TRY(device.write(request.offset + done,
                                ByteView(zeros).first(static_cast<std::size_t>(count))));
        done += count;
    }
    return {};
}

Result<> writeZeroes(const Request& request, const Session& session)
{
    const bool isFast = session.device->capabilities().canTrim;
    const bool noHole = request.has(command_flag::noHole);
    if (request.has(command_flag::fastZero) && (noHole || !isFast))
        return fail(ErrorCode::Unsupported, "zeroing would be no faster than writing");
    return change(session, request, [&] {
        return noHole ? writeRealZeroes(*session.device, request)
                      : session.device->writeZeroes(request.offset, request.length);
    });
}

Result<> flush(const Session& session)
{
    std::unique_lock lock(session.served->order, std::defer_lock);
    if (session.served->canWrite() && !writesInParallel(session))
        lock.lock();
    // What is written from now on makes it dirty again, whatever this flush covers.
    session.served->isDirty = false;
    auto flushed = session.device->flush();
    if (!flushed)
        session.served->isDirty = true;
    return flushed;
}

/// Asks the system to read ahead what lies in host files; never waits for it.
Result<> cache(const Request& request, const Session& session)
{
    const auto see = [&session](const block::Extent& extent) {
        if (!extent.backing)
            return true;
        if (const auto file = session.device->backingFile(extent.backing->file))
            ::posix_fadvise((*file)->descriptor(), static_cast<off_t>(extent.backing->offset),
                            static_cast<off_t>(extent.length), POSIX_FADV_WILLNEED);
        return true;
    };
    if (auto walked = walkExtents(*session.device, request.offset, request.length, see); !walked)
        return std::unexpected(std::move(walked).error());
    return {};
}

Result<> carryOut(const Incoming& incoming, const Session& session)
{
    const Request& request = incoming.request;
    switch (request.command) {
    case Command::Write:
        return change(session, request, [&] {
            return session.device->write(request.offset, incoming.payload.view());
        });
    case Command::Trim:
        return change(session, request,
                      [&] { return session.device->trim(request.offset, request.length); });
    case Command::WriteZeroes: return writeZeroes(request, session);
    case Command::Flush: return flush(session);
    case Command::Cache: return cache(request, session);
    case Command::Read:
    case Command::BlockStatus:
    case Command::Disconnect: break;
    }
    return {};
}

Result<Reply> answer(const Incoming& incoming, const Session& session)
{
    if (incoming.request.command == Command::Read)
        return readReply(incoming.request, session);
    if (incoming.request.command == Command::BlockStatus)
        return blockStatusReply(incoming.request, session);
    FATLAS_TRY(carryOut(incoming, session));
    return successReply(incoming.request, session.terms.structuredReplies);
}

} // namespace

Reply execute(const Incoming& incoming, const Session& session)
{
    const bool structured = session.terms.structuredReplies;
    if (const auto refusal = check(incoming.request, session.terms))
        return errorReply(incoming.request, structured, *refusal);
    auto reply = answer(incoming, session);
    if (reply)
        return std::move(*reply);
    const Error& error = reply.error();
    if (session.report && error.code != ErrorCode::Unsupported)
        session.report(error);
    return errorReply(incoming.request, structured,
                      {.number = errorNumber(error), .why = error.message});
}

void leave(const Session& session) noexcept
{
    const void* writer = &session;
    if (session.served)
        session.served->writer.compare_exchange_strong(writer, nullptr);
}

Result<std::uint64_t> walkExtents(const block::BlockDevice& device, std::uint64_t offset,
                                  std::uint64_t length,
                                  const std::function<bool(const block::Extent&)>& see)
{
    const std::uint64_t end = offset + length;
    for (int asked = 0; offset < end && asked < maxQuestions; ++asked) {
        FATLAS_ASSIGN(const auto extents, device.extents(offset, end - offset));
        for (const block::Extent& extent : extents) {
            if (!see(extent))
                return offset;
            offset = extent.end();
        }
        if (extents.empty())
            return fail(ErrorCode::Io, "the disk cannot say what lies there");
    }
    return offset;
}

} // namespace fatlas::nbd
