#include "ui/views/walk_bar.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/views/chain_walk.hpp"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QToolButton>

#include <array>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr std::array stepsPerSecond{1, 2, 5, 10, 25};
constexpr int usualSpeed = 1; ///< of these

} // namespace

WalkBar::WalkBar(ChainWalk& walk, QWidget* parent)
    : QWidget(parent), m_walk(walk),
      m_back(addAction("step-back", tr("Back one cluster (P)"), Qt::Key_P)),
      m_play(addAction("play", tr("Walk along the chain (Space)"), Qt::Key_Space)),
      m_step(addAction("step-forward", tr("On to the next cluster (N)"), Qt::Key_N)),
      m_speed(new QComboBox(this)), m_sentence(new ElidedLabel({}, Qt::ElideRight, this))
{
    for (const int count : stepsPerSecond)
        m_speed->addItem(count == 1 ? tr("1 step a second") : tr("%1 steps a second").arg(count));
    m_speed->setCurrentIndex(usualSpeed);
    m_speed->setAccessibleName(tr("Speed of the walk"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(1));
    for (QAction* action : {m_back, m_play, m_step}) {
        auto* button = new QToolButton(this);
        button->setAutoRaise(true);
        button->setDefaultAction(action);
        button->setIconSize(QSize(scaled(14), scaled(14)));
        row->addWidget(button);
    }
    row->addWidget(m_speed);
    row->addSpacing(spacing(2));
    row->addWidget(m_sentence, 1);
    connect(m_back, &QAction::triggered, &walk, &ChainWalk::stepBack);
    connect(m_play, &QAction::triggered, &walk, &ChainWalk::toggle);
    connect(m_step, &QAction::triggered, &walk, &ChainWalk::stepForward);
    connect(m_speed, &QComboBox::currentIndexChanged, &walk, [&walk](int index) {
        walk.setIntervalMs(1000 / stepsPerSecond[static_cast<std::size_t>(index)]);
    });
    connect(&walk, &ChainWalk::changed, this, &WalkBar::follow);
    follow();
}

QAction* WalkBar::addAction(const char* iconName, const QString& text, Qt::Key key)
{
    auto* action = new QAction(icon(QLatin1String(iconName)), text, this);
    action->setToolTip(text);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    return action;
}

void WalkBar::addKeysTo(QWidget& part)
{
    for (QAction* action : {m_back, m_play, m_step})
        part.addAction(action);
}

QString WalkBar::text() const
{
    return m_sentence->text();
}

void WalkBar::follow()
{
    const bool isPlaying = m_walk.isPlaying();
    m_back->setEnabled(m_walk.canStepBack());
    m_step->setEnabled(m_walk.canStepForward());
    m_play->setEnabled(isPlaying || m_walk.canStepForward());
    m_play->setIcon(icon(isPlaying ? "pause"_L1 : "play"_L1));
    const QString what =
        isPlaying ? tr("Pause the walk (Space)") : tr("Walk along the chain (Space)");
    m_play->setText(what);
    m_play->setToolTip(what);
    m_sentence->setText(m_walk.sentence());
}

} // namespace fatlas::ui
