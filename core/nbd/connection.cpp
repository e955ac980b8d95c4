#include "core/nbd/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <asio/post.hpp>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace fatlas::nbd {

namespace {

/// When many requests take longer, they are carried out by all threads; others gain nothing by it.
constexpr std::chrono::microseconds slow{60};
/// A slow request weighs more than a quick one, but a single one says nothing: on a busy machine a
/// thread may have to wait for its turn in the middle of one.
constexpr int slowWeight = 3;
constexpr int slowScore = 16;
constexpr int stuckScore = 20;
constexpr int maxScore = 32;
/// Answers of so many bytes are sent before the next request is looked at.
constexpr std::uint64_t sendSize = 32 * 1024;
/// A client that takes no answers is told no more during its handshake.
constexpr std::uint64_t maxAnswers = 64 * 1024;
/// How long a thread waits for the next request before it looks for other work.
constexpr int lingerMs = 4;

std::uint64_t heldBy(const Request& request)
{
    if (request.command == Command::Write)
        return request.length <= maximumPayload ? request.length : 0;
    return request.command == Command::Read ? std::min(request.length, maximumPayload) : 0;
}

} // namespace

Connection::Connection(Host& host, int socket, ClientNumber number, std::string address)
    : m_host(host), m_socket(host.context(), socket), m_number(number),
      m_address(std::move(address)),
      m_outbox(socket,
               [this](std::size_t requests, std::uint64_t held) { giveRoom(requests, held); }),
      m_negotiation(host.exports())
{}

void Connection::start()
{
    Bytes greeting;
    Negotiation::greet(greeting);
    answer(std::move(greeting));
    drive(1);
}

// Who drives
// ---------------------------------------------------------------------------------------

void Connection::drive(Baton baton)
{
    Turn turn = Turn::Again;
    while (turn == Turn::Again && holds(baton))
        turn = m_isTransmitting ? serve(baton) : negotiate();
    send(); // what was held back to go out together with more
}

bool Connection::holds(Baton baton) const
{
    const std::scoped_lock lock(m_mutex);
    return m_phase == Phase::Open && baton == m_baton && !m_isParked;
}

void Connection::resume()
{
    m_isParked = false;
    m_isRunning = false;
    asio::post(m_host.context(),
               [self = shared_from_this(), baton = ++m_baton] { self->drive(baton); });
}

void Connection::tick()
{
    const std::scoped_lock lock(m_mutex);
    if (m_isRunning && m_runs == m_runsSeen && m_phase == Phase::Open) {
        m_slowness = std::max<int>(m_slowness, stuckScore);
        resume();
    }
    m_runsSeen = m_runs;
}

void Connection::awaitRequest()
{
    const std::scoped_lock lock(m_mutex);
    if (m_phase != Phase::Open)
        return;
    m_socket.async_wait(
        asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this(), baton = m_baton](const asio::error_code& error) {
            if (!error)
                self->drive(baton);
        });
}

// Handshake
// ----------------------------------------------------------------------------------------

Connection::Turn Connection::negotiate()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isParked = m_inFlight > 0 && m_outbox.waiting() > maxAnswers;
        if (m_isParked)
            return Turn::Leave;
    }
    Bytes said;
    const std::size_t used = m_negotiation.step(m_received, said);
    if (used == 0)
        return receiveOption();
    m_received.erase(m_received.begin(), m_received.begin() + static_cast<std::ptrdiff_t>(used));
    if (m_negotiation.state() == Negotiation::State::Agreed)
        beginTransmission();
    answer(std::move(said));
    if (m_negotiation.state() == Negotiation::State::Broken)
        breakOff(m_negotiation.why());
    else if (m_negotiation.state() == Negotiation::State::Ended)
        finish();
    return Turn::Again;
}

Connection::Turn Connection::receiveOption()
{
    constexpr std::size_t piece = 4096;
    const std::size_t have = m_received.size();
    m_received.resize(std::min(have + piece, Negotiation::maxStep));
    const auto count = receive(ByteSpan(m_received).subspan(have));
    m_received.resize(have + count.value_or(0));
    if (!count)
        awaitRequest();
    return count ? Turn::Again : Turn::Leave;
}

void Connection::beginTransmission()
{
    const Agreement& agreed = m_negotiation.agreement();
    const Export& what = agreed.chosen->what;
    m_session.served = agreed.chosen;
    m_session.device = what.deviceFor ? what.deviceFor(m_number) : what.device;
    if (what.tap) {
        const auto tap = std::make_shared<block::TapDevice>(m_session.device, what.tap, m_number);
        m_session.device = tap;
        m_session.tap = tap;
    }
    m_session.terms = {.size = what.device->size(),
                       .flags = transmissionFlags(*agreed.chosen, agreed.structuredReplies),
                       .structuredReplies = agreed.structuredReplies,
                       .allocationContext = agreed.allocationContext};
    m_session.report = [this](const Error& error) { m_host.failed(m_number, error); };
    m_stream.feed(m_received);
    m_received = {};
    m_isTransmitting = true;
    {
        const std::scoped_lock lock(m_mutex);
        m_exportName = what.name;
        m_hasJoined = true;
    }
    m_host.joined(*this);
}

