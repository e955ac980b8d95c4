#include "ui/base/help_topic.hpp"

#include <QVariant>
#include <QWidget>

namespace fatlas::ui {

namespace {

constexpr auto topicProperty = "fatlasHelpTopic";

} // namespace

void setHelpTopic(QWidget* part, const QString& topic)
{
    part->setProperty(topicProperty, topic);
}

QString helpTopicOf(const QWidget* widget)
{
    for (; widget != nullptr; widget = widget->parentWidget())
        if (const QVariant topic = widget->property(topicProperty); topic.isValid())
            return topic.toString();
    return QStringLiteral("start");
}

} // namespace fatlas::ui
