#include "ui/wizards/plan_tabs.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/plan_models.hpp"
#include "ui/views/table_style.hpp"
#include "ui/wizards/panel.hpp"
#include "ui/wizards/quiet_tab_bar.hpp"

#include <QHeaderView>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace fatlas::ui {

namespace {

QTableView* makeTable(QAbstractItemModel* model, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setModel(model);
    styleTable(*table);
    table->setTextElideMode(Qt::ElideMiddle);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

/// The last column takes what the others leave.
void shareWidth(QTableView* table)
{
    const int count = table->model()->columnCount();
    for (int column = 0; column + 1 < count; ++column)
        table->setColumnWidth(column, scaled(count > 3 ? 150 : 300));
}

} // namespace

PlanTabs::PlanTabs(QWidget* parent) : QTabWidget(parent)
{
    setTabBar(new QuietTabBar(this));
    setDocumentMode(true);
    setFocusPolicy(Qt::NoFocus); // its bar is what Tab goes to
    addPage(tr("Names that change"), new NameChangesModel(this), tr("Every name stays as it is."));
    addPage(tr("Does not fit"), new UnfitModel(this), tr("Everything fits."));
    addPage(tr("Findings"), new FindingsModel(this), tr("Nothing worth mentioning."));
    addPage(tr("Left out"), new LeftOutModel(this), tr("Nothing is left out."));
}

void PlanTabs::addPage(const QString& title, PlanTableModel* model, const QString& nothing)
{
    auto* stack = new QStackedWidget(this);
    auto* nothingHere = new Panel(stack);
    auto* table = makeTable(model, stack);
    table->setAccessibleName(title);
    shareWidth(table);
    auto* layout = new QVBoxLayout(nothingHere);
    layout->setContentsMargins(spacing(3), spacing(3), spacing(3), spacing(3));
    layout->addWidget(new ThemedLabel(nothing, Token::Muted, nothingHere));
    layout->addStretch(1);
    stack->addWidget(nothingHere);
    stack->addWidget(table);
    m_pages.push_back({.title = title, .model = model, .stack = stack});
    addTab(stack, title);
}

void PlanTabs::setPlan(const std::shared_ptr<const folder_disk::Plan>& plan)
{
    for (int i = 0; i < static_cast<int>(m_pages.size()); ++i) {
        m_pages[static_cast<std::size_t>(i)].model->setPlan(plan);
        refresh(i);
    }
}

void PlanTabs::refresh(int index)
{
    const Page& page = m_pages[static_cast<std::size_t>(index)];
    const int rows = page.model->rowCount();
    page.stack->setCurrentIndex(rows == 0 ? 0 : 1);
    tabBar()->setTabData(index, qulonglong(rows));
    // The bar measures its tabs anew when a text is set.
    setTabText(index, page.title);
    setTabToolTip(index, tr("%1: %2").arg(page.title, countText(static_cast<std::uint64_t>(rows))));
}

} // namespace fatlas::ui
