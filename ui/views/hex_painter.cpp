#include "ui/views/hex_painter.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QFontMetricsF>
#include <QHash>
#include <QPainter>
#include <QStaticText>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString twoDigits(unsigned value)
{
    return QString::number(value, 16).rightJustified(2, u'0').toUpper();
}

/// Bytes and characters laid out once for a font: laying out thousands of them costs a frame.
class Glyphs {
public:
    [[nodiscard]] static Glyphs& of(const QFont& font)
    {
        static Glyphs glyphs;
        if (glyphs.m_font != font)
            glyphs = Glyphs(font);
        return glyphs;
    }

    [[nodiscard]] const QStaticText& digits(std::uint8_t value) const { return m_digits[value]; }

    [[nodiscard]] const QStaticText& character(QChar c)
    {
        auto found = m_characters.constFind(c);
        if (found == m_characters.constEnd())
            found = m_characters.insert(c, prepared(QString(c)));
        return *found;
    }

private:
    Glyphs() = default;

    explicit Glyphs(const QFont& font) : m_font(font)
    {
        for (unsigned i = 0; i < m_digits.size(); ++i)
            m_digits[i] = prepared(twoDigits(i));
    }

    [[nodiscard]] QStaticText prepared(const QString& words) const
    {
        QStaticText text(words);
        text.setTextFormat(Qt::PlainText);
        text.setPerformanceHint(QStaticText::AggressiveCaching);
        text.prepare({}, m_font);
        return text;
    }

    QFont m_font;
    std::array<QStaticText, 256> m_digits;
    QHash<QChar, QStaticText> m_characters; ///< at most those of a code page
};

class Painter {
public:
    Painter(QPainter& painter, const HexScene& scene)
        : m_painter(painter), m_scene(scene), m_geometry(*scene.geometry),
          m_metrics(m_geometry.metrics()), m_panel(token(Token::Panel)), m_text(token(Token::Text)),
          m_muted(token(Token::Muted)), m_faint(mix(m_muted, m_panel, 0.35)),
          m_accent(token(Token::Accent)),
          m_tints{mix(m_panel, m_accent, 0.10), mix(m_panel, token(Token::HoverChain), 0.13)},
          m_oddTint(mix(m_panel, token(Token::Lost), 0.16)),
          m_field(mix(m_panel, token(Token::HoverChain), 0.42)),
          m_selection(mix(m_panel, m_accent, 0.30)), m_glyphs(Glyphs::of(hexFont()))
    {
        const QFontMetricsF font(hexFont());
        m_baseline = static_cast<int>(
            std::lround((m_metrics.rowHeight - font.height()) / 2 + font.ascent()));
        m_ascent = static_cast<int>(std::lround(font.ascent()));
    }

    void paint()
    {
        m_painter.setFont(hexFont());
        const auto perRow = static_cast<std::uint64_t>(m_geometry.bytesPerRow());
        for (std::uint64_t place = m_scene.places.offset; place < m_scene.places.end();
             place += perRow)
            paintRow(place, std::min(perRow, m_scene.places.end() - place));
        paintMarks();
        paintCursor();
        paintHeader();
    }

private:
    static QColor token(Token which) { return Theme::instance().color(which); }

    [[nodiscard]] std::size_t indexOf(std::uint64_t place) const
    {
        return static_cast<std::size_t>(place - m_scene.places.offset);
    }

    [[nodiscard]] int yOf(std::uint64_t place) const
    {
        return m_geometry.rowY(m_geometry.rowOf(place), m_scene.topRow);
    }

    void paintRow(std::uint64_t place, std::uint64_t count)
    {
        const int y = yOf(place);
        paintTints(place, static_cast<int>(count), y);
        if (m_scene.field != nullptr)
            for (int i = 0; i < static_cast<int>(count); ++i)
                paintField(place + static_cast<unsigned>(i), i, y);
        paintGutter(place, count, y);
        const bool current = m_geometry.rowOf(place) == m_geometry.rowOf(m_scene.cursor);
        m_painter.setPen(current ? m_accent : m_muted);
        m_painter.drawText(
            m_geometry.offsetX(), y + m_baseline,
            QString::number(place, 16).toUpper().rightJustified(m_geometry.offsetDigits(), u'0'));
        for (int i = 0; i < static_cast<int>(count); ++i)
            paintByte(place + static_cast<unsigned>(i), i, y);
    }

