#include "ui/views/hex_view.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/views/hex_accessible.hpp"
#include "ui/views/hex_painter.hpp"

#include <QElapsedTimer>
#include <QEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

HexView::HexView(QWidget* parent)
    : QAbstractScrollArea(parent), m_shown(shownBytes(**CodePage::open(CodePage::defaultNumber)))
{
    installHexAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Bytes"));
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    viewport()->setCursor(Qt::IBeamCursor);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
    connect(verticalScrollBar(), &QScrollBar::actionTriggered, this, &HexView::followScrollBar);
    layOut();
}

HexView::~HexView() = default;

void HexView::setBlocks(HexBlocks* blocks)
{
    if (m_blocks != nullptr)
        m_blocks->disconnect(this);
    m_blocks = blocks;
    if (blocks != nullptr)
        connect(blocks, &HexBlocks::changed, this, [this] {
            viewport()->update();
            Q_EMIT viewChanged();
        });
    wantBytes();
    viewport()->update();
}

void HexView::setSpace(std::shared_ptr<const HexSpace> space)
{
    if (!space)
        space = std::make_shared<const HexSpace>();
    m_space = std::move(space);
    m_cursor = 0;
    m_anchor = 0;
    m_topRow = 0;
    m_staysCentered = false;
    layOut();
}

void HexView::setCodePage(const CodePage& page)
{
    m_shown = shownBytes(page);
    viewport()->update();
}

void HexView::setMarker(Marker marker)
{
    m_marker = std::move(marker);
    viewport()->update();
}

void HexView::setStructures(std::shared_ptr<const StructureMap> structures)
{
    m_structures = std::move(structures);
    viewport()->update();
}

void HexView::setField(std::optional<StructureField> field)
{
    m_field = std::move(field);
    viewport()->update();
}

void HexView::setHighlight(std::optional<ByteRange> imageBytes)
{
    m_highlight = imageBytes;
    viewport()->update();
}

void HexView::setBytesPerRow(int count)
{
    m_wishedBytesPerRow = count;
    layOut();
}

void HexView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    viewport()->update();
}

/// Keeps the first byte in sight where it is; what was jumped to before the view had its size goes
/// where it would be with that size.
void HexView::layOut()
{
    const std::uint64_t first = m_topRow * static_cast<unsigned>(m_geometry.bytesPerRow());
    m_geometry =
        HexGeometry(viewport()->size(), hexMetrics(), m_space->size(), m_wishedBytesPerRow);
    m_topRow = m_staysCentered ? m_geometry.topRowToCenter(m_cursor)
                               : std::min(m_geometry.rowOf(first), m_geometry.maxTopRow());
    updateScrollBars();
    wantBytes();
    viewport()->update();
    Q_EMIT viewChanged();
}

void HexView::updateScrollBars()
{
    const std::uint64_t most = m_geometry.maxTopRow();
    QScrollBar* const vertical = verticalScrollBar();
    vertical->setRange(0, scroll_bar::range(most));
    vertical->setPageStep(std::max(1, m_geometry.fullRows() - 1));
    vertical->setSingleStep(1);
    vertical->setValue(scroll_bar::valueOf(m_topRow, most));
    QScrollBar* const horizontal = horizontalScrollBar();
    horizontal->setRange(0, std::max(0, m_geometry.contentWidth() - viewport()->width()));
    horizontal->setPageStep(viewport()->width());
    horizontal->setSingleStep(m_geometry.metrics().charWidth);
}

/// The value of the bar is too coarse to scroll by; only dragging takes it as it is.
void HexView::followScrollBar(int action)
{
    const int page = std::max(1, m_geometry.fullRows() - 1);
    switch (action) {
    case QAbstractSlider::SliderSingleStepAdd: return scrollRows(1);
    case QAbstractSlider::SliderSingleStepSub: return scrollRows(-1);
    case QAbstractSlider::SliderPageStepAdd: return scrollRows(page);
    case QAbstractSlider::SliderPageStepSub: return scrollRows(-page);
    case QAbstractSlider::SliderToMinimum: return setTopRow(0);
    case QAbstractSlider::SliderToMaximum: return setTopRow(m_geometry.maxTopRow());
    case QAbstractSlider::SliderMove:
        return setTopRow(
            scroll_bar::rowOf(verticalScrollBar()->sliderPosition(), m_geometry.maxTopRow()));
    default: return;
    }
}

