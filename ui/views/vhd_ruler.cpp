#include "ui/views/vhd_ruler.hpp"

#include "ui/base/words.hpp"
#include "ui/models/vhd_words.hpp"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr std::size_t maxRows = 8;

/// The file itself in the colour of content, its parents in that of what lies below.
Token tokenOf(const vhd::Answer& answer)
{
    switch (answer.who) {
    case vhd::Answer::Who::Nobody: return Token::Free;
    case vhd::Answer::Who::Missing: return Token::Lost;
    case vhd::Answer::Who::File: break;
    }
    return answer.link == 0 ? Token::File : Token::System;
}

} // namespace

VhdRuler::VhdRuler(VhdDocument& document, QWidget* parent) : QWidget(parent), m_document(document)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Who answers, sector by sector"));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    connect(&document, &VhdDocument::ready, this, &VhdRuler::follow);
    connect(&document, &VhdDocument::checked, this, &VhdRuler::follow);
    connect(&document, &VhdDocument::blockChanged, this, &VhdRuler::follow);
    connect(&document, &VhdDocument::answersReady, this, &VhdRuler::follow);
}

std::size_t VhdRuler::rowCount() const
{
    const auto& content = m_document.content();
    return content ? std::min(content->coverage.size(), maxRows) : 0;
}

QSize VhdRuler::sizeHint() const
{
    const int rows = static_cast<int>(std::max<std::size_t>(rowCount(), 1));
    return {scaled(320), rows * (scaled(18) + spacing(2)) + spacing(2) + scaled(22)};
}

QSize VhdRuler::minimumSizeHint() const
{
    return {scaled(120), sizeHint().height()};
}

QRectF VhdRuler::rowRect(std::size_t row) const
{
    const double top = 2 + static_cast<double>(row) * (scaled(18) + spacing(2));
    return {2, top, width() - 4.0, static_cast<double>(scaled(18))};
}

QRectF VhdRuler::sectorRect() const
{
    const double top = rowRect(rowCount()).top() + spacing(2);
    return {2, top, width() - 4.0, static_cast<double>(scaled(18))};
}

const vhd::Answer* VhdRuler::answerAt(std::uint64_t sector) const
{
    const auto& answers = m_document.answers().answers;
    const std::uint64_t offset = sector * vhd::sectorBytes;
    const auto found = std::ranges::upper_bound(answers, offset, {}, &vhd::Answer::offset);
    if (found == answers.begin() || (found - 1)->end() <= offset)
        return nullptr;
    return &*(found - 1);
}

QString VhdRuler::sentence() const
{
    const auto& content = m_document.content();
    if (!content || !content->isDisk())
        return {};
    if (!content->layersProblem.empty())
        return shown(content->layersProblem);
    if (m_sector)
        if (const vhd::Answer* answer = answerAt(*m_sector); answer != nullptr)
            return vhdAnswerText(*content->chain(), *answer, *m_sector);
    return tr("Select a block to see who answers for each of its sectors.");
}

void VhdRuler::follow()
{
    const auto& answers = m_document.answers().answers;
    const bool isOther = !m_sector || answerAt(*m_sector) == nullptr;
    if (answers.empty())
        m_sector.reset();
    else if (isOther)
        m_sector = answers.front().offset / vhd::sectorBytes;
    updateGeometry();
    say();
}

void VhdRuler::say()
{
    setAccessibleDescription(sentence());
    update();
    Q_EMIT sentenceChanged(sentence());
}

void VhdRuler::setSector(std::uint64_t sector)
{
    if (answerAt(sector) == nullptr || sector == m_sector)
        return;
    m_sector = sector;
    say();
}

void VhdRuler::paintRow(QPainter& painter, std::size_t row) const
{
    const Theme& theme = Theme::instance();
    const VhdCoverage& coverage = m_document.content()->coverage[row];
    const QRectF rect = rowRect(row);
    painter.fillRect(rect, theme.color(Token::Free));
    const double step =
        rect.width() / static_cast<double>(std::max<std::size_t>(coverage.size(), 1));
    for (std::size_t i = 0; i < coverage.size();) {
        std::size_t end = i + 1;
        while (end < coverage.size() && coverage[end] == coverage[i])
            ++end;
        if (coverage[i] != VhdHeld::Nothing) {
            const Token token = row > 0                          ? Token::System
                                : coverage[i] == VhdHeld::Partly ? Token::Directory
                                                                 : Token::File;
            painter.fillRect(QRectF(rect.left() + double(i) * step, rect.top(),
                                    double(end - i) * step, rect.height()),
                             theme.color(token));
        }
        i = end;
    }
}

