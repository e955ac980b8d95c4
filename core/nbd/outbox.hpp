/// Replies on their way to a client, sent in large pieces without ever waiting.
///
/// Replies are pushed by many threads; one at a time sends. A reply leaves when its last byte is
/// with the system; what it held in flight is given back then.
///
/// Units:   `held` is in bytes, as the one who pushed counts them.
/// Errors:  send() says Failed when the client is gone; nothing more can be sent then.
/// Threads: push, clear and send are safe from many threads at once; send() of a second thread
///          returns Busy and the first one sends what was pushed meanwhile.
#pragma once

#include "core/nbd/reply.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <sys/uio.h>

namespace fatlas::nbd {

class Outbox {
public:
    enum class Sent : std::uint8_t {
        All,     ///< nothing is left
        Busy,    ///< another thread is at it
        Blocked, ///< the client takes no more for now: go on with sendOn() when it does
        Failed,
    };

    /// `onSent` hears of requests that are answered, all of a piece of work at once; it is called
    /// without a lock held.
    using OnSent = std::function<void(std::size_t requests, std::uint64_t held)>;

    Outbox(int socket, OnSent onSent) : m_socket(socket), m_onSent(std::move(onSent)) {}

    [[nodiscard]] int socket() const noexcept { return m_socket; }

    void push(Reply reply, std::uint64_t held);

    [[nodiscard]] Sent send();
    /// For the thread that was told Blocked.
    [[nodiscard]] Sent sendOn();

    /// Bytes that wait to be sent.
    [[nodiscard]] std::uint64_t waiting() const;
    /// Bytes sent so far.
    [[nodiscard]] std::uint64_t sent() const;
    /// Drops what waits, and whatever is pushed from now on.
    void close();

private:
    struct Item {
        Reply reply;
        std::size_t part = 0;   ///< the one that is being sent
        std::uint64_t done = 0; ///< bytes of it
        std::uint64_t held = 0;
        FileParts files = FileParts::Whole;
    };

    enum class Step : std::uint8_t { Progress, Blocked, Failed };

    [[nodiscard]] Sent sendAll(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Step sendSome(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Step sendBuffers(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Step sendFile(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] std::size_t gather(std::span<iovec> pieces) const;
    void consume(std::uint64_t count);
    void completeParts(std::unique_lock<std::mutex>& lock);
    void drop(std::unique_lock<std::mutex>& lock);
    void reportSent(std::unique_lock<std::mutex>& lock);

    int m_socket;
    OnSent m_onSent;
    mutable std::mutex m_mutex;
    std::deque<Item> m_items; ///< references stay valid while others push
    std::uint64_t m_waiting = 0;
    std::uint64_t m_sent = 0;
    std::size_t m_doneRequests = 0; ///< not reported yet
    std::uint64_t m_doneHeld = 0;
    bool m_isSending = false;
    bool m_isClosed = false;
};

} // namespace fatlas::nbd
