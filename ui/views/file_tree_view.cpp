#include "ui/views/file_tree_view.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"
#include "ui/models/chain_words.hpp"
#include "ui/models/volume_tree_proxy.hpp"
#include "ui/views/drag_out_tree.hpp"
#include "ui/views/raw_slots_view.hpp"
#include "ui/views/table_style.hpp"
#include "ui/views/traffic_delegate.hpp"

#include <QAction>
#include <QEvent>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr int filterDelayMs = 120;
constexpr int expandMatchesUpTo = 2000; ///< nodes; a larger result stays folded

/// From left to right: what one looks for first stays visible in a narrow dock.
constexpr std::array columnOrder{
    VolumeTreeModel::NameColumn,      VolumeTreeModel::SizeColumn,
    VolumeTreeModel::TrafficColumn,   VolumeTreeModel::ClustersColumn,
    VolumeTreeModel::FragmentsColumn, VolumeTreeModel::FirstClusterColumn,
    VolumeTreeModel::ShortNameColumn, VolumeTreeModel::ModifiedColumn,
    VolumeTreeModel::AttributesColumn};

} // namespace

FileTreeView::FileTreeView(QWidget* parent)
    : QWidget(parent), m_model(new VolumeTreeModel(this)),
      m_proxy(new VolumeTreeProxy(m_model, this)), m_filter(new QLineEdit(this)),
      m_filterDelay(new QTimer(this)), m_view(new DragOutTree(this)),
      m_rawSlots(new QToolButton(this)), m_slots(new RawSlotsView(this)),
      m_edits(new FileTreeEdits(*m_view, [this] { return chosenItem(); }))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_filter->setPlaceholderText(tr("Filter by name"));
    m_filter->setAccessibleName(tr("Filter files by name"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon("list-filter"_L1, Token::Muted), QLineEdit::LeadingPosition);
    m_filter->installEventFilter(this);
    m_filterDelay->setSingleShot(true);
    m_filterDelay->setInterval(filterDelayMs);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing(1));
    auto* filterRow = new QHBoxLayout;
    filterRow->setContentsMargins(spacing(2), spacing(1), spacing(2), 0);
    filterRow->addWidget(m_filter);
    filterRow->addWidget(m_rawSlots);
    column->addLayout(filterRow);
    column->addWidget(m_view);
    column->addWidget(m_slots);
    prepareView();
    prepareRawSlots();
    auto* extract = new QAction(icon("external-link"_L1), tr("Extract…"), this);
    connect(extract, &QAction::triggered, this, &FileTreeView::extractRequested);
    m_edits->addToMenu(extract);
    connect(m_filter, &QLineEdit::textChanged, m_filterDelay, qOverload<>(&QTimer::start));
    connect(m_filterDelay, &QTimer::timeout, this, &FileTreeView::applyFilter);
}

void FileTreeView::prepareView()
{
    m_view->setModel(m_proxy);
    styleTree(*m_view);
    m_view->setAccessibleName(tr("Files of the volume"));
    m_view->setMouseTracking(true);
    m_view->viewport()->installEventFilter(this);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(VolumeTreeModel::NameColumn, Qt::AscendingOrder);
    QHeaderView* header = m_view->header();
    header->setStretchLastSection(false);
    for (int i = 0; i < static_cast<int>(columnOrder.size()); ++i)
        header->moveSection(header->visualIndex(columnOrder[static_cast<std::size_t>(i)]), i);
    setColumnWidths();
    m_view->setColumnHidden(VolumeTreeModel::TrafficColumn, true); // nobody is looked at yet
    connect(header, &QHeaderView::sectionResized, this, [this] {
        if (!m_fitting)
            m_columnsAreOurs = false;
    });
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QWidget::customContextMenuRequested, this, &FileTreeView::offerColumns);
    connect(m_view, &QTreeView::entered, this, &FileTreeView::publishHover);
    connect(m_view, &QTreeView::activated, this, [this](const QModelIndex& index) {
        if (const auto node = m_model->nodeOf(m_proxy->mapToSource(index)))
            Q_EMIT nodeActivated(*node);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &FileTreeView::publish);
}

void FileTreeView::prepareRawSlots()
{
    m_rawSlots->setAutoRaise(true);
    m_rawSlots->setCheckable(true);
    m_rawSlots->setIcon(icon("list-tree"_L1));
    m_rawSlots->setText(tr("Raw slots"));
    m_rawSlots->setToolTip(tr("Raw slots: the 32-byte entries of the folder as they lie there, "
                              "with parts of long names and deleted ones"));
    m_rawSlots->setAccessibleName(tr("Raw slots"));
    m_slots->hide();
    connect(m_rawSlots, &QToolButton::toggled, this, &FileTreeView::showRawSlots);
    connect(m_slots, &RawSlotsView::hoveredText, this, &FileTreeView::hoveredText);
}

