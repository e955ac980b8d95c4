// The docks of the page: where they stand, who has the keyboard, keys that lead to them.
#include "ui/base/help_topic.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/changes_panel.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/fat_table_view.hpp"
#include "ui/views/findings_panel.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/views/walk_bar.hpp"
#include "ui/window/dock_title.hpp"
#include "ui/window/inspector_panel.hpp"
#include "ui/window/tab_badge.hpp"
#include "ui/window/volume_page.hpp"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QLayout>

namespace fatlas::ui {

namespace {

/// What Tab would reach first inside a part of the window.
QWidget* firstStop(QWidget* part)
{
    if ((part->focusPolicy() & Qt::TabFocus) != 0)
        return part;
    for (auto* inside : part->findChildren<QWidget*>())
        if ((inside->focusPolicy() & Qt::TabFocus) != 0 && inside->isVisible() &&
            inside->isEnabled())
            return inside;
    return part;
}

} // namespace

QDockWidget* VolumePage::addDock(Qt::DockWidgetArea area, const QString& name, const QString& title,
                                 QWidget* content)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    setHelpTopic(dock, name);
    dock->setTitleBarWidget(new DockTitle(dock));
    dock->setWidget(content);
    addDockWidget(area, dock);
    m_docks << dock;
    return dock;
}

void VolumePage::makeDocks()
{
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    addDock(Qt::LeftDockWidgetArea, QStringLiteral("files"), tr("Files"), makeFiles());
    addDock(Qt::RightDockWidgetArea, QStringLiteral("inspector"), tr("Inspector"), m_inspector);
    auto* chain = addDock(Qt::BottomDockWidgetArea, QStringLiteral("chain"), tr("Chain"), m_chain);
    auto* bytes = addDock(Qt::BottomDockWidgetArea, QStringLiteral("bytes"), tr("Bytes"), m_bytes);
    auto* fat = addDock(Qt::BottomDockWidgetArea, QStringLiteral("fat"), tr("FAT"), m_fatTable);
    auto* findings =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("findings"), tr("Findings"), m_findings);
    auto* changes =
        addDock(Qt::BottomDockWidgetArea, QStringLiteral("changes"), tr("Changes"), m_changes);
    m_badge = new TabBadge(findings);
    m_changesBadge = new TabBadge(changes);
    setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
    tabifyDockWidget(chain, bytes);
    tabifyDockWidget(bytes, fat);
    tabifyDockWidget(fat, findings);
    tabifyDockWidget(findings, changes);
    chain->raise();
}

// A key that is a letter works where no text is typed and no list is searched.
void VolumePage::makeActions()
{
    const auto add = [this](const QString& text, Qt::Key key, const QString& toolTip) {
        auto* action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(toolTip);
        for (QWidget* widget : QList<QWidget*>{m_map, m_inspector, m_chain, m_findings, m_fatTable})
            widget->addAction(action);
        return action;
    };
    QAction* bytes = add(tr("Bytes"), Qt::Key_B, tr("Show the bytes of this cluster (B)"));
    QAction* fatEntry = add(tr("FAT entry"), Qt::Key_F, tr("Show its FAT entry (F)"));
    connect(bytes, &QAction::triggered, this, [this] {
        showDock(QStringLiteral("bytes"));
        m_bytes->QWidget::setFocus(Qt::ShortcutFocusReason);
    });
    connect(fatEntry, &QAction::triggered, this, &VolumePage::showFatEntry);
    m_inspector->setActions({bytes, fatEntry});
    m_map->addAction(m_chain->walkBar()->playAction());
    for (QAction* action : m_changes->keyActions())
        QWidget::addAction(action);
}

bool VolumePage::showDock(const QString& name)
{
    for (QDockWidget* dock : m_docks) {
        if (dock->objectName() != name)
            continue;
        dock->show();
        dock->raise();
        return true;
    }
    return false;
}

void VolumePage::shareRoom()
{
    resizeDocks({m_docks[0], m_docks[1]}, {scaled(258), scaled(316)}, Qt::Horizontal);
    resizeDocks({m_docks[2]}, {scaled(264)}, Qt::Vertical);
}

// Docks can be sized only once the page has its own size.
void VolumePage::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (!m_defaultLayout.isEmpty())
        return;
    layout()->activate();
    shareRoom();
    m_defaultLayout = layoutState();
    if (!m_wantedLayout.isEmpty())
        restoreState(m_wantedLayout, layoutVersion);
}

QList<QWidget*> VolumePage::stops() const
{
    QList<QWidget*> stops{m_map};
    for (QDockWidget* dock : m_docks)
        if (dock->isVisible())
            stops << dock->widget();
    return stops;
}

void VolumePage::focusNextDock()
{
    const QList<QWidget*> all = stops();
    QWidget* const now = QApplication::focusWidget();
    qsizetype at = -1;
    for (qsizetype i = 0; i < all.size(); ++i)
        if (now != nullptr && (all[i] == now || all[i]->isAncestorOf(now)))
            at = i;
    firstStop(all[(at + 1) % all.size()])->setFocus(Qt::TabFocusReason);
}

void VolumePage::resetLayout()
{
    restoreState(m_defaultLayout, layoutVersion);
}

void VolumePage::restoreLayout(const QByteArray& state)
{
    m_wantedLayout = state;
    if (!m_defaultLayout.isEmpty() && !state.isEmpty())
        restoreState(state, layoutVersion);
}

} // namespace fatlas::ui
