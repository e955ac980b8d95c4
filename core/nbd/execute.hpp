/// Carries a request out on the disk, and makes the reply.
///
/// Errors:  every failure becomes an error reply; `report` hears of those the disk is the cause of.
/// Threads: many requests of one session may run at once.
/// Source:  PROTOCOL.md T3 to T9, R1 to R6
#pragma once

#include "core/block/tap_device.hpp"
#include "core/nbd/reply.hpp"
#include "core/nbd/request_stream.hpp"

#include <functional>
#include <memory>

namespace fatlas::nbd {

/// A client's view of the export it chose.
struct Session {
    ExportPointer served = nullptr;
    std::shared_ptr<block::BlockDevice> device = nullptr; ///< the export's, or `tap`
    std::shared_ptr<const block::TapDevice> tap = nullptr;
    Terms terms = {};
    std::function<void(const Error&)> report = {};
};

/// READ of so many bytes and more is looked at in pieces: holes are told as holes, and file data
/// goes from the page cache to the socket.
inline constexpr std::uint32_t piecewiseSize = 64 * 1024;

/// A session is known by its address: it stays where it is.
[[nodiscard]] Reply execute(const Incoming& incoming, const Session& session);
/// It sends no requests any more.
void leave(const Session& session) noexcept;

/// The parts of it, for requests that passed check().
[[nodiscard]] Result<Reply> readReply(const Request& request, const Session& session);
[[nodiscard]] Result<Reply> blockStatusReply(const Request& request, const Session& session);

/// Calls `see` with the extents of a range in order until it returns false, the range ends, or the
/// disk was asked often enough; returns where it stopped.
[[nodiscard]] Result<std::uint64_t>
walkExtents(const block::BlockDevice& device, std::uint64_t offset, std::uint64_t length,
            const std::function<bool(const block::Extent&)>& see);

} // namespace fatlas::nbd
