/// Bytes from the wire become requests with their payload.
///
/// A machine without sockets: it says where the next bytes go (room()), is told how many came
/// (filled()), and hands out what is whole (next()). Memory for a payload is taken only when the
/// caller has said so; payloads that no request may have are passed over, never stored.
///
/// Invariants: between requests it holds at most `capacity` bytes.
/// Errors:     isBroken() when the client sent something that is no request; nothing more comes.
/// Threads:    one at a time.
/// Source:     PROTOCOL.md T1, T2
#pragma once

#include "core/nbd/buffer.hpp"
#include "core/nbd/request.hpp"

#include <functional>
#include <optional>

namespace fatlas::nbd {

struct Incoming {
    Request request;
    Buffer payload; ///< of WRITE; empty when it was too long to be taken
};

class RequestStream {
public:
    static constexpr std::size_t capacity = 32 * 1024;

    /// Where bytes go that are received next; never empty unless next() was not asked to the end.
    [[nodiscard]] ByteSpan room();
    void filled(std::size_t count);
    /// Takes bytes that were received by somebody else: what followed the handshake.
    /// At most `capacity`.
    void feed(ByteView bytes);

    /// The next request that is whole. `admit` is asked once, before anything is allocated for it,
    /// and may say "not now": then nothing is returned, and asking again goes on from there.
    [[nodiscard]] std::optional<Incoming> next(const std::function<bool(const Request&)>& admit);

    [[nodiscard]] bool isBroken() const noexcept { return m_isBroken; }

    /// A request has begun and is not whole.
    [[nodiscard]] bool isMidway() const noexcept { return m_begun || m_end != m_start; }

private:
    void begin(const std::function<bool(const Request&)>& admit);
    [[nodiscard]] bool takePayload(Incoming& begun);

    Buffer m_input{capacity};
    std::size_t m_start = 0; ///< [m_start, m_end) of m_input is not looked at yet
    std::size_t m_end = 0;
    std::optional<Incoming> m_begun; ///< a request whose payload is on the way
    std::size_t m_have = 0;          ///< bytes of its payload
    std::uint64_t m_toSkip = 0;      ///< bytes of a payload that is not stored
    bool m_isDirect = false;         ///< room() is the payload's own
    bool m_isBroken = false;
};

} // namespace fatlas::nbd
