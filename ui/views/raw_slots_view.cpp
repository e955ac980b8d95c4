#include "ui/views/raw_slots_view.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/table_style.hpp"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

RawSlotsView::RawSlotsView(QWidget* parent)
    : QWidget(parent), m_model(new RawSlotsModel(this)),
      m_headline(new ElidedLabel({}, Qt::ElideMiddle, this)), m_up(new QToolButton(this)),
      m_table(new QTableView(this))
{
    m_headline->setToken(Token::Muted);
    auto* up = new QAction(icon("arrow-left"_L1), tr("Folder above"), this);
    up->setShortcut(Qt::Key_Backspace);
    up->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    up->setToolTip(tr("Folder above (Backspace)"));
    addAction(up);
    m_up->setAutoRaise(true);
    m_up->setDefaultAction(up);
    m_up->setAccessibleName(tr("Folder above"));
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setAccessibleName(tr("Raw slots of the folder"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setMouseTracking(true);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(spacing(2), 0, spacing(2), 0);
    top->addWidget(m_up);
    top->addWidget(m_headline, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing(1));
    column->addLayout(top);
    column->addWidget(m_table, 1);
    connect(up, &QAction::triggered, this, &RawSlotsView::goUp);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { publish(current.row()); });
    connect(m_table, &QTableView::activated, this,
            [this](const QModelIndex& index) { activate(index.row()); });
    connect(m_table, &QTableView::entered, this, [this](const QModelIndex& index) {
        if (const fat::SlotInfo* slot = m_model->slotAt(index.row()))
            Q_EMIT hoveredText(slotSentence(*slot));
    });
}

QString RawSlotsView::headline() const
{
    return m_headline->text();
}

void RawSlotsView::setContent(const SharedContent& content)
{
    const bool isSame = m_content && content && m_content->tree == content->tree &&
                        &m_content->volume() == &content->volume();
    m_content = content;
    if (isSame)
        return;
    m_reading.abandon();
    m_folder.reset();
    m_model->setSlots(nullptr, 0);
    follow();
}

void RawSlotsView::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (focus)
        connect(focus, &Focus::changed, this, &RawSlotsView::follow);
    follow();
}

void RawSlotsView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    follow();
}

/// Nothing is read for nobody.
void RawSlotsView::follow()
{
    if (m_following || !m_content || !isVisible())
        return;
    const auto node = m_focus ? m_focus->selection().node : std::nullopt;
    const auto& nodes = m_content->tree->nodes;
    std::uint32_t folder = m_folder.value_or(0);
    if (node && *node < nodes.size())
        folder = nodes[*node].isDirectory || *node == 0 ? *node : nodes[*node].parent;
    // A folder among the slots that are shown is shown as a slot.
    const auto bytes = m_focus ? m_focus->selection().bytes : std::nullopt;
    if (bytes && m_folder && m_model->rowOf(bytes->offset) >= 0)
        folder = *m_folder;
    if (m_folder != folder)
        show(folder);
    else
        selectFocused();
}

void RawSlotsView::show(std::uint32_t folder)
{
    m_folder = folder;
    m_model->setSlots(nullptr, 0);
    m_up->defaultAction()->setEnabled(folder != 0);
    m_headline->setText(tr("Reading %1…").arg(shown(m_content->tree->path(folder))));
    const Cluster first =
        folder == 0 ? Cluster{0}
                    : m_content->volume().firstCluster(m_content->tree->nodes[folder].raw);
    m_reading.start(
        [content = m_content, first](const JobControl&) -> Result<SharedSlots> {
            FATLAS_ASSIGN(auto listed, fat::readSlots(content->volume(), first));
            return std::make_shared<const std::vector<fat::SlotInfo>>(std::move(listed));
        },
        [this](Result<SharedSlots> listed) { take(std::move(listed)); });
}

void RawSlotsView::take(Result<SharedSlots> listed)
{
    const QString path = shown(m_content->tree->path(m_folder.value_or(0)));
    if (!listed) {
        m_headline->setText(tr("%1: %2").arg(path, errorWords(listed.error()).sentence));
        return;
    }
    const auto deleted = std::ranges::count_if(**listed, [](const fat::SlotInfo& slot) {
        return slot.kind == fat::SlotKind::Deleted || slot.kind == fat::SlotKind::DeletedLongName;
    });
    m_headline->setText(tr("%1: %2, %3 deleted")
                            .arg(path, countText((*listed)->size(), "slot", "slots"),
                                 countText(static_cast<std::uint64_t>(deleted))));
    m_following = true;
    m_model->setSlots(*std::move(listed), m_content->image.volumeOffset);
    m_table->resizeColumnsToContents();
    m_following = false;
    selectFocused();
}

/// The slot that holds the focused bytes, else that of the focused file.
void RawSlotsView::selectFocused()
{
    if (!m_focus)
        return;
    const FocusTarget& target = m_focus->selection();
    int row = target.bytes ? m_model->rowOf(target.bytes->offset) : -1;
    if (row < 0 && target.node && *target.node != 0 &&
        *target.node < m_content->tree->nodes.size() && target.node != m_folder)
        row = m_model->rowOf(m_content->image.volumeOffset +
                             m_content->tree->nodes[*target.node].entryOffset);
    m_following = true;
    if (row >= 0 && row != m_table->currentIndex().row()) {
        m_table->selectRow(row);
        m_table->scrollTo(m_model->index(row, 0));
    }
    m_following = false;
}

std::optional<std::uint32_t> RawSlotsView::nodeOf(const fat::SlotInfo& slot) const
{
    const fat::Tree& tree = *m_content->tree;
    if (!m_folder)
        return std::nullopt;
    const fat::TreeNode& folder = tree.nodes[*m_folder];
    for (std::uint32_t child = folder.firstChild; child < folder.firstChild + folder.childCount;
         ++child)
        if (tree.nodes[child].entryOffset == slot.offset)
            return child;
    return std::nullopt;
}

void RawSlotsView::publish(int row)
{
    const fat::SlotInfo* const slot = m_model->slotAt(row);
    if (m_following || !m_focus || slot == nullptr)
        return;
    const auto node = nodeOf(*slot);
    FocusTarget target = node ? targetOfNode(*m_content, *node) : FocusTarget{};
    target.bytes = FocusBytes{m_content->image.volumeOffset + slot->offset, fat::slotSize};
    m_following = true;
    m_focus->select(std::move(target));
    m_following = false;
    Q_EMIT hoveredText(slotSentence(*slot));
}

/// Into a folder.
void RawSlotsView::activate(int row)
{
    const fat::SlotInfo* const slot = m_model->slotAt(row);
    const auto node = slot != nullptr ? nodeOf(*slot) : std::nullopt;
    if (node && m_content->tree->nodes[*node].isDirectory)
        show(*node);
    else if (slot != nullptr && slot->kind == fat::SlotKind::Dot && slot->text == "..")
        goUp();
}

void RawSlotsView::goUp()
{
    if (m_content && m_folder && *m_folder != 0)
        show(m_content->tree->nodes[*m_folder].parent);
}

} // namespace fatlas::ui
