#include "ui/views/fat_table_area.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/models/fat_table_words.hpp"
#include "ui/views/fat_table_accessible.hpp"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr Qt::Alignment leftMiddle = Qt::AlignLeft | Qt::AlignVCenter;

QRect cellOf(const QRect& row, int left, int right)
{
    return {left, row.top(), std::max(0, right - left - spacing(2)), row.height()};
}

void drawElided(QPainter& painter, const QRect& cell, const QString& text,
                Qt::TextElideMode mode = Qt::ElideRight)
{
    painter.drawText(cell, leftMiddle, painter.fontMetrics().elidedText(text, mode, cell.width()));
}

} // namespace

FatTableArea::FatTableArea(FatTableEntries& entries, QWidget* parent)
    : QAbstractScrollArea(parent), m_entries(entries)
{
    installFatTableAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Entries of the FAT"));
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&entries, &FatTableEntries::changed, this, [this] {
        updateScrollBar();
        viewport()->update();
    });
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void FatTableArea::setVolume(const fat::Geometry& geometry, OwnerText ownerText)
{
    m_geometry = geometry;
    m_ownerText = std::move(ownerText);
    if (m_cursor && *m_cursor >= m_entries.count())
        m_cursor.reset();
    updateScrollBar();
    viewport()->update();
}

int FatTableArea::rowHeight() const
{
    return fontMetrics().height() + 2 * scaled(3);
}

int FatTableArea::headerHeight() const
{
    return QFontMetrics(emphasized(font(), -0.5)).height() + 2 * scaled(5);
}

std::uint32_t FatTableArea::fullRows() const
{
    const int room = viewport()->height() - headerHeight();
    return static_cast<std::uint32_t>(std::max(1, room / rowHeight()));
}

std::uint32_t FatTableArea::firstVisible() const
{
    return static_cast<std::uint32_t>(verticalScrollBar()->value());
}

std::uint32_t FatTableArea::visibleCount() const
{
    const std::uint32_t first = firstVisible();
    return first >= m_entries.count() ? 0 : std::min(fullRows() + 1, m_entries.count() - first);
}

void FatTableArea::updateScrollBar()
{
    const std::uint32_t rows = fullRows();
    const std::uint32_t count = m_entries.count();
    verticalScrollBar()->setRange(0, count > rows ? static_cast<int>(count - rows) : 0);
    verticalScrollBar()->setPageStep(static_cast<int>(rows));
    verticalScrollBar()->setSingleStep(1);
}

FatTableArea::Columns FatTableArea::columns() const
{
    const QFontMetrics mono(monospaceFont());
    const int value = mono.horizontalAdvance(entryValueText(m_geometry.type, 0)) + spacing(3);
    const int number = std::max(fontMetrics().horizontalAdvance(countText(m_entries.count())),
                                fontMetrics().horizontalAdvance(tr("Entry"))) +
                       spacing(4);
    const int meaning = fontMetrics().horizontalAdvance(tr("not cleanly unmounted")) + spacing(3);
    const int both = value + meaning;
    Columns at{};
    at.entry = spacing(3);
    at.first = at.entry + number;
    at.meaning = at.first + value;
    at.second = at.meaning + meaning;
    at.owner = at.second + (m_entries.copyCount() > 1 ? both : 0);
    at.end = viewport()->width() - spacing(1);
    return at;
}

QRect FatTableArea::rectOf(std::uint32_t entry) const
{
    const std::uint32_t first = firstVisible();
    if (entry < first || entry - first >= visibleCount())
        return {};
    const int top = headerHeight() + static_cast<int>(entry - first) * rowHeight();
    return {0, top, viewport()->width(), rowHeight()};
}

std::optional<std::uint32_t> FatTableArea::entryAt(QPoint inViewport) const
{
    if (inViewport.y() < headerHeight())
        return std::nullopt;
    const auto row = static_cast<std::uint32_t>((inViewport.y() - headerHeight()) / rowHeight());
    if (row >= visibleCount())
        return std::nullopt;
    return firstVisible() + row;
}

QRect FatTableArea::valueRectOf(std::uint32_t entry, std::uint32_t copy) const
{
    const QRect row = rectOf(entry);
    const Columns at = columns();
    if (row.isEmpty())
        return {};
    return copy == 0 ? cellOf(row, at.first, at.second) : cellOf(row, at.second, at.owner);
}

void FatTableArea::setChanged(std::vector<ClusterRange> entries)
{
    if (entries == m_changed)
        return;
    m_changed = std::move(entries);
    viewport()->update();
}

bool FatTableArea::isChanged(std::uint32_t entry) const
{
    const auto behind = std::ranges::upper_bound(
        m_changed, entry, {}, [](const ClusterRange& range) { return range.first.value; });
    return behind != m_changed.begin() && std::prev(behind)->contains(Cluster{entry});
}

