#include "ui/views/vhd_fields_view.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/models/vhd_models.hpp"
#include "ui/views/table_style.hpp"

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr int tableSegment = static_cast<int>(vhdSectionCount);
constexpr int maxTableRows = 16;

} // namespace

VhdFieldsView::VhdFieldsView(VhdDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_choice(new SegmentedControl(this)),
      m_caption(new ElidedLabel({}, Qt::ElideMiddle, this)), m_fields(new VhdFieldsModel(this)),
      m_table(new VhdTableModel(this)), m_fieldsView(new QTableView(this)),
      m_tableView(new QTableView(this))
{
    m_choice->setAccessibleName(tr("Structure of the file"));
    for (std::size_t i = 0; i < vhdSectionCount; ++i)
        m_choice->addSegment(vhdSectionName(static_cast<VhdSection>(i)));
    m_choice->addSegment(tr("Table"), tr("The allocation table, and how full the bitmaps are"));
    m_caption->setToken(Token::Muted);
    for (QTableView* view : {m_fieldsView, m_tableView})
        styleTable(*view);
    m_fieldsView->setModel(m_fields);
    m_fieldsView->setAccessibleName(tr("Fields"));
    m_fieldsView->horizontalHeader()->hide();
    m_fieldsView->setSelectionMode(QAbstractItemView::SingleSelection);
    m_tableView->setModel(m_table);
    m_tableView->setAccessibleName(tr("Allocation table"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(m_choice, 0, Qt::AlignLeft);
    layout->addWidget(m_caption);
    layout->addWidget(m_fieldsView);
    layout->addWidget(m_tableView);
    for (QTableView* view : {m_fieldsView, m_tableView})
        view->horizontalHeader()->setStretchLastSection(true);
    connect(m_choice, &SegmentedControl::currentChanged, this, &VhdFieldsView::showSection);
    connect(m_tableView->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& row) { publishBlock(row.row()); });
    connect(&document, &VhdDocument::ready, this, &VhdFieldsView::follow);
    connect(&document, &VhdDocument::checked, this, &VhdFieldsView::follow);
    connect(&document, &VhdDocument::blockChanged, this, &VhdFieldsView::followBlock);
    showSection(0);
}

QString VhdFieldsView::caption() const
{
    return m_caption->text();
}

void VhdFieldsView::follow()
{
    const auto& content = m_document.content();
    std::shared_ptr<const vhd::Chain> chain;
    if (content && content->isDisk())
        chain = std::shared_ptr<const vhd::Chain>(content, content->chain());
    m_table->setTable(chain, chain ? content->blocks : nullptr);
    showSection(m_choice->currentIndex());
    followBlock();
}

void VhdFieldsView::showSection(int index)
{
    const bool isTable = index == tableSegment;
    const auto& content = m_document.content();
    m_tableView->setVisible(isTable);
    m_fieldsView->setVisible(!isTable);
    if (!content) {
        m_fields->setFields({});
        m_caption->setText({});
    } else if (isTable) {
        const int rows = m_table->rowCount();
        const std::size_t all = content->file().table.size();
        m_caption->setText(
            rows == 0 ? tr("there is none: every byte of the disk is in the file")
            : static_cast<std::size_t>(rows) < all
                ? tr("the first %1 of %2 entries")
                      .arg(countText(static_cast<std::uint64_t>(rows)), countText(all))
                : tr("%1, one for each block of the disk").arg(countText(all, "entry", "entries")));
        fit(m_tableView, maxTableRows);
    } else {
        const auto section = static_cast<VhdSection>(index);
        m_fields->setFields(vhdFields(content->inspection, section));
        m_caption->setText(vhdSectionCaption(content->inspection, section));
        fit(m_fieldsView, m_fields->rowCount());
    }
}

/// As high as its rows, at most `most` of them.
void VhdFieldsView::fit(QTableView* view, int most)
{
    const int rows = std::clamp(view->model()->rowCount(), 0, most);
    const int header =
        view->horizontalHeader()->isHidden() ? 0 : view->horizontalHeader()->height();
    view->setFixedHeight(rows * view->verticalHeader()->defaultSectionSize() + header + 2);
    const int last = view->model()->columnCount() - 1;
    const int wide = view == m_fieldsView ? scaled(116) : scaled(84);
    for (int column = 0; column < last; ++column)
        view->setColumnWidth(column, column == 0 || view == m_tableView ? wide : scaled(190));
    view->clearSpans();
    for (int row = 0; view == m_fieldsView && row < view->model()->rowCount(); ++row)
        if (view->model()->index(row, last).data().toString().isEmpty())
            view->setSpan(row, VhdFieldsModel::ValueColumn, 1, 2);
}

void VhdFieldsView::followBlock()
{
    const auto block = m_document.block();
    if (!block || *block >= static_cast<std::uint64_t>(m_table->rowCount()))
        return;
    const QModelIndex index = m_table->index(static_cast<int>(*block), 0);
    if (m_tableView->currentIndex().row() != index.row())
        m_tableView->setCurrentIndex(index);
}

void VhdFieldsView::publishBlock(int row)
{
    if (row >= 0)
        m_document.selectBlock(static_cast<std::uint64_t>(row));
}

} // namespace fatlas::ui
