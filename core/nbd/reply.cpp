#include "core/nbd/reply.hpp"

#include <algorithm>

namespace fatlas::nbd {

namespace {

/// Longer sentences are cut: the wire's own limit is 64 KiB, people's is lower.
constexpr std::size_t maxTextLength = 1000;

ChunkRaw chunk(const Request& request, ChunkType type, std::uint16_t flags, std::size_t length)
{
    return {.magic = chunkMagic,
            .flags = flags,
            .type = static_cast<std::uint16_t>(type),
            .cookie = request.cookie,
            .length = static_cast<std::uint32_t>(length)};
}

template <RawStruct T>
Buffer bufferOf(const T& raw)
{
    Buffer buffer(sizeof(T));
    store(buffer.span(), 0, raw);
    return buffer;
}

SimpleReplyRaw simple(const Request& request, ErrorNumber number)
{
    return {.magic = simpleReplyMagic,
            .error = static_cast<std::uint32_t>(number),
            .cookie = request.cookie};
}

Reply oneBuffer(Buffer buffer)
{
    Reply reply;
    reply.parts.emplace_back(std::move(buffer));
    return reply;
}

} // namespace

Reply successReply(const Request& request, bool structured)
{
    return oneBuffer(structured ? doneChunk(request)
                                : bufferOf(simple(request, ErrorNumber::None)));
}

Reply errorReply(const Request& request, bool structured, const Refusal& refusal)
{
    Reply reply = oneBuffer(structured ? errorChunk(request, refusal)
                                       : bufferOf(simple(request, refusal.number)));
    reply.isRefusal = true;
    return reply;
}

Buffer doneChunk(const Request& request)
{
    return bufferOf(chunk(request, ChunkType::None, chunkDone, 0));
}

Buffer errorChunk(const Request& request, const Refusal& refusal)
{
    const auto text = std::string_view(refusal.why).substr(0, maxTextLength);
    Buffer buffer(sizeof(ErrorChunkRaw) + text.size());
    store(buffer.span(), 0,
          ErrorChunkRaw{.chunk = chunk(request, ChunkType::Error, chunkDone,
                                       buffer.size() - sizeof(ChunkRaw)),
                        .error = static_cast<std::uint32_t>(refusal.number),
                        .textLength = static_cast<std::uint16_t>(text.size())});
    std::ranges::copy(std::as_bytes(std::span(text)),
                      buffer.span().subspan(sizeof(ErrorChunkRaw)).begin());
    return buffer;
}

Buffer dataHead(const Request& request, std::uint64_t offset, std::uint64_t length)
{
    return bufferOf(OffsetDataRaw{.chunk = chunk(request, ChunkType::OffsetData, 0,
                                                 static_cast<std::size_t>(sizeof(Be64) + length)),
                                  .offset = offset});
}

Buffer holeChunk(const Request& request, std::uint64_t offset, std::uint64_t length)
{
    return bufferOf(OffsetHoleRaw{
        .chunk = chunk(request, ChunkType::OffsetHole, 0, sizeof(Be64) + sizeof(Be32)),
        .offset = offset,
        .length = static_cast<std::uint32_t>(length)});
}

std::size_t replyHeadSize(bool structured) noexcept
{
    return structured ? sizeof(OffsetDataRaw) : sizeof(SimpleReplyRaw);
}

Buffer dataReply(const Request& request, bool structured)
{
    Buffer buffer(replyHeadSize(structured) + request.length);
    if (structured)
        store(buffer.span(), 0,
              OffsetDataRaw{.chunk = chunk(request, ChunkType::OffsetData, chunkDone,
                                           sizeof(Be64) + std::size_t{request.length}),
                            .offset = request.offset});
    else
        store(buffer.span(), 0, simple(request, ErrorNumber::None));
    return buffer;
}

} // namespace fatlas::nbd
