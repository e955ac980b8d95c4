#include "core/fat/cluster_content.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fatlas::fat {

namespace {

constexpr std::size_t minDenseSize = 256;     ///< fewer bytes look even by chance
constexpr double denseMargin = 0.3;           ///< bits a byte below what chance would give
constexpr std::uint64_t readStep = 1 * MiB;   ///< at most, at once
constexpr std::uint64_t extentCost = 4 * KiB; ///< of looking one up, as if it were read

using Histogram = std::array<std::uint32_t, 256>;

bool isTextControl(unsigned byte)
{
    return byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' || byte == 0x1A;
}

/// No control characters, and letters rather than codes above 0x7F.
bool isByteText(const Histogram& counts, std::size_t size)
{
    std::size_t high = 0;
    for (unsigned byte = 0; byte < 256; ++byte) {
        if (counts[byte] == 0)
            continue;
        if ((byte < 0x20 && !isTextControl(byte)) || byte == 0x7F)
            return false;
        if (byte >= 0x80)
            high += counts[byte];
    }
    return high * 3 <= size;
}

/// Latin letters in UTF-16, little endian: every second byte is zero.
bool isWideText(ByteView bytes)
{
    if (bytes.size() < 4)
        return false;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto low = std::to_integer<unsigned>(bytes[i]);
        const bool isMark = i == 0 && low == 0xFF && bytes[1] == std::byte{0xFE};
        if (isMark)
            continue;
        if (bytes[i + 1] != std::byte{0} || (low < 0x20 && !isTextControl(low)) || low == 0x7F)
            return false;
    }
    return true;
}

/// Bits a byte, as the counts have them.
double entropyOf(const Histogram& counts, std::size_t size)
{
    const auto all = static_cast<double>(size);
    double sum = 0;
    for (const std::uint32_t count : counts)
        if (count > 1)
            sum += count * std::log2(static_cast<double>(count));
    return std::log2(all) - sum / all;
}

/// A few bytes of pure chance have less than eight bits each (Miller and Madow's correction).
bool isDense(const Histogram& counts, std::size_t size)
{
    if (size < minDenseSize)
        return false;
    const auto all = static_cast<double>(size);
    const double ofChance = std::min(std::log2(all), 8.0 - 255.0 / (2 * all * std::numbers::ln2));
    return entropyOf(counts, size) >= ofChance - denseMargin;
}

void append(std::vector<ContentRun>& runs, Cluster cluster, std::uint32_t count, ContentKind kind)
{
    if (count == 0)
        return;
    if (!runs.empty() && runs.back().kind == kind &&
        runs.back().first + runs.back().count == cluster)
        runs.back().count += count;
    else
        runs.push_back({.first = cluster, .count = count, .kind = kind});
}

/// Clusters one after another, as many as may be read in a slice.
class Scan {
public:
    Scan(const Volume& volume, std::vector<ContentRun>& runs)
        : m_volume(volume), m_geometry(volume.geometry()), m_runs(runs)
    {}

    Result<Cluster> go(Cluster at, std::uint64_t maxRead, const JobControl& job)
    {
        while (at < m_geometry.endCluster() && m_read < maxRead) {
            FATLAS_TRY(job.checkpoint());
            const std::uint32_t hole = zeroClustersAt(at);
            if (hole > 0) {
                append(m_runs, at, hole, ContentKind::Zero);
                at = at + hole;
            } else {
                at = readFrom(at);
            }
        }
        return at;
    }

private:
    /// Whole clusters from `at` on that the device knows to be zeros.
    std::uint32_t zeroClustersAt(Cluster at)
    {
        const std::uint64_t offset = m_geometry.clusterOffset(at);
        const std::uint64_t end = m_geometry.clusterOffset(m_geometry.endCluster());
        findExtent(offset, end);
        std::uint64_t zerosEnd = offset;
        for (std::size_t i = m_extent; i < m_extents.size(); ++i) {
            if (m_extents[i].kind == block::ExtentKind::Data)
                break;
            zerosEnd = std::min(m_extents[i].end(), end);
        }
        m_dataEnd = m_extent < m_extents.size() ? m_extents[m_extent].end() : 0;
        return static_cast<std::uint32_t>((zerosEnd - offset) / m_geometry.clusterSize());
    }

    /// A device that does not know is read like data.
    void findExtent(std::uint64_t offset, std::uint64_t end)
    {
        if (m_extents.empty() || m_extents.back().end() <= offset) {
            auto found = m_volume.device().extents(offset, end - offset);
            m_extents = found ? std::move(*found) : std::vector<block::Extent>{};
            m_extent = 0;
            m_read += extentCost * (m_extents.size() + 1);
        }
        while (m_extent < m_extents.size() && m_extents[m_extent].end() <= offset)
            ++m_extent;
    }

    /// Some clusters of data, and what they are.
    Cluster readFrom(Cluster at)
    {
        const std::uint64_t size = m_geometry.clusterSize();
        const std::uint64_t offset = m_geometry.clusterOffset(at);
        const std::uint64_t end = m_geometry.clusterOffset(m_geometry.endCluster());
        const std::uint64_t wanted =
            m_dataEnd > offset ? std::min(m_dataEnd - offset, readStep) : readStep;
        const std::uint64_t length =
            std::max(std::min(wanted, end - offset) / size, std::uint64_t{1}) * size;
        m_bytes.resize(length);
        m_read += length;
        const bool isRead = m_volume.device().read(offset, m_bytes).has_value();
        for (std::uint64_t done = 0; done < length; done += size, at = at + 1)
            append(m_runs, at, 1,
                   isRead ? contentKind(ByteView(m_bytes).subspan(done, size)) : kindOfOne(at));
        return at;
    }

    /// Where a larger piece could not be read.
    ContentKind kindOfOne(Cluster cluster)
    {
        Bytes bytes(m_geometry.clusterSize());
        if (!m_volume.device().read(m_geometry.clusterOffset(cluster), bytes))
            return ContentKind::Unreadable;
        return contentKind(bytes);
    }

    const Volume& m_volume;
    const Geometry& m_geometry;
    std::vector<ContentRun>& m_runs;
    Bytes m_bytes;
    std::uint64_t m_read = 0;
    std::vector<block::Extent> m_extents; ///< from somewhere at or before the place
    std::size_t m_extent = 0;             ///< the one at the place
    std::uint64_t m_dataEnd = 0;          ///< of it
};

} // namespace

ContentKind contentKind(ByteView bytes)
{
    const std::byte first = bytes.front();
    if (std::ranges::all_of(bytes, [first](std::byte b) { return b == first; }))
        return first == std::byte{0} ? ContentKind::Zero : ContentKind::Filled;
    std::size_t size = bytes.size();
    while (bytes[size - 1] == std::byte{0})
        --size;
    Histogram counts{};
    for (const std::byte b : bytes.first(size))
        ++counts[std::to_integer<std::size_t>(b)];
    const std::size_t wholeUnits = std::min(bytes.size(), size + size % 2);
    if (isByteText(counts, size) || isWideText(bytes.first(wholeUnits)))
        return ContentKind::Text;
    return isDense(counts, size) ? ContentKind::Dense : ContentKind::Other;
}

Result<Cluster> scanContent(const Volume& volume, Cluster first, std::uint64_t maxRead,
                            std::vector<ContentRun>& runs, const JobControl& job)
{
    return Scan(volume, runs).go(first, maxRead, job);
}

} // namespace fatlas::fat
