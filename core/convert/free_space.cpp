#include "core/convert/free_space.hpp"

#include "core/base/text.hpp"
#include "core/fat/check/check.hpp"
#include "core/image/image.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::convert {

Result<std::vector<block::Extent>> freeExtents(const std::string& file, const JobControl& job)
{
    FATLAS_ASSIGN(const image::Image image, image::openImage(file, {}, job));
    if (image.vhdChain == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is not a VHD", escapeForTerminal(file)));
    FATLAS_ASSIGN(const auto report, fat::checkVolume(*image.volume, job));
    const bool isDamaged = std::ranges::any_of(
        report->findings, [](const Finding& f) { return f.severity >= Severity::Warning; });
    if (isDamaged)
        return fail(ErrorCode::Refused,
                    "the volume inside is damaged, so what is free is not certain; repair it first "
                    "(fatlas-cli repair)");
    const fat::Geometry& geometry = image.volume->geometry();
    std::vector<block::Extent> unused;
    for (const fat::UsageRun& run : report->usage->runs())
        if (run.state == fat::ClusterState::Free)
            unused.push_back({.offset = image.volumeOffset + geometry.clusterOffset(run.first),
                              .length = std::uint64_t{run.count} * geometry.clusterSize()});
    return unused;
}

} // namespace fatlas::convert
