/// Findings of a check: so many a rule in full, the rest counted.
///
/// Threads: one.
#pragma once

#include "core/vhd/note.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fatlas::vhd {

class FindingsList {
public:
    explicit FindingsList(std::uint64_t limit) : m_limit(limit) {}

    void add(const char* rule, Severity severity, Note about);
    void addAll(const std::vector<Finding>& findings);

    /// Errors first, in the order they came.
    [[nodiscard]] std::vector<Finding> take();

private:
    std::uint64_t m_limit;
    std::map<std::string, std::uint64_t> m_counts;
    std::vector<Finding> m_findings;
};

} // namespace fatlas::vhd
