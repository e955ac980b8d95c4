#include "ui/views/table_copy.hpp"

#include "ui/models/table_text.hpp"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QTableView>
#include <QTreeView>

#include <array>
#include <utility>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("TableCopy", text);
}

const QHeaderView* headerOf(const QAbstractItemView& view)
{
    if (const auto* tree = qobject_cast<const QTreeView*>(&view))
        return tree->header();
    if (const auto* table = qobject_cast<const QTableView*>(&view))
        return table->horizontalHeader();
    return nullptr;
}

/// From left to right on the screen.
QList<int> visibleColumns(const QAbstractItemView& view)
{
    const QHeaderView* header = headerOf(view);
    QList<int> columns;
    for (int place = 0; header != nullptr && place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        if (!header->isSectionHidden(column))
            columns << column;
    }
    return columns;
}

QModelIndexList allRows(const QAbstractItemView& view)
{
    QModelIndexList rows;
    const QAbstractItemModel& model = *view.model();
    if (const auto* tree = qobject_cast<const QTreeView*>(&view)) {
        for (QModelIndex at = model.index(0, 0); at.isValid(); at = tree->indexBelow(at))
            rows << at.siblingAtColumn(0);
        return rows;
    }
    for (int row = 0; row < model.rowCount(); ++row)
        rows << model.index(row, 0);
    return rows;
}

void copy(const QAbstractItemView& view, const QModelIndexList& rows, TableFormat format)
{
    if (view.model() == nullptr || rows.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(
        tableText({.model = view.model(), .columns = visibleColumns(view), .rows = rows}, format));
}

} // namespace

void enableCopying(QAbstractItemView& view)
{
    auto* row = new QAction(words("Copy row"), &view);
    row->setShortcut(QKeySequence::Copy);
    row->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(row, &QAction::triggered, &view, [&view] {
        if (view.currentIndex().isValid())
            copy(view, {view.currentIndex().siblingAtColumn(0)}, TableFormat::Text);
    });
    view.addAction(row);
    constexpr std::array formats{
        std::pair{QT_TRANSLATE_NOOP("TableCopy", "Copy table as text"), TableFormat::Text},
        std::pair{QT_TRANSLATE_NOOP("TableCopy", "Copy table as CSV"), TableFormat::Csv},
        std::pair{QT_TRANSLATE_NOOP("TableCopy", "Copy table as JSON"), TableFormat::Json},
    };
    for (const auto& [text, as] : formats) {
        auto* action = new QAction(words(text), &view);
        QObject::connect(action, &QAction::triggered, &view,
                         [&view, format = as] { copy(view, allRows(view), format); });
        view.addAction(action);
    }
    view.setContextMenuPolicy(Qt::ActionsContextMenu);
}

} // namespace fatlas::ui
