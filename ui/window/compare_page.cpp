#include "ui/window/compare_page.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/compare_rows.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/compare_files_view.hpp"
#include "ui/views/compare_map_view.hpp"
#include "ui/views/table_style.hpp"
#include "ui/window/volume_words.hpp"
#include "ui/wizards/primary_button.hpp"
#include "ui/wizards/quiet_tab_bar.hpp"
#include "ui/wizards/source_field.hpp"

#include <QFile>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

class QuietTabs : public QTabWidget {
public:
    explicit QuietTabs(QWidget* parent) : QTabWidget(parent) { setTabBar(new QuietTabBar(this)); }
};

std::string toNative(const QString& source)
{
    return QFile::encodeName(source).toStdString();
}

QString toText(const std::string& source)
{
    return QFile::decodeName(QByteArray::fromStdString(source));
}

} // namespace

ComparePage::ComparePage(QWidget* parent)
    : QWidget(parent), m_left(new SourceField(tr("Left"), this)), m_swap(new QToolButton(this)),
      m_right(new SourceField(tr("Right"), this)), m_start(new PrimaryButton(tr("Compare"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)), m_banner(new Banner(this)),
      m_headline(new ElidedLabel({}, Qt::ElideRight, this)), m_tabs(new QuietTabs(this)),
      m_files(new CompareFilesView(this)),
      m_clusters(new CompareMapView(m_focus, explainCluster, this)),
      m_fieldRows(new KeyedRowsModel(fieldChangeColumns(), this)), m_fields(new QTableView(this))
{
    setHelpTopic(this, u"compare"_s);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    makeTabs();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_banner);
    layout->addWidget(m_tabs, 1);
    connectParts();
    follow();
}

ComparePage::~ComparePage()
{
    m_document.disconnect(this);
    m_focus.disconnect(this);
    delete m_clusters; // follows the focus, which goes before the children of a widget do
}

QWidget* ComparePage::makeBar()
{
    auto* bar = new QWidget(this);
    m_start->setIcon(icon("columns-2"_L1, Token::OnAccent));
    m_swap->setIcon(icon("arrow-left-right"_L1));
    m_swap->setAutoRaise(true);
    m_swap->setToolTip(tr("Swap left and right"));
    m_swap->setAccessibleName(tr("Swap left and right"));
    m_headline->setFont(emphasized(font()));
    auto* sources = new QHBoxLayout;
    sources->setSpacing(spacing(2));
    for (QWidget* part : QList<QWidget*>{m_left, m_swap, m_right}) {
        part->setParent(bar);
        sources->addWidget(part, part == m_swap ? 0 : 1);
    }
    sources->addWidget(m_start);
    sources->addWidget(m_cancel);
    for (SourceField* field : {m_left, m_right})
        field->setMinimumHeight(field->fontMetrics().height() + 2 * spacing(2));
    auto* layout = new QVBoxLayout(bar);
    layout->setContentsMargins(spacing(3), spacing(3), spacing(3), spacing(2));
    layout->setSpacing(spacing(2));
    layout->addLayout(sources);
    layout->addWidget(m_headline);
    return bar;
}

void ComparePage::makeTabs()
{
    m_tabs->setDocumentMode(true);
    m_tabs->setFocusPolicy(Qt::NoFocus); // its bar is what Tab goes to
    m_fields->setModel(m_fieldRows);
    styleTable(*m_fields);
    m_fields->setAccessibleName(tr("Fields that differ"));
    m_fields->horizontalHeader()->setStretchLastSection(true);
    m_tabs->addTab(m_files, tr("Files"));
    m_tabs->addTab(m_clusters, tr("Clusters"));
    m_tabs->addTab(m_fields, tr("Fields"));
}

void ComparePage::connectParts()
{
    const auto follows = [this](SourceField* field, CompareSide side) {
        connect(field, &SourceField::sourceChosen, this, [this, side](const QString& source) {
            m_document.setSource(side, {.source = toNative(source)});
        });
    };
    follows(m_left, CompareSide::Left);
    follows(m_right, CompareSide::Right);
    connect(m_swap, &QToolButton::clicked, &m_document, &CompareDocument::swap);
    connect(m_start, &QPushButton::clicked, &m_document, &CompareDocument::start);
    connect(m_cancel, &QPushButton::clicked, &m_document, &CompareDocument::cancel);
    for (SourceField* field : {m_left, m_right})
        connect(field, &QLineEdit::returnPressed, &m_document, &CompareDocument::start,
                Qt::QueuedConnection); // once the field has told what was typed
    connect(&m_document, &CompareDocument::changed, this, &ComparePage::follow);
    connect(&m_document, &CompareDocument::progressChanged, this,
            [this] { m_headline->setText(m_document.progressText()); });
    connect(m_files, &CompareFilesView::changeChosen, this, &ComparePage::showChange);
    connect(m_clusters, &CompareMapView::hoveredText, this, &ComparePage::hoveredText);
    connect(m_clusters, &CompareMapView::clusterChosen, this, &ComparePage::showCluster);
}

QString ComparePage::headline() const
{
    return m_headline->text();
}

void ComparePage::compare(const CompareSource& left, const CompareSource& right)
{
    m_document.setSource(CompareSide::Left, left);
    m_document.setSource(CompareSide::Right, right);
    m_document.start();
}

