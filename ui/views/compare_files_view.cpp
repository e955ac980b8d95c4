#include "ui/views/compare_files_view.hpp"

#include "ui/base/chip.hpp"
#include "ui/base/words.hpp"
#include "ui/views/table_style.hpp"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

QString meaningOf(CompareKind kind)
{
    switch (kind) {
    case CompareKind::Content: return CompareFilesView::tr("On both sides, with other content");
    case CompareKind::Details:
        return CompareFilesView::tr("The same content, but other times, attributes or name");
    case CompareKind::Moved: return CompareFilesView::tr("The same file, in another place");
    case CompareKind::OnlyLeft: return CompareFilesView::tr("Not on the right");
    case CompareKind::OnlyRight: return CompareFilesView::tr("Not on the left");
    case CompareKind::Same: return CompareFilesView::tr("The same on both sides");
    }
    return {};
}

} // namespace

CompareFilesView::CompareFilesView(QWidget* parent)
    : QWidget(parent), m_model(new CompareFilesModel(this)), m_table(new QTableView(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setAccessibleName(tr("Files and folders that differ"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeChips());
    layout->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                const fat::FileChange* const change = m_model->changeOf(current.row());
                if (!m_following && change != nullptr)
                    Q_EMIT changeChosen(*change);
            });
    setReport(nullptr);
}

QWidget* CompareFilesView::makeChips()
{
    auto* row = new ChipRow(this);
    for (std::size_t i = 0; i < compareKindCount; ++i) {
        const auto kind = static_cast<CompareKind>(i);
        Chip* const chip = row->addChip(compareKindText(kind));
        chip->setCheckable(true);
        chip->setChecked(m_model->shownKinds()[i]);
        chip->setToolTip(meaningOf(kind));
        connect(chip, &QAbstractButton::toggled, this, &CompareFilesView::showKinds);
        m_chips[i] = chip;
    }
    auto* bar = new QWidget(this);
    auto* layout = new QVBoxLayout(bar);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    layout->addWidget(row);
    return bar;
}

void CompareFilesView::showKinds()
{
    CompareFilesModel::Kinds kinds{};
    for (std::size_t i = 0; i < compareKindCount; ++i)
        kinds[i] = m_chips[i]->isChecked();
    m_model->setShown(kinds);
}

void CompareFilesView::setReport(const std::shared_ptr<const fat::DiffReport>& report)
{
    m_model->setReport(report);
    for (std::size_t i = 0; i < compareKindCount; ++i) {
        const std::uint64_t count = m_model->count(static_cast<CompareKind>(i));
        m_chips[i]->setDetail(report ? countText(count) : QString());
    }
}

void CompareFilesView::chooseNode(std::uint32_t node, bool isLeft)
{
    for (int row = 0; row < m_model->rowCount(); ++row) {
        const fat::FileChange& change = *m_model->changeOf(row);
        if ((isLeft ? change.nodeBefore : change.nodeAfter) != node)
            continue;
        m_following = true;
        m_table->selectRow(row);
        m_following = false;
        return;
    }
}

void CompareFilesView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int number = fontMetrics().horizontalAdvance(QStringLiteral("1,148 KiB")) + scaled(32);
    const int kind = fontMetrics().horizontalAdvance(tr("Difference")) + scaled(32);
    const int rest = std::max(scaled(200), width() - 2 * number - kind);
    m_table->setColumnWidth(CompareFilesModel::KindColumn, kind);
    m_table->setColumnWidth(CompareFilesModel::PathColumn, rest / 2);
    m_table->setColumnWidth(CompareFilesModel::LeftSizeColumn, number);
    m_table->setColumnWidth(CompareFilesModel::RightSizeColumn, number);
}

} // namespace fatlas::ui
