#include "core/nbd/request_stream.hpp"

#include <algorithm>
#include <cassert>

namespace fatlas::nbd {

namespace {

/// A payload that lacks so many bytes is received where it will be used; a shorter one together
/// with what follows it.
constexpr std::size_t directSize = 16 * 1024;

} // namespace

ByteSpan RequestStream::room()
{
    m_isDirect = m_begun && m_toSkip == 0 && m_start == m_end &&
                 m_begun->payload.size() - m_have >= directSize;
    if (m_isDirect)
        return m_begun->payload.span().subspan(m_have);
    if (m_start == m_end) {
        m_start = m_end = 0;
    } else if (m_end == capacity) {
        std::ranges::copy(m_input.view().subspan(m_start, m_end - m_start), m_input.span().begin());
        m_end -= m_start;
        m_start = 0;
    }
    return m_input.span().subspan(m_end);
}

void RequestStream::filled(std::size_t count)
{
    if (m_isDirect)
        m_have += count;
    else
        m_end += count;
}

void RequestStream::feed(ByteView bytes)
{
    assert(m_start == m_end && !m_begun && bytes.size() <= capacity);
    std::ranges::copy(bytes, m_input.span().begin());
    m_start = 0;
    m_end = bytes.size();
}

std::optional<Incoming> RequestStream::next(const std::function<bool(const Request&)>& admit)
{
    if (m_isBroken || (!m_begun && !begin(admit)))
        return std::nullopt;
    takePayload();
    if (m_toSkip != 0 || m_have < m_begun->payload.size())
        return std::nullopt;
    auto whole = std::move(m_begun);
    m_begun.reset();
    m_have = 0;
    return whole;
}

bool RequestStream::begin(const std::function<bool(const Request&)>& admit)
{
    const auto raw = load<RequestRaw>(m_input.view().subspan(m_start, m_end - m_start));
    if (!raw)
        return false;
    const auto request = decodeRequest(*raw);
    if (!request) {
        m_isBroken = true;
        return false;
    }
    if (!admit(*request))
        return false;
    m_start += sizeof(RequestRaw);
    const std::uint32_t size = request->payloadSize();
    const bool isStored = size <= maximumPayload;
    m_begun = Incoming{.request = *request, .payload = Buffer(isStored ? size : 0)};
    m_toSkip = isStored ? 0 : size;
    m_have = 0;
    return true;
}

void RequestStream::takePayload()
{
    const std::size_t wanted =
        m_toSkip != 0 ? static_cast<std::size_t>(m_toSkip) : m_begun->payload.size() - m_have;
    const std::size_t count = std::min(wanted, m_end - m_start);
    if (m_toSkip != 0) {
        m_toSkip -= count;
    } else {
        std::ranges::copy(m_input.view().subspan(m_start, count),
                          m_begun->payload.span().subspan(m_have).begin());
        m_have += count;
    }
    m_start += count;
}

} // namespace fatlas::nbd
