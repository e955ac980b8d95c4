/// Gathers small pieces into large writes and leaves whole blocks of zeros as holes.
///
/// The file must read as zeros wherever nothing was written yet.
///
/// Units:      offsets in bytes of the file; a block is 4 KiB, aligned.
/// Invariants: after flush() every piece is in the file or is a hole that reads the same.
/// Errors:     those of File.
/// Threads:    one at a time.
#pragma once

#include "core/base/file.hpp"
#include "core/convert/write_out.hpp"

#include <cstdint>

namespace fatlas::convert {

class SparseWriter {
public:
    static constexpr std::uint64_t blockSize = 4096;
    static constexpr std::size_t bufferSize = std::size_t{1} << 20;

    SparseWriter(File& file, WriteOut& writeOut);

    /// Room for the next `wanted` bytes at `offset`, at least one byte; the caller fills all of the
    /// span, then calls filled(). Going on where the last piece ended costs no write.
    [[nodiscard]] Result<ByteSpan> room(std::uint64_t offset, std::uint64_t wanted);

    void filled(std::size_t count) { m_used += count; }

    /// Zeros; a gap of less than a block between two pieces does not part them.
    [[nodiscard]] Result<> zeros(std::uint64_t offset, std::uint64_t length);

    [[nodiscard]] Result<> flush();

    [[nodiscard]] std::uint64_t writtenBytes() const noexcept { return m_written; }

private:
    [[nodiscard]] Result<> write(std::size_t first, std::size_t end);

    File& m_file;
    WriteOut& m_writeOut;
    Bytes m_buffer;
    std::uint64_t m_offset = 0; ///< of the buffer's first byte in the file
    std::size_t m_used = 0;
    std::uint64_t m_written = 0;
};

} // namespace fatlas::convert
