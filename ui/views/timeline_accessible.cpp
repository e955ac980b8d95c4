#include "ui/views/timeline_accessible.hpp"

#include "ui/views/timeline_strip.hpp"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>

namespace fatlas::ui {

namespace {

class StripAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit StripAccessible(TimelineStrip* strip) : QAccessibleWidget(strip, QAccessible::Slider)
    {}

    [[nodiscard]] void* interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::ValueInterface)
            return static_cast<QAccessibleValueInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? strip()->valueText() : QAccessibleWidget::text(kind);
    }

    [[nodiscard]] QVariant currentValue() const override
    {
        return qulonglong(strip()->timeline().place());
    }

    void setCurrentValue(const QVariant& value) override
    {
        strip()->timeline().goTo(value.toULongLong());
    }

    [[nodiscard]] QVariant maximumValue() const override
    {
        return qulonglong(strip()->timeline().span().newest);
    }

    [[nodiscard]] QVariant minimumValue() const override
    {
        return qulonglong(strip()->timeline().span().oldest);
    }

    [[nodiscard]] QVariant minimumStepSize() const override { return 1; }

private:
    [[nodiscard]] TimelineStrip* strip() const { return static_cast<TimelineStrip*>(widget()); }
};

QAccessibleInterface* makeInterface(const QString&, QObject* object)
{
    auto* strip = qobject_cast<TimelineStrip*>(object);
    return strip ? new StripAccessible(strip) : nullptr;
}

} // namespace

void installTimelineAccessibility()
{
    [[maybe_unused]] static const bool installed =
        (QAccessible::installFactory(makeInterface), true);
}

void announceTimelineMoment(TimelineStrip* strip)
{
    if (!QAccessible::isActive())
        return;
    QAccessibleValueChangeEvent changed(strip, qulonglong(strip->timeline().place()));
    QAccessible::updateAccessibility(&changed);
}

} // namespace fatlas::ui
