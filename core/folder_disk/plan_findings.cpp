#include "core/folder_disk/plan_findings.hpp"

#include "core/base/text.hpp"
#include "core/fat/boot_code.hpp"
#include "core/folder_disk/entry_times.hpp"

#include <fmt/format.h>

namespace fatlas::folder_disk {
namespace {

constexpr std::uint32_t largestForDos = 32768;

/// Says the first few of a rule by name and counts the rest.
class Group {
public:
    Group(std::vector<Finding>& findings, std::size_t count, std::string rest)
        : m_findings(findings), m_count(count), m_rest(std::move(rest))
    {}

    [[nodiscard]] bool isOpen() const noexcept { return m_said < findingsPerRule; }

    void say(Finding finding)
    {
        ++m_said;
        const bool isLast = m_said == findingsPerRule && m_count > m_said;
        Finding more{.rule = finding.rule,
                     .severity = finding.severity,
                     .path = {},
                     .message = {},
                     .advice = finding.advice};
        m_findings.push_back(std::move(finding));
        if (!isLast)
            return;
        more.message = fmt::format("{} more {}", formatCount(m_count - m_said), m_rest);
        m_findings.push_back(std::move(more));
    }

private:
    std::vector<Finding>& m_findings;
    std::size_t m_count;
    std::size_t m_said = 0;
    std::string m_rest;
};

void sayNameChanges(const Plan& plan, std::vector<Finding>& findings)
{
    Group group(findings, plan.nameChanges.size(), "names differ on the disk");
    for (const NameChange& change : plan.nameChanges) {
        if (!group.isOpen())
            return;
        group.say({.rule = "F1",
                   .severity = Severity::Warning,
                   .path = change.hostPath,
                   .message = fmt::format("is \"{}\" on the disk: {}", change.diskName, change.why),
                   .advice = {}});
    }
}

void sayLeftOut(const Plan& plan, std::vector<Finding>& findings)
{
    Group group(findings, plan.leftOut.size(), "things cannot be on a disk and are left out");
    for (const host::LeftOut& left : plan.leftOut) {
        if (!group.isOpen())
            return;
        group.say({.rule = "F2",
                   .severity = Severity::Warning,
                   .path = left.path,
                   .message = fmt::format("is left out: it {}", host::toString(left.reason)),
                   .advice = {}});
    }
}

void sayClampedTimes(const Plan& plan, std::vector<Finding>& findings)
{
    if (plan.clampedTimes.empty())
        return;
    const std::uint32_t first = plan.clampedTimes.front();
    const std::size_t others = plan.clampedTimes.size() - 1;
    findings.push_back(
        {.rule = "F3",
         .severity = Severity::Info,
         .path = plan.snapshot->relativePath(plan.entries[first].node),
         .message = fmt::format("has a time outside 1980-2107{}; FAT gets the nearest it can hold",
                                others == 0 ? std::string()
                                : others == 1
                                    ? std::string(", and so has one other")
                                    : fmt::format(", and so have {} others", formatCount(others))),
         .advice = {}});
}

void saySkipped(const Plan& plan, std::vector<Finding>& findings)
{
    if (plan.options.unfit != Unfit::Skip)
        return;
    Group group(findings, plan.unfit.size(), "things do not fit and are not on the disk");
    for (const UnfitItem& item : plan.unfit) {
        if (!group.isOpen())
            return;
        group.say({.rule = "F4",
                   .severity = Severity::Warning,
                   .path = item.path,
                   .message = fmt::format("is not on the disk: {}", item.message),
                   .advice = {}});
    }
}

bool isStandard(const FloppyLayout& layout, const Plan& plan)
{
    return plan.geometry().sectorsPerCluster == layout.sectorsPerCluster &&
           plan.geometry().sectorsPerFat == layout.sectorsPerFat;
}

void sayGeometry(const Plan& plan, std::vector<Finding>& findings)
{
    const fat::Geometry& geometry = plan.geometry();
    if (plan.options.floppy && !isStandard(layoutOf(*plan.options.floppy), plan))
        findings.push_back(
            {.rule = "F5",
             .severity = Severity::Info,
             .path = {},
             .message = fmt::format("the layout is not that of a standard {} floppy ({} with "
                                    "clusters of {})",
                                    layoutOf(*plan.options.floppy).name, toString(geometry.type),
                                    formatSize(geometry.clusterSize())),
             .advice = "old DOS goes by the media byte alone and needs the standard layout"});
    if (geometry.clusterSize() > largestForDos)
        findings.push_back({.rule = "F6",
                            .severity = Severity::Info,
                            .path = {},
                            .message = "clusters of 64 KiB are unknown to DOS and Windows 95",
                            .advice = "32 KiB is the largest that everything reads"});
    const bool isShortened = !plan.options.floppy && plan.layout.scheme == PartitionScheme::None &&
                             geometry.volumeSize() < plan.layout.diskSize;
    if (isShortened)
        findings.push_back({.rule = "F7",
                            .severity = Severity::Info,
                            .path = {},
                            .message = "the last sector of the disk is not part of the volume: FAT "
                                       "counts at most 4,294,967,295 sectors",
                            .advice = {}});
}

void sayBootSector(const Plan& plan, std::vector<Finding>& findings)
{
    const CodeFile& boot = plan.options.bootSector;
    if (boot.bytes.empty() || fat::extendedFieldsFit(boot.bytes, plan.geometry().type))
        return;
    findings.push_back({.rule = "F8",
                        .severity = Severity::Info,
                        .path = boot.path,
                        .message = "serial, label and type are not in the boot sector: its code "
                                   "starts where they would stand",
                        .advice = "the label in the root directory is what systems show"});
}

} // namespace

std::vector<std::uint32_t> findClampedTimes(const Plan& plan)
{
    std::vector<std::uint32_t> clamped;
    const fat::TimeZone zone = zoneOf(plan.options);
    for (std::uint32_t i = 1; i < plan.entries.size(); ++i)
        if (isClamped(timesOf(plan.snapshot->nodes[plan.entries[i].node], plan.options), zone))
            clamped.push_back(i);
    return clamped;
}

std::vector<Finding> collectFindings(const Plan& plan)
{
    std::vector<Finding> findings;
    saySkipped(plan, findings);
    sayLeftOut(plan, findings);
    sayNameChanges(plan, findings);
    sayClampedTimes(plan, findings);
    sayGeometry(plan, findings);
    sayBootSector(plan, findings);
    return findings;
}

} // namespace fatlas::folder_disk
