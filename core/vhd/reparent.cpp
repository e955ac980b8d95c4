#include "core/vhd/reparent.hpp"

#include "core/base/text.hpp"
#include "core/vhd/own_layer.hpp"
#include "core/vhd/timestamp.hpp"

#include <fmt/format.h>

namespace fatlas::vhd {

namespace {

/// What was recorded about the parent, and what will be, as far as they differ.
std::string reason(const DynamicHeader& header, const ParentLink& link)
{
    if (header.parentUuid != link.uuid)
        return fmt::format("the recorded UUID was {}, the parent's is {}",
                           toString(header.parentUuid), toString(link.uuid));
    if (header.parentTimeStamp != link.timeStamp)
        return fmt::format("the recorded time was {}, the parent's is {}",
                           formatTimeStamp(header.parentTimeStamp),
                           formatTimeStamp(link.timeStamp));
    return "UUID and time are as they were recorded";
}

} // namespace

Result<ReparentPlan> planReparent(const std::filesystem::path& child,
                                  const std::filesystem::path& parent, OtherIdentity other)
{
    ReparentPlan plan;
    FATLAS_ASSIGN(plan.parent, linkToParent(parent, child));
    FATLAS_ASSIGN(const OwnLayer layer, openOwnLayer(child));
    if (layer.vhd.footer.type != DiskType::Differencing)
        return fail(ErrorCode::Refused, "only a differencing disk has a parent");
    plan.reason = reason(layer.vhd.header, plan.parent);
    plan.isSameDisk = layer.vhd.header.parentUuid == plan.parent.uuid;
    plan.fileSize = layer.vhd.fileSize;
    if (!plan.isSameDisk && other == OtherIdentity::Refuse)
        return fail(ErrorCode::Refused,
                    fmt::format("{} is not the parent of this disk: {} (V24)",
                                escapeForTerminal(parent.native()), plan.reason));
    return plan;
}

Result<> reparentVhd(const std::filesystem::path& child, const ReparentPlan& plan,
                     const JobControl& job)
{
    FATLAS_TRY(rewriteVhd(child, {.parent = plan.parent}, job));
    return {};
}

} // namespace fatlas::vhd
