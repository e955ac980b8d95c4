#include "core/vhd/stored_runs.hpp"

#include "core/base/checked.hpp"
#include "core/base/zeros.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t pieceSize = 2 * MiB;
/// Finer than this, leaving out zeros costs more than it saves.
constexpr std::uint64_t grain = 4 * KiB;

/// Runs that come in order, few enough of them.
class RunList {
public:
    explicit RunList(std::uint64_t diskSize) : m_diskSize(diskSize) {}

    void add(std::uint64_t offset, std::uint64_t end)
    {
        const std::uint64_t first = offset / sectorBytes * sectorBytes;
        const std::uint64_t stop = std::min(m_diskSize, roundUp<std::uint64_t>(end, sectorBytes));
        if (!m_runs.empty() && first <= m_runs.back().end + m_gap) {
            m_runs.back().end = std::max(m_runs.back().end, stop);
            return;
        }
        m_runs.push_back({first, stop});
        while (m_runs.size() > maxStoredRuns)
            coarsen();
    }

    [[nodiscard]] std::vector<FileRange> take() { return std::move(m_runs); }

private:
    void coarsen()
    {
        m_gap = std::max<std::uint64_t>(m_gap * 2, grain);
        std::size_t kept = 0;
        for (std::size_t i = 1; i < m_runs.size(); ++i) {
            if (m_runs[i].offset <= m_runs[kept].end + m_gap)
                m_runs[kept].end = m_runs[i].end;
            else
                m_runs[++kept] = m_runs[i];
        }
        m_runs.resize(kept + 1);
    }

    std::uint64_t m_diskSize;
    std::uint64_t m_gap = 0; ///< up to so many zeros between two runs are stored
    std::vector<FileRange> m_runs;
};

void addNonZero(ByteView bytes, std::uint64_t offset, RunList& runs)
{
    for (std::uint64_t at = 0; at < bytes.size();) {
        // Grains lie at multiples of their size on the disk, wherever the piece begins.
        const std::uint64_t stop =
            std::min<std::uint64_t>(bytes.size(), grain - (offset + at) % grain + at);
        if (!areZeros(bytes.subspan(at, stop - at)))
            runs.add(offset + at, offset + stop);
        at = stop;
    }
}

Result<> addRead(const block::BlockDevice& disk, const block::Extent& extent, RunList& runs,
                 const JobControl& job)
{
    Bytes buffer;
    for (std::uint64_t at = extent.offset; at < extent.end(); at += buffer.size()) {
        FATLAS_TRY(job.checkpoint());
        buffer.resize(std::min(pieceSize, extent.end() - at));
        FATLAS_TRY(disk.read(at, buffer));
        addNonZero(buffer, at, runs);
        job.report(at + buffer.size(), disk.size());
    }
    return {};
}

} // namespace

Result<std::vector<FileRange>> findStoredRuns(const block::BlockDevice& disk, ZeroSearch search,
                                              const JobControl& job)
{
    RunList runs(disk.size());
    for (std::uint64_t at = 0; at < disk.size();) {
        FATLAS_TRY(job.checkpoint());
        FATLAS_ASSIGN(const auto extents, disk.extents(at, disk.size() - at));
        for (const block::Extent& extent : extents) {
            if (extent.kind == block::ExtentKind::Data) {
                if (search == ZeroSearch::AsTold)
                    runs.add(extent.offset, extent.end());
                else
                    FATLAS_TRY(addRead(disk, extent, runs, job));
            }
            at = extent.end();
        }
        if (extents.empty())
            return fail(ErrorCode::Io,
                        fmt::format("the disk does not say what lies at offset {}", at));
        job.report(at, disk.size());
    }
    return runs.take();
}

} // namespace fatlas::vhd
