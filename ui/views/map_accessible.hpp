/// The cluster map for screen readers: the visible cells are its children, the cell cursor is the
/// one that has the focus, each says what it is in words.
///
/// Threads: GUI thread.
#pragma once

class QWidget;

namespace fatlas::ui {

/// Once per process; further calls do nothing.
void installMapAccessibility();
/// Tells screen readers that the cursor of `map` moved.
void announceCursor(QWidget* map);

} // namespace fatlas::ui
