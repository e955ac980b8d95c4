/// Labels that know the theme: headings of sections, muted text, text cut with an ellipsis.
///
/// Threads: GUI thread.
#pragma once

#include "ui/base/theme.hpp"

#include <QFrame>
#include <QLabel>
#include <QString>

namespace fatlas::ui {

/// Text in a colour of the theme, following it.
class ThemedLabel : public QLabel {
    Q_OBJECT

public:
    explicit ThemedLabel(const QString& text, Token token, QWidget* parent = nullptr);

    void setToken(Token token);

private:
    void retheme();

    Token m_token;
};

/// "Cluster map": small, semi-bold, muted, as above each part of the window.
class SectionLabel : public ThemedLabel {
    Q_OBJECT

public:
    explicit SectionLabel(const QString& text, QWidget* parent = nullptr);
};

/// One line that gives way: cut with an ellipsis, in full in its tooltip.
class ElidedLabel : public QFrame {
    Q_OBJECT

public:
    explicit ElidedLabel(const QString& text = {}, Qt::TextElideMode mode = Qt::ElideRight,
                         QWidget* parent = nullptr);

    void setText(const QString& text);
    void setToken(Token token);
    void setAlignment(Qt::Alignment alignment);

    [[nodiscard]] QString text() const { return m_text; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void updateToolTip();

    QString m_text;
    Qt::TextElideMode m_mode;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
    Token m_token = Token::Text;
};

/// A line of one pixel between parts.
class Separator : public QWidget {
    Q_OBJECT

public:
    explicit Separator(Qt::Orientation orientation, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace fatlas::ui
