/// Bytes of a fixed size that are not cleared before they are filled.
///
/// Threads: one at a time.
#pragma once

#include "core/base/bytes.hpp"

#include <memory>
#include <utility>

namespace fatlas::nbd {

class Buffer {
public:
    Buffer() = default;

    explicit Buffer(std::size_t size)
        : m_bytes(std::make_unique_for_overwrite<std::byte[]>(size)), // NOLINT(*-c-arrays)
          m_size(size)
    {}

    Buffer(Buffer&& other) noexcept
        : m_bytes(std::move(other.m_bytes)), m_size(std::exchange(other.m_size, 0))
    {}

    Buffer& operator=(Buffer&& other) noexcept
    {
        m_bytes = std::move(other.m_bytes);
        m_size = std::exchange(other.m_size, 0);
        return *this;
    }

    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() = default;

    [[nodiscard]] std::size_t size() const noexcept { return m_size; }

    [[nodiscard]] ByteSpan span() noexcept { return {m_bytes.get(), m_size}; }

    [[nodiscard]] ByteView view() const noexcept { return {m_bytes.get(), m_size}; }

private:
    std::unique_ptr<std::byte[]> m_bytes; // NOLINT(*-c-arrays)
    std::size_t m_size = 0;
};

} // namespace fatlas::nbd