QSize FatTableArea::sizeHint() const
{
    return {scaled(600), headerHeight() + 6 * rowHeight()};
}

QString FatTableArea::sentenceOf(std::uint32_t entry) const
{
    const auto row = m_entries.row(entry);
    if (!row)
        return tr("Entry %1: being read").arg(countText(entry));
    QString text = tr("Entry %1: %2, %3")
                       .arg(countText(entry), entryValueText(m_geometry.type, row->first),
                            entryMeaningText(m_geometry, entry, row->first));
    if (row->second)
        text += isSameEntry(m_geometry.type, row->first, *row->second)
                    ? tr("; FAT 2 the same")
                    : tr("; FAT 2 differs: %1, %2")
                          .arg(entryValueText(m_geometry.type, *row->second),
                               entryMeaningText(m_geometry, entry, *row->second));
    if (isChanged(entry))
        text += tr("; not written yet");
    const QString owner = m_ownerText ? m_ownerText(entry) : QString();
    return owner.isEmpty() ? text : QString(text + u"; "_s + owner);
}

void FatTableArea::setCursorEntry(std::optional<std::uint32_t> entry)
{
    if (entry && *entry >= m_entries.count())
        entry.reset();
    m_cursor = entry;
    if (entry) {
        scrollTo(*entry);
        announceFatTableCursor(this);
    }
    viewport()->update();
}

/// By as little as it takes next door; what is far away comes into the middle.
void FatTableArea::scrollTo(std::uint32_t entry)
{
    const std::uint32_t first = firstVisible();
    const std::uint32_t rows = fullRows();
    const std::uint32_t away = entry < first           ? first - entry
                               : entry >= first + rows ? entry - first - rows + 1
                                                       : 0;
    if (away == 0)
        return;
    std::uint32_t top = entry < first ? entry : entry - rows + 1;
    if (away > rows)
        top = entry - std::min(entry, rows / 2);
    verticalScrollBar()->setValue(static_cast<int>(top));
}

void FatTableArea::choose(std::int64_t entry)
{
    if (m_entries.count() == 0)
        return;
    const auto last = static_cast<std::int64_t>(m_entries.count()) - 1;
    const auto chosen = static_cast<std::uint32_t>(std::clamp(entry, std::int64_t{0}, last));
    setCursorEntry(chosen);
    Q_EMIT entryChosen(chosen);
}

void FatTableArea::keyPressEvent(QKeyEvent* event)
{
    const std::int64_t now = m_cursor.value_or(firstVisible());
    const std::int64_t page = fullRows();
    switch (event->key()) {
    case Qt::Key_Up: return choose(m_cursor ? now - 1 : now);
    case Qt::Key_Down: return choose(m_cursor ? now + 1 : now);
    case Qt::Key_PageUp: return choose(now - page);
    case Qt::Key_PageDown: return choose(now + page);
    case Qt::Key_Home: return choose(0);
    case Qt::Key_End: return choose(m_entries.count());
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_cursor)
            Q_EMIT linkFollowed(*m_cursor);
        return;
    default:
        if (!beginTyping(*event))
            QAbstractScrollArea::keyPressEvent(event);
    }
}

/// Letters are keys of the window; words are typed once the field is there.
bool FatTableArea::beginTyping(const QKeyEvent& event)
{
    const bool isPlain = (event.modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
    const bool isDigit = event.text().size() == 1 && event.text().front().isDigit();
    if (!m_cursor || !isPlain || (event.key() != Qt::Key_F2 && !isDigit))
        return false;
    Q_EMIT editRequested(*m_cursor, isDigit ? event.text() : QString());
    return true;
}

void FatTableArea::mousePressEvent(QMouseEvent* event)
{
    if (const auto entry = entryAt(event->position().toPoint());
        entry && event->button() != Qt::MiddleButton)
        choose(*entry);
}

void FatTableArea::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const auto entry = entryAt(event->position().toPoint());
        entry && event->button() == Qt::LeftButton)
        Q_EMIT editRequested(*entry, {});
}

void FatTableArea::mouseMoveEvent(QMouseEvent* event)
{
    const auto entry = entryAt(event->position().toPoint());
    Q_EMIT hoveredText(entry ? sentenceOf(*entry) : QString());
}

void FatTableArea::leaveEvent(QEvent*)
{
    Q_EMIT hoveredText({});
}

void FatTableArea::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void FatTableArea::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void FatTableArea::scrollContentsBy(int dx, int dy)
{
    QAbstractScrollArea::scrollContentsBy(dx, dy);
    Q_EMIT scrolled();
}

