#include "ui/views/findings_view.hpp"

#include "ui/base/chip.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"
#include "ui/views/findings_detail.hpp"
#include "ui/views/table_style.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// What is worst comes first.
constexpr std::array severities{Severity::Error, Severity::Warning, Severity::Info};

QString pluralOf(Severity severity)
{
    switch (severity) {
    case Severity::Error: return FindingsView::tr("Errors");
    case Severity::Warning: return FindingsView::tr("Warnings");
    case Severity::Info: return FindingsView::tr("Notes");
    }
    return {};
}

/// The first key in a list where nothing is selected selects where it stands, before any moves on.
class FirstKeySelects : public QObject {
public:
    explicit FirstKeySelects(QTableView* table) : QObject(table), m_table(table)
    {
        table->installEventFilter(this);
    }

    bool eventFilter(QObject*, QEvent* event) override
    {
        if (event->type() != QEvent::KeyPress || m_table->selectionModel()->hasSelection())
            return false;
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key != Qt::Key_Up && key != Qt::Key_Down && key != Qt::Key_Home)
            return false;
        m_table->selectRow(key == Qt::Key_Home ? 0 : std::max(0, m_table->currentIndex().row()));
        return true;
    }

private:
    QTableView* m_table;
};

} // namespace

FindingsView::FindingsView(QWidget* parent)
    : QWidget(parent), m_model(new FindingListModel(this)), m_rule(new QComboBox(this)),
      m_check(new QPushButton(tr("Check again"), this)),
      m_repair(new QPushButton(tr("Repair…"), this)), m_table(new QTableView(this)),
      m_nothing(new ThemedLabel({}, Token::Muted, this)), m_stack(new QStackedWidget(this)),
      m_detail(new FindingsDetail(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    makeTable();
    m_nothing->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_nothing->setMargin(spacing(3));
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_table);
    auto* left = new QVBoxLayout;
    left->setSpacing(0);
    left->addWidget(makeBar());
    left->addWidget(m_stack, 1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addLayout(left, 3);
    row->addWidget(new Separator(Qt::Vertical, this));
    row->addWidget(m_detail, 2);
    setTabOrder(m_repair, m_table);
    updateChips();
    setRepairProblem({});
}

QWidget* FindingsView::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    layout->setSpacing(spacing(2));
    for (const Severity severity : severities) {
        auto* chip = new Chip(pluralOf(severity), bar);
        chip->setCheckable(true);
        chip->setChecked(true);
        chip->setSwatch(tokenOf(severity));
        chip->setToolTip(tr("Show or hide them"));
        layout->addWidget(chip);
        connect(chip, &QAbstractButton::toggled, this, [this, severity](bool on) {
            m_model->setShown(severity, on);
            showSome();
        });
        m_chips[static_cast<std::size_t>(severity)] = chip;
    }
    m_rule->setAccessibleName(tr("Rule to show"));
    m_rule->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_rule->setMaximumWidth(scaled(240));
    connect(m_rule, &QComboBox::activated, this, [this] {
        m_model->setRule(m_rule->currentData().toString().toStdString());
        showSome();
    });
    layout->addWidget(m_rule);
    layout->addStretch(1);
    layout->addWidget(m_check);
    layout->addWidget(m_repair);
    connect(m_check, &QPushButton::clicked, this, [this] {
        if (m_checking == Checking::Yes)
            Q_EMIT stopRequested();
        else
            Q_EMIT checkRequested();
    });
    connect(m_repair, &QPushButton::clicked, this, &FindingsView::repairRequested);
    return bar;
}

void FindingsView::makeTable()
{
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setAccessibleName(tr("Findings"));
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setSortIndicatorClearable(true);
    m_table->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder); // as they were found
    m_table->setSortingEnabled(true);
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this,
            &FindingsView::showSome);
    new FirstKeySelects(m_table);
    // Not the current row: a list that gets the keyboard makes one by itself.
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &FindingsView::publish);
}

