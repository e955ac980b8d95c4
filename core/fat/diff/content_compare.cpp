#include "core/fat/diff/content_compare.hpp"

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t chunkSize = MiB;

/// Reads a file from its start on, a piece at a time.
class FileReader {
public:
    explicit FileReader(const FileOnVolume& file)
        : m_volume(file.volume), m_runs(file.tree.runsOf(file.node)), m_left(file.entry().size())
    {}

    /// At most `most` bytes of what follows; none at the end, or where it cannot be read.
    ByteView next(std::uint64_t most)
    {
        const Geometry& g = m_volume.geometry();
        while (m_run < m_runs.size() &&
               m_inRun == std::uint64_t{m_runs[m_run].count} * g.clusterSize()) {
            ++m_run;
            m_inRun = 0;
        }
        if (m_run == m_runs.size() || m_left == 0)
            return {};
        const std::uint64_t inRun = std::uint64_t{m_runs[m_run].count} * g.clusterSize() - m_inRun;
        m_buffer.resize(std::min({most, inRun, m_left, chunkSize}));
        const std::uint64_t at = g.clusterOffset(m_runs[m_run].first) + m_inRun;
        if (!m_volume.device().read(at, m_buffer)) {
            m_left = 0;
            return {};
        }
        m_inRun += m_buffer.size();
        m_left -= m_buffer.size();
        return m_buffer;
    }

private:
    const Volume& m_volume;
    std::span<const ClusterRange> m_runs;
    std::uint64_t m_left;
    std::size_t m_run = 0;
    std::uint64_t m_inRun = 0;
    Bytes m_buffer;
};

} // namespace

Result<std::optional<std::uint64_t>> firstDifference(const FileOnVolume& a, const FileOnVolume& b,
                                                     const JobControl& job)
{
    FileReader readerA(a);
    FileReader readerB(b);
    ByteView left;
    ByteView right;
    std::uint64_t at = 0;
    while (true) {
        FATLAS_TRY(job.checkpoint());
        if (left.empty())
            left = readerA.next(chunkSize);
        if (right.empty())
            right = readerB.next(chunkSize);
        const std::size_t both = std::min(left.size(), right.size());
        if (both == 0)
            break;
        const auto [here, there] = std::ranges::mismatch(left.first(both), right.first(both));
        if (here != left.first(both).end())
            return at + static_cast<std::uint64_t>(here - left.begin());
        at += both;
        left = left.subspan(both);
        right = right.subspan(both);
    }
    if (!left.empty() || !right.empty() || a.entry().size() != b.entry().size())
        return at;
    return std::nullopt;
}

/// FNV-1a over eight bytes at a time.
Result<std::uint64_t> contentHash(const FileOnVolume& file, const JobControl& job)
{
    FileReader reader(file);
    std::uint64_t hash = 0xCBF29CE484222325;
    const auto mix = [&hash](std::uint64_t word) {
        hash = (hash ^ word) * 0x100000001B3;
        hash ^= hash >> 29;
    };
    std::uint64_t word = 0;
    unsigned count = 0;
    while (true) {
        FATLAS_TRY(job.checkpoint());
        const ByteView bytes = reader.next(chunkSize);
        if (bytes.empty())
            break;
        for (const std::byte b : bytes) {
            word = word << 8 | std::to_integer<std::uint64_t>(b);
            if (++count % 8 == 0)
                mix(word);
        }
    }
    mix(word);
    mix(count);
    return hash;
}

} // namespace fatlas::fat
