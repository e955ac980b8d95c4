#include "ui/wizards/plan_preview.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/fit_meter.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/wizards/plan_tabs.hpp"
#include "ui/wizards/plan_words.hpp"

#include <QEvent>
#include <QHBoxLayout>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

namespace fatlas::ui {

PlanPreview::PlanPreview(NewDiskDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_fit(new FitMeter(this)), m_banner(new Banner(this)),
      m_scale(new SectionLabel({}, this)), m_map(new ClusterMapView(this)),
      m_legend(new MapLegend(this)), m_tabs(new PlanTabs(this))
{
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(makeUpper());
    splitter->addWidget(m_tabs);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({scaled(700), scaled(150)});
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    m_map->setFocus(&m_focus);
    m_map->installEventFilter(this);
    m_map->setBackgroundToken(Token::Window);
    m_legend->setMap(m_map);
    connect(m_map, &ClusterMapView::hoveredText, this, &PlanPreview::hoveredText);
    connect(m_map, &ClusterMapView::viewChanged, this, &PlanPreview::updateScale);
    connect(m_fit, &FitMeter::formatChosen, this, &PlanPreview::formatChosen);
    connect(m_banner, &Banner::actionTriggered, this, &PlanPreview::skipUnfitRequested);
    connect(&document, &NewDiskDocument::planChanged, this, &PlanPreview::prepare);
    connect(&document, &NewDiskDocument::planFailed, this, &PlanPreview::showError);
    connect(&document, &NewDiskDocument::folderChanged, this, &PlanPreview::clear);
    clear();
}

PlanPreview::~PlanPreview()
{
    m_map->removeEventFilter(this);
}

QWidget* PlanPreview::makeUpper()
{
    auto* upper = new QWidget(this);
    auto* caption = new QHBoxLayout;
    caption->addWidget(new SectionLabel(tr("The disk as it will be"), upper));
    caption->addStretch(1);
    caption->addWidget(m_scale);
    auto* layout = new QVBoxLayout(upper);
    layout->setContentsMargins(spacing(5), spacing(4), spacing(5), spacing(3));
    layout->setSpacing(spacing(2));
    layout->addWidget(m_banner);
    layout->addWidget(m_fit);
    layout->addSpacing(spacing(3));
    layout->addLayout(caption);
    layout->addWidget(m_map, 1);
    layout->addWidget(m_legend);
    return upper;
}

void PlanPreview::clear()
{
    m_cells.abandon();
    m_shown.reset();
    m_banner->dismiss();
    m_focus.reset();
    m_map->setCells(nullptr);
    m_map->setDescriber({});
    m_fit->setPlan(nullptr);
    m_fit->setPlaceholder(m_document.folder().isEmpty()
                              ? tr("Choose a folder, and the disk it makes appears here")
                              : tr("Looking at the folder…"));
    m_tabs->setPlan(nullptr);
    updateScale();
}

void PlanPreview::prepare()
{
    auto plan = m_document.plan();
    m_cells.start(
        [usage = m_document.usage()](const JobControl&) -> Result<std::shared_ptr<const MapCells>> {
            return MapCells::make(usage);
        },
        [this, plan](Result<std::shared_ptr<const MapCells>> cells) {
            show(plan, std::move(*cells));
        });
}

void PlanPreview::show(std::shared_ptr<const folder_disk::Plan> plan,
                       std::shared_ptr<const MapCells> cells)
{
    m_shown = std::move(plan);
    m_focus.reset(); // what was selected is another file now
    m_map->setDescriber(
        [plan = m_shown, cells](CellRange range) { return describeCells(*plan, *cells, range); });
    m_map->setCells(std::move(cells));
    m_fit->setPlan(m_shown);
    m_tabs->setPlan(m_shown);
    showRefusal();
    updateScale();
    m_map->update();
}

void PlanPreview::showRefusal()
{
    const auto refusal = m_shown->refusal();
    if (refusal && !m_refused)
        m_tabs->setCurrentIndex(PlanTabs::UnfitTab);
    else if (m_refused && m_shown->unfit.empty())
        m_tabs->setCurrentIndex(PlanTabs::NamesTab);
    m_refused = refusal.has_value();
    if (!refusal) {
        m_banner->dismiss();
        return;
    }
    const ErrorWords words = errorWords(*refusal);
    m_banner->show({.kind = Banner::Kind::Warning,
                    .headline = words.sentence,
                    .unchanged = words.detail,
                    .next = tr("They are listed below under Does not fit."),
                    .action = tr("Make it without them"),
                    .closable = false});
}

void PlanPreview::showError(const Error& error)
{
    const QString kept = m_shown ? tr("The map below is the last disk that could be.") : QString();
    m_banner->showError(error, kept);
    if (!m_shown)
        m_fit->setPlaceholder(tr("There is no disk to show"));
}

void PlanPreview::updateScale()
{
    m_scale->setText(m_map->cells() ? m_map->scaleText() : QString());
}

bool PlanPreview::isUpToDate() const
{
    return m_shown != nullptr && m_shown == m_document.plan() && !m_document.isBusy();
}

// The paint itself comes after this filter; the queued call comes after the paint.
bool PlanPreview::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Paint && m_shown && m_shown == m_document.plan())
        QTimer::singleShot(0, this, [this] {
            m_document.notePainted();
            Q_EMIT painted();
        });
    return QWidget::eventFilter(watched, event);
}

} // namespace fatlas::ui
