#include "ui/base/segmented_control.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QSignalBlocker>

namespace fatlas::ui {

namespace {

/// One segment; the control paints the frame around all of them.
class Segment : public QAbstractButton {
public:
    Segment(const QString& text, QWidget* parent) : QAbstractButton(parent)
    {
        setText(text);
        setCheckable(true);
        setAutoExclusive(true);
        setFocusPolicy(Qt::NoFocus);
        setAttribute(Qt::WA_Hover);
    }

    [[nodiscard]] QSize sizeHint() const override
    {
        const QFontMetrics bold(emphasized(font())); // room for the chosen look, so nothing jumps
        return {bold.horizontalAdvance(text()) + 2 * scaled(10), bold.height() + 2 * scaled(5)};
    }

    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const Theme& theme = Theme::instance();
        painter.setFont(isChecked() ? emphasized(font()) : font());
        painter.setPen(!isEnabled() ? mix(theme.color(Token::Muted), theme.color(Token::Panel), 0.5)
                       : isChecked() ? theme.color(Token::Accent)
                                     : theme.color(Token::Text));
        painter.drawText(rect(), Qt::AlignCenter, text());
    }
};

} // namespace

SegmentedControl::SegmentedControl(QWidget* parent, Width width)
    : QWidget(parent), m_layout(new QHBoxLayout(this))
{
    m_layout->setContentsMargins(1, 1, 1, 1);
    m_layout->setSpacing(1);
    if (width == Width::Fill)
        m_layout->addStretch();
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(width == Width::Fill ? QSizePolicy::Preferred : QSizePolicy::Fixed,
                  QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

int SegmentedControl::addSegment(const QString& text, const QString& toolTip)
{
    const int index = count();
    auto* segment = new Segment(text, this);
    segment->setToolTip(plainToolTip(toolTip));
    m_layout->insertWidget(index, segment);
    m_segments.push_back(segment);
    connect(segment, &QAbstractButton::clicked, this, [this, index] { choose(index); });
    if (m_current < 0)
        setCurrentIndex(0);
    return index;
}

void SegmentedControl::setSegmentText(int index, const QString& text)
{
    QAbstractButton* segment = m_segments.at(static_cast<std::size_t>(index));
    if (segment->text() == text)
        return;
    segment->setText(text);
    segment->updateGeometry();
    update();
}

void SegmentedControl::setSegmentEnabled(int index, bool enabled, const QString& why)
{
    QAbstractButton* segment = m_segments.at(static_cast<std::size_t>(index));
    segment->setEnabled(enabled);
    segment->setToolTip(plainToolTip(enabled ? QString() : why));
}

void SegmentedControl::setCurrentIndex(int index)
{
    if (index == m_current || index < 0 || index >= count())
        return;
    m_current = index;
    m_segments[static_cast<std::size_t>(index)]->setChecked(true);
    update();
    Q_EMIT currentChanged(index);
}

void SegmentedControl::choose(int index)
{
    if (index == m_current)
        return;
    setCurrentIndex(index);
    Q_EMIT chosen(index);
}

void SegmentedControl::step(int from, int direction)
{
    for (int i = from; i >= 0 && i < count(); i += direction) {
        if (m_segments[static_cast<std::size_t>(i)]->isEnabled()) {
            choose(i);
            return;
        }
    }
}

void SegmentedControl::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up: step(m_current - 1, -1); break;
    case Qt::Key_Right:
    case Qt::Key_Down: step(m_current + 1, 1); break;
    case Qt::Key_Home: step(0, 1); break;
    case Qt::Key_End: step(count() - 1, -1); break;
    default: QWidget::keyPressEvent(event);
    }
}

void SegmentedControl::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(frame, cornerRadius, cornerRadius);
    painter.fillPath(outline, theme.color(Token::Panel));
    painter.save();
    painter.setClipPath(outline);
    for (int i = 0; i < count(); ++i) {
        const QRect segment = m_segments[static_cast<std::size_t>(i)]->geometry();
        if (i == m_current)
            painter.fillRect(segment, theme.color(Token::AccentSoft));
        painter.fillRect(QRect(segment.right() + 1, 0, 1, height()), theme.color(Token::Line));
    }
    painter.restore();
    painter.setPen(QPen(theme.color(hasFocus() ? Token::Accent : Token::Line), 1));
    painter.drawPath(outline);
}

} // namespace fatlas::ui
