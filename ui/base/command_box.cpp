#include "ui/base/command_box.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"

#include <QClipboard>
#include <QFontMetrics>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QTextLayout>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr int minLines = 2;
constexpr int maxLines = 6;
constexpr int showsCopiedMs = 1500;

} // namespace

CommandBox::CommandBox(QWidget* parent)
    : QWidget(parent), m_copy(new QToolButton(this)), m_text(new QPlainTextEdit(this))
{
    m_copy->setAutoRaise(true);
    m_copy->setIcon(icon("copy"_L1));
    m_copy->setIconSize(QSize(scaled(14), scaled(14)));
    m_copy->setToolTip(tr("Copy the command"));
    m_copy->setAccessibleName(tr("Copy the command"));
    m_text->setReadOnly(true);
    m_text->viewport()->setAutoFillBackground(false); // the frame has round corners
    m_text->setTabChangesFocus(true);
    m_text->setFont(resized(monospaceFont(), -0.5));
    m_text->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_text->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_text->document()->setDocumentMargin(scaled(6));
    m_text->setAccessibleName(tr("The same as a command"));

    auto* caption = new ThemedLabel(tr("The same as a command"), Token::Muted, this);
    caption->setFont(resized(font(), -0.5));
    auto* head = new QHBoxLayout;
    head->setSpacing(spacing(1));
    head->addWidget(caption);
    head->addWidget(m_copy);
    head->addStretch();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing(1));
    column->addLayout(head);
    column->addWidget(m_text);
    connect(m_copy, &QToolButton::clicked, this, &CommandBox::copy);
    fitHeight();
}

void CommandBox::setCommand(const QString& command)
{
    if (command == this->command())
        return;
    m_text->setPlainText(command);
    fitHeight();
}

QString CommandBox::command() const
{
    return m_text->toPlainText();
}

void CommandBox::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitHeight();
}

void CommandBox::copy()
{
    QGuiApplication::clipboard()->setText(command());
    m_copy->setIcon(icon("check"_L1));
    QTimer::singleShot(showsCopiedMs, m_copy, [this] { m_copy->setIcon(icon("copy"_L1)); });
    Q_EMIT copied();
}

void CommandBox::fitHeight()
{
    const QMargins margins = m_text->contentsMargins();
    const int padding = 2 * static_cast<int>(std::ceil(m_text->document()->documentMargin()));
    const int inner = std::max(50, width() - margins.left() - margins.right() - padding);
    QTextLayout layout(command(), m_text->font());
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    layout.beginLayout();
    int lines = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(inner);
        ++lines;
    }
    layout.endLayout();
    const int shownLines = std::clamp(lines, minLines, maxLines);
    m_text->setVerticalScrollBarPolicy(lines > maxLines ? Qt::ScrollBarAsNeeded
                                                        : Qt::ScrollBarAlwaysOff);
    m_text->setFixedHeight(shownLines * QFontMetrics(m_text->font()).lineSpacing() + padding +
                           margins.top() + margins.bottom() + scaled(4));
}

} // namespace fatlas::ui
