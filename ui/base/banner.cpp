#include "ui/base/banner.hpp"

#include "ui/base/icons.hpp"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

Token tokenOf(Banner::Kind kind)
{
    switch (kind) {
    case Banner::Kind::Info: return Token::Accent;
    case Banner::Kind::Success: return Token::Success;
    case Banner::Kind::Warning: return Token::Warning;
    case Banner::Kind::Error: return Token::Lost;
    }
    return Token::Accent;
}

QLatin1String iconOf(Banner::Kind kind)
{
    switch (kind) {
    case Banner::Kind::Info: return "info"_L1;
    case Banner::Kind::Success: return "circle-check"_L1;
    case Banner::Kind::Warning: return "triangle-alert"_L1;
    case Banner::Kind::Error: return "circle-alert"_L1;
    }
    return "info"_L1;
}

QLabel* wrappedLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

Banner::Banner(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_headline(wrappedLabel(this)),
      m_body(wrappedLabel(this)), m_action(new QPushButton(this)), m_close(new QToolButton(this))
{
    m_headline->setFont(emphasized(font()));
    m_close->setAutoRaise(true);
    m_close->setIcon(icon("x"_L1));
    m_close->setToolTip(tr("Close"));
    m_close->setAccessibleName(tr("Close this message"));

    auto* texts = new QVBoxLayout;
    texts->setSpacing(spacing(1));
    texts->addWidget(m_headline);
    texts->addWidget(m_body);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(spacing(3), spacing(2), spacing(2), spacing(2));
    row->setSpacing(spacing(2));
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_action, 0, Qt::AlignVCenter);
    row->addWidget(m_close, 0, Qt::AlignTop);

    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    connect(m_close, &QToolButton::clicked, this, [this] {
        dismiss();
        Q_EMIT dismissed();
    });
    connect(&Theme::instance(), &Theme::changed, this, &Banner::retheme);
    hide();
}

void Banner::show(const Message& message)
{
    m_message = message;
    m_headline->setText(message.headline);
    QStringList body;
    for (const QString& part : {message.unchanged, message.next})
        if (!part.isEmpty())
            body << part;
    m_body->setText(body.join(u' '));
    m_body->setVisible(!body.isEmpty());
    m_action->setText(message.action);
    m_action->setVisible(!message.action.isEmpty());
    m_close->setVisible(message.closable);
    setAccessibleName(message.headline);
    setAccessibleDescription(m_body->text());
    retheme();
    QFrame::show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void Banner::showError(const Error& error, const QString& unchanged, const QString& next,
                       const QString& action)
{
    const ErrorWords words = errorWords(error);
    const QString detail = words.detail.isEmpty() ? unchanged : words.detail + u' ' + unchanged;
    show({.kind = Kind::Error,
          .headline = words.sentence,
          .unchanged = detail.trimmed(),
          .next = next,
          .action = action});
}

void Banner::dismiss()
{
    hide();
    m_message = {};
}

QColor Banner::tint() const
{
    return Theme::instance().color(tokenOf(m_message.kind));
}

void Banner::retheme()
{
    m_icon->setPixmap(iconPixmap(iconOf(m_message.kind), scaled(18), devicePixelRatioF(),
                                 tokenOf(m_message.kind)));
    update();
}

void Banner::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor panel = Theme::instance().color(Token::Panel);
    painter.setPen(QPen(mix(panel, tint(), 0.45), 1));
    painter.setBrush(mix(panel, tint(), 0.07));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), cornerRadius,
                            cornerRadius);
}

} // namespace fatlas::ui
