#include "ui/window/breadcrumb.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStackedLayout>
#include <QToolButton>

namespace fatlas::ui {

Breadcrumb::Breadcrumb(VolumeDocument& document, QWidget* parent)
    : Panel(parent), m_document(document), m_parts(new QWidget(this)),
      m_layout(new QHBoxLayout(m_parts)), m_edit(new QLineEdit(this)),
      m_stack(new QStackedLayout(this))
{
    setAccessibleName(tr("Where you are"));
    setToolTip(tr("Double-click to edit as an address"));
    m_layout->setContentsMargins(spacing(3), 0, spacing(3), 0);
    m_layout->setSpacing(0);
    m_edit->setAccessibleName(tr("Address"));
    m_edit->installEventFilter(this);
    m_stack->addWidget(m_parts);
    m_stack->addWidget(m_edit);
    setFixedHeight(fontMetrics().height() + 2 * spacing(2));
    connect(m_edit, &QLineEdit::returnPressed, this, [this] {
        const QString typed = m_edit->text();
        stopEditing();
        Q_EMIT addressEntered(typed);
    });
    connect(&document, &VolumeDocument::ready, this, &Breadcrumb::refresh);
    connect(&document.focus(), &Focus::changed, this, &Breadcrumb::refresh);
    refresh();
}

void Breadcrumb::refresh()
{
    while (auto* old = m_layout->takeAt(0)) {
        if (old->widget() != nullptr) {
            old->widget()->hide();
            old->widget()->deleteLater(); // one of them may have been clicked to get here
        }
        delete old;
    }
    const auto& content = m_document.content();
    const FocusTarget& target = m_document.focus().selection();
    auto* disc = new QLabel(m_parts);
    disc->setPixmap(iconPixmap(QLatin1String("disc"), scaled(14), devicePixelRatioF()));
    m_layout->addWidget(disc);
    const auto nothing = [this] { m_document.focus().select({}); };
    addPart(m_document.title(), !content, nothing);
    if (content) {
        const QString type = QString::fromLatin1(fat::toString(content->geometry().type));
        const QString label = shown(content->tree->label);
        addPart(label.isEmpty() ? type : tr("%1 “%2”").arg(type, label), target.isEmpty(),
                [this] { m_document.selectNode(0); });
        if (target.node)
            addPath(*target.node, !target.cluster && !target.bytes);
        if (target.cluster)
            addPart(tr("cluster %1").arg(countText(target.cluster->value)), !target.bytes,
                    [this, cluster = *target.cluster] { m_document.selectCluster(cluster); });
        if (target.bytes)
            addPart(tr("byte %1").arg(hexText(target.bytes->offset)), true, [] {});
    }
    m_layout->addStretch(1);
}

void Breadcrumb::addPath(std::uint32_t node, bool last)
{
    std::vector<std::uint32_t> way;
    for (std::uint32_t at = node; at != 0; at = m_document.content()->tree->nodes[at].parent)
        way.push_back(at);
    for (auto at = way.rbegin(); at != way.rend(); ++at)
        addPart(shown(m_document.content()->tree->nodes[*at].name), last && at + 1 == way.rend(),
                [this, part = *at] { m_document.selectNode(part); });
}

void Breadcrumb::addPart(const QString& text, bool last, const std::function<void()>& go)
{
    if (m_layout->count() > 1) {
        auto* arrow = new ThemedLabel(QStringLiteral("›"), Token::Muted, m_parts);
        m_layout->addWidget(arrow);
    }
    auto* part = new QToolButton(m_parts);
    part->setText(QString(text).replace(u'&', QStringLiteral("&&")));
    part->setAutoRaise(true);
    if (last)
        part->setFont(emphasized(part->font()));
    m_layout->addWidget(part);
    connect(part, &QToolButton::clicked, this, go);
}

QString Breadcrumb::address() const
{
    const FocusTarget& target = m_document.focus().selection();
    if (target.bytes)
        return hexText(target.bytes->offset);
    if (target.cluster)
        return tr("cluster:%1").arg(target.cluster->value);
    if (target.node && m_document.content())
        return QString::fromStdString(m_document.content()->tree->path(*target.node));
    return QStringLiteral("/");
}

void Breadcrumb::startEditing()
{
    if (!m_document.content())
        return;
    m_edit->setText(address());
    m_stack->setCurrentWidget(m_edit);
    m_edit->setFocus();
    m_edit->selectAll();
}

void Breadcrumb::stopEditing()
{
    m_stack->setCurrentWidget(m_parts);
}

void Breadcrumb::mouseDoubleClickEvent(QMouseEvent*)
{
    startEditing();
}

bool Breadcrumb::eventFilter(QObject* watched, QEvent* event)
{
    const bool escape = event->type() == QEvent::KeyPress &&
                        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape;
    if (watched == m_edit && (escape || event->type() == QEvent::FocusOut))
        stopEditing();
    return QWidget::eventFilter(watched, event);
}

} // namespace fatlas::ui
