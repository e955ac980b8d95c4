#include "ui/window/map_panel.hpp"

#include "core/base/atomic_file.hpp"

#include "ui/base/help_topic.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/map_colourist.hpp"
#include "ui/views/map_export.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_mode_bar.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"
#include "ui/window/volume_words.hpp"

#include <QBuffer>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <span>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

MapPanel::MapPanel(VolumeDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_map(new ClusterMapView(this)),
      m_colourist(new MapColourist(*m_map, this)),
      m_modeBar(new MapModeBar(*m_map, *m_colourist, this)), m_overview(new MapOverview(this)),
      m_legend(new MapLegend(this)), m_caption(new SectionLabel(tr("Cluster map"), this))
{
    setHelpTopic(this, QStringLiteral("map"));
    auto* middle = new QHBoxLayout;
    middle->setSpacing(spacing(3));
    middle->addWidget(m_map, 1);
    middle->addWidget(m_overview);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    layout->setSpacing(spacing(2));
    layout->addWidget(makeBar());
    layout->addLayout(middle, 1);
    layout->addWidget(m_legend);
    m_overview->setMap(m_map);
    m_legend->setMap(m_map);
    m_modeBar->addKeysTo(*this);
}

MapPanel::~MapPanel()
{
    // Both follow the map, which would go before them.
    delete m_modeBar;
    delete m_colourist;
}

QWidget* MapPanel::makeBar()
{
    auto* bar = new QWidget(this);
    auto* zoom = new MapZoomBar(bar);
    zoom->setMap(m_map);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(2));
    row->addWidget(m_caption);
    row->addWidget(m_modeBar, 1);
    row->addWidget(zoom);
    auto* picture = new QToolButton(bar);
    picture->setAutoRaise(true);
    picture->setIcon(icon("image"_L1));
    picture->setIconSize(QSize(scaled(14), scaled(14)));
    picture->setToolTip(tr("Save a picture of the map with its legend…"));
    picture->setAccessibleName(tr("Save a picture of the map"));
    connect(picture, &QToolButton::clicked, this, &MapPanel::askForPicture);
    row->addWidget(picture);
    return bar;
}

void MapPanel::askForPicture()
{
    const QString name = QFileInfo(m_document.title()).completeBaseName() + u"-map.png"_s;
    const QString target = QFileDialog::getSaveFileName(this, tr("Save a picture of the map"), name,
                                                        tr("PNG (*.png);;SVG (*.svg)"));
    if (!target.isEmpty())
        savePicture(target);
}

namespace {

Result<QString> writePicture(const QString& target, const QImage& image, const QByteArray& svg)
{
    QByteArray bytes = svg;
    if (bytes.isEmpty()) {
        QBuffer buffer(&bytes);
        if (!image.save(&buffer, "PNG"))
            return fail(ErrorCode::Io, "the picture cannot be encoded");
    }
    FATLAS_ASSIGN(auto file, AtomicFile::create(QFile::encodeName(target).toStdString(),
                                                AtomicFile::Existing::Replace));
    FATLAS_TRY(file.file().writeAt(
        0, std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size())))));
    FATLAS_TRY(file.commit());
    return target;
}

} // namespace

void MapPanel::savePicture(const QString& target)
{
    const MapExport picture(*m_map, *m_legend,
                            tr("%1: %2").arg(m_document.title(), m_document.summary()));
    const bool isSvg = target.endsWith(u".svg", Qt::CaseInsensitive);
    m_saving.start(
        [target, image = isSvg ? QImage() : picture.image(),
         svg = isSvg ? picture.svg() : QByteArray()](const JobControl&) {
            return writePicture(target, image, svg);
        },
        [this](const Result<QString>& saved) {
            Q_EMIT said(saved ? tr("Saved %1").arg(*saved) : errorWords(saved.error()).sentence);
        });
}

void MapPanel::showContent()
{
    m_planned.reset();
    draw(m_document.content()->usage);
}

void MapPanel::showPlanned(std::shared_ptr<const fat::UsageMap> planned, const QString& caption)
{
    if (planned == m_planned && caption == m_plannedCaption)
        return;
    m_planned = std::move(planned);
    m_plannedCaption = caption;
    draw(m_planned ? m_planned : m_document.content()->usage);
}

void MapPanel::draw(std::shared_ptr<const fat::UsageMap> usage)
{
    m_cells.start(
        [usage = std::move(usage)](const JobControl&) -> Result<std::shared_ptr<const MapCells>> {
            return MapCells::make(usage);
        },
        [this](Result<std::shared_ptr<const MapCells>> cells) { showCells(std::move(*cells)); });
}

void MapPanel::showCells(std::shared_ptr<const MapCells> cells)
{
    if (!m_planned)
        m_cellsNow = cells;
    m_caption->setText(m_planned ? m_plannedCaption : tr("Cluster map"));
    m_caption->setToken(m_planned ? Token::Accent : Token::Muted);
    m_map->setDescriber(
        [content = m_document.content(), now = m_cellsNow,
         words = m_planned ? tr("Now: %1") : QStringLiteral("%1")](CellRange range) {
            return words.arg(describeCells(*content, *now, range));
        });
    m_colourist->setContent(m_document.content());
    m_map->setCells(std::move(cells));
    showFindings();
    Q_EMIT drawn();
}

/// Cells of the overview that a finding is about; of the system area by where the bytes lie.
void MapPanel::showFindings()
{
    const SharedContent& content = m_document.content();
    const auto& cells = m_map->cells();
    if (!cells || !content)
        return;
    const std::uint64_t start = content->image.volumeOffset;
    const std::uint64_t systemSize = content->geometry().dataOffset();
    std::vector<std::uint64_t> marks;
    for (const Finding& finding : content->findings) {
        if (finding.cluster) {
            if (const auto cell = cells->cellOfCluster(Cluster{*finding.cluster}))
                marks.push_back(*cell);
        } else if (finding.offset && *finding.offset >= start &&
                   *finding.offset - start < systemSize) {
            marks.push_back((*finding.offset - start) * cells->systemCellCount() / systemSize);
        }
    }
    m_overview->setMarks(std::move(marks));
    m_colourist->setContent(content);
}

Result<> MapPanel::setMode(const QString& name)
{
    const auto mode = MapModeBar::modeNamed(name);
    if (!mode)
        return fail(ErrorCode::NotFound,
                    "there is no map mode \"" + name.toStdString() +
                        "\", expected state, owner, fragments, findings, content or fats");
    if (const QString problem = m_colourist->problem(*mode); !problem.isEmpty())
        return fail(ErrorCode::Unsupported, problem.toStdString());
    m_colourist->setMode(*mode);
    return {};
}

Result<> MapPanel::setOrder(const QString& name)
{
    const auto order = MapModeBar::orderNamed(name);
    if (!order)
        return fail(ErrorCode::NotFound, "there is no layout \"" + name.toStdString() +
                                             "\", expected rows, hilbert or tracks");
    if (const QString problem = m_modeBar->problem(*order); !problem.isEmpty())
        return fail(ErrorCode::Unsupported, problem.toStdString());
    m_modeBar->setOrder(*order);
    return {};
}

} // namespace fatlas::ui