void Connection::answer(Bytes bytes)
{
    if (bytes.empty())
        return;
    {
        const std::scoped_lock lock(m_mutex);
        ++m_inFlight;
    }
    Reply reply;
    Buffer buffer(bytes.size());
    std::ranges::copy(bytes, buffer.span().begin());
    reply.parts.emplace_back(std::move(buffer));
    m_outbox.push(std::move(reply), 0);
    send();
}

// Requests
// -----------------------------------------------------------------------------------------

Connection::Turn Connection::serve(Baton baton)
{
    auto incoming = m_stream.next([this](const Request& request) { return admit(request); });
    if (incoming && !isStillWanted())
        giveRoom(1, heldBy(incoming->request));
    else if (incoming)
        return carryOut(std::move(*incoming), baton);
    send();
    if (!holds(baton)) // parked; perhaps somebody else drives already
        return Turn::Leave;
    if (m_stream.isBroken()) {
        breakOff("what should be a request does not start like one");
        return Turn::Leave;
    }
    return receiveRequests();
}

Connection::Turn Connection::receiveRequests()
{
    const auto count = receive(m_stream.room());
    if (count) {
        m_stream.filled(*count);
        return Turn::Again;
    }
    if (linger(POLLIN))
        return Turn::Again;
    awaitRequest();
    return Turn::Leave;
}

bool Connection::admit(const Request& request)
{
    const std::scoped_lock lock(m_mutex);
    const std::uint64_t held = heldBy(request);
    if (m_inFlight >= maxRequests || (m_inFlight > 0 && m_held + held > maxHeld)) {
        m_isParked = true;
        return false;
    }
    const std::uint64_t all = m_held + held;
    const std::uint64_t shared = all - std::min(all, Budget::freeSize);
    const std::uint64_t more = shared - std::min(shared, m_borrowed);
    const auto wake = [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self)
            return;
        const std::scoped_lock relock(self->m_mutex);
        if (self->m_isParked && self->m_phase == Phase::Open)
            self->resume();
    };
    if (more != 0 && !m_host.budget().take(more, wake)) {
        m_isParked = true;
        return false;
    }
    m_borrowed += more;
    m_held = all;
    ++m_inFlight;
    m_isArriving = true;
    return true;
}

/// A request has arrived as a whole; nobody waits for its answer when the connection ends.
bool Connection::isStillWanted()
{
    const std::scoped_lock lock(m_mutex);
    m_isArriving = false;
    return m_phase == Phase::Open;
}

void Connection::giveRoom(std::size_t requests, std::uint64_t held)
{
    std::uint64_t back = 0;
    {
        const std::scoped_lock lock(m_mutex);
        m_inFlight -= requests;
        m_held -= held;
        const std::uint64_t shared = m_held - std::min(m_held, Budget::freeSize);
        back = m_borrowed - std::min(m_borrowed, shared);
        m_borrowed -= back;
        if (m_isParked && m_phase == Phase::Open)
            resume();
    }
    m_host.budget().give(back);
    leaveIfDone();
}

bool Connection::isSlow() const noexcept
{
    return m_slowness.load(std::memory_order_relaxed) > slowScore;
}

Connection::Turn Connection::carryOut(Incoming incoming, Baton baton)
{
    const Request request = incoming.request;
    if (request.command == Command::Disconnect) {
        giveRoom(1, 0);
        finish();
        return Turn::Leave;
    }
    if (isSlow()) {
        asio::post(m_host.context(), [self = shared_from_this(), work = std::move(incoming)] {
            self->m_outbox.push(self->run(work), heldBy(work.request));
            self->send();
        });
        return Turn::Again;
    }
    {
        const std::scoped_lock lock(m_mutex);
        m_isRunning = true;
        ++m_runs;
    }
    m_host.startTicking();
    Reply reply = run(incoming);
    bool stillDrives = false;
    {
        const std::scoped_lock lock(m_mutex);
        stillDrives = baton == m_baton;
        if (stillDrives)
            m_isRunning = false;
    }
    m_outbox.push(std::move(reply), heldBy(request));
    if (!stillDrives || m_outbox.waiting() >= sendSize)
        send();
    return stillDrives ? Turn::Again : Turn::Leave;
}

