#include "ui/window/timeline_panel.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/serve_rows.hpp"
#include "ui/views/timeline_strip.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr std::array speeds{1, 4, 16, 100};

ServedVolume volumeOf(const SharedContent& content)
{
    if (!content)
        return {};
    return {.tree = content->tree.get(),
            .usage = content->usage.get(),
            .volumeOffset = content->image.volumeOffset};
}

QString didText(const serve::JournalWrite& write)
{
    const QString size = sizeText(write.length);
    switch (write.kind) {
    case block::TapKind::Trim:
        return TimelinePanel::tr("client %1 trimmed %2").arg(countText(write.client), size);
    case block::TapKind::WriteZeroes:
        return TimelinePanel::tr("client %1 wrote %2 of zeros").arg(countText(write.client), size);
    default: break;
    }
    return TimelinePanel::tr("client %1 wrote %2").arg(countText(write.client), size);
}

} // namespace

TimelinePanel::TimelinePanel(ServeDocument& document, QWidget* parent)
    : Panel(parent), m_document(document), m_timeline(document.timeline()),
      m_strip(new TimelineStrip(m_timeline, this)),
      m_back(addButton("step-back", tr("Back one write (Left)"))),
      m_play(addButton("play", tr("Play (Space)"))),
      m_step(addButton("step-forward", tr("On to the next write (Right)"))),
      m_speed(new QComboBox(this)), m_place(new ElidedLabel({}, Qt::ElideRight, this)),
      m_limit(new ElidedLabel({}, Qt::ElideRight, this)), m_live(new QPushButton(tr("Live"), this)),
      m_save(new QPushButton(icon("save"_L1), tr("Save this moment as image…"), this))
{
    for (const int speed : speeds)
        m_speed->addItem(speed == 1 ? tr("As fast as it was") : tr("%1 times faster").arg(speed));
    m_speed->setAccessibleName(tr("Speed of the film"));
    m_speed->setToolTip(tr("How fast it plays; times without writes are skipped"));
    m_limit->setToken(Token::Muted);
    m_live->setToolTip(tr("Back to the disk as guests have it now (Escape)"));
    fillRow();
    connectParts();
    follow();
}

QToolButton* TimelinePanel::addButton(const char* iconName, const QString& text)
{
    auto* button = new QToolButton(this);
    button->setAutoRaise(true);
    button->setIcon(icon(QLatin1String(iconName)));
    button->setIconSize(QSize(scaled(14), scaled(14)));
    button->setToolTip(text);
    button->setAccessibleName(text);
    return button;
}

void TimelinePanel::fillRow()
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(spacing(3), spacing(2), spacing(3), 0);
    row->setSpacing(spacing(1));
    for (QToolButton* button : {m_back, m_play, m_step})
        row->addWidget(button);
    row->addWidget(m_speed);
    row->addSpacing(spacing(2));
    row->addWidget(m_place, 1);
    row->addWidget(m_live);
    row->addWidget(m_save);
    auto* below = new QHBoxLayout;
    below->setContentsMargins(spacing(3), 0, spacing(3), spacing(1));
    below->addWidget(m_limit);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing(1));
    column->addLayout(row);
    column->addWidget(m_strip, 1);
    column->addLayout(below);
    setTabOrder(m_strip, m_back);
}

void TimelinePanel::connectParts()
{
    connect(m_back, &QToolButton::clicked, this, [this] { m_timeline.step(-1); });
    connect(m_step, &QToolButton::clicked, this, [this] { m_timeline.step(1); });
    connect(m_play, &QToolButton::clicked, &m_timeline, &ServeTimeline::togglePlay);
    connect(m_speed, &QComboBox::currentIndexChanged, this,
            [this](int index) { m_timeline.setSpeed(speeds[static_cast<std::size_t>(index)]); });
    connect(m_live, &QPushButton::clicked, &m_timeline, &ServeTimeline::goLive);
    connect(m_save, &QPushButton::clicked, this,
            [this] { Q_EMIT saveRequested(m_timeline.place()); });
    connect(&m_timeline, &ServeTimeline::spanChanged, this, &TimelinePanel::follow);
    connect(&m_timeline, &ServeTimeline::momentChanged, this, &TimelinePanel::follow);
    connect(&m_timeline, &ServeTimeline::playChanged, this, &TimelinePanel::follow);
    connect(&m_document, &ServeDocument::contentChanged, this, &TimelinePanel::follow);
    connect(&m_document, &ServeDocument::stateChanged, this, &TimelinePanel::follow);
}

/// Why there is nothing to go back to.
QString TimelinePanel::problem() const
{
    if (m_document.state() != ServeDocument::State::Serving)
        return tr("Start serving first");
    if (m_timeline.journal())
        return {};
    return m_document.wish().session.mode == serve::Mode::ReadOnly
               ? tr("The disk is read-only: it never changes")
               : tr("This disk has no timeline");
}

QString TimelinePanel::placeText() const
{
    return m_place->text();
}

void TimelinePanel::follow()
{
    const QString why = problem();
    const serve::JournalSpan& span = m_timeline.span();
    const bool isThere = why.isEmpty();
    const std::uint64_t at = m_timeline.place();
    m_back->setEnabled(isThere && at > span.oldest);
    m_step->setEnabled(isThere && at < span.newest);
    m_play->setEnabled(isThere && span.newest > span.oldest);
    m_play->setIcon(icon(m_timeline.isPlaying() ? "pause"_L1 : "play"_L1));
    const QString plays = m_timeline.isPlaying() ? tr("Pause (Space)") : tr("Play (Space)");
    m_play->setToolTip(plays);
    m_play->setAccessibleName(plays);
    m_speed->setEnabled(isThere);
    m_live->setEnabled(m_timeline.moment().has_value());
    m_save->setEnabled(isThere);
    m_save->setToolTip(isThere ? tr("Write the disk as it was then to an image file; guests go on")
                               : why);
    m_limit->setText(m_timeline.limitText());
    m_limit->setVisible(!m_limit->text().isEmpty());
    if (!isThere)
        return m_place->setText(why);
    QString words = !m_timeline.moment() ? tr("Live: %1").arg(m_timeline.placeText())
                    : at == 0            ? sentenceOf(m_timeline.placeText().toStdString())
                                         : tr("After %1").arg(m_timeline.placeText());
    const auto write = m_timeline.journal()->index().write(at);
    if (m_timeline.moment() && write)
        words = tr("%1: %2 to %3")
                    .arg(words, didText(*write),
                         ui::placeText(volumeOf(m_document.content()), write->offset));
    m_place->setText(words);
}

} // namespace fatlas::ui
