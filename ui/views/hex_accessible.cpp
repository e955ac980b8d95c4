#include "ui/views/hex_accessible.hpp"

#include "ui/views/hex_view.hpp"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QPointer>

#include <map>

namespace fatlas::ui {

namespace {

/// One byte on screen.
class ByteAccessible : public QAccessibleInterface {
public:
    ByteAccessible(HexView* view, std::uint64_t place) : m_view(view), m_place(place) {}

    [[nodiscard]] bool isValid() const override
    {
        return m_view && m_place < m_view->space()->size();
    }

    [[nodiscard]] QObject* object() const override { return nullptr; }

    [[nodiscard]] QAccessibleInterface* parent() const override
    {
        return QAccessible::queryAccessibleInterface(m_view.data());
    }

    [[nodiscard]] QAccessibleInterface* child(int) const override { return nullptr; }

    [[nodiscard]] QAccessibleInterface* childAt(int, int) const override { return nullptr; }

    [[nodiscard]] int childCount() const override { return 0; }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface*) const override { return -1; }

    [[nodiscard]] QAccessible::Role role() const override { return QAccessible::Cell; }

    void setText(QAccessible::Text, const QString&) override {}

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? m_view->describe(m_place) : QString();
    }

    [[nodiscard]] QRect rect() const override
    {
        const auto local = isValid() ? m_view->rectOf(m_place) : std::nullopt;
        return local ? local->translated(m_view->viewport()->mapToGlobal(QPoint())) : QRect();
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
        state.focused = m_view->cursor() == m_place;
        state.selected = m_view->selection().contains(m_place);
        return state;
    }

private:
    QPointer<HexView> m_view;
    std::uint64_t m_place;
};

class HexAccessible : public QAccessibleWidget {
public:
    explicit HexAccessible(HexView* view) : QAccessibleWidget(view, QAccessible::Table) {}

    ~HexAccessible() override
    {
        for (const auto& [place, id] : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    [[nodiscard]] int childCount() const override
    {
        return static_cast<int>(view()->visible().length);
    }

    [[nodiscard]] QAccessibleInterface* child(int index) const override
    {
        const ByteRange sight = view()->visible();
        if (index < 0 || static_cast<std::uint64_t>(index) >= sight.length)
            return nullptr;
        return byteAt(sight.offset + static_cast<std::uint64_t>(index));
    }

    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override
    {
        for (const auto& [place, id] : m_children)
            if (QAccessible::accessibleInterface(id) == child)
                return indexOf(place);
        return -1;
    }

    [[nodiscard]] QAccessibleInterface* childAt(int x, int y) const override
    {
        const auto place = view()->placeAt(view()->viewport()->mapFromGlobal(QPoint(x, y)));
        return place ? byteAt(*place) : nullptr;
    }

    [[nodiscard]] QAccessibleInterface* focusChild() const override
    {
        return view()->space()->size() == 0 ? nullptr : byteAt(view()->cursor());
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? view()->describe(view()->cursor())
                                          : QAccessibleWidget::text(kind);
    }

    /// -1 when out of sight.
    [[nodiscard]] int indexOf(std::uint64_t place) const
    {
        const ByteRange sight = view()->visible();
        return sight.contains(place) ? static_cast<int>(place - sight.offset) : -1;
    }

private:
    [[nodiscard]] HexView* view() const { return static_cast<HexView*>(widget()); }

    /// Interfaces belong to Qt's registry; only those that were asked for exist, and those that
    /// went out of sight go when they have become many.
    [[nodiscard]] QAccessibleInterface* byteAt(std::uint64_t place) const
    {
        const auto known = m_children.find(place);
        if (known != m_children.end())
            return QAccessible::accessibleInterface(known->second);
        if (m_children.size() > maxChildren)
            forgetUnseen();
        auto* interface = new ByteAccessible(view(), place);
        m_children.emplace(place, QAccessible::registerAccessibleInterface(interface));
        return interface;
    }

    void forgetUnseen() const
    {
        std::erase_if(m_children, [this](const auto& child) {
            if (indexOf(child.first) >= 0)
                return false;
            QAccessible::deleteAccessibleInterface(child.second);
            return true;
        });
    }

    static constexpr std::size_t maxChildren = 8192;
    mutable std::map<std::uint64_t, QAccessible::Id> m_children; ///< by place
};

QAccessibleInterface* makeHexInterface(const QString&, QObject* object)
{
    auto* view = qobject_cast<HexView*>(object);
    return view ? new HexAccessible(view) : nullptr;
}

} // namespace

void installHexAccessibility()
{
    [[maybe_unused]] static const bool installed =
        (QAccessible::installFactory(makeHexInterface), true);
}

void announceHexCursor(QWidget* widget)
{
    auto* view = qobject_cast<HexView*>(widget);
    if (view == nullptr || !QAccessible::isActive())
        return;
    const auto* interface =
        static_cast<HexAccessible*>(QAccessible::queryAccessibleInterface(widget));
    const int index = interface != nullptr ? interface->indexOf(view->cursor()) : -1;
    if (index < 0)
        return;
    QAccessibleEvent moved(widget, QAccessible::Focus);
    moved.setChild(index);
    QAccessible::updateAccessibility(&moved);
}

} // namespace fatlas::ui