void HexView::scrollContentsBy(int, int)
{
    viewport()->update();
}

void HexView::scrollRows(std::int64_t rows)
{
    const auto now = static_cast<std::int64_t>(m_topRow);
    setTopRow(static_cast<std::uint64_t>(std::max<std::int64_t>(0, now + rows)));
}

void HexView::setTopRow(std::uint64_t row)
{
    m_staysCentered = false;
    row = std::min(row, m_geometry.maxTopRow());
    const bool moved = std::exchange(m_topRow, row) != row;
    verticalScrollBar()->setValue(scroll_bar::valueOf(row, m_geometry.maxTopRow()));
    if (!moved)
        return;
    wantBytes();
    viewport()->update();
    Q_EMIT viewChanged();
}

/// What is in sight first, then a page below and above.
void HexView::wantBytes()
{
    if (m_blocks == nullptr)
        return;
    const ByteRange sight = visible();
    const std::uint64_t above = std::min(sight.offset, sight.length);
    std::vector<ByteRange> wanted;
    for (const ByteRange places :
         {sight, ByteRange{sight.end(), sight.length}, ByteRange{sight.offset - above, above}})
        for (const HexPiece& part : m_space->cut(places, HexBlocks::maxWanted))
            wanted.push_back({.offset = part.imageOffset, .length = part.length});
    m_blocks->want(wanted);
}

ByteRange HexView::selection() const noexcept
{
    if (m_space->size() == 0)
        return {};
    const std::uint64_t first = std::min(m_anchor, m_cursor);
    return {.offset = first, .length = std::max(m_anchor, m_cursor) - first + 1};
}

void HexView::select(ByteRange places, Show show)
{
    if (m_space->size() == 0)
        return;
    m_cursor = std::min(places.offset, m_space->size() - 1);
    const std::uint64_t length = std::max<std::uint64_t>(places.length, 1);
    m_anchor = m_cursor + std::min(length - 1, m_space->size() - 1 - m_cursor);
    const std::uint64_t nearest = m_geometry.topRowToShow(m_cursor, m_topRow);
    if (nearest != m_topRow) {
        const bool centered = show == Show::Centered;
        setTopRow(centered ? m_geometry.topRowToCenter(m_cursor) : nearest);
        m_staysCentered = centered;
    }
    announceHexCursor(this);
    viewport()->update();
}

void HexView::setCursorPlace(std::uint64_t place, bool extend)
{
    const std::uint64_t before = m_cursor;
    m_cursor = std::min(place, m_space->size() - 1);
    if (m_cursor != before)
        m_halfTyped.reset();
    if (!extend)
        m_anchor = m_cursor;
    setTopRow(m_geometry.topRowToShow(m_cursor, m_topRow));
    showCursorColumn();
    announceHexCursor(this);
    viewport()->update();
}

void HexView::showCursorColumn()
{
    const int index = static_cast<int>(m_cursor % static_cast<unsigned>(m_geometry.bytesPerRow()));
    const int left = m_geometry.cellX(m_column, index);
    const int right = left + m_geometry.cellWidth(m_column);
    QScrollBar* const bar = horizontalScrollBar();
    const int room = m_geometry.metrics().charWidth;
    bar->setValue(
        std::min(std::max(bar->value(), right + room - viewport()->width()), left - room));
}

void HexView::moveCursor(std::uint64_t place, bool extend, Move how)
{
    if (m_space->size() == 0)
        return;
    setCursorPlace(place, extend);
    Q_EMIT cursorMoved(how);
}

