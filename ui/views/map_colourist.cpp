#include "ui/views/map_colourist.hpp"

#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"

#include <QElapsedTimer>

#include <utility>

namespace fatlas::ui {

namespace {

constexpr qint64 stepMs = 400;                ///< between two looks at what was read
constexpr std::uint64_t readAtOnce = 4 * MiB; ///< until the clock is looked at

/// The copy to be compared with the one that is read.
std::uint32_t otherCopyOf(const fat::Volume& volume)
{
    return volume.fatCopy() == 0 ? 1 : 0;
}

} // namespace

MapColourist::MapColourist(ClusterMapView& map, QObject* parent) : QObject(parent), m_map(map)
{
    connect(&map, &ClusterMapView::viewChanged, this, &MapColourist::followMap);
    connect(&m_comparing, &Task::progressChanged, this, &MapColourist::progressChanged);
}

MapColourist::~MapColourist()
{
    m_map.disconnect(this);
    disconnect(&m_comparing, nullptr, this, nullptr);
}

void MapColourist::setContent(const SharedContent& content)
{
    if (content == m_content)
        return;
    const bool isSameVolume = m_content && content && &m_content->volume() == &content->volume();
    m_content = content;
    if (!isSameVolume) {
        m_reading.abandon();
        m_comparing.abandon();
        m_scan = Scan{};
        m_differences.reset();
    }
    if (!problem(m_mode).isEmpty())
        m_mode = MapMode::State;
    if (!isSameVolume || m_mode == MapMode::Findings)
        colour();
    Q_EMIT modeChanged();
}

QString MapColourist::problem(MapMode mode) const
{
    if (mode == MapMode::FatCopies && m_content && m_content->geometry().fatCount < 2)
        return tr("This volume has one FAT only");
    return {};
}

void MapColourist::setMode(MapMode mode)
{
    if (mode == m_mode || !problem(mode).isEmpty())
        return;
    m_mode = mode;
    colour();
    Q_EMIT modeChanged();
}

/// Other cells want other colours; somebody who wants to see states takes the colours away.
void MapColourist::followMap()
{
    if (m_colouring)
        return;
    if (m_map.cells() != m_cells)
        return colour();
    if (m_isColoured && m_mode != MapMode::State && !m_map.colouring())
        setMode(MapMode::State);
}

void MapColourist::colour()
{
    m_cells = m_map.cells();
    m_isColoured = false;
    m_error.reset();
    m_making.abandon();
    if (m_mode != MapMode::FatCopies)
        m_comparing.abandon();
    if (m_mode == MapMode::State || !m_cells || !m_content) {
        show(nullptr);
        return;
    }
    const auto cells = m_cells;
    const SharedContent content = m_content;
    switch (m_mode) {
    case MapMode::Owner: make([=] { return colourOwners(*cells, *content->tree); }); break;
    case MapMode::Fragments: make([=] { return colourFragments(*cells); }); break;
    case MapMode::Findings:
        make(
            [=] { return colourFindings(*cells, content->findings, content->image.volumeOffset); });
        break;
    case MapMode::Content: readOn(); break;
    case MapMode::FatCopies: compare(); break;
    case MapMode::State: break;
    }
    Q_EMIT progressChanged();
}

void MapColourist::make(std::function<SharedColouring()> work)
{
    m_making.start(
        [work = std::move(work)](const JobControl&) -> Result<SharedColouring> { return work(); },
        [this](Result<SharedColouring> colouring) { show(*std::move(colouring)); });
}

void MapColourist::show(SharedColouring colouring)
{
    m_colouring = true;
    m_map.setColouring(std::move(colouring));
    m_colouring = false;
    m_isColoured = true;
    Q_EMIT progressChanged();
}

/// Back to states, which need no reading.
void MapColourist::giveUp(const Error& error)
{
    m_mode = MapMode::State;
    show(nullptr);
    m_error = error;
    Q_EMIT modeChanged();
    Q_EMIT progressChanged();
}

bool MapColourist::knowsContent() const
{
    return m_scan && m_content && m_scan->next == m_content->geometry().endCluster();
}

Result<MapColourist::ScanStep> MapColourist::readStep(const VolumeContent& content,
                                                      const MapCells& cells, Scan scan,
                                                      const JobControl& job)
{
    QElapsedTimer clock;
    clock.start();
    while (scan.next < content.geometry().endCluster() && clock.elapsed() < stepMs) {
        FATLAS_ASSIGN(scan.next,
                      fat::scanContent(content.volume(), scan.next, readAtOnce, scan.runs, job));
    }
    SharedColouring colouring = colourContent(cells, scan.runs);
    return ScanStep{std::move(scan), std::move(colouring)};
}

/// A step at a time: what is known is shown, and other work comes in between.
void MapColourist::readOn()
{
    if (!m_scan || !m_cells || !m_content)
        return; // a worker has it, and will show it
    Scan known = *std::move(m_scan);
    m_scan.reset();
    m_reading.start(
        [content = m_content, cells = m_cells,
         scan = std::move(known)](const JobControl& job) mutable {
            return readStep(*content, *cells, std::move(scan), job);
        },
        [this, cells = m_cells](Result<ScanStep> step) {
            m_scan = step ? std::move(step->scan) : Scan{};
            if (m_mode != MapMode::Content)
                return;
            if (!step)
                return giveUp(step.error());
            if (cells == m_cells)
                show(std::move(step->colouring));
            if (!knowsContent() || cells != m_cells)
                readOn();
        });
}

void MapColourist::compare()
{
    if (m_differences)
        return make([cells = m_cells, found = m_differences, content = m_content] {
            return colourFatCopies(*cells, *found, content->volume().fatCopy() + 1,
                                   otherCopyOf(content->volume()) + 1);
        });
    m_comparing.start(
        [content = m_content, cells = m_cells](const JobControl& job) -> Result<Comparison> {
            const fat::Volume& volume = content->volume();
            const std::uint32_t other = otherCopyOf(volume);
            FATLAS_ASSIGN(auto runs, fat::differingRuns(volume, other, job));
            auto found = std::make_shared<const std::vector<fat::DifferingRun>>(std::move(runs));
            SharedColouring colouring =
                colourFatCopies(*cells, *found, volume.fatCopy() + 1, other + 1);
            return Comparison{std::move(found), std::move(colouring)};
        },
        [this](Result<Comparison> comparison) {
            if (!comparison)
                return giveUp(comparison.error());
            m_differences = std::move(comparison->differences);
            show(std::move(comparison->colouring));
        });
}

bool MapColourist::isSettled() const noexcept
{
    if (m_mode == MapMode::Content && !m_error)
        return m_isColoured && knowsContent();
    return m_isColoured;
}

QString MapColourist::progressText() const
{
    constexpr qint64 shortWorkMs = 300;
    if (m_error)
        return tr("Not read: %1").arg(errorWords(*m_error).sentence);
    if (m_mode == MapMode::FatCopies && m_comparing.isRunning()) {
        const Progress now = m_comparing.progress();
        return m_comparing.elapsedMs() < shortWorkMs || now.total == 0
                   ? QString()
                   : tr("Comparing the FATs: %1").arg(percentText(now.done, now.total));
    }
    if (m_mode != MapMode::Content || isSettled() || !m_cells || !m_map.colouring())
        return {};
    const MapColouring& known = *m_map.colouring();
    const std::uint64_t left = known.count(StateMask{1} << contentUnknownLook);
    return tr("Reading the content: %1")
        .arg(percentText(m_cells->cellCount() - left, m_cells->cellCount()));
}

} // namespace fatlas::ui
