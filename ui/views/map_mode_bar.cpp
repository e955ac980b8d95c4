#include "ui/views/map_mode_bar.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/map_colourist.hpp"

#include <QAction>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

#include <array>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

struct ModeWords {
    MapMode mode;
    const char* id;
    const char* name;
    const char* meaning;
};

constexpr std::array modeWordList{
    ModeWords{MapMode::State, "state", QT_TRANSLATE_NOOP("MapModeBar", "State"),
              QT_TRANSLATE_NOOP("MapModeBar", "What each cluster is used for")},
    ModeWords{MapMode::Owner, "owner", QT_TRANSLATE_NOOP("MapModeBar", "Owner"),
              QT_TRANSLATE_NOOP("MapModeBar", "A colour for each file and folder")},
    ModeWords{MapMode::Fragments, "fragments", QT_TRANSLATE_NOOP("MapModeBar", "Fragments"),
              QT_TRANSLATE_NOOP("MapModeBar", "Where files go on from somewhere else")},
    ModeWords{MapMode::Findings, "findings", QT_TRANSLATE_NOOP("MapModeBar", "Findings"),
              QT_TRANSLATE_NOOP("MapModeBar", "What a check found, by severity")},
    ModeWords{MapMode::Content, "content", QT_TRANSLATE_NOOP("MapModeBar", "Content"),
              QT_TRANSLATE_NOOP("MapModeBar", "What the bytes look like: zeros, text, dense")},
    ModeWords{MapMode::FatCopies, "fats", QT_TRANSLATE_NOOP("MapModeBar", "FAT 1 / 2"),
              QT_TRANSLATE_NOOP("MapModeBar", "Where the copies of the FAT differ")},
};

struct OrderWords {
    MapOrder order;
    const char* id;
    const char* name;
};

constexpr std::array orderWordList{
    OrderWords{MapOrder::Rows, "rows", QT_TRANSLATE_NOOP("MapModeBar", "Rows")},
    OrderWords{MapOrder::Hilbert, "hilbert", QT_TRANSLATE_NOOP("MapModeBar", "Hilbert curve")},
    OrderWords{MapOrder::Tracks, "tracks", QT_TRANSLATE_NOOP("MapModeBar", "Tracks and heads")},
};

QToolButton* flatButton(QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setAutoRaise(true);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    button->setMenu(new QMenu(button));
    return button;
}

} // namespace

MapModeBar::MapModeBar(ClusterMapView& map, MapColourist& colourist, QWidget* parent)
    : QWidget(parent), m_map(map), m_colourist(colourist),
      m_progress(new ElidedLabel({}, Qt::ElideRight, this)), m_modes(new SegmentedControl(this)),
      m_compact(flatButton(this)), m_orders(flatButton(this))
{
    m_progress->setToken(Token::Muted);
    m_modes->setAccessibleName(tr("Colours of the map"));
    m_compact->setAccessibleName(tr("Colours of the map"));
    m_orders->setAccessibleName(tr("Order of the cells"));
    auto* modes = new QActionGroup(this);
    for (const ModeWords& words : modeWordList)
        modes->addAction(addMode(words.mode));
    auto* orders = new QActionGroup(this);
    for (const OrderWords& words : orderWordList) {
        auto* action = m_orders->menu()->addAction(tr(words.name));
        action->setCheckable(true);
        orders->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, order = words.order] { setOrder(order); });
        m_orderActions.push_back(action);
    }
    m_nextOrder = new QAction(tr("Next order of the cells"), this);
    m_nextOrder->setShortcut(Qt::Key_L);
    m_nextOrder->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(m_nextOrder, &QAction::triggered, this, &MapModeBar::nextOrder);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(2));
    row->addWidget(m_progress, 1);
    row->addWidget(m_modes);
    row->addWidget(m_compact);
    row->addWidget(m_orders);
    connect(m_modes, &SegmentedControl::chosen, this,
            [this](int index) { m_colourist.setMode(static_cast<MapMode>(index)); });
    connect(&colourist, &MapColourist::modeChanged, this, &MapModeBar::follow);
    connect(&colourist, &MapColourist::progressChanged, this, &MapModeBar::showProgress);
    connect(&map, &ClusterMapView::viewChanged, this, &MapModeBar::followMap);
    follow();
    followMap();
    fit();
}

