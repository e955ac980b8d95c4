/// Copying what a table or tree shows: the selected row with the platform's key, and from the
/// context menu everything as text, CSV or JSON.
///
/// Columns come in the order on the screen, hidden ones are left out. A tree gives the rows that
/// are unfolded.
///
/// Threads: GUI thread.
#pragma once

class QAbstractItemView;

namespace fatlas::ui {

/// Once for each view; its actions are in the context menu then.
void enableCopying(QAbstractItemView& view);

} // namespace fatlas::ui
