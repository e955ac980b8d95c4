#include "core/convert/save_vhd.hpp"

#include "core/base/atomic_file.hpp"
#include "core/convert/extent_copy.hpp"
#include "core/convert/kernel_copy.hpp"
#include "core/vhd/composed_vhd.hpp"

#include <utility>

namespace fatlas::convert {

namespace {

constexpr std::uint64_t shareProbe = 64 * KiB; ///< at least a block of every file system

/// Tries with the first bytes that lie in a file. What is shared costs no room, so zeros in it need
/// not be looked for.
Result<bool> sharesBlocks(const block::BlockDevice& disk, File& target)
{
    KernelCopy kernel(target);
    for (std::uint64_t at = 0; at < disk.size();) {
        FATLAS_ASSIGN(const auto extents, disk.extents(at, disk.size() - at));
        for (const block::Extent& extent : extents) {
            at = extent.end();
            if (!extent.backing || extent.length < 2 * shareProbe)
                continue;
            const auto file = disk.backingFile(extent.backing->file);
            if (!file)
                continue;
            FATLAS_ASSIGN(const FileIdentity identity, (*file)->identity());
            const bool shared =
                kernel.share({.source = **file,
                              .device = identity.device,
                              .sourceOffset = extent.backing->offset / shareProbe * shareProbe,
                              .targetOffset = 0,
                              .length = shareProbe}) != 0;
            FATLAS_TRY(target.resize(0));
            return shared;
        }
        if (extents.empty())
            break;
    }
    return false;
}

Result<std::vector<vhd::FileRange>> storedRuns(const block::BlockDevice& disk, File& target,
                                               vhd::DiskType type, const JobControl& job)
{
    if (type == vhd::DiskType::Fixed)
        return std::vector<vhd::FileRange>{};
    FATLAS_ASSIGN(const bool shares, sharesBlocks(disk, target));
    const auto search = shares ? vhd::ZeroSearch::AsTold : vhd::ZeroSearch::Read;
    return vhd::findStoredRuns(disk, search, job);
}

} // namespace

Result<SavedVhd> saveVhd(std::shared_ptr<const block::BlockDevice> disk,
                         const std::filesystem::path& target, const vhd::CreateOptions& options,
                         Replace replace, const JobControl& job)
{
    FATLAS_ASSIGN(vhd::CreatePlan plan, vhd::planCreate(options));
    const auto existing =
        replace == Replace::Yes ? AtomicFile::Existing::Replace : AtomicFile::Existing::Keep;
    FATLAS_ASSIGN(AtomicFile output, AtomicFile::create(target, existing));
    FATLAS_ASSIGN(const SaveStatistics statistics,
                  writeVhd(output.file(), plan, std::move(disk), job));
    FATLAS_TRY(output.commit());
    return SavedVhd{.plan = std::move(plan), .statistics = statistics};
}

Result<SaveStatistics> writeVhd(File& file, const vhd::CreatePlan& plan,
                                std::shared_ptr<const block::BlockDevice> disk,
                                const JobControl& job)
{
    FATLAS_ASSIGN(auto stored, storedRuns(*disk, file, plan.footer.type, job));
    FATLAS_ASSIGN(const auto composed,
                  vhd::ComposedVhd::compose(plan, std::move(disk), std::move(stored)));
    FATLAS_TRY(file.resize(composed->size()));
    ExtentCopy copy(*composed, file, job);
    FATLAS_TRY(copy.run());
    return copy.statistics();
}

} // namespace fatlas::convert
