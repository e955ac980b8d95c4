/// Where Focus is: image > volume > path > cluster > byte. Each part can be clicked, and the whole
/// can be edited as an address.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "ui/document/volume_document.hpp"
#include "ui/wizards/panel.hpp"

#include <functional>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QStackedLayout;

namespace fatlas::ui {

class Breadcrumb : public Panel {
    Q_OBJECT

public:
    explicit Breadcrumb(VolumeDocument& document, QWidget* parent = nullptr);

    /// Edit it as an address.
    void startEditing();

Q_SIGNALS:
    void addressEntered(const QString& address);

protected:
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void addPart(const QString& text, bool last, const std::function<void()>& go);
    void addPath(std::uint32_t node, bool last);
    [[nodiscard]] QString address() const;
    void stopEditing();

    VolumeDocument& m_document;
    QWidget* m_parts;
    QHBoxLayout* m_layout;
    QLineEdit* m_edit;
    QStackedLayout* m_stack;
};

} // namespace fatlas::ui