void ComparePage::startEditing()
{
    const bool isLeftMissing = m_document.source(CompareSide::Left).source.empty();
    if (m_document.problem().isEmpty())
        m_files->table()->setFocus(Qt::OtherFocusReason);
    else
        (isLeftMissing ? m_left : m_right)->setFocus(Qt::OtherFocusReason);
}

bool ComparePage::isSettled() const
{
    return !m_document.isRunning() && m_clusters->isSettled();
}

void ComparePage::follow()
{
    for (const auto side : {CompareSide::Left, CompareSide::Right})
        if (const QString source = toText(m_document.source(side).source);
            field(side)->source() != source)
            field(side)->setSource(source);
    const bool isRunning = m_document.isRunning();
    const QString problem = m_document.problem();
    m_start->setVisible(!isRunning);
    m_start->setEnabled(problem.isEmpty());
    m_start->setToolTip(problem.isEmpty() ? tr("Read both and say what differs") : problem);
    m_cancel->setVisible(isRunning);
    showBanner();
    if (m_document.result() != m_shown)
        showResult();
    m_headline->setText(isRunning            ? m_document.progressText()
                        : m_shown            ? resultText()
                        : !problem.isEmpty() ? problem
                        : m_document.error() ? QString()
                                             : tr("Ready to compare"));
    Q_EMIT shown();
}

void ComparePage::showBanner()
{
    const auto& error = m_document.error();
    if (!error)
        return m_banner->dismiss();
    const auto side = m_document.failedSide();
    m_banner->showError(*error, tr("Nothing was changed."),
                        !side                        ? QString()
                        : *side == CompareSide::Left ? tr("Choose something else on the left.")
                                                     : tr("Choose something else on the right."));
}

void ComparePage::showResult()
{
    m_shown = m_document.result();
    m_focus.reset();
    m_files->setReport(m_shown ? std::shared_ptr<const fat::DiffReport>(m_shown, &m_shown->report)
                               : nullptr);
    m_clusters->setComparison(m_shown);
    m_fieldRows->setRows(m_shown ? fieldChangeRows(m_shown->fields) : std::vector<KeyedRow>());
    using Difference = fat::ClusterDifference;
    const std::uint64_t clusters = !m_shown ? 0
                                            : m_shown->clusters.count(Difference::Content) +
                                                  m_shown->clusters.count(Difference::OnlyBefore) +
                                                  m_shown->clusters.count(Difference::OnlyAfter);
    setTabCount(FilesTab, m_shown ? m_shown->report.files.size() - m_shown->report.sameCount : 0);
    setTabCount(ClustersTab, clusters);
    setTabCount(FieldsTab, m_shown ? m_shown->fieldCount : 0);
}

/// What it is takes half of the room, what it says on either side the rest.
void ComparePage::shareWidth()
{
    const int room = m_tabs->width();
    m_fields->setColumnWidth(0, room * 2 / 10);
    m_fields->setColumnWidth(1, room * 3 / 10);
    m_fields->setColumnWidth(2, room * 5 / 20);
}

void ComparePage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    shareWidth();
}

void ComparePage::setTabCount(Tab tab, std::uint64_t count)
{
    const bool isCounted = m_shown && (tab != ClustersTab || m_shown->clusters.skipped.empty());
    m_tabs->tabBar()->setTabData(tab, isCounted ? QVariant(qulonglong(count)) : QVariant());
    m_tabs->setTabText(tab, m_tabs->tabText(tab)); // the bar measures its tabs anew
}

QString ComparePage::resultText() const
{
    if (m_shown->isSame())
        return m_shown->clusters.skipped.empty()
                   ? tr("The volumes are the same")
                   : tr("Files are the same, but %1").arg(ui::shown(m_shown->clusters.skipped));
    QStringList parts;
    const CompareFilesModel& model = *m_files->model();
    const auto add = [&](CompareKind kind, const QString& what) {
        if (const std::uint64_t count = model.count(kind); count != 0)
            parts << what.arg(countText(count));
    };
    add(CompareKind::Content, tr("%1 changed"));
    add(CompareKind::Details, tr("%1 with other details"));
    add(CompareKind::Moved, tr("%1 moved"));
    add(CompareKind::OnlyLeft, tr("%1 only left"));
    add(CompareKind::OnlyRight, tr("%1 only right"));
    const QString files = parts.isEmpty() ? tr("Files are the same") : parts.join(u", "_s);
    const QString more =
        m_shown->fieldCount == 0
            ? QString()
            : tr("; %1").arg(countText(m_shown->fieldCount, "field differs", "fields differ"));
    return files + more;
}

/// Its clusters, on the side that has them.
void ComparePage::showChange(const fat::FileChange& change)
{
    if (!m_shown)
        return;
    m_isTelling = true;
    if (change.nodeBefore)
        m_focus.select(targetOfNode(*m_shown->left, *change.nodeBefore));
    else if (change.nodeAfter) {
        FocusTarget target = targetOfNode(*m_shown->right, *change.nodeAfter);
        target.node.reset(); // of the other tree
        m_focus.select(target);
    }
    m_isTelling = false;
}

/// The file it belongs to, on the side that has it.
void ComparePage::showCluster(Cluster cluster)
{
    if (m_isTelling || !m_shown)
        return;
    const fat::UsageRun& left = m_shown->left->usage->at(cluster);
    const fat::UsageRun& right = m_shown->right->usage->at(cluster);
    if (left.owner != fat::noOwner)
        m_files->chooseNode(left.owner, true);
    else if (right.owner != fat::noOwner)
        m_files->chooseNode(right.owner, false);
}

} // namespace fatlas::ui