Reply Connection::run(const Incoming& incoming)
{
    const auto before = Clock::now();
    Reply reply = execute(incoming, m_session);
    const int change = Clock::now() - before > slow ? slowWeight : -1;
    const int score = m_slowness.load(std::memory_order_relaxed) + change;
    m_slowness.store(std::clamp(score, 0, maxScore), std::memory_order_relaxed);
    if (!reply.isRefusal)
        count(incoming.request);
    return reply;
}

void Connection::count(const Request& request)
{
    m_requestCount.fetch_add(1, std::memory_order_relaxed);
    switch (request.command) {
    case Command::Read: m_readSize.fetch_add(request.length, std::memory_order_relaxed); break;
    case Command::Write:
    case Command::Trim:
    case Command::WriteZeroes:
        m_writtenSize.fetch_add(request.length, std::memory_order_relaxed);
        break;
    case Command::Disconnect:
    case Command::Flush:
    case Command::Cache:
    case Command::BlockStatus: break;
    }
}

// The socket
// ---------------------------------------------------------------------------------------

/// Nothing when there is nothing for now; the connection ends when the client has.
std::optional<std::size_t> Connection::receive(ByteSpan room)
{
    const ssize_t count = ::recv(m_socket.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
    if (count > 0)
        return static_cast<std::size_t>(count);
    if (count == 0)
        finish();
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        abort();
    return std::nullopt;
}

/// A busy client goes on soon: waiting for it here saves a change of threads.
bool Connection::linger(short events) const
{
    if (!m_host.mayWait())
        return false;
    pollfd waiting{.fd = m_outbox.socket(), .events = events, .revents = 0};
    const bool isReady = ::poll(&waiting, 1, lingerMs) > 0;
    m_host.stopWaiting();
    return isReady;
}

void Connection::send()
{
    handleSent(m_outbox.send());
}

void Connection::handleSent(Outbox::Sent sent)
{
    while (sent == Outbox::Sent::Blocked && linger(POLLOUT))
        sent = m_outbox.sendOn();
    if (sent == Outbox::Sent::Failed)
        abort();
    if (sent != Outbox::Sent::Blocked)
        return;
    const std::scoped_lock lock(m_mutex);
    m_socket.async_wait(asio::posix::stream_descriptor::wait_write,
                        [self = shared_from_this()](const asio::error_code& error) {
                            if (!error)
                                self->handleSent(self->m_outbox.sendOn());
                        });
}

// The end
// ------------------------------------------------------------------------------------------

void Connection::breakOff(const std::string& why)
{
    m_host.failed(m_number, Error{.code = ErrorCode::BadFormat,
                                  .message = fmt::format("client {} ({}) broke the protocol: {}",
                                                         m_number, m_address, why)});
    finish();
}

void Connection::finish()
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_phase == Phase::Open)
            m_phase = Phase::Ending;
        // Ends a wait for requests, too.
        ::shutdown(m_outbox.socket(), SHUT_RD);
    }
    leaveIfDone();
}

void Connection::abort()
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_phase == Phase::Open)
            m_phase = Phase::Ending;
        ::shutdown(m_outbox.socket(), SHUT_RDWR);
    }
    m_outbox.close();
    leaveIfDone();
}

void Connection::leaveIfDone()
{
    std::uint64_t back = 0;
    {
        const std::scoped_lock lock(m_mutex);
        // What has begun to arrive will not go on.
        if (m_phase != Phase::Ending || m_inFlight != (m_isArriving ? 1 : 0))
            return;
        m_phase = Phase::Left;
        back = std::exchange(m_borrowed, 0);
        ::shutdown(m_outbox.socket(), SHUT_RDWR);
    }
    m_host.budget().give(back);
    leave(m_session);
    m_host.left(*this);
}

// What is known about it
// ---------------------------------------------------------------------------

Client Connection::client() const
{
    const std::scoped_lock lock(m_mutex);
    return {.number = m_number,
            .address = m_address,
            .exportName = m_exportName,
            .requestCount = m_requestCount,
            .readSize = m_readSize,
            .writtenSize = m_writtenSize};
}

bool Connection::isNegotiating() const
{
    const std::scoped_lock lock(m_mutex);
    return !m_hasJoined;
}

bool Connection::isEnding() const
{
    const std::scoped_lock lock(m_mutex);
    return m_phase == Phase::Ending;
}

bool Connection::isStalled()
{
    const std::uint64_t sent = m_outbox.sent();
    const std::uint64_t waiting = m_outbox.waiting();
    const std::scoped_lock lock(m_mutex);
    const bool isSame = sent == m_sentSeen;
    m_sentSeen = sent;
    return waiting != 0 && isSame;
}

} // namespace fatlas::nbd
