/// Which page of the help a part of the window belongs to.
///
/// Threads: GUI thread.
#pragma once

#include <QString>

class QWidget;

namespace fatlas::ui {

/// `topic` is the name of a page in resources/help, without ".md".
void setHelpTopic(QWidget* part, const QString& topic);
/// Of the widget or the nearest part around it; "start" where there is none.
[[nodiscard]] QString helpTopicOf(const QWidget* widget);

} // namespace fatlas::ui
