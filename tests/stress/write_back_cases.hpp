/// Every kind of change a guest can make to the disk of a folder, and the folder it is made from.
#pragma once

#include "tests/stress/guest_script.hpp"
#include "tests/support/temp_folder.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace fatlas::test {

struct WriteBackCase {
    std::string name;
    std::function<void(GuestScript&)> guest;
};

[[nodiscard]] const std::vector<WriteBackCase>& writeBackCases();

/// Something for each of them, and enough besides that none is a mass deletion. Always the same,
/// times included.
void fillForWriteBack(const TempFolder& folder);

/// What has a name on the host; folders end with '/'.
struct HostEntry {
    std::string content;
    std::string meta; ///< of files: who may write, time in steps of two seconds

    bool operator==(const HostEntry&) const = default;
};

using HostState = std::map<std::string, HostEntry>;

/// Everything in the folder, what Fatlas put there too.
[[nodiscard]] HostState hostState(const TempFolder& folder);

/// The guest makes its disk hold these names and contents.
void bringAbout(GuestScript& script, const HostState& wanted);

} // namespace fatlas::test
