/// A name from a disk made into a name a host folder can hold, whatever the disk says.
///
/// Units:      host names are at most 255 bytes.
/// Invariants: a host name is never empty, "." or "..", holds no '/', no control character and
///             no byte that is not UTF-8, and is unique among the names given out by one HostNames.
/// Threads:    HostNames belongs to one folder and one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace fatlas::image {

struct HostName {
    std::string name;
    std::string why; ///< one clause; empty when the name is what the disk says
};

/// Pure; does not look at neighbours.
[[nodiscard]] HostName makeHostName(std::string_view diskName);

/// The names of one folder: a second one that would be the same gets "~2" before its extension.
class HostNames {
public:
    [[nodiscard]] HostName makeUnique(std::string_view diskName);

private:
    std::unordered_set<std::string> m_used;
    std::unordered_map<std::string, std::uint32_t> m_nextTail; ///< per name that was taken
};

} // namespace fatlas::image
