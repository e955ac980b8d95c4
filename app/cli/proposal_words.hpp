/// What is proposed, in words.
#pragma once

#include "core/sync/review.hpp"

#include <string>

namespace fatlas::cli {

/// "create /DOCS/A.TXT (700 bytes)", safe for a terminal.
[[nodiscard]] std::string describe(const sync::Proposal& proposal);

/// "mine: 120 bytes, the folder's; theirs: 700 bytes, the guest's".
[[nodiscard]] std::string describeVersions(const sync::Proposal& conflict);

/// "create", "delete folder".
[[nodiscard]] const char* wordFor(sync::ChangeKind kind) noexcept;

} // namespace fatlas::cli