void FileTreeView::showRawSlots(bool raw)
{
    m_view->setVisible(!raw);
    m_filter->setVisible(!raw);
    m_slots->setVisible(raw);
}

void FileTreeView::setContent(const SharedContent& content)
{
    m_slots->setContent(content);
    if (content->tree != m_model->tree())
        setTree(content->tree);
}

void FileTreeView::setColumnWidths()
{
    const auto width = [this](const QString& sample) {
        return m_view->fontMetrics().horizontalAdvance(sample) + scaled(24);
    };
    m_view->setColumnWidth(VolumeTreeModel::NameColumn,
                           width(u"letter to the bank.doc"_s) + scaled(60)); // icon and two levels
    m_view->setColumnWidth(VolumeTreeModel::SizeColumn, width(u"1,148 KiB"_s) - scaled(8));
    m_view->setColumnWidth(VolumeTreeModel::ClustersColumn, width(u"Clusters"_s));
    m_view->setColumnWidth(VolumeTreeModel::FragmentsColumn, width(u"Fragments"_s));
    m_view->setColumnWidth(VolumeTreeModel::FirstClusterColumn, width(u"First cluster"_s));
    m_view->setColumnWidth(VolumeTreeModel::ShortNameColumn, width(u"LETTER~1.DOCX"_s));
    m_view->setColumnWidth(VolumeTreeModel::ModifiedColumn, width(u"2026-11-21 08:38:18"_s));
    m_view->setColumnWidth(VolumeTreeModel::AttributesColumn, width(u"Attributes"_s));
    m_view->setColumnWidth(VolumeTreeModel::TrafficColumn, 2 * width(u"1,148 KiB"_s) - scaled(32));
}

void FileTreeView::showTraffic()
{
    m_fitting = true; // hiding is not pulling
    for (const auto column : columnOrder)
        m_view->setColumnHidden(column, column != VolumeTreeModel::NameColumn &&
                                            column != VolumeTreeModel::SizeColumn &&
                                            column != VolumeTreeModel::TrafficColumn);
    m_fitting = false;
    m_view->setItemDelegateForColumn(VolumeTreeModel::TrafficColumn, new TrafficDelegate(m_view));
    // Rows below the first level are painted anew, too.
    connect(m_model, &QAbstractItemModel::dataChanged, m_view->viewport(),
            qOverload<>(&QWidget::update));
    fitNameColumn();
}

/// Name and size fill the view exactly, so that no column is cut unless the dock is very narrow.
void FileTreeView::fitNameColumn()
{
    if (!m_columnsAreOurs)
        return;
    // Hidden columns are 0 wide.
    const int left = m_view->viewport()->width() -
                     m_view->columnWidth(VolumeTreeModel::SizeColumn) -
                     m_view->columnWidth(VolumeTreeModel::TrafficColumn);
    m_fitting = true;
    m_view->setColumnWidth(VolumeTreeModel::NameColumn, std::max(left, scaled(120)));
    m_fitting = false;
}

std::vector<std::string> FileTreeView::openFolders() const
{
    std::vector<std::string> paths;
    std::vector<QModelIndex> parents{QModelIndex()};
    while (!parents.empty()) {
        const QModelIndex parent = parents.back();
        parents.pop_back();
        for (int row = 0; row < m_proxy->rowCount(parent); ++row) {
            const QModelIndex index = m_proxy->index(row, 0, parent);
            const auto node = m_model->nodeOf(m_proxy->mapToSource(index));
            if (!node || !m_view->isExpanded(index))
                continue;
            paths.push_back(m_model->tree()->path(*node));
            parents.push_back(index);
        }
    }
    return paths;
}

void FileTreeView::setTree(std::shared_ptr<const fat::Tree> tree)
{
    if (tree == m_model->tree())
        return;
    const std::vector<std::string> open = openFolders();
    m_following = true; // a view that loses its rows moves its current one
    m_model->setTree(std::move(tree));
    for (const std::string& path : open)
        if (const auto node = m_model->tree() ? m_model->tree()->find(path) : std::nullopt)
            m_view->expand(m_proxy->mapFromSource(m_model->indexOfNode(*node)));
    m_following = false;
    m_view->sortByColumn(m_view->header()->sortIndicatorSection(),
                         m_view->header()->sortIndicatorOrder());
    follow();
}

