/// The vendored Lucide icons, coloured from the theme and redrawn when it changes.
///
/// Errors:  an icon that is not vendored is our own mistake: assertion, and an empty icon.
/// Source:  resources/icons, from lucide-static 1.62.0 (ISC, see resources/icons/LICENSE).
#pragma once

#include "ui/base/theme.hpp"

#include <QIcon>
#include <QLatin1String>
#include <QPixmap>
#include <QStringList>

namespace fatlas::ui {

/// `icon("folder-plus"_L1)`: sharp at every device pixel ratio; muted when disabled.
[[nodiscard]] QIcon icon(QLatin1String name, Token tint = Token::Text);
/// The same in one size, for painting: `logicalSize` pixels a side.
[[nodiscard]] QPixmap iconPixmap(QLatin1String name, int logicalSize, double devicePixelRatio,
                                 Token tint = Token::Text);
/// Names of all vendored icons.
[[nodiscard]] QStringList iconNames();

} // namespace fatlas::ui
