/// One finding in full: what is wrong, what it means, what DOS, Windows and Linux do with it, what
/// can be done; its places are links that publish Focus.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/volume_content.hpp"

#include <QPointer>
#include <QWidget>

#include <cstdint>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace fatlas::ui {

class ThemedLabel;

class FindingsDetail : public QWidget {
    Q_OBJECT

public:
    explicit FindingsDetail(QWidget* parent = nullptr);

    void setFocus(Focus* focus);
    using QWidget::setFocus;
    void showFinding(const SharedContent& content, std::uint32_t finding);
    void clear();
    /// With what stands there instead.
    void clear(const QString& hint);

    [[nodiscard]] QString headline() const;

private:
    void addPlaces(const Finding& finding);
    void addLink(QWidget* row, const QString& text, const QString& toolTip, FocusTarget target);
    void addMeaning(const Finding& finding);
    void addRow(QGridLayout& grid, const QString& name, const QString& text);

    QPointer<Focus> m_focus;
    SharedContent m_content;
    QLabel* m_icon;
    ThemedLabel* m_headline;
    ThemedLabel* m_rule;
    QVBoxLayout* m_body;
};

} // namespace fatlas::ui
