/// What the "Go to or do anything" box offers for a text: actions, addresses, paths, names.
///
/// Threads: GUI thread; looks only at what is in memory.
#pragma once

#include "ui/window/go_to_box.hpp"

#include <QAction>
#include <QList>

namespace fatlas::ui {

class VolumePage;

/// `page` may be null: then there is nowhere to go to.
[[nodiscard]] std::vector<Suggestion>
suggestionsFor(const QString& text, const QList<QAction*>& actions, VolumePage* page);

} // namespace fatlas::ui
