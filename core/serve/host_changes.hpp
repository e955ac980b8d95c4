/// How a folder differs from the disk that was made of it.
///
/// Shape:   paths relative to the folder, host bytes, in the order of the disk; of each list the
///          first `maxListed`. Only what is on the disk, or would be, counts.
/// Threads: pure.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <string>
#include <vector>

namespace fatlas::serve {

struct HostChanges {
    static constexpr std::size_t maxListed = 100;

    std::vector<std::string> changed; ///< files with other content or other metadata
    std::vector<std::string> added;
    std::vector<std::string> removed;
    std::uint64_t count = 0; ///< all of them

    [[nodiscard]] bool isEmpty() const noexcept { return count == 0; }

    bool operator==(const HostChanges&) const = default;
};

[[nodiscard]] HostChanges compareHost(const folder_disk::Plan& before,
                                      const folder_disk::Plan& now);

} // namespace fatlas::serve
