/// Content in memory that can be told to misbehave.
#pragma once

#include "core/edit/content_source.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::test {

class MemorySource final : public edit::ContentSource {
public:
    explicit MemorySource(Bytes bytes) : m_bytes(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_bytes.size(); }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) override
    {
        if (++m_reads > m_honestReads)
            m_bytes.at(offset) ^= std::byte{0xFF};
        std::ranges::copy(ByteView(m_bytes).subspan(offset, into.size()), into.begin());
        return {};
    }

    [[nodiscard]] Result<> checkUnchanged() override
    {
        if (!m_isStale)
            return {};
        return fail(ErrorCode::Changed, "the source is not what it was");
    }

    /// Reads after this many give other bytes.
    void changeAfter(std::size_t reads) { m_honestReads = reads; }

    void makeStale() { m_isStale = true; }

private:
    Bytes m_bytes;
    std::size_t m_reads = 0;
    std::size_t m_honestReads = SIZE_MAX;
    bool m_isStale = false;
};

} // namespace fatlas::test
