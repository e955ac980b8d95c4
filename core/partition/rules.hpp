/// The rules of FORMAT.md that findings of partition tables cite, with their meaning in words.
///
/// Threads: constant data.
#pragma once

#include "core/base/rule.hpp"

#include <span>

namespace fatlas::partition {

[[nodiscard]] std::span<const Rule> rules() noexcept;
/// Nothing for a number that is not a rule of partition tables.
[[nodiscard]] const Rule* findRule(std::string_view number) noexcept;

} // namespace fatlas::partition
