#include "core/fat/diff/diff_clusters.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t chunkSize = MiB;

/// Where a device is known to hold nothing but zeros.
class Zeros {
public:
    explicit Zeros(const block::BlockDevice& device) : m_device(device) {}

    /// Of the range; asked for in ascending order it costs one look a few thousand extents.
    bool cover(std::uint64_t offset, std::uint64_t length)
    {
        const std::uint64_t end = offset + length;
        while (offset < end) {
            if (!find(offset) || m_extents[m_at].kind == block::ExtentKind::Data)
                return false;
            offset = m_extents[m_at].end();
        }
        return true;
    }

private:
    bool find(std::uint64_t offset)
    {
        if (offset >= m_device.size())
            return false;
        if (m_extents.empty() || offset < m_extents.front().offset ||
            offset >= m_extents.back().end()) {
            auto extents = m_device.extents(offset, m_device.size() - offset);
            m_extents = extents ? std::move(*extents) : std::vector<block::Extent>();
            m_at = 0;
        }
        while (m_at < m_extents.size() && m_extents[m_at].end() <= offset)
            ++m_at;
        if (m_at == m_extents.size() || m_extents[m_at].offset > offset)
            m_at = 0; // went back
        while (m_at < m_extents.size() && m_extents[m_at].end() <= offset)
            ++m_at;
        return m_at < m_extents.size();
    }

    const block::BlockDevice& m_device;
    std::vector<block::Extent> m_extents;
    std::size_t m_at = 0;
};

class ClusterDiffer {
public:
    ClusterDiffer(const ClusterDiffSide& before, const ClusterDiffSide& after,
                  const JobControl& job)
        : m_before(before), m_after(after), m_job(job), m_zerosBefore(before.volume->device()),
          m_zerosAfter(after.volume->device()),
          m_clusterSize(before.volume->geometry().clusterSize())
    {}

    Result<ClusterDiff> diff()
    {
        m_total = std::min(used(*m_before.usage), used(*m_after.usage)) * m_clusterSize;
        const auto& mine = m_before.usage->runs();
        const auto& theirs = m_after.usage->runs();
        const Cluster end = m_before.volume->geometry().endCluster();
        auto before = mine.begin();
        auto after = theirs.begin();
        for (Cluster at{2}; at < end;) {
            FATLAS_TRY(m_job.checkpoint());
            while (before != mine.end() && before->end() <= at)
                ++before;
            while (after != theirs.end() && after->end() <= at)
                ++after;
            const bool isMine = before != mine.end() && before->state != ClusterState::Free;
            const bool isTheirs = after != theirs.end() && after->state != ClusterState::Free;
            const Cluster until = std::min({before == mine.end() ? end : before->end(),
                                            after == theirs.end() ? end : after->end(), end});
            const ClusterRange range{.first = at, .count = until - at};
            if (isMine && isTheirs)
                FATLAS_TRY(compare(range));
            else
                add(range, isMine     ? ClusterDifference::OnlyBefore
                           : isTheirs ? ClusterDifference::OnlyAfter
                                      : ClusterDifference::Free);
            at = until;
        }
        return std::move(m_result);
    }

private:
    [[nodiscard]] static std::uint64_t used(const UsageMap& usage)
    {
        return usage.geometry().clusterCount - usage.count(ClusterState::Free);
    }

    void add(ClusterRange range, ClusterDifference kind)
    {
        m_result.counts[static_cast<std::size_t>(kind)] += range.count;
        auto& runs = m_result.runs;
        if (!runs.empty() && (runs.back().kind == kind || runs.size() == ClusterDiff::maxRuns)) {
            runs.back().clusters.count += range.count;
            runs.back().kind = std::max(runs.back().kind, kind);
        } else {
            runs.push_back({.clusters = range, .kind = kind});
        }
    }

    /// Clusters that both sides use, some at a time.
    Result<> compare(ClusterRange range)
    {
        const auto step =
            static_cast<std::uint32_t>(std::max<std::uint64_t>(1, chunkSize / m_clusterSize));
        for (Cluster at = range.first; at < range.end();) {
            FATLAS_TRY(m_job.checkpoint());
            const ClusterRange part{.first = at, .count = std::min(step, range.end() - at)};
            comparePart(part);
            m_done += std::uint64_t{part.count} * m_clusterSize;
            m_job.report(m_done, m_total);
            at = at + part.count;
        }
        return {};
    }

    void comparePart(ClusterRange part)
    {
        const std::uint64_t length = std::uint64_t{part.count} * m_clusterSize;
        const std::uint64_t mine = m_before.volume->geometry().clusterOffset(part.first);
        const std::uint64_t theirs = m_after.volume->geometry().clusterOffset(part.first);
        if (m_zerosBefore.cover(mine, length) && m_zerosAfter.cover(theirs, length))
            return add(part, ClusterDifference::Same);
        m_bytesBefore.resize(length);
        m_bytesAfter.resize(length);
        if (m_before.volume->device().read(mine, m_bytesBefore) &&
            m_after.volume->device().read(theirs, m_bytesAfter))
            return addCompared(part);
        // Something in it cannot be read: what can be is told apart cluster by cluster.
        if (part.count == 1)
            return add(part, ClusterDifference::Content);
        for (std::uint32_t i = 0; i < part.count; ++i)
            comparePart({.first = part.first + i, .count = 1});
    }

    void addCompared(ClusterRange part)
    {
        for (std::uint32_t i = 0; i < part.count; ++i) {
            const std::size_t at = std::size_t{i} * m_clusterSize;
            const bool isSame =
                std::ranges::equal(ByteView(m_bytesBefore).subspan(at, m_clusterSize),
                                   ByteView(m_bytesAfter).subspan(at, m_clusterSize));
            add({.first = part.first + i, .count = 1},
                isSame ? ClusterDifference::Same : ClusterDifference::Content);
        }
    }

    const ClusterDiffSide& m_before;
    const ClusterDiffSide& m_after;
    const JobControl& m_job;
    Zeros m_zerosBefore;
    Zeros m_zerosAfter;
    std::uint32_t m_clusterSize;
    Bytes m_bytesBefore;
    Bytes m_bytesAfter;
    std::uint64_t m_done = 0;
    std::uint64_t m_total = 0;
    ClusterDiff m_result;
};

} // namespace

std::string whyClustersDoNotMatch(const Geometry& before, const Geometry& after)
{
    if (before.type != after.type)
        return fmt::format("one volume is {}, the other {}", toString(before.type),
                           toString(after.type));
    if (before.clusterCount != after.clusterCount)
        return fmt::format("one volume has {} clusters, the other {}",
                           formatCount(before.clusterCount), formatCount(after.clusterCount));
    if (before.clusterSize() != after.clusterSize())
        return fmt::format("one volume has clusters of {}, the other of {}",
                           formatSize(before.clusterSize()), formatSize(after.clusterSize()));
    return {};
}

Result<ClusterDiff> diffClusters(const ClusterDiffSide& before, const ClusterDiffSide& after,
                                 const JobControl& job)
{
    ClusterDiff result;
    result.skipped = whyClustersDoNotMatch(before.volume->geometry(), after.volume->geometry());
    if (!result.skipped.empty())
        return result;
    return ClusterDiffer(before, after, job).diff();
}

} // namespace fatlas::fat
