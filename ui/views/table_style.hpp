/// How tables and trees look everywhere: quiet lines, rows as high as the text asks for, whole
/// rows selected, headers muted. What they show can be copied (table_copy.hpp).
///
/// Threads: GUI thread.
#pragma once

class QTableView;
class QTreeView;

namespace fatlas::ui {

void styleTable(QTableView& table);
void styleTree(QTreeView& tree);

} // namespace fatlas::ui