void VhdRuler::paintSectors(QPainter& painter) const
{
    const Theme& theme = Theme::instance();
    const auto& answers = m_document.answers().answers;
    const QRectF rect = sectorRect();
    painter.fillRect(rect, theme.color(Token::Free));
    if (answers.empty())
        return;
    const double start = static_cast<double>(answers.front().offset);
    const double scale = rect.width() / (static_cast<double>(answers.back().end()) - start);
    for (const vhd::Answer& answer : answers) {
        const double left = rect.left() + (static_cast<double>(answer.offset) - start) * scale;
        const double wide = std::max(1.0, static_cast<double>(answer.length) * scale);
        painter.fillRect(QRectF(left, rect.top(), wide, rect.height()),
                         theme.color(tokenOf(answer)));
    }
    if (!m_sector)
        return;
    const double at =
        rect.left() + (static_cast<double>(*m_sector * vhd::sectorBytes) - start) * scale;
    const QRectF mark(at - 1.5, rect.top() - 2, std::max(3.0, vhd::sectorBytes * scale + 2),
                      rect.height() + 4);
    painter.setPen(QPen(theme.color(hasFocus() ? Token::Accent : Token::Selection), 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(mark, 1.5, 1.5);
}

/// Where on the disk the selected block is.
void VhdRuler::paintBlockMark(QPainter& painter) const
{
    const auto block = m_document.block();
    const auto& content = m_document.content();
    if (!block || content->file().virtualSize == 0)
        return;
    const double size = static_cast<double>(content->file().virtualSize);
    const QRectF first = rowRect(0);
    const double left = first.left() + static_cast<double>(*block * content->blocks->blockSize) /
                                           size * first.width();
    const double wide = static_cast<double>(content->blocks->blockSize) / size * first.width();
    const QRectF mark(left - 1, first.top() - 2, std::max(wide, 3.0),
                      rowRect(rowCount() - 1).bottom() - first.top() + 4);
    painter.setPen(QPen(Theme::instance().color(Token::Selection), 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(mark, 1.5, 1.5);
}

void VhdRuler::paintEvent(QPaintEvent*)
{
    const auto& content = m_document.content();
    if (!content || !content->isDisk())
        return;
    QPainter painter(this);
    for (std::size_t row = 0; row < rowCount(); ++row)
        paintRow(painter, row);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBlockMark(painter);
    paintSectors(painter);
}

void VhdRuler::touch(QPointF position)
{
    const auto& content = m_document.content();
    if (!content || !content->isDisk())
        return;
    const QRectF rect = sectorRect();
    const double part = std::clamp((position.x() - rect.left()) / rect.width(), 0.0, 0.999999);
    const auto& answers = m_document.answers().answers;
    if (position.y() >= rect.top() - spacing(1)) {
        if (answers.empty())
            return;
        const std::uint64_t first = answers.front().offset / vhd::sectorBytes;
        const std::uint64_t end = answers.back().end() / vhd::sectorBytes;
        setSector(first + static_cast<std::uint64_t>(part * static_cast<double>(end - first)));
        return;
    }
    const auto offset =
        static_cast<std::uint64_t>(part * static_cast<double>(content->file().virtualSize));
    m_document.selectBlock(offset / content->blocks->blockSize);
}

void VhdRuler::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton)
        touch(event->position());
}

void VhdRuler::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton)
        touch(event->position());
}

void VhdRuler::stepBlock(int direction)
{
    const auto& content = m_document.content();
    if (!content || !content->blocks || content->blocks->states.empty())
        return;
    const std::uint64_t last = content->blocks->states.size() - 1;
    const std::uint64_t now = m_document.block().value_or(0);
    if (direction < 0 ? now > 0 : now < last)
        m_document.selectBlock(direction < 0 ? now - 1 : now + 1);
}

void VhdRuler::stepAnswer(int direction)
{
    const vhd::Answer* now = m_sector ? answerAt(*m_sector) : nullptr;
    if (now == nullptr)
        return;
    const auto& answers = m_document.answers().answers;
    const auto at = static_cast<std::size_t>(now - answers.data());
    if (direction > 0 && at + 1 < answers.size())
        setSector(answers[at + 1].offset / vhd::sectorBytes);
    else if (direction < 0)
        setSector(answers[at > 0 ? at - 1 : 0].offset / vhd::sectorBytes);
}

void VhdRuler::keyPressEvent(QKeyEvent* event)
{
    const auto& answers = m_document.answers().answers;
    const std::uint64_t sector = m_sector.value_or(0);
    switch (event->key()) {
    case Qt::Key_PageUp: return stepBlock(-1);
    case Qt::Key_PageDown: return stepBlock(1);
    case Qt::Key_Left: return setSector(sector > 0 ? sector - 1 : 0);
    case Qt::Key_Right: return setSector(sector + 1);
    case Qt::Key_Up: return stepAnswer(-1);
    case Qt::Key_Down: return stepAnswer(1);
    case Qt::Key_Home:
        if (!answers.empty())
            setSector(answers.front().offset / vhd::sectorBytes);
        return;
    case Qt::Key_End:
        if (!answers.empty())
            setSector(answers.back().end() / vhd::sectorBytes - 1);
        return;
    default: QWidget::keyPressEvent(event);
    }
}

bool VhdRuler::event(QEvent* event)
{
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto& content = m_document.content();
    QString text;
    for (std::size_t row = 0; row < rowCount(); ++row)
        if (rowRect(row).contains(help->pos()))
            text = row == 0
                       ? tr("What %1 holds itself").arg(vhdLinkName(*content->chain(), row))
                       : tr("What its parent %1 holds").arg(vhdLinkName(*content->chain(), row));
    if (sectorRect().contains(help->pos()))
        text = tr("The sectors of the selected block");
    QToolTip::showText(help->globalPos(), plainToolTip(text), this);
    return true;
}

} // namespace fatlas::ui
