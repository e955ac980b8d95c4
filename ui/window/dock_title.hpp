/// The heading of a dock: its name, and small buttons to float and close it.
///
/// Threads: GUI thread.
#pragma once

#include "ui/wizards/panel.hpp"

class QDockWidget;

namespace fatlas::ui {

class DockTitle : public Panel {
    Q_OBJECT

public:
    explicit DockTitle(QDockWidget* dock);
};

} // namespace fatlas::ui
