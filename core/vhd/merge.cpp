#include "core/vhd/merge.hpp"

#include "core/base/text.hpp"
#include "core/base/zeros.hpp"
#include "core/vhd/open_vhd.hpp"
#include "core/vhd/own_layer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

namespace {

Result<Chain> wholeChain(const std::filesystem::path& child)
{
    FATLAS_ASSIGN(Chain chain, readChain(child));
    if (chain.broken)
        return fail(ErrorCode::Refused, chain.broken->message);
    if (chain.links.size() < 2)
        return fail(ErrorCode::Refused,
                    fmt::format("{} has no parent to be merged into; vhd convert makes a new disk "
                                "of it",
                                escapeForTerminal(child.native())));
    const std::uint64_t own = chain.links[0].vhd.virtualSize;
    const std::uint64_t below = chain.links[1].vhd.virtualSize;
    if (own > below)
        return fail(ErrorCode::Refused,
                    fmt::format("the child has {} bytes, its parent only {}; vhd resize makes the "
                                "parent larger",
                                formatCount(own), formatCount(below)));
    return chain;
}

Result<MergePlan> planOf(const Chain& chain, const OwnLayer& layer, const JobControl& job)
{
    MergePlan plan{.parent = chain.links[1].path};
    for (std::uint32_t block = 0; block < layer.device->blockCount(); ++block) {
        FATLAS_TRY(job.checkpoint());
        FATLAS_ASSIGN(const auto stored, layer.device->storedIn(block));
        for (const block::Extent& extent : stored)
            plan.storedBytes += extent.length;
        plan.blockCount += stored.empty() ? 0 : 1;
    }
    return plan;
}

} // namespace

Result<MergePlan> planMerge(const std::filesystem::path& child, const JobControl& job)
{
    FATLAS_ASSIGN(const Chain chain, wholeChain(child));
    FATLAS_ASSIGN(const OwnLayer layer, openOwnLayer(child));
    return planOf(chain, layer, job);
}

Result<MergePlan> mergeIntoParent(const std::filesystem::path& child, const JobControl& job)
{
    FATLAS_ASSIGN(const Chain chain, wholeChain(child));
    FATLAS_ASSIGN(const OwnLayer layer, openOwnLayer(child));
    FATLAS_ASSIGN(MergePlan plan, planOf(chain, layer, job));
    FATLAS_ASSIGN(const WritableVhd parent, openVhdForWriting(plan.parent));
    FATLAS_TRY(writeStored(*layer.device, *parent.device, job));
    return plan;
}

Result<> writeStored(const VhdDevice& child, block::BlockDevice& parent, const JobControl& job)
{
    const auto put = [&](std::uint64_t offset, ByteView bytes) {
        return areZeros(bytes) ? parent.writeZeroes(offset, bytes.size())
                               : parent.write(offset, bytes);
    };
    FATLAS_TRY(forEachStored(child, put, job));
    return parent.flush();
}

} // namespace fatlas::vhd
