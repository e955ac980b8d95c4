/// The file level of a diff.
#pragma once

#include "core/fat/diff/diff.hpp"

namespace fatlas::fat {

[[nodiscard]] Result<std::vector<FileChange>>
diffFiles(const DiffSide& before, const DiffSide& after, const JobControl& job);

} // namespace fatlas::fat
