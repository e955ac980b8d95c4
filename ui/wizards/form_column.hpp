/// The left side of a page that makes something: a heading and the form, which scroll; below them,
/// always in sight, the same as a command and the button.
///
/// Threads:  GUI thread.
/// Lifetime: all of it belongs to the column then.
#pragma once

#include <QList>
#include <QString>

class QPushButton;
class QWidget;

namespace fatlas::ui {

struct FormColumn {
    QString heading;
    QWidget* form = nullptr;
    QWidget* command = nullptr;
    QPushButton* button = nullptr;
    QList<QPushButton*> others = {}; ///< beside it
    int width = 400;                 ///< logical pixels, before scaling by the font
};

[[nodiscard]] QWidget* makeFormColumn(const FormColumn& parts, QWidget* parent);

} // namespace fatlas::ui
