/// Tabs as words with a line under the chosen one; a number behind the words is muted.
///
/// Shape:   the number of a tab is its tabData(), invalid for none.
/// Threads: GUI thread.
#pragma once

#include <QTabBar>

namespace fatlas::ui {

class QuietTabBar : public QTabBar {
    Q_OBJECT

public:
    explicit QuietTabBar(QWidget* parent = nullptr);

protected:
    [[nodiscard]] QSize tabSizeHint(int index) const override;
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QString numberOf(int index) const;
    void paintTab(QPainter& painter, int index) const;
};

} // namespace fatlas::ui
