#include "ui/window/tab_badge.hpp"

#include "ui/base/words.hpp"

#include <QDockWidget>
#include <QMainWindow>
#include <QPainter>
#include <QTabBar>
#include <QTimer>
#include <QWidget>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

class Pill : public QWidget {
public:
    Pill(const QString& text, Token token, QWidget* parent)
        : QWidget(parent), m_text(text), m_token(token)
    {
        setFont(emphasized(font(), -1));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFixedSize(std::max(fontMetrics().horizontalAdvance(text) + scaled(10), scaled(18)),
                     fontMetrics().height() + scaled(2));
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor back = Theme::instance().color(m_token);
        painter.setPen(Qt::NoPen);
        painter.setBrush(back);
        painter.drawRoundedRect(rect(), height() / 2.0, height() / 2.0);
        painter.setPen(readableOn(back));
        painter.drawText(rect(), Qt::AlignCenter, m_text);
    }

private:
    QString m_text;
    Token m_token;
};

} // namespace

TabBadge::TabBadge(QDockWidget* dock) : QObject(dock), m_dock(dock)
{
    connect(dock, &QDockWidget::visibilityChanged, this, &TabBadge::placeLater);
    connect(dock, &QDockWidget::topLevelChanged, this, &TabBadge::placeLater);
    connect(dock, &QDockWidget::dockLocationChanged, this, &TabBadge::placeLater);
    connect(&Theme::instance(), &Theme::changed, this, &TabBadge::placeLater);
}

void TabBadge::setCount(std::uint64_t count, Token token)
{
    m_count = count;
    m_token = token;
    placeLater();
}

// The window arranges its tabs after it has told of the change.
void TabBadge::placeLater()
{
    if (std::exchange(m_isPending, true))
        return;
    QTimer::singleShot(0, this, [this] {
        m_isPending = false;
        place();
    });
}

void TabBadge::place()
{
    auto* const host = qobject_cast<QMainWindow*>(m_dock->parentWidget());
    if (host == nullptr)
        return;
    const QString words = tr("%1: %2").arg(m_dock->windowTitle(), countText(m_count));
    for (QTabBar* bar : host->findChildren<QTabBar*>(Qt::FindDirectChildrenOnly))
        for (int tab = 0; tab < bar->count(); ++tab) {
            if (bar->tabText(tab) != m_dock->windowTitle())
                continue;
            QWidget* const pill =
                m_count == 0 ? nullptr : new Pill(countText(m_count), m_token, bar);
            if (QWidget* const old = bar->tabButton(tab, QTabBar::RightSide); old != nullptr)
                old->deleteLater();
            bar->setTabButton(tab, QTabBar::RightSide, pill);
            bar->setAccessibleTabName(tab, m_count == 0 ? m_dock->windowTitle() : words);
        }
}

} // namespace fatlas::ui
