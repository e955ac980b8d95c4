#include "ui/window/timeline_inside.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/findings_view.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/wizards/panel.hpp"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

std::shared_ptr<const HexSubject> subjectOf(const VolumeContent& content)
{
    return std::make_shared<const HexSubject>(
        HexSubject{.image = content.image, .tree = content.tree, .usage = content.usage});
}

} // namespace

TimelineInside::TimelineInside(ServeDocument& document, QTabWidget& tabs)
    : QObject(&tabs), m_document(document), m_tabs(tabs), m_chain(new ChainView(&tabs)),
      m_bytes(new HexPanel(&tabs)), m_findings(new FindingsView(&tabs)),
      m_findingsPage(makeFindings())
{
    tabs.addTab(m_chain, tr("Chain"));
    tabs.addTab(m_bytes, tr("Bytes"));
    tabs.addTab(m_findingsPage, tr("Findings"));
    m_bytes->setEditProblem(tr("The disk belongs to its guests while it is served"));
    m_findings->repairButton()->hide();
    connectParts();
    showContent();
    followSearch();
}

TimelineInside::~TimelineInside()
{
    m_chain->setFocus(static_cast<Focus*>(nullptr));
    m_bytes->setFocus(static_cast<Focus*>(nullptr));
    m_findings->setFocus(static_cast<Focus*>(nullptr));
}

QWidget* TimelineInside::makeFindings()
{
    auto* page = new Panel(&m_tabs);
    m_first =
        new QPushButton(icon(QLatin1String("search")), tr("First moment of this finding"), page);
    m_cancel = new QPushButton(tr("Cancel"), page);
    m_search = new ElidedLabel({}, Qt::ElideRight, page);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(2));
    row->setSpacing(spacing(2));
    row->addWidget(m_first);
    row->addWidget(m_search, 1);
    row->addWidget(m_cancel);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_findings, 1);
    column->addLayout(row);
    auto* action = new QAction(tr("First moment of this finding"), m_findings->table());
    m_findings->table()->addAction(action);
    connect(action, &QAction::triggered, this, &TimelineInside::askFirstMoment);
    return page;
}

void TimelineInside::connectParts()
{
    Focus& focus = m_document.focus();
    m_chain->setFocus(&focus);
    m_bytes->setFocus(&focus);
    m_findings->setFocus(&focus);
    ServeTimeline& timeline = m_document.timeline();
    connect(&m_document, &ServeDocument::contentChanged, this, &TimelineInside::showContent);
    connect(&m_tabs, &QTabWidget::currentChanged, this, &TimelineInside::check);
    connect(&timeline, &ServeTimeline::playChanged, this, &TimelineInside::check);
    connect(&timeline, &ServeTimeline::spanChanged, this, &TimelineInside::followSelection);
    connect(&timeline, &ServeTimeline::searchChanged, this, &TimelineInside::followSearch);
    connect(m_findings->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &TimelineInside::followSelection);
    connect(m_findings, &FindingsView::checkRequested, this, [this] {
        m_checked.reset();
        check();
    });
    connect(m_findings, &FindingsView::stopRequested, this, [this] {
        m_check.abandon();
        showCheck(tr("Not checked"));
    });
    connect(m_first, &QPushButton::clicked, this, &TimelineInside::askFirstMoment);
    connect(m_cancel, &QPushButton::clicked, &timeline, &ServeTimeline::cancelSearch);
}

/// Without a volume the last one stays: there is nothing else to be seen.
void TimelineInside::showContent()
{
    const SharedContent& content = m_document.content();
    if (!content)
        return;
    m_chain->setContent(content);
    m_bytes->setSubject(subjectOf(*content));
    check();
}

void TimelineInside::check()
{
    const SharedContent& content = m_document.content();
    const bool isWanted =
        m_tabs.currentWidget() == m_findingsPage && !m_document.timeline().isPlaying();
    if (!isWanted || !content || content == m_checked)
        return;
    m_checked = content;
    showCheck(tr("Checking…"));
    m_check.start([content](const JobControl& job) { return checkContent(content, job); },
                  [this](const Result<SharedContent>& checked) { takeChecked(checked); });
    showCheck(tr("Checking…"));
}

void TimelineInside::takeChecked(const Result<SharedContent>& checked)
{
    if (!checked) {
        showCheck(tr("The check failed: %1").arg(errorWords(checked.error()).sentence));
        return;
    }
    m_listed = *checked;
    m_findings->setContent(m_listed);
    showCheck(tr("Nothing is wrong"));
    followSelection();
}

void TimelineInside::showCheck(const QString& text)
{
    m_findings->setCheck(
        m_check.isRunning() ? FindingsView::Checking::Yes : FindingsView::Checking::No, text);
}

const Finding* TimelineInside::selected() const
{
    const auto rows = m_findings->table()->selectionModel()->selectedRows();
    if (!m_listed || rows.isEmpty())
        return nullptr;
    const std::uint32_t finding = m_findings->model()->findingAt(rows.front().row());
    return finding < m_listed->findings.size() ? &m_listed->findings[finding] : nullptr;
}

void TimelineInside::followSelection()
{
    const bool isThere = m_document.timeline().journal() != nullptr;
    m_first->setEnabled(isThere && selected() != nullptr);
    m_first->setToolTip(!isThere ? tr("This disk has no timeline")
                        : selected() == nullptr
                            ? tr("Select a finding first")
                            : tr("Look through the timeline for the write that made it"));
}

void TimelineInside::followSearch()
{
    const ServeTimeline& timeline = m_document.timeline();
    const Task& task = timeline.searching();
    QString text = timeline.searchText();
    if (task.isRunning() && task.progress().total != 0)
        text = tr("%1 %2").arg(text, percentText(task.progress().done, task.progress().total));
    m_search->setText(text);
    m_cancel->setVisible(task.isRunning());
    followSelection();
}

QString TimelineInside::searchText() const
{
    return m_search->text();
}

void TimelineInside::askFirstMoment()
{
    if (const Finding* const finding = selected(); finding != nullptr)
        m_document.timeline().search(*finding);
}

} // namespace fatlas::ui
