/// A plan for people: in full for `plan`, in two lines for `create`.
#pragma once

#include "core/convert/save_image.hpp"
#include "core/folder_disk/plan.hpp"

#include "app/cli/output.hpp"

#include <string>

namespace fatlas::cli {

void writePlan(Output& output, const folder_disk::Plan& plan);

/// What was made, where, and what is not as it was in the folder.
void writeSummary(Output& output, const folder_disk::Plan& plan, const std::string& target,
                  const convert::SaveStatistics& statistics);

/// Why it cannot be made, and everything that does not fit, by name, on stderr.
/// The refusal with the options that would help at its end.
[[nodiscard]] Error withOptions(const folder_disk::Plan& plan, Error refusal);
void showRefusal(const folder_disk::Plan& plan, const Error& refusal);

} // namespace fatlas::cli
