/// The file level of a diff.
#pragma once

#include "core/fat/diff/diff.hpp"

namespace fatlas::fat {

struct FileDiff {
    std::vector<FileChange> files; ///< in the order of paths
    std::uint64_t sameCount = 0;
};

[[nodiscard]] Result<FileDiff> diffFiles(const DiffSide& before, const DiffSide& after,
                                         SameFiles same, const JobControl& job);

} // namespace fatlas::fat
