#include "core/vhd/openers.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

namespace fatlas::vhd {

namespace {

using Verdict = Opener::Verdict;

bool hasUsualBlocks(const CreatePlan& plan)
{
    return plan.footer.type == DiskType::Fixed || plan.header.blockSize == 512 * KiB ||
           plan.header.blockSize == 2 * MiB;
}

Opener windows(const char* program, const CreatePlan& plan)
{
    if (!hasUsualBlocks(plan))
        return {program, Verdict::DoesNot,
                fmt::format("takes only blocks of 512 KiB and 2 MiB, not {}",
                            formatSize(plan.header.blockSize))};
    return {program, Verdict::Opens, {}};
}

Opener azure(const CreatePlan& plan)
{
    if (plan.footer.type != DiskType::Fixed)
        return {"Azure", Verdict::DoesNot, "takes only fixed disks"};
    if (plan.footer.currentSize % MiB != 0)
        return {"Azure", Verdict::DoesNot, "takes only sizes in whole MiB"};
    return {"Azure", Verdict::Opens, {}};
}

Opener qemu(const CreatePlan& plan)
{
    if (plan.footer.type == DiskType::Differencing)
        return {"QEMU", Verdict::DoesNot,
                "reads zeros where the parent holds data; serve or convert the disk instead"};
    return {"QEMU", Verdict::Opens,
            plan.footer.type == DiskType::Fixed ? "with format=vpc, else it is taken for raw" : ""};
}

/// Programs that go by cylinders, heads and sectors.
Opener byGeometry(const char* program, const CreatePlan& plan)
{
    const std::uint64_t seen = plan.footer.geometry.size();
    if (seen == plan.footer.currentSize)
        return {program, Verdict::Opens, {}};
    return {program, Verdict::OpensDifferently,
            fmt::format("goes by the geometry and sees {}", formatSize(seen))};
}

} // namespace

std::vector<Opener> whoOpens(const CreatePlan& plan)
{
    return {windows("Windows, Hyper-V", plan), windows("VirtualBox", plan), azure(plan), qemu(plan),
            byGeometry("86Box, Virtual PC", plan)};
}

} // namespace fatlas::vhd