void FileTreeView::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (focus)
        connect(focus, &Focus::changed, this, &FileTreeView::follow);
    m_slots->setFocus(focus);
    follow();
}

void FileTreeView::setEdits(StagedEdits* edits)
{
    m_edits->setEdits(edits);
}

QTreeView* FileTreeView::view() const noexcept
{
    return m_view;
}

void FileTreeView::setDragSource(DragSource source)
{
    if (!source)
        return m_view->setDragData({});
    m_view->setDragData([this, source = std::move(source)]() -> QMimeData* {
        const auto item = chosenItem();
        return item ? source(item->path) : nullptr;
    });
}

std::optional<FileTreeEdits::Item> FileTreeView::chosenItem() const
{
    const auto node = m_model->nodeOf(m_proxy->mapToSource(m_view->currentIndex()));
    if (!node)
        return std::nullopt;
    return FileTreeEdits::Item{m_model->tree()->path(*node),
                               m_model->tree()->nodes[*node].isDirectory};
}

void FileTreeView::startFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

void FileTreeView::applyFilter()
{
    m_following = true;
    m_proxy->setNameFilter(m_filter->text());
    m_following = false;
    const auto& tree = m_model->tree();
    if (!m_proxy->nameFilter().isEmpty() && tree &&
        m_proxy->keptCount() <= std::size_t{expandMatchesUpTo})
        m_view->expandAll();
    follow();
}

void FileTreeView::follow()
{
    if (!m_focus || m_following)
        return;
    m_following = true;
    const auto node = m_focus->selection().node;
    const QModelIndex source = node ? m_model->indexOfNode(*node) : QModelIndex();
    const QModelIndex index = m_proxy->mapFromSource(source);
    if (index.isValid() && index != m_view->currentIndex().siblingAtColumn(0)) {
        m_view->setCurrentIndex(index);
        m_view->scrollTo(index);
    } else if (!index.isValid()) {
        m_view->setCurrentIndex({});
    }
    m_following = false;
}

FocusTarget FileTreeView::targetOf(std::uint32_t node) const
{
    const fat::Tree& tree = *m_model->tree();
    const auto runs = tree.runsOf(node);
    return {.node = node, .cluster = std::nullopt, .runs = {runs.begin(), runs.end()}};
}

void FileTreeView::publish(const QModelIndex& current)
{
    if (m_following || !m_focus)
        return;
    const auto node = m_model->nodeOf(m_proxy->mapToSource(current));
    if (!node)
        return;
    m_following = true;
    m_focus->select(targetOf(*node));
    m_following = false;
}

void FileTreeView::publishHover(const QModelIndex& index)
{
    const auto node = m_model->nodeOf(m_proxy->mapToSource(index));
    if (m_focus)
        m_focus->setHover(node ? targetOf(*node) : FocusTarget{});
    Q_EMIT hoveredText(node ? sentenceAbout(*node) : QString());
}

QString FileTreeView::sentenceAbout(std::uint32_t node) const
{
    const fat::TreeNode& item = m_model->tree()->nodes[node];
    const QString path = shown(m_model->tree()->path(node));
    if (item.isDirectory)
        return path + u": folder with "_s + countText(item.childCount, "item", "items");
    return path + u": "_s + sizeText(item.size()) + u", "_s +
           countText(item.clusterCount, "cluster", "clusters") + u", "_s +
           (item.runCount == 1 ? u"one fragment"_s
                               : countText(item.runCount, "fragment", "fragments"));
}

void FileTreeView::offerColumns(QPoint position)
{
    QMenu menu(this);
    for (const auto column : columnOrder) {
        const bool isUnknown = column == VolumeTreeModel::TrafficColumn &&
                               m_view->itemDelegateForColumn(column) == nullptr;
        if (column == VolumeTreeModel::NameColumn || isUnknown)
            continue;
        QAction* action =
            menu.addAction(m_model->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString());
        action->setCheckable(true);
        action->setChecked(!m_view->isColumnHidden(column));
        connect(action, &QAction::toggled, m_view,
                [this, column](bool visible) { m_view->setColumnHidden(column, !visible); });
    }
    menu.exec(m_view->header()->mapToGlobal(position));
}

bool FileTreeView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view->viewport() && event->type() == QEvent::Leave)
        publishHover({});
    if (watched == m_view->viewport() && event->type() == QEvent::Resize)
        fitNameColumn();
    if (watched == m_filter && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Down) {
            m_view->setFocus(Qt::TabFocusReason);
            return true;
        }
        if (key->key() == Qt::Key_Escape && !m_filter->text().isEmpty()) {
            m_filter->clear();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fatlas::ui
