/// A large button: an icon, what it does, and a line that says more.
///
/// Threads: GUI thread.
#pragma once

#include <QAbstractButton>

namespace fatlas::ui {

class ActionCard : public QAbstractButton {
    Q_OBJECT

public:
    ActionCard(QLatin1String iconName, const QString& title, const QString& detail,
               QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QLatin1String m_icon;
    QString m_detail;
};

} // namespace fatlas::ui
