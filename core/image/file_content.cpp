#include "core/image/file_content.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::image {

namespace {

constexpr std::uint64_t chunkSize = MiB;

/// Passes device ranges on to the sink, chunk by chunk, until the file's size is reached.
class Streamer {
public:
    Streamer(const fat::Volume& volume, ContentSink& sink, const JobControl& job)
        : m_device(volume.device()), m_sink(sink), m_job(job)
    {}

    /// False when the device could not be read; m_end says why.
    Result<bool> range(std::uint64_t offset, std::uint64_t length)
    {
        while (length > 0) {
            const auto extents = m_device.extents(offset, length);
            if (!extents)
                return damaged(extents.error());
            const std::uint64_t before = length;
            for (const block::Extent& extent : *extents) {
                const std::uint64_t part = std::min(extent.length, length);
                FATLAS_ASSIGN(const bool whole, one(extent.kind, offset, part));
                if (!whole)
                    return false;
                offset += part;
                length -= part;
            }
            if (length == before)
                return damaged(Error{.message = "the device does not say what lies there"});
        }
        return true;
    }

    [[nodiscard]] ContentEnd& end() { return m_end; }

private:
    Result<bool> one(block::ExtentKind kind, std::uint64_t offset, std::uint64_t length)
    {
        while (length > 0) {
            FATLAS_TRY(m_job.checkpoint());
            const std::uint64_t part = std::min(length, chunkSize);
            if (kind == block::ExtentKind::Data) {
                m_buffer.resize(chunkSize);
                const ByteSpan into(m_buffer.data(), part);
                if (const auto read = m_device.read(offset, into); !read)
                    return damaged(read.error());
                FATLAS_TRY(m_sink.data(into));
            } else {
                FATLAS_TRY(m_sink.zeros(part));
            }
            m_end.delivered += part;
            offset += part;
            length -= part;
        }
        return true;
    }

    bool damaged(const Error& error)
    {
        m_end.damage = error.message;
        return false;
    }

    const block::BlockDevice& m_device;
    ContentSink& m_sink;
    const JobControl& m_job;
    Bytes m_buffer;
    ContentEnd m_end;
};

} // namespace

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

Result<ContentEnd> streamContent(const fat::Volume& volume, const fat::DirectoryEntryRaw& raw,
                                 ContentSink& sink, const JobControl& job)
{
    const std::uint64_t size = raw.size.get();
    if (size == 0)
        return ContentEnd{};
    const fat::Geometry& geometry = volume.geometry();
    const std::uint64_t clusters = divideRoundUp<std::uint64_t>(size, geometry.clusterSize());
    const auto chain = volume.chain(raw.firstCluster(), static_cast<std::uint32_t>(clusters));
    if (!chain)
        return ContentEnd{.delivered = 0, .damage = chain.error().message};

    Streamer streamer(volume, sink, job);
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
