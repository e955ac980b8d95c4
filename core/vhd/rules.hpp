/// The rules of FORMAT.md that findings of this folder cite, with their meaning in words.
///
/// The columns for DOS, Windows and Linux say what Virtual PC and old machines, what Windows and
/// Hyper-V, and what QEMU do with such a file.
///
/// Threads: constant data.
#pragma once

#include "core/base/rule.hpp"

#include <span>

namespace fatlas::vhd {

[[nodiscard]] std::span<const Rule> rules() noexcept;
/// Nothing for a number that is not a rule of VHDs.
[[nodiscard]] const Rule* findRule(std::string_view number) noexcept;

} // namespace fatlas::vhd
