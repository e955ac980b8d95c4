/// A bar of parts in the colours of the theme, rounded at its ends.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"

#include <QWidget>

#include <cstdint>
#include <vector>

namespace fatlas::ui {

class StackedBar : public QWidget {
    Q_OBJECT

public:
    struct Part {
        Token token = Token::Free;
        std::uint64_t amount = 0;
        QString toolTip;
    };

    explicit StackedBar(QWidget* parent = nullptr);

    /// What is missing to `whole` is free.
    void setParts(std::vector<Part> parts, std::uint64_t whole);

    [[nodiscard]] QSize sizeHint() const override;

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] double xOf(std::uint64_t amount) const;

    std::vector<Part> m_parts;
    std::uint64_t m_whole = 0;
};

} // namespace fatlas::ui
