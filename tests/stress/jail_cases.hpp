/// Every kind of change a jail can make, on a folder that has something for each.
#pragma once

#include "tests/support/jail_fixture.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fatlas::test {

struct JailCase {
    std::string name;
    /// Brought about without faults: what the change itself starts from.
    std::function<void(const JailFixture&)> prepare;
    std::function<host::ChangeResult<>(const JailFixture&)> change;
    bool needsLargeFile = false;
};

void fillFor(const JailCase& which, const TempFolder& folder);
[[nodiscard]] const std::vector<JailCase>& jailCases();

/// Names and contents; folders end with '/'.
using FolderState = std::map<std::string, std::string>;
[[nodiscard]] FolderState stateOf(const JailFixture& fixture);

} // namespace fatlas::test
