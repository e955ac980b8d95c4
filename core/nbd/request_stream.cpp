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
    if (m_isBroken)
        return std::nullopt;
    if (!m_begun)
        begin(admit);
    if (!m_begun || !takePayload(*m_begun))
        return std::nullopt;
    auto whole = std::move(m_begun);
    m_begun.reset();
    m_have = 0;
    return whole;
}

void RequestStream::begin(const std::function<bool(const Request&)>& admit)
{
    const auto raw = load<RequestRaw>(m_input.view().subspan(m_start, m_end - m_start));
    if (!raw)
        return;
    const auto request = decodeRequest(*raw);
    if (!request) {
        m_isBroken = true;
        return;
    }
    if (!admit(*request))
        return;
    m_start += sizeof(RequestRaw);
    const std::uint32_t size = request->payloadSize();
    const bool isStored = size <= maximumPayload;
    m_begun = Incoming{.request = *request, .payload = Buffer(isStored ? size : 0)};
    m_toSkip = isStored ? 0 : size;
    m_have = 0;
}

/// True when there is nothing left to wait for.
bool RequestStream::takePayload(Incoming& begun)
{
    const std::size_t wanted =
        m_toSkip != 0 ? static_cast<std::size_t>(m_toSkip) : begun.payload.size() - m_have;
    const std::size_t count = std::min(wanted, m_end - m_start);
    if (m_toSkip != 0) {
        m_toSkip -= count;
    } else {
        std::ranges::copy(m_input.view().subspan(m_start, count),
                          begun.payload.span().subspan(m_have).begin());
        m_have += count;
    }
    m_start += count;
    return m_toSkip == 0 && m_have == begun.payload.size();
}

} // namespace fatlas::nbd
