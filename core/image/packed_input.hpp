/// Internal to unpack(): the compressed bytes in order, watched and stopped by the job.
///
/// Units:   bytes of the compressed file; progress as well.
/// Errors:  those of the device, Cancelled.
/// Threads: one thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/base/units.hpp"
#include "core/block/block_device.hpp"

#include <algorithm>

namespace fatlas::image {

class PackedInput {
public:
    static constexpr std::size_t pieceSize = 256 * KiB;

    PackedInput(const block::BlockDevice& file, const JobControl& job)
        : m_file(file), m_job(job), m_piece(std::min<std::uint64_t>(pieceSize, file.size()))
    {}

    [[nodiscard]] std::uint64_t size() const noexcept { return m_file.size(); }

    [[nodiscard]] std::uint64_t position() const noexcept { return m_position; }

    [[nodiscard]] bool atEnd() const noexcept { return m_position >= m_file.size(); }

    /// What comes next, valid until the next call; empty at the end.
    [[nodiscard]] Result<ByteView> next()
    {
        FATLAS_TRY(watch());
        const ByteSpan piece = ByteSpan(m_piece).first(
            std::min<std::uint64_t>(m_piece.size(), m_file.size() - m_position));
        FATLAS_TRY(m_file.read(m_position, piece));
        m_position += piece.size();
        return ByteView(piece);
    }

    /// `position` at most size().
    void seek(std::uint64_t position) noexcept { m_position = std::min(position, m_file.size()); }

    /// To be called for each piece that comes out.
    [[nodiscard]] Result<> watch() const
    {
        m_job.report(m_position, m_file.size());
        return m_job.checkpoint();
    }

private:
    const block::BlockDevice& m_file;
    const JobControl& m_job;
    Bytes m_piece;
    std::uint64_t m_position = 0;
};

} // namespace fatlas::image
