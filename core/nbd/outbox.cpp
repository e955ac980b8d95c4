#include "core/nbd/outbox.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace fatlas::nbd {

namespace {

constexpr std::size_t maxPieces = 64;
/// What one call may take, so that a file that is not in memory holds nobody up for long.
constexpr std::uint64_t maxFilePiece = 1U << 20U;

std::uint64_t sizeOf(const ReplyPart& part)
{
    if (const auto* buffer = std::get_if<Buffer>(&part))
        return buffer->size();
    return std::get<FilePart>(part).length;
}

std::uint64_t sizeOf(const Reply& reply)
{
    std::uint64_t size = 0;
    for (const ReplyPart& part : reply.parts)
        size += sizeOf(part);
    return size;
}

bool wouldBlock(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK;
}

/// Stands in for bytes of a file that are not there any more.
ByteView zeros()
{
    static constexpr std::array<std::byte, 16 * 1024> bytes{};
    return bytes;
}

} // namespace

void Outbox::push(Reply reply, std::uint64_t held)
{
    std::unique_lock lock(m_mutex);
    if (m_isClosed) {
        lock.unlock();
        m_onSent(1, held);
        return;
    }
    m_waiting += sizeOf(reply);
    m_items.push_back({.reply = std::move(reply), .held = held});
}

Outbox::Sent Outbox::send()
{
    std::unique_lock lock(m_mutex);
    if (m_isSending)
        return Sent::Busy;
    m_isSending = true;
    return sendAll(lock);
}

Outbox::Sent Outbox::sendOn()
{
    std::unique_lock lock(m_mutex);
    return sendAll(lock);
}

Outbox::Sent Outbox::sendAll(std::unique_lock<std::mutex>& lock)
{
    while (!m_items.empty() && !m_isClosed) {
        const Step step = sendSome(lock);
        reportSent(lock);
        if (step == Step::Blocked)
            return Sent::Blocked;
        m_isClosed = m_isClosed || step == Step::Failed;
    }
    m_isSending = false;
    if (!m_isClosed)
        return Sent::All;
    drop(lock);
    return Sent::Failed;
}

void Outbox::drop(std::unique_lock<std::mutex>& lock)
{
    const std::deque<Item> dropped = std::exchange(m_items, {});
    m_waiting = 0;
    for (const Item& item : dropped)
        m_doneHeld += item.held;
    m_doneRequests += dropped.size();
    reportSent(lock);
}

Outbox::Step Outbox::sendSome(std::unique_lock<std::mutex>& lock)
{
    const Item& first = m_items.front();
    const bool isFile = std::holds_alternative<FilePart>(first.reply.parts[first.part]);
    const Step step = isFile ? sendFile(lock) : sendBuffers(lock);
    if (step == Step::Progress)
        completeParts(lock);
    return step;
}

/// Buffers from the front on, up to the next file.
std::size_t Outbox::gather(std::span<iovec> pieces) const
{
    std::size_t count = 0;
    for (const Item& item : m_items) {
        for (std::size_t i = item.part; i < item.reply.parts.size(); ++i) {
            const auto* buffer = std::get_if<Buffer>(&item.reply.parts[i]);
            if (buffer == nullptr || count == pieces.size())
                return count;
            const ByteView rest =
                buffer->view().subspan(i == item.part ? static_cast<std::size_t>(item.done) : 0);
            // sendmsg() takes what it will not write to without const.
            pieces[count++] = {.iov_base =
                                   const_cast<std::byte*>(rest.data()), // NOLINT(*-const-cast)
                               .iov_len = rest.size()};
        }
        if (item.reply.finish)
            return count; // its last chunk is not known before the others are sent
    }
    return count;
}

Outbox::Step Outbox::sendBuffers(std::unique_lock<std::mutex>& lock)
{
    std::array<iovec, maxPieces> pieces; // NOLINT(*-member-init): gather() fills what is used
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = gather(pieces);
    // What a file follows need not go out by itself.
    const int more = m_items.front().reply.finish ? MSG_MORE : 0;
    lock.unlock();
    const ssize_t count = ::sendmsg(m_socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT | more);
    const int error = errno;
    lock.lock();
    if (count < 0)
        return wouldBlock(error) ? Step::Blocked : error == EINTR ? Step::Progress : Step::Failed;
    consume(static_cast<std::uint64_t>(count));
    return Step::Progress;
}

Outbox::Step Outbox::sendFile(std::unique_lock<std::mutex>& lock)
{
    Item& item = m_items.front();
    const auto& part = std::get<FilePart>(item.reply.parts[item.part]);
    const std::uint64_t left = part.length - item.done;
    const bool isCutOff = item.files == FileParts::CutOff;
    lock.unlock();
    ssize_t count = 0;
    auto at = static_cast<off_t>(part.offset + item.done);
    if (isCutOff)
        count = ::send(m_socket, zeros().data(), std::min<std::uint64_t>(left, zeros().size()),
                       MSG_NOSIGNAL | MSG_DONTWAIT);
    else
        count = ::sendfile(m_socket, part.file->descriptor(), &at, std::min(left, maxFilePiece));
    const int error = errno;
    lock.lock();
    if (count < 0 && wouldBlock(error))
        return Step::Blocked;
    if (count < 0 && error == EINTR)
        return Step::Progress;
    const bool clientIsGone = error == EPIPE || error == ECONNRESET || error == ENOTCONN;
    if (count < 0 && (isCutOff || clientIsGone))
        return Step::Failed;
    // The head has promised so many bytes: they are sent, and the last chunk takes them back.
    if (count <= 0)
        item.files = FileParts::CutOff;
    else
        consume(static_cast<std::uint64_t>(count));
    return Step::Progress;
}

/// `count` bytes from the front on are with the system.
void Outbox::consume(std::uint64_t count)
{
    m_waiting -= count;
    m_sent += count;
    for (Item& item : m_items) {
        while (item.part < item.reply.parts.size()) {
            const std::uint64_t left = sizeOf(item.reply.parts[item.part]) - item.done;
            if (count < left) {
                item.done += count;
                return;
            }
            count -= left;
            item.done = 0;
            ++item.part;
        }
        if (count == 0)
            return;
    }
}

/// Takes replies off the front that are sent, and asks those that have more to say.
void Outbox::completeParts(std::unique_lock<std::mutex>& lock)
{
    while (!m_items.empty() && m_items.front().part == m_items.front().reply.parts.size()) {
        Item& item = m_items.front();
        if (item.reply.finish) {
            lock.unlock();
            Buffer last = std::exchange(item.reply.finish, nullptr)(item.files);
            lock.lock();
            m_waiting += last.size();
            item.reply.parts.emplace_back(std::move(last));
            return;
        }
        ++m_doneRequests;
        m_doneHeld += item.held;
        m_items.pop_front();
    }
}

void Outbox::reportSent(std::unique_lock<std::mutex>& lock)
{
    if (m_doneRequests == 0)
        return;
    const std::size_t requests = std::exchange(m_doneRequests, 0);
    const std::uint64_t held = std::exchange(m_doneHeld, 0);
    lock.unlock();
    m_onSent(requests, held);
    lock.lock();
}

std::uint64_t Outbox::waiting() const
{
    const std::scoped_lock lock(m_mutex);
    return m_waiting;
}

std::uint64_t Outbox::sent() const
{
    const std::scoped_lock lock(m_mutex);
    return m_sent;
}

void Outbox::close()
{
    std::unique_lock lock(m_mutex);
    m_isClosed = true;
    // A thread that is at it still looks at what it sends, and drops it itself.
    if (!m_isSending)
        drop(lock);
}

} // namespace fatlas::nbd
