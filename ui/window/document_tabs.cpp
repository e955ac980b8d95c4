#include "ui/window/document_tabs.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"
#include "ui/window/compare_page.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/window/welcome_page.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/new_vhd_page.hpp"

#include <QMouseEvent>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

namespace fatlas::ui {

DocumentTabs::DocumentTabs(QWidget* parent)
    : QStackedWidget(parent), m_welcome(new WelcomePage(this)), m_tabs(new QTabWidget(this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->setMovable(true);
    m_tabs->setTabBarAutoHide(true);
    // Its proxy is the bar, and while that is hidden Tab would never get past it.
    m_tabs->setFocusPolicy(Qt::NoFocus);
    m_tabs->setFocusProxy(nullptr);
    m_tabs->tabBar()->installEventFilter(this);
    addWidget(m_welcome);
    addWidget(m_tabs);
    connect(m_tabs, &QTabWidget::currentChanged, this, &DocumentTabs::follow);
}

void DocumentTabs::add(NewDiskPage* page)
{
    addPage(page, QLatin1String("folder-plus"), page->title());
    connect(page, &NewDiskPage::titleChanged, this, [this, page] {
        m_tabs->setTabText(m_tabs->indexOf(page), page->title());
        Q_EMIT currentChangedTo(current());
    });
}

void DocumentTabs::add(VolumePage* page)
{
    addPage(page, QLatin1String("disc"), page->document().title());
    m_tabs->setTabToolTip(m_tabs->indexOf(page), page->document().source());
}

void DocumentTabs::add(VhdPage* page)
{
    addPage(page, QLatin1String("hard-drive"), page->document().title());
    m_tabs->setTabToolTip(m_tabs->indexOf(page), page->document().path());
}

void DocumentTabs::add(NewVhdPage* page)
{
    addPage(page, QLatin1String("hard-drive"), page->title());
}

void DocumentTabs::add(ServePage* page)
{
    addPage(page, QLatin1String("radio-tower"), page->title());
    m_tabs->setTabToolTip(m_tabs->indexOf(page), shown(page->document().wish().source));
}

void DocumentTabs::add(ComparePage* page)
{
    addPage(page, QLatin1String("columns-2"), page->title());
}

void DocumentTabs::setTitle(QWidget* page, const QString& title)
{
    const int index = m_tabs->indexOf(page);
    m_tabs->setTabText(index, QString(title).replace(u'&', QStringLiteral("&&")));
    if (QWidget* const close = m_tabs->tabBar()->tabButton(index, QTabBar::RightSide))
        close->setAccessibleName(tr("Close %1").arg(title));
    if (page == current())
        Q_EMIT currentChangedTo(page);
}

void DocumentTabs::show(QWidget* page)
{
    m_tabs->setCurrentWidget(page);
}

VhdPage* DocumentTabs::showVhd(const QString& path)
{
    for (int i = 0; i < m_tabs->count(); ++i)
        if (auto* page = qobject_cast<VhdPage*>(m_tabs->widget(i));
            page != nullptr && page->document().path() == path) {
            m_tabs->setCurrentIndex(i);
            return page;
        }
    return nullptr;
}

void DocumentTabs::addPage(QWidget* page, QLatin1String iconName, const QString& title)
{
    m_tabs->addTab(page, icon(iconName), QString(title).replace(u'&', QStringLiteral("&&")));
    auto* close = new QToolButton(m_tabs->tabBar());
    close->setIcon(icon(QLatin1String("x"), Token::Muted));
    close->setIconSize({scaled(12), scaled(12)});
    close->setAutoRaise(true);
    close->setFocusPolicy(Qt::NoFocus);
    close->setToolTip(tr("Close (Ctrl+W)"));
    close->setAccessibleName(tr("Close %1").arg(title));
    connect(close, &QToolButton::clicked, this, [this, page] { closeAt(m_tabs->indexOf(page)); });
    m_tabs->tabBar()->setTabButton(m_tabs->indexOf(page), QTabBar::RightSide, close);
    m_tabs->setCurrentWidget(page);
    follow();
}

QWidget* DocumentTabs::current() const
{
    return m_tabs->currentWidget();
}

NewDiskPage* DocumentTabs::newDisk() const
{
    return qobject_cast<NewDiskPage*>(current());
}

VolumePage* DocumentTabs::volume() const
{
    return qobject_cast<VolumePage*>(current());
}

VhdPage* DocumentTabs::vhd() const
{
    return qobject_cast<VhdPage*>(current());
}

NewVhdPage* DocumentTabs::newVhd() const
{
    return qobject_cast<NewVhdPage*>(current());
}

ServePage* DocumentTabs::serve() const
{
    return qobject_cast<ServePage*>(current());
}

ComparePage* DocumentTabs::compare() const
{
    return qobject_cast<ComparePage*>(current());
}

int DocumentTabs::count() const
{
    return m_tabs->count();
}

QList<VolumePage*> DocumentTabs::volumes() const
{
    QList<VolumePage*> pages;
    for (int i = 0; i < m_tabs->count(); ++i)
        if (auto* page = qobject_cast<VolumePage*>(m_tabs->widget(i)); page != nullptr)
            pages << page;
    return pages;
}

QList<ServePage*> DocumentTabs::serves() const
{
    QList<ServePage*> pages;
    for (int i = 0; i < m_tabs->count(); ++i)
        if (auto* page = qobject_cast<ServePage*>(m_tabs->widget(i)); page != nullptr)
            pages << page;
    return pages;
}

void DocumentTabs::closeCurrent()
{
    closeAt(m_tabs->currentIndex());
}

void DocumentTabs::close(QWidget* page)
{
    closeAt(m_tabs->indexOf(page));
}

void DocumentTabs::closeAt(int index)
{
    QWidget* const page = m_tabs->widget(index);
    if (page == nullptr || (m_guard && !m_guard(page)))
        return;
    Q_EMIT aboutToClose(page);
    m_tabs->removeTab(m_tabs->indexOf(page));
    page->deleteLater();
    follow();
}

void DocumentTabs::follow()
{
    setCurrentIndex(m_tabs->count() == 0 ? 0 : 1);
    Q_EMIT currentChangedTo(current());
}

bool DocumentTabs::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_tabs->tabBar() && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int index = m_tabs->tabBar()->tabAt(mouse->position().toPoint());
        if (mouse->button() == Qt::MiddleButton && index >= 0) {
            closeAt(index);
            return true;
        }
    }
    return QStackedWidget::eventFilter(watched, event);
}

} // namespace fatlas::ui
