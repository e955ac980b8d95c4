#include "ui/views/fat_table_accessible.hpp"

#include "ui/views/fat_table_area.hpp"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <map>

namespace fatlas::ui {

namespace {

/// One row of the table.
class RowAccessible : public QAccessibleInterface {
public:
    RowAccessible(FatTableArea* area, std::uint32_t entry) : m_area(area), m_entry(entry) {}

    [[nodiscard]] bool isValid() const override { return !m_area.isNull(); }

    [[nodiscard]] QObject* object() const override { return nullptr; }

    [[nodiscard]] QAccessibleInterface* parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_area.data());
    }

    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }

    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }

    [[nodiscard]] int childCount() const override { return 0; }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }

    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::Row; }

    void setText(QAccessible::Text, const QString&) override {}

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? m_area->sentenceOf(m_entry) : QString();
    }

    [[nodiscard]] QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect local = m_area->rectOf(m_entry);
        return local.isEmpty() ? QRect()
                               : local.translated(m_area->viewport()->mapToGlobal(QPoint()));
    }

    [[nodiscard]] QAccessible::State state() const override
    {
        QAccessible::State state;
        state.focusable = true;
        state.selectable = true;
        state.invalid = !isValid();
        state.focused = isValid() && m_area->cursor() == m_entry;
        state.selected = state.focused;
        return state;
    }

private:
    QPointer<FatTableArea> m_area;
    std::uint32_t m_entry;
};

class AreaAccessible : public QAccessibleWidget {
public:
    explicit AreaAccessible(FatTableArea* area) : QAccessibleWidget(area, QAccessible::Table) {}

    ~AreaAccessible() override
    {
        for (const auto& [entry, id] : m_rows)
            QAccessible::deleteAccessibleInterface(id);
    }

    [[nodiscard]] int childCount() const override
    {
        return static_cast<int>(area()->visibleCount());
    }

    [[nodiscard]] QAccessibleInterface* child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        return row(area()->firstVisible() + static_cast<std::uint32_t>(index));
    }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override
    {
        for (const auto& [entry, id] : m_rows)
            if (QAccessible::accessibleInterface(id) == child)
                return indexOf(entry);
        return -1;
    }

    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override
    {
        const auto entry = area()->entryAt(area()->viewport()->mapFromGlobal(QPoint(x, y)));
        return entry ? row(*entry) : nullptr;
    }

    [[nodiscard]] QAccessibleInterface* focusChild() const override
    {
        const auto cursor = area()->cursor();
        return cursor ? row(*cursor) : nullptr;
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        const auto cursor = area()->cursor();
        return kind == QAccessible::Value && cursor ? area()->sentenceOf(*cursor)
                                                    : QAccessibleWidget::text(kind);
    }

    /// Among the visible ones; -1 when it is not.
    [[nodiscard]] int indexOf(std::uint32_t entry) const
    {
        const std::uint32_t first = area()->firstVisible();
        const bool isVisible = entry >= first && entry - first < area()->visibleCount();
        return isVisible ? static_cast<int>(entry - first) : -1;
    }

private:
    [[nodiscard]] FatTableArea* area() const { return static_cast<FatTableArea*>(widget()); }

    /// Interfaces belong to Qt's registry; only the few that were asked for exist.
    [[nodiscard]] QAccessibleInterface* row(std::uint32_t entry) const
    {
        const auto known = m_rows.find(entry);
        if (known != m_rows.end())
            return QAccessible::accessibleInterface(known->second);
        auto* interface = new RowAccessible(area(), entry);
        m_rows.emplace(entry, QAccessible::registerAccessibleInterface(interface));
        return interface;
    }

    mutable std::map<std::uint32_t, QAccessible::Id> m_rows; ///< by entry
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* area = qobject_cast<FatTableArea*>(object);
    return area ? new AreaAccessible(area) : nullptr;
}

} // namespace

void installFatTableAccessibility()
{
    [[maybe_unused]] static const bool installed =
        (QAccessible::installFactory(makeInterface), true);
}

void announceFatTableCursor(FatTableArea* area)
{
    const auto cursor = area->cursor();
    if (!cursor || !QAccessible::isActive())
        return;
    const auto* interface =
        dynamic_cast<AreaAccessible*>(QAccessible::queryAccessibleInterface(area));
    const int index = interface ? interface->indexOf(*cursor) : -1;
    if (index < 0)
        return;
    QAccessibleEvent moved(area, QAccessible::Focus);
    moved.setChild(index);
    QAccessible::updateAccessibility(&moved);
}

} // namespace fatlas::ui
