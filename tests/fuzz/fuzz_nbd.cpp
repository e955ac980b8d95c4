// What a client says, from its first byte on: handshake, then requests on a disk in memory. The
// first byte chooses the kind of disk and how the bytes are cut into pieces.
#include "core/block/memory_device.hpp"
#include "core/nbd/execute.hpp"
#include "core/nbd/negotiation.hpp"
#include "core/nbd/request_stream.hpp"

#include "tests/fuzz/require.hpp"

#include <algorithm>

using namespace fatlas;
using namespace fatlas::nbd;

namespace {

constexpr std::uint64_t diskSize = 256 * 1024;
/// More would not fit into the memory a fuzzer has; the server has its own bound (maxHeld).
constexpr std::uint32_t maxAdmitted = 1U << 20U;
/// A step may answer LIST with two short names, or an option with its own words.
constexpr std::size_t maxAnswer = 4096;

Export exported(const char* name, block::MemoryDevice::Mode mode)
{
    return {.name = name,
            .description = "a disk",
            .device = std::make_shared<block::MemoryDevice>(Bytes(diskSize), mode),
            .readOnly = false};
}

std::size_t sizeOf(const Reply& reply)
{
    std::size_t size = 0;
    for (const ReplyPart& part : reply.parts)
        size += std::get<Buffer>(part).size(); // a disk in memory has no files
    return size;
}

/// The pieces of a structured reply must fill it exactly, the last one saying so.
void checkStructured(const Reply& reply, const Request& request)
{
    Bytes all;
    for (const ReplyPart& part : reply.parts) {
        const ByteView bytes = std::get<Buffer>(part).view();
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    if (reply.finish) {
        const Buffer last = reply.finish(FileParts::Whole);
        all.insert(all.end(), last.view().begin(), last.view().end());
    }
    ByteView rest = all;
    bool isDone = false;
    while (!rest.empty()) {
        const auto chunk = load<ChunkRaw>(rest);
        fuzz::require(chunk && !isDone && chunk->magic.get() == chunkMagic, "chunks follow chunks");
        fuzz::require(chunk->cookie.get() == request.cookie, "they carry the client's mark");
        fuzz::require(chunk->length.get() <= rest.size() - sizeof(ChunkRaw), "they are whole");
        isDone = chunk->flags.get() == chunkDone;
        rest = rest.subspan(sizeof(ChunkRaw) + chunk->length.get());
    }
    fuzz::require(isDone, "the last one says so");
}

void checkReply(const Reply& reply, const Request& request, const Session& session)
{
    if (session.terms.structuredReplies)
        return checkStructured(reply, request);
    const bool carries = request.command == Command::Read && !reply.isRefusal;
    fuzz::require(sizeOf(reply) == sizeof(SimpleReplyRaw) + (carries ? request.length : 0),
                  "a simple reply has the length it must have");
}

/// Everything that is whole; false when the client said good-bye.
bool answerAll(RequestStream& stream, const Session& session)
{
    const auto admit = [](const Request& request) { return request.length <= maxAdmitted; };
    while (auto incoming = stream.next(admit)) {
        if (incoming->request.command == Command::Disconnect)
            return false;
        checkReply(execute(*incoming, session), incoming->request, session);
    }
    return !stream.isBroken();
}

void serve(RequestStream& stream, const Session& session, ByteView said, std::size_t piece)
{
    while (answerAll(stream, session) && !said.empty()) {
        const ByteSpan room = stream.room();
        const std::size_t count = std::min({room.size(), said.size(), piece});
        if (count == 0)
            return; // a request that is not admitted: the server would wait
        std::ranges::copy(said.first(count), room.begin());
        stream.filled(count);
        said = said.subspan(count);
    }
}

Session begin(const Agreement& agreed)
{
    Session session;
    session.served = agreed.chosen;
    session.device = agreed.chosen->what.device;
    session.terms = {.size = session.device->size(),
                     .flags = transmissionFlags(*agreed.chosen, agreed.structuredReplies),
                     .structuredReplies = agreed.structuredReplies,
                     .allocationContext = agreed.allocationContext};
    return session;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    ByteView said = std::as_bytes(std::span(data, size)).subspan(1);
    const std::size_t piece = (data[0] & 2) != 0 ? 1 + data[0] : size;
    ExportTable exports;
    fuzz::require(
        exports
            .add(exported("disk", (data[0] & 1) != 0 ? block::MemoryDevice::Mode::ReadOnly
                                                     : block::MemoryDevice::Mode::ReadWrite))
            .has_value(),
        "an export can be added");
    Negotiation negotiation(exports);
    while (!negotiation.isOver()) {
        Bytes answer;
        const std::size_t used = negotiation.step(said, answer);
        fuzz::require(used <= said.size() && answer.size() <= maxAnswer, "a step stays in bounds");
        if (used == 0)
            return 0;
        said = said.subspan(used);
    }
    if (negotiation.state() == Negotiation::State::Broken)
        fuzz::require(!negotiation.why().empty(), "a broken handshake has a reason");
    if (negotiation.state() != Negotiation::State::Agreed)
        return 0;
    const Session session = begin(negotiation.agreement());
    RequestStream stream;
    const ByteView first = said.first(std::min(said.size(), RequestStream::capacity));
    const std::size_t fed = std::min(first.size(), piece);
    stream.feed(first.first(fed));
    serve(stream, session, said.subspan(fed), piece);
    return 0;
}
