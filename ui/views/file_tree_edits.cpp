#include "ui/views/file_tree_edits.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"

#include <QAction>
#include <QInputDialog>
#include <QMenu>
#include <QTreeView>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QAction* makeAction(QTreeView& view, const char* iconName, const QString& text, Qt::Key key)
{
    auto* action = new QAction(icon(QLatin1String(iconName)), text, &view);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    view.addAction(action);
    return action;
}

std::string folderOf(const FileTreeEdits::Item& item)
{
    if (item.isFolder)
        return item.path;
    const std::string folder = item.path.substr(0, item.path.find_last_of('/'));
    return folder.empty() ? "/" : folder;
}

QString nameOf(const FileTreeEdits::Item& item)
{
    return shown(std::string_view(item.path).substr(item.path.find_last_of('/') + 1));
}

} // namespace

FileTreeEdits::FileTreeEdits(QTreeView& view, Chosen chosen)
    : QObject(&view), m_view(view), m_chosen(std::move(chosen)),
      m_rename(makeAction(view, "pencil", tr("Rename…"), Qt::Key_F2)),
      m_newFolder(makeAction(view, "folder-plus", tr("New folder…"), Qt::Key_F7)),
      m_remove(makeAction(view, "trash-2", tr("Remove"), Qt::Key_Delete))
{
    view.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&view, &QWidget::customContextMenuRequested, this, &FileTreeEdits::showMenu);
    connect(m_rename, &QAction::triggered, this, &FileTreeEdits::rename);
    connect(m_newFolder, &QAction::triggered, this, &FileTreeEdits::makeFolder);
    connect(m_remove, &QAction::triggered, this, &FileTreeEdits::remove);
    follow();
}

void FileTreeEdits::setEdits(StagedEdits* edits)
{
    if (m_edits)
        m_edits->disconnect(this);
    m_edits = edits;
    if (edits != nullptr)
        connect(edits, &StagedEdits::changed, this, &FileTreeEdits::follow);
    follow();
}

void FileTreeEdits::follow()
{
    const QString why = m_edits ? m_edits->problem() : tr("Nothing can be changed here");
    for (QAction* action : actions()) {
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? action->text() : why);
    }
}

void FileTreeEdits::showMenu(QPoint position)
{
    follow();
    QMenu menu(&m_view);
    menu.setToolTipsVisible(true);
    menu.addActions(m_first);
    menu.addSeparator();
    menu.addActions(actions());
    menu.addSeparator();
    for (QAction* action : m_view.actions()) // copying the table
        if (!m_first.contains(action) && !actions().contains(action))
            menu.addAction(action);
    menu.exec(m_view.viewport()->mapToGlobal(position));
}

QString FileTreeEdits::askName(const QString& title, const QString& before) const
{
    bool isGood = false;
    const QString name =
        QInputDialog::getText(&m_view, title, tr("Name"), QLineEdit::Normal, before, &isGood);
    return isGood ? name.trimmed() : QString();
}

void FileTreeEdits::rename()
{
    const auto item = m_chosen();
    if (!m_edits || !item)
        return;
    const QString name = askName(tr("Rename %1").arg(shown(item->path)), nameOf(*item));
    if (!name.isEmpty() && name != nameOf(*item) && m_edits)
        m_edits->rename(item->path, name);
}

void FileTreeEdits::makeFolder()
{
    if (!m_edits)
        return;
    const std::string folder = folderOf(m_chosen().value_or(Item{"/", true}));
    const QString name = askName(tr("New folder in %1").arg(shown(folder)), {});
    if (!name.isEmpty() && m_edits)
        m_edits->makeFolder(folder, name);
}

void FileTreeEdits::remove()
{
    if (const auto item = m_chosen(); item && m_edits)
        m_edits->remove(item->path);
}

} // namespace fatlas::ui
