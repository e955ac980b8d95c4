#include "core/fat/check/finding_list.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {

bool FindingList::hasRoomFor(const std::string& rule) const
{
    if (m_findings.size() >= maxInAll)
        return false;
    const auto found = m_tallies.find(rule);
    return found == m_tallies.end() || found->second.listed < maxPerRule;
}

void FindingList::add(Finding finding)
{
    if (!hasRoomFor(finding.rule)) {
        addUnlisted(finding.rule, finding.severity);
        return;
    }
    ++m_tallies[finding.rule].listed;
    m_findings.push_back(std::move(finding));
}

void FindingList::addUnlisted(const std::string& rule, Severity severity)
{
    Tally& tally = m_tallies[rule];
    ++tally.unlisted;
    tally.worst = std::max(tally.worst, severity);
}

std::vector<Finding> FindingList::take()
{
    for (const auto& [rule, tally] : m_tallies)
        if (tally.unlisted != 0)
            m_findings.push_back(
                {.rule = "C9",
                 .severity = tally.worst,
                 .path = {},
                 .message = fmt::format("{} more findings of rule {} are not listed",
                                        formatCount(tally.unlisted), rule),
                 .advice = {}});
    m_tallies.clear();
    return std::move(m_findings);
}

} // namespace fatlas::fat