void HexView::selectAll()
{
    if (m_space->size() == 0)
        return;
    m_anchor = m_space->size() - 1;
    m_cursor = 0;
    viewport()->update();
    Q_EMIT cursorMoved(Move::Walk);
}

QString HexView::describe(std::uint64_t place) const
{
    const auto offset = m_space->imageOffset(place);
    if (!offset)
        return {};
    HexByte byte;
    if (m_blocks != nullptr)
        m_blocks->fill(*offset, {&byte, 1});
    QString text = hexText(place) + u": "_s;
    if (byte.state == ByteState::Known) {
        text += u"0x"_s + QString::number(byte.value, 16).toUpper().rightJustified(2, u'0');
        const QChar shown = m_shown[byte.value];
        if (shown != u'.' || byte.value == '.')
            text += u", '"_s + shown + u'\'';
    } else {
        text += byte.state == ByteState::Loading ? tr("being read") : tr("cannot be read");
    }
    if (const auto ref = m_structures->findField(*offset)) {
        const StructureField& field = m_structures->field(*ref);
        text += u"; "_s + field.name + u' ' + field.value;
    }
    return text;
}

QPoint HexView::contentPoint(QPoint viewportPoint) const
{
    return viewportPoint + QPoint(horizontalScrollBar()->value(), 0);
}

std::optional<QRect> HexView::rectOf(std::uint64_t place, HexColumn column) const
{
    auto rect = m_geometry.rectOf(place, column, m_topRow);
    if (rect)
        rect->translate(-horizontalScrollBar()->value(), 0);
    return rect;
}

std::optional<std::uint64_t> HexView::placeAt(QPoint viewportPoint) const
{
    const auto hit = m_geometry.hitAt(contentPoint(viewportPoint), m_topRow);
    return hit ? std::optional(hit->place) : std::nullopt;
}

void HexView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void HexView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        layOut();
}

void HexView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void HexView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void HexView::paintEvent(QPaintEvent*)
{
    QElapsedTimer timer;
    timer.start();
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), Theme::instance().color(Token::Panel));
    const ByteRange places = visible();
    if (places.length == 0) {
        painter.setPen(Theme::instance().color(Token::Muted));
        painter.drawText(viewport()->rect(), Qt::AlignCenter, m_emptyText);
        return;
    }
    HexScene scene{.geometry = &m_geometry, .topRow = m_topRow, .places = places};
    for (const HexPiece& part : m_space->cut(places)) {
        const std::size_t at = scene.bytes.size();
        scene.bytes.resize(at + part.length);
        if (m_blocks != nullptr)
            m_blocks->fill(part.imageOffset, std::span(scene.bytes).subspan(at));
        for (std::uint64_t i = 0; i < part.length; ++i)
            scene.imageOffsets.push_back(part.imageOffset + i);
    }
    scene.marks = m_marker ? m_marker(places) : std::vector<HexMark>{};
    scene.structures = m_structures.get();
    scene.field = m_field ? &*m_field : nullptr;
    scene.shown = &m_shown;
    scene.highlight = m_highlight;
    scene.contentSize = m_space->contentSize();
    scene.selection = selection();
    scene.cursor = m_cursor;
    scene.cursorColumn = m_column;
    scene.hasFocus = hasFocus();
    scene.width = std::max(viewport()->width(), m_geometry.contentWidth());
    scene.height = viewport()->height();
    painter.translate(-horizontalScrollBar()->value(), 0);
    paintHex(painter, scene);
    m_lastPaintMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

QSize HexView::sizeHint() const
{
    const HexMetrics& metrics = m_geometry.metrics();
    return {m_geometry.contentWidth() + 20 * metrics.charWidth,
            metrics.headerHeight + 12 * metrics.rowHeight};
}

QSize HexView::minimumSizeHint() const
{
    const HexMetrics& metrics = m_geometry.metrics();
    return {30 * metrics.charWidth, metrics.headerHeight + 2 * metrics.rowHeight};
}

} // namespace fatlas::ui
