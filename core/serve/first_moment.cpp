#include "core/serve/first_moment.hpp"

#include "core/fat/check/check.hpp"

#include <algorithm>
#include <ranges>
#include <vector>

namespace fatlas::serve {

namespace {

constexpr std::uint64_t batch = 4096;

struct Range {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
};

/// What a check found at a moment, and the bytes of the disk that it depends on.
struct Verdict {
    bool has = false;
    std::vector<Range> read; ///< in order; they do not touch each other
};

bool touches(const std::vector<Range>& ranges, const JournalWrite& write)
{
    const auto next = std::ranges::upper_bound(ranges, write.offset, {}, &Range::end);
    return next != ranges.end() && next->first < write.offset + write.length;
}

/// Everything in front of the clusters, and those of directories.
std::vector<Range> rangesOf(const image::Image& image, const fat::CheckReport& report)
{
    const fat::Geometry& geometry = image.volume->geometry();
    std::vector<Range> ranges{{.first = 0, .end = image.volumeOffset + geometry.dataOffset()}};
    const auto& nodes = report.tree->nodes;
    for (const fat::UsageRun& run : report.usage->runs()) {
        const bool isDirectory = run.owner < nodes.size() && nodes[run.owner].isDirectory;
        if (!isDirectory && run.state != fat::ClusterState::CrossLinked)
            continue;
        const std::uint64_t first = image.volumeOffset + geometry.clusterOffset(run.first);
        const std::uint64_t end = first + std::uint64_t{run.count} * geometry.clusterSize();
        if (ranges.back().end == first)
            ranges.back().end = end;
        else
            ranges.push_back({.first = first, .end = end});
    }
    return ranges;
}

Result<Verdict> look(std::shared_ptr<const block::BlockDevice> moment, const MomentVolume& volume,
                     const FindingPlace& place, const JobControl& job)
{
    const std::uint64_t size = moment->size();
    const image::OpenedDisk opened{
        .source = volume.source, .disk = std::move(moment), .plan = volume.plan};
    const auto image = image::openVolume(opened, volume.open);
    if (!image) {
        const bool isDamage = image.error().code == ErrorCode::BadFormat ||
                              image.error().code == ErrorCode::Unsupported ||
                              image.error().code == ErrorCode::InvalidArgument ||
                              image.error().code == ErrorCode::NotFound;
        if (!isDamage)
            return std::unexpected(image.error());
        return Verdict{.has = false, .read = {{.first = 0, .end = size}}};
    }
    FATLAS_ASSIGN(const auto report, fat::checkVolume(*image->volume, job));
    const auto isIt = [&](const Finding& finding) { return place.isOf(finding); };
    return Verdict{.has = std::ranges::any_of(image->table.findings, isIt) ||
                          std::ranges::any_of(report->findings, isIt),
                   .read = rangesOf(*image, *report)};
}

} // namespace

Result<std::optional<FirstMoment>> findFirstMoment(const WriteJournal& journal,
                                                   const MomentVolume& volume,
                                                   const FindingPlace& place, const JobControl& job)
{
    const JournalSpan span = journal.span();
    const JobControl part(job.stopToken()); // a check counts something else
    const auto lookAt = [&](std::uint64_t number) -> Result<Verdict> {
        FATLAS_ASSIGN(auto moment, journal.moment(number));
        return look(std::move(moment), volume, place, part);
    };
    FATLAS_ASSIGN(Verdict now, lookAt(span.oldest));
    if (now.has)
        return FirstMoment{.moment = span.oldest, .wasThereBefore = true};
    for (std::uint64_t first = span.oldest + 1; first <= span.newest; first += batch) {
        const std::uint64_t end = std::min(first + batch, span.newest + 1);
        for (const JournalWrite& write : journal.index().writes(first, end)) {
            FATLAS_TRY(job.checkpoint());
            job.report(write.number - span.oldest, span.newest - span.oldest);
            if (!touches(now.read, write))
                continue;
            FATLAS_ASSIGN(now, lookAt(write.number));
            if (now.has)
                return FirstMoment{.moment = write.number};
        }
    }
    return std::nullopt;
}

} // namespace fatlas::serve
