#include "core/nbd/execute.hpp"

#include <vector>

namespace fatlas::nbd {

namespace {

/// More would be a longer answer than most clients take at a time.
constexpr std::size_t maxDescriptors = 4096;

std::uint32_t stateOf(block::ExtentKind kind)
{
    switch (kind) {
    case block::ExtentKind::Data: return 0;
    case block::ExtentKind::Zero: return allocation_state::zero;
    case block::ExtentKind::Hole: return allocation_state::zero | allocation_state::hole;
    }
    return 0;
}

struct Stretch {
    std::uint64_t length = 0;
    std::uint32_t state = 0;
};

Buffer encode(const Request& request, const std::vector<Stretch>& stretches)
{
    Buffer buffer(sizeof(BlockStatusRaw) + stretches.size() * sizeof(StatusExtentRaw));
    store(buffer.span(), 0,
          BlockStatusRaw{
              .chunk = {.magic = chunkMagic,
                        .flags = chunkDone,
                        .type = static_cast<std::uint16_t>(ChunkType::BlockStatus),
                        .cookie = request.cookie,
                        .length = static_cast<std::uint32_t>(buffer.size() - sizeof(ChunkRaw))},
              .context = allocationContextId});
    std::size_t at = sizeof(BlockStatusRaw);
    for (const Stretch& stretch : stretches) {
        store(buffer.span(), at,
              StatusExtentRaw{.length = static_cast<std::uint32_t>(stretch.length),
                              .state = stretch.state});
        at += sizeof(StatusExtentRaw);
    }
    return buffer;
}

} // namespace

Result<Reply> blockStatusReply(const Request& request, const Session& session)
{
    const std::size_t limit = request.has(command_flag::reqOne) ? 1 : maxDescriptors;
    std::vector<Stretch> stretches;
    const auto see = [&](const block::Extent& extent) {
        const std::uint32_t state = stateOf(extent.kind);
        if (!stretches.empty() && stretches.back().state == state) {
            stretches.back().length += extent.length;
            return true;
        }
        if (stretches.size() == limit)
            return false;
        stretches.push_back({.length = extent.length, .state = state});
        return true;
    };
    if (auto walked = walkExtents(*session.device, request.offset, request.length, see); !walked)
        return std::unexpected(std::move(walked).error());
    Reply reply;
    reply.parts.emplace_back(encode(request, stretches));
    return reply;
}

} // namespace fatlas::nbd
