/// One client, from its first byte to its last.
///
/// A single thread drives it: receives, takes requests, carries them out, sends. When the disk
/// keeps that thread waiting, another one takes over what is left (tick()), and as long as the disk
/// is slow, requests are carried out by all threads of the server, answered in the order they are
/// done.
///
/// Invariants: at most maxRequests requests and maxHeld bytes are in flight, or one request that
///             is larger; nothing more is read from the socket beyond that.
/// Threads:    safe from many threads at once. Whoever drives holds the baton, and only that thread
///             touches what is received.
/// Lifetime:   handlers hold it; after it has left nothing is pending but waits that end at once.
/// Source:     PROTOCOL.md C1 to C6
#pragma once

#include "core/nbd/budget.hpp"
#include "core/nbd/execute.hpp"
#include "core/nbd/negotiation.hpp"
#include "core/nbd/outbox.hpp"
#include "core/nbd/server.hpp"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>

namespace fatlas::nbd {

class Connection;

/// What connections need of their server.
class Host {
public:
    Host() = default;
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;
    virtual ~Host() = default;

    [[nodiscard]] virtual asio::io_context& context() = 0;
    [[nodiscard]] virtual const ExportTable& exports() const = 0;
    [[nodiscard]] virtual Budget& budget() = 0;
    /// A request is about to be carried out: tick() should be called for a while.
    virtual void startTicking() = 0;
    /// Whether a thread may wait for this client alone for a moment; stopWaiting() gives it back.
    [[nodiscard]] virtual bool mayWait() = 0;
    virtual void stopWaiting() = 0;
    virtual void joined(Connection& connection) = 0;
    /// Nothing is in flight any more. Called once.
    virtual void left(Connection& connection) = 0;
    virtual void failed(ClientNumber client, const Error& error) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    static constexpr std::size_t maxRequests = 128;
    static constexpr std::uint64_t maxHeld = maximumPayload;
    using Clock = std::chrono::steady_clock;

    /// Takes a connected socket over, which does not block. `host` must outlive it.
    Connection(Host& host, int socket, ClientNumber number, std::string address);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() = default;

    void start();
    /// No more requests are taken; it leaves when those in flight are answered.
    void finish();
    /// Ends it now; requests that run end by themselves.
    void abort();

    /// To be called every few milliseconds while requests are carried out.
    void tick();

    [[nodiscard]] Client client() const;

    [[nodiscard]] ClientNumber number() const noexcept { return m_number; }

    [[nodiscard]] bool isNegotiating() const;

    [[nodiscard]] Clock::time_point since() const noexcept { return m_since; }

    [[nodiscard]] bool isEnding() const;
    /// It has answers to take, and has taken none since the last time this was asked.
    [[nodiscard]] bool isStalled();

private:
    enum class Turn : std::uint8_t { Again, Leave };
    enum class Phase : std::uint8_t {
        Open,
        Ending, ///< nothing more is received
        Left,
    };
    using Baton = std::uint64_t;

    void drive(Baton baton);
    [[nodiscard]] Turn negotiate();
    void beginTransmission();
    [[nodiscard]] Turn serve(Baton baton);
    [[nodiscard]] Turn carryOut(Incoming incoming, Baton baton);
    [[nodiscard]] Turn receiveOption();
    [[nodiscard]] Turn receiveRequests();
    [[nodiscard]] std::optional<std::size_t> receive(ByteSpan room);
    [[nodiscard]] bool linger(short events) const;
    [[nodiscard]] bool holds(Baton baton) const;
    [[nodiscard]] bool isSlow() const noexcept;
    void awaitRequest();
    void resume(); ///< with m_mutex held

    [[nodiscard]] bool admit(const Request& request);
    void giveRoom(std::size_t requests, std::uint64_t held);
    [[nodiscard]] bool isStillWanted();
    [[nodiscard]] Reply run(const Incoming& incoming);
    void count(const Request& request);
    void answer(Bytes bytes);

    void send();
    void handleSent(Outbox::Sent sent);
    void breakOff(const std::string& why);
    void leaveIfDone();

    Host& m_host;
    asio::posix::stream_descriptor m_socket;
    ClientNumber m_number;
    std::string m_address;
    Clock::time_point m_since = Clock::now();
    Outbox m_outbox;

    // Of the thread that holds the baton:
    Negotiation m_negotiation;
    Bytes m_received; ///< during the handshake
    RequestStream m_stream;
    Session m_session;
    bool m_isTransmitting = false;

    mutable std::mutex m_mutex; ///< guards what follows
    Phase m_phase = Phase::Open;
    Baton m_baton = 1;
    bool m_isParked = false;  ///< nobody drives until something in flight is done
    bool m_isRunning = false; ///< the driver carries a request out
    std::uint64_t m_runs = 0; ///< how many it has begun
    std::uint64_t m_runsSeen = 0;
    std::size_t m_inFlight = 0;
    bool m_isArriving = false;    ///< one of them is not whole yet
    std::uint64_t m_held = 0;     ///< bytes of them
    std::uint64_t m_borrowed = 0; ///< of the server's budget
    std::uint64_t m_sentSeen = 0;
    std::string m_exportName;
    bool m_hasJoined = false;

    std::atomic<int> m_slowness = 0; ///< a score of how long requests take of late
    std::atomic<std::uint64_t> m_requestCount = 0;
    std::atomic<std::uint64_t> m_readSize = 0;
    std::atomic<std::uint64_t> m_writtenSize = 0;
};

} // namespace fatlas::nbd
