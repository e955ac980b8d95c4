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

#include <numeric>

namespace fatlas::ui {

namespace {

QTableView* makeTable(QAbstractItemModel* model, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setModel(model);
    styleTable(*table);
    table->setTextElideMode(Qt::ElideRight);
    table->horizontalHeader()->setStretchLastSection(true);
    return table;
}

} // namespace

PlanTabs::PlanTabs(QWidget* parent) : QTabWidget(parent)
{
    setTabBar(new QuietTabBar(this));
    setDocumentMode(true);
    setFocusPolicy(Qt::NoFocus); // its bar is what Tab goes to
    addPage(tr("Names that change"), new NameChangesModel(this), tr("Every name stays as it is."),
            {3, 3, 4});
    addPage(tr("Does not fit"), new UnfitModel(this), tr("Everything fits."), {5, 2, 7});
    addPage(tr("Findings"), new FindingsModel(this), tr("Nothing worth mentioning."),
            {2, 1, 4, 7, 6});
    addPage(tr("Left out"), new LeftOutModel(this), tr("Nothing is left out."), {4, 6});
}

void PlanTabs::addPage(const QString& title, PlanTableModel* model, const QString& nothing,
                       std::vector<int> weights)
{
    auto* stack = new QStackedWidget(this);
    auto* nothingHere = new Panel(stack);
    auto* table = makeTable(model, stack);
    table->setAccessibleName(title);
    auto* layout = new QVBoxLayout(nothingHere);
    layout->setContentsMargins(spacing(3), spacing(3), spacing(3), spacing(3));
    layout->addWidget(new ThemedLabel(nothing, Token::Muted, nothingHere));
    layout->addStretch(1);
    stack->addWidget(nothingHere);
    stack->addWidget(table);
    m_pages.push_back({.title = title,
                       .model = model,
                       .stack = stack,
                       .table = table,
                       .weights = std::move(weights)});
    addTab(stack, title);
}

// As wide as their words usually are; the last column takes the rest.
void PlanTabs::resizeEvent(QResizeEvent* event)
{
    QTabWidget::resizeEvent(event);
    for (const Page& page : m_pages) {
        const int sum = std::accumulate(page.weights.begin(), page.weights.end(), 0);
        for (int column = 0; column + 1 < static_cast<int>(page.weights.size()); ++column)
            page.table->setColumnWidth(
                column, width() * page.weights[static_cast<std::size_t>(column)] / sum);
    }
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
