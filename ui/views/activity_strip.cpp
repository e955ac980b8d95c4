#include "ui/views/activity_strip.hpp"

#include "ui/base/theme.hpp"
#include "ui/models/serve_rows.hpp"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fatlas::ui {

ActivityStrip::ActivityStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    setAccessibleName(tr("Activity of the last minute"));
    describe();
}

void ActivityStrip::setSamples(std::vector<serve::ActivitySample> samples, std::size_t capacity)
{
    const std::size_t wanted = std::max<std::size_t>(capacity, 1);
    if (samples == m_samples && wanted == m_capacity)
        return;
    m_samples = std::move(samples);
    m_capacity = wanted;
    describe();
    update();
}

double ActivityStrip::most() const
{
    double most = 0;
    for (const serve::ActivitySample& sample : m_samples)
        most = std::max({most, sample.readRate, sample.writtenRate});
    return most;
}

void ActivityStrip::describe()
{
    const serve::ActivitySample now =
        m_samples.empty() ? serve::ActivitySample{} : m_samples.back();
    const QString text =
        tr("Last minute: reads above the line, writes below it. Now %1 read, %2 "
           "written; at most %3.")
            .arg(rateText(now.readRate), rateText(now.writtenRate), rateText(most()));
    setToolTip(text);
    setAccessibleDescription(text);
}

QSize ActivityStrip::sizeHint() const
{
    return {scaled(240), scaled(40)};
}

QSize ActivityStrip::minimumSizeHint() const
{
    return {scaled(80), scaled(40)};
}

void ActivityStrip::paintEvent(QPaintEvent*)
{
    const Theme& theme = Theme::instance();
    QPainter painter(this);
    const double middle = height() * 0.62; // guests read more than they write
    painter.fillRect(QRectF(0, middle - 0.5, width(), 1), theme.color(Token::Line));
    const double scale = most();
    if (m_samples.empty() || scale <= 0)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    const double step = static_cast<double>(width()) / static_cast<double>(m_capacity);
    const double left = width() - step * static_cast<double>(m_samples.size());
    QPainterPath reads(QPointF(left, middle));
    QPainterPath writes(QPointF(left, middle));
    for (std::size_t i = 0; i < m_samples.size(); ++i) {
        const double x = left + step * (static_cast<double>(i) + 0.5);
        reads.lineTo(x, middle - (middle - 2) * std::sqrt(m_samples[i].readRate / scale));
        writes.lineTo(x, middle +
                             (height() - middle - 1) * std::sqrt(m_samples[i].writtenRate / scale));
    }
    QPainterPath area = reads;
    area.lineTo(width() - step / 2, middle);
    area.closeSubpath();
    writes.lineTo(width() - step / 2, middle);
    writes.closeSubpath();
    QColor soft = theme.color(Token::GuestRead);
    soft.setAlphaF(0.18F);
    painter.fillPath(area, soft);
    painter.strokePath(reads, QPen(theme.color(Token::GuestRead), 1.5));
    painter.fillPath(writes, theme.color(Token::GuestWrite));
}

} // namespace fatlas::ui
