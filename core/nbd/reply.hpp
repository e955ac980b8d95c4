/// What is sent to a client for one request: bytes in memory and stretches of host files.
///
/// Threads: one at a time.
/// Source:  PROTOCOL.md R1 to R6
#pragma once

#include "core/base/file.hpp"
#include "core/nbd/buffer.hpp"
#include "core/nbd/request.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

namespace fatlas::nbd {

/// Goes from the page cache to the socket without passing through here.
struct FilePart {
    std::shared_ptr<const File> file;
    std::uint64_t number = 0; ///< what the disk calls it: Backing::file
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

using ReplyPart = std::variant<Buffer, FilePart>;

enum class FileParts : std::uint8_t {
    Whole,
    CutOff, ///< a file ended early, so zeros were sent in its place
};

struct Reply {
    std::vector<ReplyPart> parts = {};
    /// The last chunk, asked for when all parts were sent: only then is it known whether the host
    /// files were still what they should be. Empty where the parts say everything.
    std::function<Buffer(FileParts)> finish = {};
    bool isRefusal = false;
};

/// "Done" without data.
[[nodiscard]] Reply successReply(const Request& request, bool structured);
/// `why` is for people; a simple reply has no room for it.
[[nodiscard]] Reply errorReply(const Request& request, bool structured, const Refusal& refusal);

/// Chunks of structured replies.
[[nodiscard]] Buffer doneChunk(const Request& request);
[[nodiscard]] Buffer errorChunk(const Request& request, const Refusal& refusal);
/// The head of a chunk whose `length` bytes of data follow in another part.
[[nodiscard]] Buffer dataHead(const Request& request, std::uint64_t offset, std::uint64_t length);
[[nodiscard]] Buffer holeChunk(const Request& request, std::uint64_t offset, std::uint64_t length);

/// Room for a reply with data, its head filled in: a simple reply, or one chunk that is the last.
/// The data goes behind the first replyHeadSize() bytes.
[[nodiscard]] Buffer dataReply(const Request& request, bool structured);
[[nodiscard]] std::size_t replyHeadSize(bool structured) noexcept;

} // namespace fatlas::nbd
