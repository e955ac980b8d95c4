/// Content that lies in memory.
#pragma once

#include "core/edit/content_source.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::edit {

class BytesSource final : public ContentSource {
public:
    explicit BytesSource(Bytes bytes) : m_bytes(std::move(bytes)) {}

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_bytes.size(); }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) override
    {
        std::ranges::copy(ByteView(m_bytes).subspan(offset, into.size()), into.begin());
        return {};
    }

    [[nodiscard]] Result<> checkUnchanged() override { return {}; }

private:
    Bytes m_bytes;
};

} // namespace fatlas::edit
