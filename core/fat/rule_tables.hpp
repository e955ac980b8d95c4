/// Internal to rules(): its tables by topic, in the order of the disk.
///
/// Source:  what DOS does: Microsoft's published sources of DOS, CHKDSK and SCANDISK of version 6;
///          Windows: the published sources of its FAT driver, and CHKDSK; Linux: fs/fat.
#pragma once

#include "core/base/rule.hpp"

#include <span>

namespace fatlas::fat {

[[nodiscard]] std::span<const Rule> bootRules() noexcept;      ///< B, F
[[nodiscard]] std::span<const Rule> tableRules() noexcept;     ///< T, C, L
[[nodiscard]] std::span<const Rule> directoryRules() noexcept; ///< D, V

} // namespace fatlas::fat
