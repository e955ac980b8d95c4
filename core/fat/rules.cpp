#include "core/fat/rules.hpp"

#include "core/fat/rule_tables.hpp"

#include <algorithm>
#include <vector>

namespace fatlas::fat {
namespace {

std::vector<Rule> allRules()
{
    std::vector<Rule> all;
    for (const auto table : {bootRules(), tableRules(), directoryRules()})
        all.insert(all.end(), table.begin(), table.end());
    return all;
}

} // namespace

std::span<const Rule> rules() noexcept
{
    static const std::vector<Rule> all = allRules();
    return all;
}

const Rule* findRule(std::string_view number) noexcept
{
    const auto found = std::ranges::find(rules(), number, &Rule::number);
    return found == rules().end() ? nullptr : &*found;
}

} // namespace fatlas::fat
