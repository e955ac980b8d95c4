/// One line: a swatch, a name, a count at the right. A button that can be checked.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"

#include <QAbstractButton>

#include <optional>

namespace fatlas::ui {

class EverythingElseRow : public QAbstractButton {
    Q_OBJECT

public:
    EverythingElseRow(const QString& name, std::optional<Token> swatch, QWidget* parent = nullptr);

    void setCount(std::uint64_t count);

    [[nodiscard]] const QString& countWords() const noexcept { return m_count; }

    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString m_count;
    std::optional<Token> m_swatch;
};

} // namespace fatlas::ui