    /// A bar beside the rows of what the Focus is on.
    void paintGutter(std::uint64_t place, std::uint64_t count, int y)
    {
        if (!m_scene.highlight)
            return;
        for (std::uint64_t i = 0; i < count; ++i)
            if (m_scene.highlight->contains(m_scene.imageOffsets[indexOf(place + i)]))
                return m_painter.fillRect(0, y, 3, m_metrics.rowHeight, m_accent);
    }

    [[nodiscard]] std::optional<QColor> tintOf(std::uint64_t place) const
    {
        if (m_scene.selection.length > 1 && m_scene.selection.contains(place))
            return m_selection;
        const std::uint64_t offset = m_scene.imageOffsets[indexOf(place)];
        if (const auto ref = m_scene.structures->findField(offset)) {
            if (!m_scene.structures->field(*ref).oddity.isEmpty())
                return m_oddTint;
            return m_tints[ref->field % 2];
        }
        return std::nullopt;
    }

    /// Neighbours with the same background are one piece, blanks between them included.
    void paintTints(std::uint64_t place, int count, int y)
    {
        for (int first = 0; first < count;) {
            const auto tint = tintOf(place + static_cast<unsigned>(first));
            int end = first + 1;
            while (end < count && tintOf(place + static_cast<unsigned>(end)) == tint)
                ++end;
            if (tint)
                for (const HexColumn column : {HexColumn::Hex, HexColumn::Text}) {
                    const int left = m_geometry.cellX(column, first);
                    const int right =
                        m_geometry.cellX(column, end - 1) + m_geometry.cellWidth(column);
                    m_painter.fillRect(left, y, right - left, m_metrics.rowHeight, *tint);
                }
            first = end;
        }
    }

    void paintField(std::uint64_t place, int index, int y)
    {
        const Digits digits = digitsOf(*m_scene.field, m_scene.imageOffsets[indexOf(place)]);
        if (digits == Digits::None)
            return;
        const int left = m_geometry.cellX(HexColumn::Hex, index);
        const int width = m_metrics.charWidth;
        if (digits != Digits::Low)
            m_painter.fillRect(left, y, width, m_metrics.rowHeight, m_field);
        if (digits != Digits::High)
            m_painter.fillRect(left + width, y, width, m_metrics.rowHeight, m_field);
        m_painter.fillRect(m_geometry.cellX(HexColumn::Text, index), y, width, m_metrics.rowHeight,
                           m_field);
        m_painter.fillRect(left, y + m_metrics.rowHeight - 2, 2 * width, 2,
                           token(Token::HoverChain));
    }

    void paintByte(std::uint64_t place, int index, int y)
    {
        const HexByte byte = m_scene.bytes[indexOf(place)];
        const int hex = m_geometry.cellX(HexColumn::Hex, index);
        const int text = m_geometry.cellX(HexColumn::Text, index);
        if (byte.state == ByteState::Unreadable)
            return paintUnreadable(hex, text, y);
        const bool isKnown = byte.state == ByteState::Known;
        const bool isSlack = place >= m_scene.contentSize;
        m_painter.setPen(!isKnown || byte.value == 0 || isSlack ? m_faint : m_text);
        if (!isKnown)
            return m_painter.drawText(hex, y + m_baseline, u"··"_s);
        const int top = y + m_baseline - m_ascent;
        m_painter.drawStaticText(hex, top, m_glyphs.digits(byte.value));
        const QChar shown = (*m_scene.shown)[byte.value];
        const bool isText = shown != u'.' || byte.value == '.';
        m_painter.setPen(isText && !isSlack ? m_text : m_faint);
        m_painter.drawStaticText(text, top, m_glyphs.character(shown));
    }

    void paintUnreadable(int hex, int text, int y)
    {
        const QColor lost = token(Token::Lost);
        QBrush hatch(mix(m_panel, lost, 0.45), Qt::BDiagPattern);
        m_painter.fillRect(hex, y, 3 * m_metrics.charWidth, m_metrics.rowHeight, hatch);
        m_painter.setPen(lost);
        m_painter.drawText(hex, y + m_baseline, u"??"_s);
        m_painter.drawText(text, y + m_baseline, u"?"_s);
    }

