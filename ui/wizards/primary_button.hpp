/// The one button of a page that does what the page is for, in the accent colour.
///
/// Threads: GUI thread.
#pragma once

#include <QPushButton>

namespace fatlas::ui {

class PrimaryButton : public QPushButton {
    Q_OBJECT

public:
    explicit PrimaryButton(const QString& text, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace fatlas::ui
