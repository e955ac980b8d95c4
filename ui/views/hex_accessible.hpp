/// The hex view for screen readers: the bytes in sight are its children, the byte cursor is the one
/// that has the focus, each says its offset, value and field.
///
/// Threads: GUI thread.
#pragma once

class QWidget;

namespace fatlas::ui {

/// Once per process; further calls do nothing.
void installHexAccessibility();
/// Tells screen readers that the cursor of the hex view moved.
void announceHexCursor(QWidget* view);

} // namespace fatlas::ui
