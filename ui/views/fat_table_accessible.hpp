/// The FAT table for screen readers: visible rows are its children, the cursor is the one that has
/// the focus, each says what it is in words.
///
/// Threads: GUI thread.
#pragma once

namespace fatlas::ui {

class FatTableArea;

/// Once per process; further calls do nothing.
void installFatTableAccessibility();
/// Tells screen readers that the cursor moved.
void announceFatTableCursor(FatTableArea* area);

} // namespace fatlas::ui
