#include "ui/document/repair_preview.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

bool hasSameCells(const fat::Geometry& a, const fat::Geometry& b)
{
    return a.type == b.type && a.clusterCount == b.clusterCount &&
           a.dataOffset() == b.dataOffset() && a.clusterSize() == b.clusterSize();
}

Result<std::shared_ptr<const fat::UsageMap>>
mapOf(const fat::RepairPlan& plan, const fat::RepairOptions& options, const JobControl& job)
{
    FATLAS_ASSIGN(const auto volume, fat::Volume::open(plan.repaired, options.volume));
    FATLAS_ASSIGN(const auto tree, fat::readTree(*volume, job));
    return fat::mapUsage(*volume, *tree, job);
}

void append(std::vector<ClusterRange>& ranges, Cluster first, Cluster end)
{
    if (!ranges.empty() && ranges.back().end() == first)
        ranges.back().count += end - first;
    else if (ranges.size() < RepairPreview::maxChanged)
        ranges.push_back({first, end - first});
}

fat::UsageRun stateOf(const fat::UsageRun& now, const fat::UsageRun& then,
                      const ClusterRange& range)
{
    fat::UsageRun run{.first = range.first, .count = range.count, .state = then.state};
    if (then.state != fat::ClusterState::Free && now.owner != fat::noOwner) {
        run.owner = now.owner;
        run.part = now.part + (range.first - now.first);
    }
    return run;
}

} // namespace

Result<RepairPreview> previewRepair(const SharedContent& content, const fat::RepairOptions& options,
                                    const JobControl& job)
{
    FATLAS_ASSIGN(auto plan, fat::planRepair(deviceOf(content), options, job));
    FATLAS_ASSIGN(const auto usage, mapOf(plan, options, job));
    RepairPreview preview;
    preview.plan = std::make_shared<const fat::RepairPlan>(std::move(plan));
    if (hasSameCells(usage->geometry(), content->geometry()))
        compareStates(*content->usage, *usage, preview);
    return preview;
}

void compareStates(const fat::UsageMap& before, const fat::UsageMap& after, RepairPreview& preview)
{
    std::vector<fat::UsageRun> runs;
    auto now = before.runs().begin();
    auto then = after.runs().begin();
    while (now != before.runs().end() && then != after.runs().end()) {
        const Cluster first = std::max(now->first, then->first);
        const Cluster end = std::min(now->end(), then->end());
        runs.push_back(stateOf(*now, *then, {first, end - first}));
        if (now->state != then->state)
            append(preview.changed, first, end);
        if (now->end() == end)
            ++now;
        if (then->end() == end)
            ++then;
    }
    preview.usage = std::make_shared<const fat::UsageMap>(before.geometry(), std::move(runs));
}

} // namespace fatlas::ui
