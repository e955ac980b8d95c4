/// Internal to the checks of one directory: its findings, bounded, with places.
///
/// Threads: belongs to one directory.
#pragma once

#include "core/base/text.hpp"
#include "core/fat/directory_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::fat {

class SlotFindings {
public:
    explicit SlotFindings(const SlotSource& slots) : m_slots(slots) {}

    /// `name` of the item it is about, "" for the folder itself.
    void find(const char* rule, Severity severity, std::uint32_t slot, std::string_view name,
              std::string message)
    {
        add({.rule = rule,
             .severity = severity,
             .path = std::string(name),
             .message = std::move(message),
             .advice = {},
             .offset = m_slots.offsetOf(slot)});
    }

    void add(Finding finding)
    {
        if (++m_count > maxDirectoryFindings) {
            m_worst = std::max(m_worst, finding.severity);
            return;
        }
        m_findings.push_back(std::move(finding));
    }

    [[nodiscard]] std::vector<Finding> take()
    {
        if (m_count > maxDirectoryFindings)
            m_findings.push_back(
                {.rule = "D29",
                 .severity = m_worst,
                 .path = {},
                 .message = fmt::format("{} more findings of this kind in the same directory",
                                        formatCount(m_count - maxDirectoryFindings)),
                 .advice = {},
                 .offset = m_slots.offsetOf(0)});
        return std::move(m_findings);
    }

private:
    const SlotSource& m_slots;
    std::vector<Finding> m_findings;
    std::size_t m_count = 0;
    Severity m_worst = Severity::Info;
};

} // namespace fatlas::fat
