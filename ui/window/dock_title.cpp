#include "ui/window/dock_title.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QMainWindow>
#include <QToolButton>

namespace fatlas::ui {

namespace {

QToolButton* addButton(QWidget* parent, QLatin1String iconName, const QString& text)
{
    auto* button = new QToolButton(parent);
    button->setIcon(icon(iconName, Token::Muted));
    button->setIconSize({scaled(12), scaled(12)});
    button->setAutoRaise(true);
    button->setToolTip(text);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    parent->layout()->addWidget(button);
    return button;
}

} // namespace

DockTitle::DockTitle(QDockWidget* dock) : Panel(dock)
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(spacing(3), spacing(1), spacing(1), spacing(1));
    layout->setSpacing(0);
    auto* label = new SectionLabel(dock->windowTitle(), this);
    layout->addWidget(label, 1);
    auto* floating = addButton(this, QLatin1String("external-link"), tr("Float or dock"));
    auto* close = addButton(this, QLatin1String("x"), tr("Close; View brings it back"));
    connect(floating, &QToolButton::clicked, dock,
            [dock] { dock->setFloating(!dock->isFloating()); });
    connect(close, &QToolButton::clicked, dock, &QWidget::close);
    // Beside others in one place the tab says the name already.
    const auto follow = [dock, label] {
        const auto* host = qobject_cast<QMainWindow*>(dock->parentWidget());
        const bool tab =
            host != nullptr && !dock->isFloating() && !host->tabifiedDockWidgets(dock).isEmpty();
        label->setText(tab ? QString() : dock->windowTitle());
    };
    connect(dock, &QDockWidget::visibilityChanged, this, follow);
    connect(dock, &QDockWidget::topLevelChanged, this, follow);
    connect(dock, &QWidget::windowTitleChanged, this, follow);
}

} // namespace fatlas::ui
