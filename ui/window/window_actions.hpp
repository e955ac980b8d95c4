/// Every action of the window by name, with icon and keys: for toolbar, menu and palette.
///
/// Threads:  GUI thread.
/// Lifetime: the actions belong to the widget they were made for.
#pragma once

#include <QAction>
#include <QList>
#include <QString>

class QMenu;
class QWidget;

namespace fatlas::ui {

struct WindowActions {
    explicit WindowActions(QWidget* owner);

    QAction* newDisk;
    QAction* newVhd;
    QAction* open;
    QAction* saveImage;
    QAction* extract;
    QAction* compare;
    QAction* serve;
    QAction* closeTab;
    QAction* quit;
    QAction* back;
    QAction* forward;
    QAction* palette;
    QAction* goTo;
    QAction* editAddress;
    QAction* nextDock;
    QAction* check;
    QAction* inspectDisk;
    QAction* nextFinding;
    QAction* previousFinding;
    QAction* resetLayout;
    QAction* showMenu;
    QAction* help;
    QAction* about;

    /// All of them, in the order of the menu.
    [[nodiscard]] QList<QAction*> all() const;
};

/// An action that cannot be done says why in its tooltip; empty: it can.
void setProblem(QAction* action, const QString& why);

} // namespace fatlas::ui
