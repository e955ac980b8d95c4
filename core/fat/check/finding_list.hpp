/// Internal to checkVolume(): the findings so far, of each rule and altogether no more than a
/// bound.
///
/// Threads: belongs to one thread.
#pragma once

#include "core/base/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fatlas::fat {

class FindingList {
public:
    static constexpr std::size_t maxPerRule = 10'000;
    static constexpr std::size_t maxInAll = 100'000;

    /// Whether another finding of the rule would be listed: then it is worth putting into words.
    [[nodiscard]] bool hasRoomFor(const std::string& rule) const;
    void add(Finding finding);

    void addAll(const std::vector<Finding>& findings)
    {
        for (const Finding& finding : findings)
            add(finding);
    }

    /// Only counted: there is no room for it.
    void addUnlisted(const std::string& rule, Severity severity);

    /// With a C9 for each rule of which some are not listed.
    [[nodiscard]] std::vector<Finding> take();

private:
    struct Tally {
        std::size_t listed = 0;
        std::uint64_t unlisted = 0;
        Severity worst = Severity::Info;
    };

    std::vector<Finding> m_findings;
    std::map<std::string, Tally> m_tallies;
};

} // namespace fatlas::fat
