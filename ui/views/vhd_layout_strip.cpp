#include "ui/views/vhd_layout_strip.hpp"

#include "ui/base/words.hpp"
#include "ui/models/vhd_words.hpp"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

using Kind = vhd::FilePiece::Kind;

bool isStructure(Kind kind)
{
    return kind != Kind::Block && kind != Kind::Data && kind != Kind::Gap;
}

Token tokenOf(const VhdStripPart& part)
{
    if (part.overlaps)
        return Token::CrossLinked;
    switch (part.kind) {
    case Kind::Block:
    case Kind::Data: return Token::File;
    case Kind::Gap: return Token::Free;
    case Kind::Table:
    case Kind::Batmap: return Token::HoverChain;
    case Kind::Locator: return Token::Directory;
    default: return Token::System;
    }
}

QString shortName(const VhdStripPart& part)
{
    switch (part.kind) {
    case Kind::Table: return VhdLayoutStrip::tr("table");
    case Kind::Block: return VhdLayoutStrip::tr("blocks");
    case Kind::Data: return VhdLayoutStrip::tr("the disk, byte by byte");
    case Kind::Gap: return VhdLayoutStrip::tr("gap");
    case Kind::Footer: return VhdLayoutStrip::tr("footer");
    default: return {};
    }
}

QString fullText(const VhdStripPart& part)
{
    const QString name = part.kind == Kind::Block ? countText(part.count, "block", "blocks")
                                                  : vhdPieceName(part.kind);
    QString text =
        VhdLayoutStrip::tr("%1: %2 at %3").arg(name, sizeText(part.length), hexText(part.offset));
    if (part.overlaps)
        text += VhdLayoutStrip::tr(", overlapping");
    return text;
}

} // namespace

std::vector<VhdStripPart> stripParts(const vhd::FileLayout& layout, std::size_t most)
{
    std::vector<VhdStripPart> parts;
    for (const vhd::FilePiece& piece : layout.pieces) {
        const bool isSame = !parts.empty() && parts.back().kind == piece.kind &&
                            parts.back().overlaps == piece.overlaps;
        const bool isTooMuch = parts.size() >= most && !isStructure(piece.kind);
        if (isSame || isTooMuch) {
            VhdStripPart& last = parts.back();
            last.length = std::max(last.offset + last.length, piece.end()) - last.offset;
            last.count += isSame ? 1 : 0;
        } else {
            parts.push_back({piece.kind, piece.overlaps, piece.offset, piece.length, 1});
        }
    }
    return parts;
}

std::vector<VhdStripPart> stripParts(const convert::NewVhdPlan& plan)
{
    const bool isFixed = plan.create.type == vhd::DiskType::Fixed;
    std::vector<VhdStripPart> parts;
    if (isFixed)
        parts.push_back({.kind = Kind::Data, .offset = 0, .length = plan.file.footer.currentSize});
    std::uint64_t end = 0;
    for (const vhd::FilePart& part : plan.file.parts) {
        const Kind kind = part.name == "header"               ? Kind::Header
                          : part.name == "table"              ? Kind::Table
                          : part.name == "locator"            ? Kind::Locator
                          : part.name == "copy of the footer" ? Kind::FooterCopy
                                                              : Kind::Footer;
        if (kind == Kind::Footer)
            break;
        parts.push_back({.kind = kind, .offset = part.offset, .length = part.bytes.size()});
        end = part.offset + part.bytes.size();
    }
    const std::uint64_t slot =
        std::uint64_t{plan.file.header.bitmapSize()} + plan.file.header.blockSize;
    const std::uint64_t tail = plan.fileSize - vhd::footerSize;
    if (!isFixed && tail > end + slot)
        parts.push_back({.kind = Kind::Block,
                         .offset = end,
                         .length = tail - end,
                         .count = (tail - end) / slot});
    parts.push_back({.kind = Kind::Footer, .offset = tail, .length = vhd::footerSize});
    return parts;
}

VhdLayoutStrip::VhdLayoutStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("How the file is laid out"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void VhdLayoutStrip::setParts(std::vector<VhdStripPart> parts)
{
    constexpr std::size_t maxSaid = 24;
    m_parts = std::move(parts);
    QStringList said;
    for (std::size_t i = 0; i < std::min(m_parts.size(), maxSaid); ++i)
        said << fullText(m_parts[i]);
    setAccessibleDescription(said.join(u"; "_s));
    update();
}

int VhdLayoutStrip::barHeight() const
{
    return scaled(24);
}

QSize VhdLayoutStrip::sizeHint() const
{
    return {scaled(320), barHeight() + spacing(1) + fontMetrics().height()};
}

QSize VhdLayoutStrip::minimumSizeHint() const
{
    return {scaled(120), sizeHint().height()};
}

/// The room of each part, from left to right without gaps.
std::vector<QRectF> VhdLayoutStrip::places() const
{
    constexpr double line = 1;
    const double least =
        std::min<double>(scaled(13), width() / std::max<double>(1, 2.0 * double(m_parts.size())));
    double whole = 0;
    double left = width();
    for (const VhdStripPart& part : m_parts) {
        left -= least;
        whole += isStructure(part.kind) ? 0 : static_cast<double>(part.length);
    }
    std::vector<QRectF> places;
    double x = 0;
    for (const VhdStripPart& part : m_parts) {
        double wide = least;
        if (!isStructure(part.kind) && whole > 0)
            wide += std::max(left, 0.0) * static_cast<double>(part.length) / whole;
        else if (part.kind == Kind::Table)
            wide = whole > 0 ? least : least + std::max(left, 0.0); // alone with the footers
        places.emplace_back(x, 0, std::max(wide - line, 0.5), barHeight());
        x += wide;
    }
    return places;
}

void VhdLayoutStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    const auto rects = places();
    QPainterPath outline;
    outline.addRoundedRect(QRectF(0, 0, width(), barHeight()), 5, 5);
    painter.setClipPath(outline);
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        painter.fillRect(rects[i], theme.color(tokenOf(m_parts[i])));
    painter.setClipping(false);
    painter.setPen(theme.color(Token::Muted));
    double free = 0; // where the words before have ended
    const QFontMetricsF metrics(font());
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const QString name = shortName(m_parts[i]);
        const double wide = metrics.horizontalAdvance(name);
        const bool isSmall = isStructure(m_parts[i].kind);
        const double x =
            isSmall ? std::min(rects[i].left(), width() - wide) : std::max(rects[i].left(), free);
        const bool fits = isSmall || x + wide <= rects[i].right();
        if (name.isEmpty() || x < free || !fits)
            continue;
        painter.drawText(QPointF(x, barHeight() + spacing(1) + metrics.ascent()), name);
        free = x + wide + spacing(2);
    }
}

bool VhdLayoutStrip::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto rects = places();
    QString text;
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        if (help->pos().x() >= rects[i].left() && help->pos().x() <= rects[i].right() + 1)
            text = fullText(m_parts[i]);
    QToolTip::showText(help->globalPos(), plainToolTip(text), this);
    return true;
}

} // namespace fatlas::ui