QAction* MapModeBar::addMode(MapMode mode)
{
    const auto index = static_cast<std::size_t>(mode);
    const ModeWords& words = modeWordList[index];
    m_modes->addSegment(tr(words.name), tr("%1 (%2)").arg(tr(words.meaning)).arg(index + 1));
    auto* action = m_compact->menu()->addAction(tr(words.name));
    action->setCheckable(true);
    action->setShortcut(static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(index)));
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, [this, mode] { m_colourist.setMode(mode); });
    m_modeActions.push_back(action);
    m_modeEnabled.push_back(true);
    return action;
}

void MapModeBar::addKeysTo(QWidget& part)
{
    for (QAction* action : m_modeActions)
        part.addAction(action);
    part.addAction(m_nextOrder);
}

void MapModeBar::follow()
{
    for (std::size_t i = 0; i < modeWordList.size(); ++i) {
        const ModeWords& words = modeWordList[i];
        const QString problem = m_colourist.problem(words.mode);
        if (m_modeEnabled[i] != problem.isEmpty()) {
            m_modeEnabled[i] = problem.isEmpty();
            m_modes->setSegmentEnabled(static_cast<int>(i), problem.isEmpty(), problem);
        }
        m_modeActions[i]->setEnabled(problem.isEmpty());
        m_modeActions[i]->setToolTip(problem.isEmpty() ? tr(words.meaning) : problem);
    }
    const auto now = static_cast<std::size_t>(m_colourist.mode());
    m_modes->setCurrentIndex(static_cast<int>(now));
    m_modeActions[now]->setChecked(true);
    m_compact->setText(tr(modeWordList[now].name));
    m_compact->setToolTip(tr(modeWordList[now].meaning));
    showProgress();
}

std::optional<TrackGrid> MapModeBar::tracks() const
{
    const auto& cells = m_map.cells();
    return cells ? TrackGrid::of(cells->map().geometry(), cells->systemCellCount()) : std::nullopt;
}

QString MapModeBar::problem(MapOrder order) const
{
    if (order != MapOrder::Tracks || tracks())
        return {};
    return tr("Only floppies have tracks that can be seen at once");
}

void MapModeBar::followMap()
{
    for (std::size_t i = 0; i < orderWordList.size(); ++i) {
        const QString why = problem(orderWordList[i].order);
        m_orderActions[i]->setEnabled(why.isEmpty());
        m_orderActions[i]->setToolTip(why);
    }
    if (!problem(m_order).isEmpty() && m_map.cells())
        return setOrder(MapOrder::Rows);
    const auto now = static_cast<std::size_t>(m_order);
    m_orderActions[now]->setChecked(true);
    m_orders->setText(tr(orderWordList[now].name));
    m_orders->setToolTip(tr("Order of the cells (L)"));
}

void MapModeBar::setOrder(MapOrder order)
{
    if (!problem(order).isEmpty())
        return;
    const bool isOther = order != m_order;
    m_order = order;
    m_map.setOrder(order, order == MapOrder::Tracks ? tracks() : std::nullopt);
    if (isOther)
        followMap();
}

void MapModeBar::nextOrder()
{
    for (std::size_t step = 1; step <= orderWordList.size(); ++step) {
        const std::size_t next = (static_cast<std::size_t>(m_order) + step) % orderWordList.size();
        if (problem(orderWordList[next].order).isEmpty())
            return setOrder(orderWordList[next].order);
    }
}

void MapModeBar::showProgress()
{
    m_progress->setText(m_colourist.progressText());
}

QSize MapModeBar::minimumSizeHint() const
{
    return {m_compact->sizeHint().width() + m_orders->sizeHint().width() + spacing(2),
            m_modes->sizeHint().height()};
}

void MapModeBar::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

void MapModeBar::fit()
{
    const int wanted = m_modes->sizeHint().width() + m_orders->sizeHint().width() + 2 * spacing(2);
    const bool hasRoom = width() >= wanted;
    m_modes->setVisible(hasRoom);
    m_compact->setVisible(!hasRoom);
}

std::optional<MapMode> MapModeBar::modeNamed(const QString& name)
{
    for (const ModeWords& words : modeWordList)
        if (name == QLatin1String(words.id))
            return words.mode;
    return std::nullopt;
}

std::optional<MapOrder> MapModeBar::orderNamed(const QString& name)
{
    for (const OrderWords& words : orderWordList)
        if (name == QLatin1String(words.id))
            return words.order;
    return std::nullopt;
}

} // namespace fatlas::ui
