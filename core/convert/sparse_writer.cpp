#include "core/convert/sparse_writer.hpp"

#include "core/base/zeros.hpp"

#include <algorithm>

namespace fatlas::convert {

SparseWriter::SparseWriter(File& file, WriteOut& writeOut)
    : m_file(file), m_writeOut(writeOut), m_buffer(bufferSize)
{}

Result<ByteSpan> SparseWriter::room(std::uint64_t offset, std::uint64_t wanted)
{
    if (offset != m_offset + m_used || m_used == m_buffer.size())
        FATLAS_TRY(flush());
    if (m_used == 0)
        m_offset = offset;
    const std::uint64_t free = m_buffer.size() - m_used;
    return ByteSpan(m_buffer).subspan(m_used, std::min(free, wanted));
}

Result<> SparseWriter::zeros(std::uint64_t offset, std::uint64_t length)
{
    if (m_used == 0 || length >= blockSize || offset != m_offset + m_used)
        return {};
    for (std::uint64_t done = 0; done < length;) {
        FATLAS_ASSIGN(const ByteSpan span, room(offset + done, length - done));
        std::ranges::fill(span, std::byte{0});
        filled(span.size());
        done += span.size();
    }
    return {};
}

Result<> SparseWriter::write(std::size_t first, std::size_t end)
{
    if (first == end)
        return {};
    FATLAS_TRY(m_file.writeAt(m_offset + first, ByteView(m_buffer).subspan(first, end - first)));
    m_writeOut.wrote(m_offset + first, end - first);
    m_written += end - first;
    return {};
}

Result<> SparseWriter::flush()
{
    std::size_t pending = 0; // start of what is to be written
    for (std::size_t start = 0; start < m_used;) {
        const std::uint64_t inBlock = (m_offset + start) % blockSize;
        const std::size_t end = std::min<std::size_t>(m_used, start + (blockSize - inBlock));
        const bool isWhole = end - start == blockSize;
        if (isWhole && areZeros(ByteView(m_buffer).subspan(start, end - start))) {
            FATLAS_TRY(write(pending, start));
            pending = end;
        }
        start = end;
    }
    FATLAS_TRY(write(pending, m_used));
    m_offset += m_used;
    m_used = 0;
    return {};
}

} // namespace fatlas::convert
