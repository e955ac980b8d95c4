/// Findings in words: where, what it means, what systems do with it, what can be done.
///
/// Units:   offsets in bytes from the start of the disk.
/// Threads: any.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/rule.hpp"

#include "ui/base/theme.hpp"

#include <QLatin1String>
#include <QString>

namespace fatlas::ui {

/// "/DOCS/A.TXT", "cluster 433", "0x3A000", "the whole volume"
[[nodiscard]] QString placeText(const Finding& finding);
/// The words of a rule; nothing when no table has it.
[[nodiscard]] const Rule* ruleOf(const Finding& finding) noexcept;

[[nodiscard]] QLatin1String iconNameOf(Severity severity);
[[nodiscard]] Token tokenOf(Severity severity);

} // namespace fatlas::ui
