/// What the verbs say that copy files out of a volume.
#pragma once

#include "core/image/extract.hpp"

#include <string>

namespace fatlas::cli {

/// Says how many files and folders came to `destination` and what went wrong; gives the exit
/// status of the program.
[[nodiscard]] int reportExtracted(const std::string& destination,
                                  const Result<image::ExtractReport>& extracted);

} // namespace fatlas::cli