void FatTableArea::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    if (m_cursor) // it may have moved while there was no room to show it
        scrollTo(*m_cursor);
}

void FatTableArea::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBar();
    Q_EMIT scrolled();
}

void FatTableArea::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), Theme::instance().color(Token::Panel));
    const std::uint32_t first = firstVisible();
    for (std::uint32_t i = 0; i < visibleCount(); ++i)
        paintRow(painter, first + i, rectOf(first + i));
    paintHeader(painter);
}

void FatTableArea::paintHeader(QPainter& painter) const
{
    const Theme& theme = Theme::instance();
    const QRect bar(0, 0, viewport()->width(), headerHeight());
    painter.fillRect(bar, theme.color(Token::Panel));
    painter.fillRect(QRect(0, bar.bottom(), bar.width(), 1), theme.color(Token::Line));
    painter.setFont(emphasized(font(), -0.5));
    painter.setPen(theme.color(Token::Muted));
    const Columns at = columns();
    const QRect number = cellOf(bar, at.entry, at.first - spacing(2));
    painter.drawText(number, Qt::AlignRight | Qt::AlignVCenter, tr("Entry"));
    drawElided(painter, cellOf(bar, at.first, at.second), tr("FAT 1"));
    if (m_entries.copyCount() > 1)
        drawElided(painter, cellOf(bar, at.second, at.owner), tr("FAT 2"));
    drawElided(painter, cellOf(bar, at.owner, at.end), tr("Whose cluster"));
}

void FatTableArea::paintRow(QPainter& painter, std::uint32_t entry, const QRect& rect) const
{
    const Theme& theme = Theme::instance();
    if (m_cursor == entry)
        painter.fillRect(rect, theme.color(Token::AccentSoft));
    painter.fillRect(QRect(0, rect.bottom(), rect.width(), 1), theme.color(Token::Line));
    if (isChanged(entry)) // a bar at the edge, so that it is not told by colour alone
        painter.fillRect(QRect(0, rect.top(), scaled(3), rect.height() - 1),
                         theme.color(Token::Accent));
    paintValues(painter, entry, rect);
    if (m_cursor == entry && hasFocus()) {
        painter.setPen(theme.color(Token::Accent));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect.adjusted(0, 0, -1, -1));
    }
}

void FatTableArea::paintValues(QPainter& painter, std::uint32_t entry, const QRect& rect) const
{
    const Theme& theme = Theme::instance();
    const Columns at = columns();
    painter.setFont(font());
    painter.setPen(theme.color(Token::Text));
    painter.drawText(cellOf(rect, at.entry, at.first - spacing(2)),
                     Qt::AlignRight | Qt::AlignVCenter, countText(entry));
    const auto row = m_entries.row(entry);
    if (!row) {
        painter.setPen(theme.color(Token::Muted));
        drawElided(painter, cellOf(rect, at.first, at.second), u"…"_s);
        return;
    }
    painter.setFont(monospaceFont());
    drawElided(painter, cellOf(rect, at.first, at.meaning),
               entryValueText(m_geometry.type, row->first));
    painter.setFont(font());
    const bool isFree =
        fat::interpretEntry(m_geometry.type, row->first).kind == fat::EntryKind::Free;
    painter.setPen(theme.color(isChanged(entry) ? Token::Accent
                               : isFree         ? Token::Muted
                                                : Token::Text));
    drawElided(painter, cellOf(rect, at.meaning, at.second),
               entryMeaningText(m_geometry, entry, row->first));
    if (row->second)
        paintSecond(painter, entry, {row->first, *row->second}, cellOf(rect, at.second, at.owner));
    painter.setPen(theme.color(Token::Muted));
    drawElided(painter, cellOf(rect, at.owner, at.end), m_ownerText ? m_ownerText(entry) : u""_s,
               Qt::ElideMiddle);
}

void FatTableArea::paintSecond(QPainter& painter, std::uint32_t entry, const RawPair& raw,
                               const QRect& cell) const
{
    const Theme& theme = Theme::instance();
    if (isSameEntry(m_geometry.type, raw.first, raw.second)) {
        painter.setPen(theme.color(Token::Muted));
        return drawElided(painter, cell, tr("same"));
    }
    const QColor alarm = theme.color(Token::Lost);
    painter.fillRect(cell.adjusted(-spacing(1), 1, 0, -2),
                     mix(theme.color(Token::Panel), alarm, 0.16));
    painter.setPen(theme.color(Token::Text));
    drawElided(painter, cell,
               u"≠ "_s + entryValueText(m_geometry.type, raw.second) + u"  "_s +
                   entryMeaningText(m_geometry, entry, raw.second));
}

} // namespace fatlas::ui
