/// A jail that changes nothing. Each change is checked as far as that can be without making it, its
/// content is read, and from then on everything looks as if it had been made.
///
/// Errors:   as Jail, but for those that only show when something is written (no space).
/// Threads:  any; one change at a time.
/// Lifetime: keeps nothing, and leaves nothing behind. Whoever wants the folder to stay as it is
///           meanwhile locks it.
#pragma once

#include "core/host/jail.hpp"

#include <filesystem>
#include <memory>

namespace fatlas::host {

[[nodiscard]] Result<std::unique_ptr<Jail>> openDryJail(const std::filesystem::path& folder);

} // namespace fatlas::host