    void paintMarks()
    {
        const QFont small = resized(m_painter.font(), -1);
        for (const HexMark& mark : m_scene.marks) {
            const int y = yOf(mark.place);
            const bool isSeam = mark.kind == HexMark::Kind::Seam;
            const bool isSector = mark.kind == HexMark::Kind::Sector;
            const QColor color = isSeam     ? token(Token::CrossLinked)
                                 : isSector ? token(Token::Line)
                                            : mix(m_muted, m_panel, 0.35);
            m_painter.setPen(QPen(color, isSeam ? 2 : 1, isSeam ? Qt::DashLine : Qt::SolidLine));
            m_painter.drawLine(m_geometry.offsetX(), y, m_geometry.marksX() - m_metrics.charWidth,
                               y);
            const QRect room(m_geometry.marksX(), y,
                             m_scene.width - m_geometry.marksX() - m_metrics.margin,
                             m_metrics.rowHeight);
            if (room.width() < 4 * m_metrics.charWidth)
                continue;
            m_painter.save();
            m_painter.setFont(small);
            m_painter.setPen(isSeam ? token(Token::CrossLinked) : isSector ? m_faint : m_muted);
            m_painter.drawText(
                room, Qt::AlignLeft | Qt::AlignVCenter,
                m_painter.fontMetrics().elidedText(mark.text, Qt::ElideMiddle, room.width()));
            m_painter.restore();
        }
    }

    void paintCursor()
    {
        for (const HexColumn column : {HexColumn::Hex, HexColumn::Text}) {
            const auto cell = m_geometry.rectOf(m_scene.cursor, column, m_scene.topRow);
            if (!cell)
                continue;
            const bool strong = m_scene.hasFocus && column == m_scene.cursorColumn;
            const int width = strong ? 2 : 1;
            const QRectF frame = QRectF(*cell).adjusted(-width + 0.5, 0.5, width - 0.5, -0.5);
            m_painter.setPen(QPen(m_scene.hasFocus ? m_accent : m_muted, width));
            m_painter.setBrush(Qt::NoBrush);
            m_painter.drawRect(frame);
        }
    }

    void paintHeader()
    {
        const int height = m_metrics.headerHeight;
        m_painter.fillRect(0, 0, m_scene.width, height, m_panel);
        m_painter.setPen(m_muted);
        const int baseline = m_baseline + (height - m_metrics.rowHeight) / 2;
        m_painter.drawText(m_geometry.offsetX(), baseline, QObject::tr("Offset"));
        const auto current =
            static_cast<int>(m_scene.cursor % static_cast<unsigned>(m_geometry.bytesPerRow()));
        for (int i = 0; i < m_geometry.bytesPerRow(); ++i) {
            m_painter.setPen(i == current ? m_accent : m_muted);
            m_painter.drawText(m_geometry.cellX(HexColumn::Hex, i), baseline,
                               twoDigits(static_cast<unsigned>(i)));
        }
        m_painter.setPen(m_muted);
        m_painter.drawText(m_geometry.cellX(HexColumn::Text, 0), baseline, QObject::tr("Text"));
        m_painter.fillRect(0, height - 1, m_scene.width, 1, token(Token::Line));
    }

    QPainter& m_painter;
    const HexScene& m_scene;
    const HexGeometry& m_geometry;
    const HexMetrics& m_metrics;
    QColor m_panel;
    QColor m_text;
    QColor m_muted;
    QColor m_faint;
    QColor m_accent;
    std::array<QColor, 2> m_tints; ///< neighbouring fields
    QColor m_oddTint;
    QColor m_field;
    QColor m_selection;
    Glyphs& m_glyphs;
    int m_baseline = 0; ///< below the top of a row
    int m_ascent = 0;
};

} // namespace

QFont hexFont()
{
    return monospaceFont();
}

HexMetrics hexMetrics()
{
    const QFontMetricsF font(hexFont());
    HexMetrics metrics;
    metrics.charWidth = std::max(4, static_cast<int>(std::ceil(font.horizontalAdvance(u'0'))));
    metrics.rowHeight = static_cast<int>(std::ceil(font.height())) + scaled(3);
    metrics.headerHeight = metrics.rowHeight + scaled(4);
    metrics.margin = spacing(3);
    return metrics;
}

void paintHex(QPainter& painter, const HexScene& scene)
{
    Painter(painter, scene).paint();
}

} // namespace fatlas::ui
