#include "ui/views/findings_repair.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_repairs_model.hpp"
#include "ui/views/table_style.hpp"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QKeyEvent>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

// How the width is divided.
constexpr int actionsShare = 3;
constexpr int patchesShare = 2;

void prepareTable(QTableView& table, QAbstractItemModel& model, const QString& name)
{
    table.setModel(&model);
    styleTable(table);
    table.setAccessibleName(name);
    table.setTextElideMode(Qt::ElideRight);
    table.horizontalHeader()->setStretchLastSection(true);
}

int selectedRow(const QTableView& table)
{
    const QModelIndexList rows = table.selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.front().row();
}

} // namespace

FindingsRepair::FindingsRepair(VolumeDocument& document, VolumeRepair& repair, QWidget* parent)
    : QWidget(parent), m_document(document), m_repair(repair),
      m_actionModel(new FindingRepairsModel(this)), m_patchModel(new FindingPatchesModel(this)),
      m_headline(new ElidedLabel({}, Qt::ElideRight, this)),
      m_keepLost(new QCheckBox(tr("Keep lost chains as files"), this)),
      m_progress(new QProgressBar(this)), m_apply(new QPushButton(tr("Apply"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)), m_actions(new QTableView(this)),
      m_patches(new QTableView(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    prepareTable(*m_actions, *m_actionModel, tr("What the repair does"));
    prepareTable(*m_patches, *m_patchModel, tr("Bytes that the repair changes"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(makeTables(), 1);
    connect(&repair, &VolumeRepair::changed, this, &FindingsRepair::refresh);
    connect(&repair, &VolumeRepair::progressChanged, this, &FindingsRepair::showProgress);
    connect(m_actions->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { publishAction(selectedRow(*m_actions)); });
    connect(m_patches->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this] { publishPatch(selectedRow(*m_patches)); });
    refresh();
}

QWidget* FindingsRepair::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    layout->setSpacing(spacing(2));
    m_keepLost->setToolTip(tr("They become FSCK0000.REC and so on in the root folder; else their "
                              "clusters are freed"));
    m_progress->setFixedWidth(scaled(140));
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the repair"));
    m_apply->setDefault(true);
    layout->addWidget(m_headline, 1);
    layout->addWidget(m_progress);
    layout->addWidget(m_keepLost);
    layout->addWidget(m_cancel);
    layout->addWidget(m_apply);
    connect(m_keepLost, &QCheckBox::clicked, this, [this](bool on) { m_repair.makePlan(on); });
    connect(m_apply, &QPushButton::clicked, &m_repair, &VolumeRepair::apply);
    connect(m_cancel, &QPushButton::clicked, this, &FindingsRepair::goBack);
    return bar;
}

void FindingsRepair::goBack()
{
    const auto step = m_repair.step();
    if (step == VolumeRepair::Step::Applying || step == VolumeRepair::Step::Undoing)
        m_repair.cancel();
    else
        m_repair.dismiss();
}

void FindingsRepair::takeKeyboard()
{
    QWidget* const next = m_apply->isEnabled() ? static_cast<QWidget*>(m_actions) : m_cancel;
    next->setFocus();
}

void FindingsRepair::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        return goBack();
    QWidget::keyPressEvent(event);
}

QWidget* FindingsRepair::makeTables()
{
    auto* tables = new QWidget(this);
    auto* layout = new QHBoxLayout(tables);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_actions, actionsShare);
    layout->addWidget(new Separator(Qt::Vertical, tables));
    layout->addWidget(m_patches, patchesShare);
    return tables;
}

void FindingsRepair::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // By what it gets: the tables are laid out later, and may never have been seen.
    const int left = width() * actionsShare / (actionsShare + patchesShare);
    m_actions->setColumnWidth(FindingRepairsModel::ActionColumn, left * 2 / 5);
    m_actions->setColumnWidth(FindingRepairsModel::FindingColumn, left * 2 / 5);
    const int right = width() - left - scaled(150);
    m_patches->setColumnWidth(FindingPatchesModel::PlaceColumn, scaled(96));
    m_patches->setColumnWidth(FindingPatchesModel::BytesColumn, scaled(54));
    m_patches->setColumnWidth(FindingPatchesModel::BeforeColumn, right / 2);
}

QString FindingsRepair::headline() const
{
    return m_headline->text();
}

QString FindingsRepair::planText() const
{
    const fat::RepairPlan& plan = *m_repair.plan();
    if (plan.patches.empty())
        return tr("There is nothing that a repair could do; what was found stays as it is.");
    QString text = tr("%1 and %2 in %3 of %4")
                       .arg(countText(plan.repairs.size(), "action", "actions"),
                            countText(m_repair.changedBytes(), "changed byte", "changed bytes"),
                            countText(plan.patches.size(), "place", "places"), m_document.title());
    if (!plan.remaining.empty())
        text +=
            tr("; what remains: %1").arg(countText(plan.remaining.size(), "finding", "findings"));
    return text;
}

void FindingsRepair::refresh()
{
    using Step = VolumeRepair::Step;
    const Step step = m_repair.step();
    if (m_shown != m_repair.plan()) {
        m_shown = m_repair.plan();
        const auto& content = m_document.content();
        m_actionModel->setPlan(m_shown);
        m_patchModel->setPlan(m_shown, content ? content->image.volumeOffset : 0);
    }
    switch (step) {
    case Step::Planning: m_headline->setText(tr("Planning the repair…")); break;
    case Step::Applying: m_headline->setText(tr("Writing…")); break;
    case Step::Undoing: m_headline->setText(tr("Putting the old bytes back…")); break;
    default: m_headline->setText(m_repair.plan() ? planText() : QString());
    }
    m_keepLost->setChecked(m_repair.keepsLostChains());
    m_keepLost->setEnabled(step == Step::Planned);
    const bool canApply = step == Step::Planned && m_shown && !m_shown->patches.empty();
    m_apply->setEnabled(canApply);
    m_apply->setToolTip(
        canApply ? tr("Write these bytes; what they replace is kept in an undo file first")
                 : tr("There is nothing to write yet"));
    m_cancel->setText(step == Step::Planned ? tr("Back") : tr("Cancel"));
    showProgress();
}

void FindingsRepair::showProgress()
{
    constexpr int steps = 1000;
    const Progress now = m_repair.progress();
    m_progress->setVisible(m_repair.isBusy());
    m_progress->setRange(0, now.total == 0 ? 0 : steps);
    if (now.total != 0)
        m_progress->setValue(static_cast<int>(static_cast<double>(now.done) /
                                              static_cast<double>(now.total) * steps));
}

void FindingsRepair::publishAction(int row)
{
    const auto& content = m_document.content();
    if (row < 0 || !m_shown || !content || m_repair.step() != VolumeRepair::Step::Planned)
        return;
    Finding finding = m_shown->repairs[static_cast<std::size_t>(row)].finding;
    if (finding.offset)
        *finding.offset += content->image.volumeOffset;
    m_document.focus().select(targetOf(*content, finding));
}

void FindingsRepair::publishPatch(int row)
{
    const auto& content = m_document.content();
    if (row < 0 || !m_shown || !content || m_repair.step() != VolumeRepair::Step::Planned)
        return;
    const block::Patch& patch = m_shown->patches[static_cast<std::size_t>(row)];
    m_document.focus().select(
        {.bytes = FocusBytes{content->image.volumeOffset + patch.offset, patch.after.size()}});
}

} // namespace fatlas::ui