void FindingsView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int width = m_table->viewport()->width();
    m_table->setColumnWidth(FindingListModel::SeverityColumn, scaled(100));
    m_table->setColumnWidth(FindingListModel::RuleColumn, scaled(56));
    m_table->setColumnWidth(FindingListModel::WhereColumn, width / 4);
}

void FindingsView::setContent(SharedContent content)
{
    m_content = std::move(content);
    // The list belongs to the content, which it keeps alive.
    m_model->setFindings(m_content ? FindingListModel::Findings(m_content, &m_content->findings)
                                   : nullptr);
    if (m_model->findings().empty())
        m_detail->clear({});
    else
        m_detail->clear();
    fillRules();
    updateChips();
    showSome();
    follow();
}

void FindingsView::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    m_detail->setFocus(focus);
    if (focus)
        connect(focus, &Focus::changed, this, &FindingsView::follow);
    follow();
}

void FindingsView::setCheck(Checking checking, const QString& text)
{
    m_checking = checking;
    m_nothing->setText(text);
    const bool isRunning = checking == Checking::Yes;
    m_check->setText(isRunning ? tr("Stop") : tr("Check again"));
    m_check->setToolTip(isRunning ? tr("Stop the check: %1").arg(text)
                                  : tr("Read the volume again and look for what is wrong"));
}

QString FindingsView::nothingText() const
{
    return m_nothing->text();
}

void FindingsView::setRepairProblem(const QString& why)
{
    m_repair->setEnabled(why.isEmpty());
    m_repair->setToolTip(why.isEmpty() ? tr("Show what would be written; nothing is changed yet")
                                       : plainToolTip(why));
}

void FindingsView::fillRules()
{
    const QString now = m_rule->currentData().toString();
    m_rule->clear();
    m_rule->addItem(tr("All rules"), QString());
    for (const auto& [number, count] : m_model->rules()) {
        const Rule* const rule = ruleOf({.rule = number, .path = {}, .message = {}, .advice = {}});
        QString text = shown(number);
        if (rule != nullptr)
            text += u" · "_s + shown(rule->title);
        m_rule->addItem(text + u" ("_s + countText(count) + u')', QString::fromStdString(number));
    }
    m_rule->setCurrentIndex(std::max(0, m_rule->findData(now)));
}

void FindingsView::updateChips()
{
    for (const Severity severity : severities) {
        Chip* const chip = m_chips[static_cast<std::size_t>(severity)];
        const std::uint64_t count = m_model->count(severity);
        chip->setDetail(countText(count));
        chip->setVisible(count > 0);
    }
    m_rule->setVisible(m_model->rules().size() > 1);
}

void FindingsView::showSome()
{
    for (const Severity severity : severities)
        m_chips[static_cast<std::size_t>(severity)]->setDimmed(!m_model->isShown(severity));
    m_stack->setCurrentIndex(m_model->findings().empty() ? 0 : 1);
    m_following = true;
    follow();
    m_following = false;
}

void FindingsView::follow()
{
    const auto finding = m_focus ? m_focus->selection().finding : std::nullopt;
    if (!m_content)
        return;
    const bool wasFollowing = std::exchange(m_following, true);
    if (!finding) {
        m_table->clearSelection(); // so that it can be chosen again
        m_following = wasFollowing;
        return;
    }
    m_detail->showFinding(m_content, *finding);
    const int row = m_model->rowOf(*finding);
    if (row >= 0) {
        m_table->setCurrentIndex(m_model->index(row, 0));
        m_table->scrollTo(m_model->index(row, 0));
    } else {
        m_table->clearSelection();
    }
    m_following = wasFollowing;
}

void FindingsView::publish()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    if (m_following || !m_focus || !m_content || rows.isEmpty())
        return;
    const std::uint32_t finding = m_model->findingAt(rows.front().row());
    m_focus->select(targetOfFinding(*m_content, finding));
}

} // namespace fatlas::ui
