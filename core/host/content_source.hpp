/// Where the bytes of a file that is to be written come from.
///
/// Units:   bytes.
/// Errors:  of read: whatever it likes; the file on the host stays as it was, and the error is
///          handed on as it is.
/// Threads: one at a time, on the thread that called the jail.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

#include <cstdint>

namespace fatlas::host {

class ContentSource {
public:
    ContentSource() = default;
    ContentSource(const ContentSource&) = delete;
    ContentSource& operator=(const ContentSource&) = delete;
    virtual ~ContentSource() = default;

    /// Of the whole file as it shall be; the same from the first read to the last.
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills all of `into`, which ends at or before size().
    [[nodiscard]] virtual Result<> read(std::uint64_t offset, ByteSpan into) const = 0;
};

/// Bytes that are in memory already; they must outlive it.
class MemorySource final : public ContentSource {
public:
    explicit MemorySource(ByteView bytes) : m_bytes(bytes) {}

    [[nodiscard]] std::uint64_t size() const override { return m_bytes.size(); }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        if (offset > m_bytes.size() || into.size() > m_bytes.size() - offset)
            return fail(ErrorCode::OutOfRange, "more was asked for than the content has");
        const ByteView part = m_bytes.subspan(static_cast<std::size_t>(offset), into.size());
        if (!part.empty())
            std::memcpy(into.data(), part.data(), part.size());
        return {};
    }

private:
    ByteView m_bytes;
};

} // namespace fatlas::host
