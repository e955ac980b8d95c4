/// One request of a client: read from the wire, and checked once against the export's terms.
///
/// Units:      offset and length in bytes.
/// Invariants: a request that check() passed lies inside the export, carries flags its command
///             knows, and (READ, WRITE) at most maximumPayload bytes.
/// Threads:    pure.
/// Source:     PROTOCOL.md T1 to T9
#pragma once

#include "core/base/bytes.hpp"
#include "core/nbd/protocol.hpp"
#include "core/nbd/served_export.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace fatlas::nbd {

struct Request {
    Command command = Command::Read;
    std::uint16_t flags = 0;
    std::uint64_t cookie = 0; ///< the client's own mark
    std::uint64_t offset = 0;
    std::uint32_t length = 0;

    [[nodiscard]] bool has(std::uint16_t flag) const noexcept { return (flags & flag) != 0; }

    /// Bytes that follow the header on the wire.
    [[nodiscard]] std::uint32_t payloadSize() const noexcept
    {
        return command == Command::Write ? length : 0;
    }

    bool operator==(const Request&) const = default;
};

/// What a session may ask for.
struct Terms {
    std::uint64_t size = 0;
    std::uint16_t flags = 0; ///< transmission flags, as the client was told
    bool structuredReplies = false;
    bool allocationContext = false;
};

/// Why a request is answered with an error.
struct Refusal {
    ErrorNumber number = ErrorNumber::None;
    std::string why;
};

/// Nothing when the magic is not that of a request: the stream is lost. `bytes` holds a RequestRaw.
[[nodiscard]] std::optional<Request> decodeRequest(const RequestRaw& raw);
[[nodiscard]] RequestRaw encodeRequest(const Request& request);

[[nodiscard]] std::optional<Refusal> check(const Request& request, const Terms& terms);

/// The number a client is told.
[[nodiscard]] ErrorNumber errorNumber(const Error& error) noexcept;

[[nodiscard]] const char* toString(Command command) noexcept;

} // namespace fatlas::nbd
