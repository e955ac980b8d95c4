#include "ui/views/map_accessible.hpp"

#include "ui/views/cell_map_view.hpp"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <map>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// One slot on screen.
class CellAccessible : public QAccessibleInterface {
public:
    CellAccessible(CellMapView* map, std::uint64_t slot) : m_map(map), m_slot(slot) {}

    [[nodiscard]] bool isValid() const override
    {
        return m_map && m_slot < m_map->mapGeometry().slotCount();
    }

    [[nodiscard]] QObject* object() const override { return nullptr; }

    [[nodiscard]] QAccessibleInterface* parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_map.data());
    }

    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }

    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }

    [[nodiscard]] int childCount() const override { return 0; }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }

    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::Cell; }

    void setText(QAccessible::Text, const QString&) override {}

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (!isValid() || kind != QAccessible::Name)
            return {};
        return m_map->describe(m_map->mapGeometry().cellsOfSlot(m_slot));
    }

    [[nodiscard]] QRect rect() const override
    {
        if (!isValid())
            return {};
        const auto local = m_map->rectOfCell(m_map->mapGeometry().cellsOfSlot(m_slot).first);
        return local ? local->translated(m_map->mapToGlobal(QPoint())) : QRect();
    }

    [[nodiscard]] QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = true;
        state.selectable = true;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        const CellRange cells = m_map->mapGeometry().cellsOfSlot(m_slot);
        const auto cursor = m_map->cursorCell();
        state.focused = cursor && cells.contains(*cursor);
        return state;
    }

private:
    QPointer<CellMapView> m_map;
    std::uint64_t m_slot;
};

class MapAccessible : public QAccessibleWidget {
public:
    explicit MapAccessible(CellMapView* map) : QAccessibleWidget(map, QAccessible::Table) {}

    ~MapAccessible() override
    {
        for (const auto& [slot, id] : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    [[nodiscard]] int childCount() const override
    {
        const CellRange visible = visibleSlots();
        return static_cast<int>(visible.count);
    }

    [[nodiscard]] QAccessibleInterface* child(int index) const override
    {
        const CellRange visible = visibleSlots();
        if (index < 0 || static_cast<std::uint64_t>(index) >= visible.count)
            return nullptr;
        return cell(visible.first + static_cast<std::uint64_t>(index));
    }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override
    {
        const CellRange visible = visibleSlots();
        for (const auto& [slot, id] : m_children)
            if (QAccessible::accessibleInterface(id) == child)
                return visible.contains(slot) ? static_cast<int>(slot - visible.first) : -1;
        return -1;
    }

    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override
    {
        const auto found = map()->cellAt(map()->mapFromGlobal(QPoint(x, y)));
        return found ? cell(map()->mapGeometry().slotOfCell(*found)) : nullptr;
    }

    [[nodiscard]] QAccessibleInterface* focusChild() const override
    {
        const auto cursor = map()->cursorCell();
        return cursor ? cell(map()->mapGeometry().slotOfCell(*cursor)) : nullptr;
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        const auto cursor = map()->cursorCell();
        if (kind != QAccessible::Value || !cursor)
            return QAccessibleWidget::text(kind);
        const MapGeometry& geometry = map()->mapGeometry();
        return map()->describe(geometry.cellsOfSlot(geometry.slotOfCell(*cursor)));
    }

    [[nodiscard]] CellRange visibleSlots() const
    {
        const MapGeometry& geometry = map()->mapGeometry();
        const CellRange cells = map()->visibleCells();
        if (cells.count == 0)
            return {};
        const std::uint64_t first = geometry.slotOfCell(cells.first);
        return {first, geometry.slotOfCell(cells.end() - 1) + 1 - first};
    }

private:
    [[nodiscard]] CellMapView* map() const { return static_cast<CellMapView*>(widget()); }

    /// Interfaces belong to Qt's registry; only the few that were asked for exist.
    [[nodiscard]] QAccessibleInterface* cell(std::uint64_t slot) const
    {
        const auto known = m_children.find(slot);
        if (known != m_children.end())
            return QAccessible::accessibleInterface(known->second);
        auto* interface = new CellAccessible(map(), slot);
        m_children.emplace(slot, QAccessible::registerAccessibleInterface(interface));
        return interface;
    }

    mutable std::map<std::uint64_t, QAccessible::Id> m_children; ///< by slot
};

QAccessibleInterface* makeMapInterface(const QString&, QObject* object)
{
    auto* map = qobject_cast<CellMapView*>(object);
    return map ? new MapAccessible(map) : nullptr;
}

} // namespace

void installMapAccessibility()
{
    [[maybe_unused]] static const bool installed =
        (QAccessible::installFactory(makeMapInterface), true);
}

void announceCursor(QWidget* widget)
{
    auto* map = qobject_cast<CellMapView*>(widget);
    const auto cursor = map ? map->cursorCell() : std::nullopt;
    if (!cursor || !QAccessible::isActive())
        return;
    const auto* interface =
        static_cast<MapAccessible*>(QAccessible::queryAccessibleInterface(widget));
    if (!interface)
        return;
    const CellRange visible = interface->visibleSlots();
    const std::uint64_t slot = map->mapGeometry().slotOfCell(*cursor);
    if (!visible.contains(slot))
        return;
    QAccessibleEvent moved(widget, QAccessible::Focus);
    moved.setChild(static_cast<int>(slot - visible.first));
    QAccessible::updateAccessibility(&moved);
}

} // namespace fatlas::ui
