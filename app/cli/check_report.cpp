#include "app/cli/check_report.hpp"

#include "core/base/text.hpp"
#include "core/fat/rules.hpp"
#include "core/partition/rules.hpp"

#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace fatlas::cli {

namespace {

constexpr std::size_t shownPerRule = 10;

/// Indices into the findings, of one rule.
struct Group {
    std::string_view rule;
    Severity worst = Severity::Info;
    std::vector<std::size_t> findings;
};

std::vector<Group> groupByRule(const std::vector<Finding>& findings)
{
    std::vector<Group> groups;
    std::map<std::string_view, std::size_t> places;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const auto [at, isNew] = places.try_emplace(findings[i].rule, groups.size());
        if (isNew)
            groups.push_back({.rule = findings[i].rule, .worst = Severity::Info, .findings = {}});
        Group& group = groups[at->second];
        group.worst = std::max(group.worst, findings[i].severity);
        group.findings.push_back(i);
    }
    std::ranges::stable_sort(groups, std::ranges::greater(), &Group::worst);
    return groups;
}

std::string placeOf(const Finding& finding)
{
    std::string place = escapeForTerminal(finding.path);
    const auto add = [&place](const std::string& word) {
        place += (place.empty() ? "" : ", ") + word;
    };
    if (finding.cluster)
        add(fmt::format("cluster {}", *finding.cluster));
    if (finding.offset)
        add(fmt::format("offset {:#x}", *finding.offset));
    return place;
}

void writeGroup(Output& output, const std::vector<Finding>& findings, const Group& group,
                Listing listing)
{
    const Rule* const rule = findDiskRule(group.rule);
    output.print("\n{} {}", toString(group.worst), group.rule);
    if (rule != nullptr) {
        output.print(", {}: {}\n", rule->title, rule->meaning);
        output.print("  DOS      {}\n  Windows  {}\n  Linux    {}\n", rule->dos, rule->windows,
                     rule->linuxKernel);
        output.print("  Repair   {}\n", rule->fix.empty() ? "none" : rule->fix);
    } else {
        output.text("\n");
    }
    const std::size_t shown = listing == Listing::All
                                  ? group.findings.size()
                                  : std::min(group.findings.size(), shownPerRule);
    for (std::size_t i = 0; i < shown; ++i) {
        const Finding& finding = findings[group.findings[i]];
        const std::string place = placeOf(finding);
        output.print("    {}{}{}\n", place, place.empty() ? "" : ": ",
                     withoutControls(finding.message));
    }
    if (group.findings.size() > shown)
        output.print("    ... and {} more (--all lists them)\n",
                     formatCount(group.findings.size() - shown));
}

std::size_t countOf(const std::vector<Finding>& findings, Severity severity)
{
    return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

std::string verdict(const std::vector<Finding>& findings)
{
    if (findings.empty())
        return "Nothing is wrong.";
    return fmt::format("{}, {}, {}.",
                       counted(countOf(findings, Severity::Error), "error", "errors"),
                       counted(countOf(findings, Severity::Warning), "warning", "warnings"),
                       counted(countOf(findings, Severity::Info), "note", "notes"));
}

void writeContent(Output& output, const Checked& checked)
{
    using fat::ClusterState;
    const auto& nodes = checked.report->tree->nodes;
    const auto folders =
        static_cast<std::uint64_t>(std::ranges::count(nodes, true, &fat::TreeNode::isDirectory));
    const fat::UsageMap& usage = *checked.report->usage;
    output.print(
        "{}, {}; of {} clusters {} are free, {} lost, {} bad, {} cross-linked\n",
        counted(nodes.size() - folders, "file", "files"), counted(folders - 1, "folder", "folders"),
        formatCount(usage.geometry().clusterCount), formatCount(usage.count(ClusterState::Free)),
        formatCount(usage.count(ClusterState::Lost) + usage.count(ClusterState::System)),
        formatCount(usage.count(ClusterState::Bad)),
        formatCount(usage.count(ClusterState::CrossLinked)));
}

void writeCopies(Output& output, const Checked& checked)
{
    if (!checked.best)
        return;
    const fat::BestFat& best = *checked.best;
    output.print("Copy {} of the FAT was read. The copies differ:\n", checked.report->fatCopy + 1);
    for (std::size_t copy = 0; copy < best.findingCounts.size(); ++copy)
        output.print("  with copy {}: {}, {} in all\n", copy + 1,
                     counted(best.errorCounts[copy], "error", "errors"),
                     counted(best.findingCounts[copy], "finding", "findings"));
    const std::size_t same = static_cast<std::size_t>(
        std::ranges::count(best.findingCounts, best.findingCounts[best.copy]));
    if (same == best.findingCounts.size())
        output.text("  Neither fits the files better.\n");
    else
        output.print("  Copy {} fits the files better.\n", best.copy + 1);
}

Json copiesJson(const Checked& checked)
{
    Json json;
    json["read"] = checked.report->fatCopy + 1;
    json["differences"] = Json::array();
    for (const fat::FatDifference& difference : checked.report->fatDifferences)
        json["differences"].push_back(
            {{"copy", difference.copy + 1}, {"entryCount", difference.entryCount}});
    if (!checked.best)
        return json;
    json["best"] = checked.best->copy + 1;
    json["errorCounts"] = checked.best->errorCounts;
    json["findingCounts"] = checked.best->findingCounts;
    return json;
}

Json lostJson(const fat::CheckReport& report)
{
    Json json = Json::array();
    for (const fat::LostChain& chain : report.lostChains)
        json.push_back({{"firstCluster", chain.first.value},
                        {"clusterCount", chain.clusterCount},
                        {"guess", chain.guess}});
    return json;
}

} // namespace

std::vector<Finding> findingsOnDisk(const Checked& checked)
{
    std::vector<Finding> findings = checked.image.table.findings;
    for (Finding finding : checked.report->findings) {
        if (finding.offset)
            *finding.offset += checked.image.volumeOffset;
        findings.push_back(std::move(finding));
    }
    return findings;
}

const Rule* findDiskRule(std::string_view number) noexcept
{
    const Rule* const rule = fat::findRule(number);
    return rule != nullptr ? rule : partition::findRule(number);
}

void writeCheck(Output& output, const Checked& checked, Listing listing)
{
    output.print("{}: {}\n", escapeForTerminal(checked.image.source),
                 describeVolume(checked.image.volume->geometry()));
    writeContent(output, checked);
    writeCopies(output, checked);
    output.print("{}\n", verdict(checked.findings));
    for (const Group& group : groupByRule(checked.findings))
        writeGroup(output, checked.findings, group, listing);
}

Json checkJson(const Checked& checked)
{
    const image::Image& image = checked.image;
    Json json;
    json["image"] = image.source;
    json["partitionIndex"] = image.partitionIndex ? Json(*image.partitionIndex) : Json();
    json["volumeOffset"] = image.volumeOffset;
    json["volume"] = bootJson(image.volume->boot(), image.volume->codePage().number());
    json["label"] = checked.report->tree->label;
    json["usage"] = usageJson(*checked.report->usage);
    json["errorCount"] = countOf(checked.findings, Severity::Error);
    json["warningCount"] = countOf(checked.findings, Severity::Warning);
    json["infoCount"] = countOf(checked.findings, Severity::Info);
    json["fat"] = copiesJson(checked);
    json["lostChainCount"] = checked.report->lostChainCount;
    json["lostChains"] = lostJson(*checked.report);
    json["findings"] = findingsJson(checked.findings, findDiskRule);
    return json;
}

} // namespace fatlas::cli
