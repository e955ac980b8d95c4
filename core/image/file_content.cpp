#include "core/image/file_content.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::image {

namespace {

constexpr std::uint64_t chunkSize = MiB;
constexpr std::uint64_t extentWindow = 64 * MiB;

} // namespace

/// Passes the ranges of one file on to the sink, chunk by chunk.
class ContentReader::Streamer {
public:
    Streamer(ContentReader& reader, ContentSink& sink, const JobControl& job)
        : m_reader(reader), m_sink(sink), m_job(job)
    {}

    /// False when the device could not be read; end() says why.
    Result<bool> range(std::uint64_t offset, std::uint64_t length)
    {
        while (length > 0) {
            FATLAS_TRY(m_job.checkpoint());
            const auto extent = m_reader.extentAt(offset);
            if (!extent)
                return damaged(extent.error());
            const std::uint64_t part = std::min({length, extent->end() - offset, chunkSize});
            FATLAS_ASSIGN(const bool whole, chunk(extent->kind, offset, part));
            if (!whole)
                return false;
            m_end.delivered += part;
            offset += part;
            length -= part;
        }
        return true;
    }

    [[nodiscard]] ContentEnd& end() { return m_end; }

private:
    Result<bool> chunk(block::ExtentKind kind, std::uint64_t offset, std::uint64_t length)
    {
        if (kind != block::ExtentKind::Data) {
            FATLAS_TRY(m_sink.zeros(length));
            return true;
        }
        m_reader.m_buffer.resize(chunkSize);
        const ByteSpan into(m_reader.m_buffer.data(), length);
        if (const auto read = m_reader.m_volume.device().read(offset, into); !read)
            return damaged(read.error());
        FATLAS_TRY(m_sink.data(into));
        return true;
    }

    bool damaged(const Error& error)
    {
        m_end.damage = error.message;
        return false;
    }

    ContentReader& m_reader;
    ContentSink& m_sink;
    const JobControl& m_job;
    ContentEnd m_end;
};

const char* describe(fat::ChainEnd end) noexcept
{
    switch (end) {
    case fat::ChainEnd::EndMark: return "ends";
    case fat::ChainEnd::Free: return "runs into a free cluster";
    case fat::ChainEnd::Bad: return "runs into a cluster marked bad";
    case fat::ChainEnd::Reserved: return "runs into a reserved value";
    case fat::ChainEnd::OutOfRange: return "runs out of the volume";
    case fat::ChainEnd::Loop: return "comes back to itself";
    case fat::ChainEnd::Limit: return "is long enough";
    }
    return "ends";
}

Result<block::Extent> ContentReader::extentAt(std::uint64_t offset)
{
    const auto holds = [offset](const block::Extent& extent) {
        return extent.offset <= offset && offset < extent.end();
    };
    const auto behind = [this](std::uint64_t place) {
        return std::ranges::upper_bound(m_extents, place, {}, &block::Extent::offset);
    };
    auto next = behind(offset);
    if (next == m_extents.begin() || !holds(*std::prev(next))) {
        const block::BlockDevice& device = m_volume.device();
        if (offset >= device.size())
            return fail(ErrorCode::OutOfRange, "the device ends before it");
        FATLAS_ASSIGN(m_extents,
                      device.extents(offset, std::min(extentWindow, device.size() - offset)));
        next = behind(offset);
    }
    if (next == m_extents.begin() || !holds(*std::prev(next)))
        return fail(ErrorCode::Io, "the device does not say what lies there");
    return *std::prev(next);
}

Result<ContentEnd> ContentReader::stream(const fat::DirectoryEntryRaw& raw, ContentSink& sink,
                                         const JobControl& job)
{
    const std::uint64_t size = raw.size.get();
    if (size == 0)
        return ContentEnd{};
    const fat::Geometry& geometry = m_volume.geometry();
    const std::uint64_t clusters = divideRoundUp<std::uint64_t>(size, geometry.clusterSize());
    const auto chain = m_volume.chain(raw.firstCluster(), static_cast<std::uint32_t>(clusters));
    if (!chain)
        return ContentEnd{.delivered = 0, .damage = chain.error().message};

    Streamer streamer(*this, sink, job);
    std::uint64_t left = size;
    for (const ClusterRange& run : chain->runs) {
        const std::uint64_t length =
            std::min(left, std::uint64_t{run.count} * geometry.clusterSize());
        FATLAS_ASSIGN(const bool whole, streamer.range(geometry.clusterOffset(run.first), length));
        if (!whole)
            return streamer.end();
        left -= length;
    }
    if (left > 0)
        streamer.end().damage =
            fmt::format("its chain {} after {} of {} clusters", describe(chain->end),
                        formatCount(chain->clusterCount), formatCount(clusters));
    return streamer.end();
}

} // namespace fatlas::image
