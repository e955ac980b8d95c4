#include "ui/views/vhd_block_map.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/models/vhd_words.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/map_legend.hpp"
#include "ui/views/map_overview.hpp"
#include "ui/views/map_zoom_bar.hpp"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

namespace fatlas::ui {

namespace {

using State = fat::ClusterState;

bool isChild(const VhdContent& content)
{
    return content.file().footer.type == vhd::DiskType::Differencing;
}

} // namespace

VhdBlockMap::VhdBlockMap(VhdDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_choice(new SegmentedControl(this)),
      m_map(new CellMapView(this)), m_overview(new MapOverview(this)), m_legend(new MapLegend(this))
{
    m_map->setAccessibleName(tr("Block map"));
    m_map->setUnit(tr("block"), tr("blocks"));
    m_map->setBackgroundToken(Token::Window);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(spacing(3));
    middle->addWidget(m_map, 1);
    middle->addWidget(m_overview);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(makeBar());
    layout->addLayout(middle, 1);
    layout->addWidget(m_legend);
    m_overview->setMap(m_map);
    m_legend->setMap(m_map);
    connect(m_map, &CellMapView::hoveredText, this, &VhdBlockMap::hoveredText);
    connect(m_map, &CellMapView::cursorMoved, this, &VhdBlockMap::publish);
    connect(&document, &VhdDocument::ready, this, &VhdBlockMap::prepare);
    connect(&document, &VhdDocument::checked, this, &VhdBlockMap::prepare);
    connect(&document, &VhdDocument::blockChanged, this, &VhdBlockMap::followBlock);
}

VhdBlockMap::~VhdBlockMap() = default;

QWidget* VhdBlockMap::makeBar()
{
    auto* bar = new QWidget(this);
    m_choice->setParent(bar);
    m_choice->setAccessibleName(tr("Order of the blocks"));
    m_choice->addSegment(tr("Disk order"), tr("As the disk counts its blocks"));
    m_choice->addSegment(tr("File order"),
                         tr("As they lie in the file: out of order, gaps, overlaps"));
    connect(m_choice, &SegmentedControl::currentChanged, this,
            [this](int index) { setOrder(static_cast<Order>(index)); });
    auto* zoom = new MapZoomBar(bar);
    zoom->setMap(m_map);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(3));
    layout->addWidget(new SectionLabel(tr("Block map"), bar));
    layout->addStretch(1);
    layout->addWidget(m_choice);
    layout->addWidget(zoom);
    return bar;
}

void VhdBlockMap::setOrder(Order order)
{
    if (order == m_order)
        return;
    m_order = order;
    m_choice->setCurrentIndex(static_cast<int>(order));
    prepare();
}

bool VhdBlockMap::isUpToDate() const
{
    return m_shown.content == m_document.content() && m_shown.order == m_order;
}

void VhdBlockMap::prepare()
{
    const SharedVhd content = m_document.content();
    if (!content || !content->isDisk()) {
        m_cells.abandon();
        return show({.content = content, .order = m_order, .cells = nullptr});
    }
    m_cells.start(
        [content, order = m_order](const JobControl&) -> Result<Cells> {
            return Cells{content, order,
                         order == Order::Disk ? VhdCells::inDiskOrder(*content->blocks)
                                              : VhdCells::inFileOrder(content->layout)};
        },
        [this](Result<Cells> cells) { show(*std::move(cells)); });
}

void VhdBlockMap::show(Cells cells)
{
    const bool isOtherOrder = m_shown.order != cells.order;
    m_shown = std::move(cells);
    if (isOtherOrder)
        m_map->setFilter(0);
    describe();
    const bool inFile = m_shown.order == Order::File;
    m_map->setUnit(inFile ? tr("piece") : tr("block"), inFile ? tr("pieces") : tr("blocks"));
    if (m_shown.cells)
        fillLegend();
    m_map->setSpace(m_shown.cells);
    followBlock();
    Q_EMIT shown();
}

void VhdBlockMap::describe()
{
    const SharedVhd content = m_shown.content;
    if (!m_shown.cells)
        return m_map->setDescriber({});
    if (m_shown.order == Order::File)
        m_map->setDescriber(
            [content](CellRange range) { return vhdPiecesText(content->layout, range); });
    else
        m_map->setDescriber([content](CellRange range) {
            return vhdBlocksText(*content->chain(), *content->blocks, range);
        });
}

void VhdBlockMap::fillLegend()
{
    if (m_shown.order == Order::File)
        return m_legend->setEntries(
            {{State::System, tr("Structures"), tr("footers, header, table, locators"), true},
             {State::File, tr("In order"), tr("blocks with their bitmaps"), true},
             {State::Directory, tr("Out of order"), tr("a block of a higher number lies before it"),
              false},
             {State::Free, tr("Gap"), tr("nothing uses it; compacting gives it back"), false},
             {State::CrossLinked, tr("Overlap"), tr("begins before its neighbour has ended"),
              false}});
    using Entry = MapLegend::Entry;
    const bool child = isChild(*m_shown.content);
    const bool isBroken = m_shown.content->inspection.isBroken();
    m_legend->setEntries(
        {{State::File, tr("Present"), tr("all sectors are in this file"), true},
         {State::Directory, child ? tr("Partly, rest from parent") : tr("Partly, rest zeros"),
          tr("some sectors are in this file"), false},
         {State::System, tr("From parent"), tr("a parent holds it, this file does not"), child},
         isBroken ? Entry{State::Free, tr("Parent is missing"),
                          tr("cannot be read before the parent is found"), true}
                  : Entry{State::Free, child ? tr("In no file") : tr("Absent"),
                          tr("reads as zeros"), true},
         {State::Lost, tr("Outside the file"), tr("its entry points astray"), false},
         {State::CrossLinked, tr("Overlap"), tr("lies on something else"), false}});
}

void VhdBlockMap::followBlock()
{
    const auto block = m_document.block();
    if (!m_shown.cells || !block)
        return;
    const auto cell = m_shown.cells->cellOfBlock(*block);
    if (!cell || m_map->cursorCell() == cell)
        return;
    m_following = true;
    m_map->setCursorCell(*cell);
    m_following = false;
}

void VhdBlockMap::publish(std::uint64_t cell)
{
    if (m_following || !m_shown.cells)
        return;
    if (const auto block = m_shown.cells->numberOf(cell))
        m_document.selectBlock(block);
}

} // namespace fatlas::ui
