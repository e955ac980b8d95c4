#include "core/vhd/findings_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

void FindingsList::add(const char* rule, Severity severity, Note about)
{
    if (++m_counts[rule] <= m_limit)
        note(m_findings, rule, severity, std::move(about));
}

void FindingsList::addAll(const std::vector<Finding>& findings)
{
    for (const Finding& finding : findings) {
        ++m_counts[finding.rule];
        m_findings.push_back(finding);
    }
}

std::vector<Finding> FindingsList::take()
{
    for (const auto& [rule, count] : m_counts) {
        const auto last =
            std::ranges::find(m_findings.rbegin(), m_findings.rend(), rule, &Finding::rule);
        const auto listed =
            static_cast<std::uint64_t>(std::ranges::count(m_findings, rule, &Finding::rule));
        if (count > listed && last != m_findings.rend())
            note(m_findings, rule.c_str(), last->severity,
                 {.message = fmt::format("and {} more of the same kind", count - listed)});
    }
    std::ranges::stable_sort(m_findings, std::ranges::greater{}, &Finding::severity);
    return std::exchange(m_findings, {});
}

} // namespace fatlas::vhd
