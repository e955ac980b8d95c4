#include "ui/wizards/form_column.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/wizards/panel.hpp"

#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace fatlas::ui {

namespace {

QWidget* makeContent(const FormColumn& parts, QWidget* parent)
{
    auto* content = new QWidget(parent);
    auto* heading = new ThemedLabel(parts.heading, Token::Text, content);
    heading->setFont(emphasized(heading->font(), 5));
    parts.form->setParent(content);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(spacing(4), spacing(3), spacing(4), spacing(3));
    layout->setSpacing(spacing(3));
    layout->addWidget(heading);
    layout->addWidget(parts.form, 1);
    return content;
}

QWidget* makeFooter(const FormColumn& parts, QWidget* parent)
{
    auto* footer = new QWidget(parent);
    auto* layout = new QVBoxLayout(footer);
    layout->setContentsMargins(spacing(4), spacing(2), spacing(4), spacing(3));
    layout->setSpacing(spacing(3));
    layout->addWidget(parts.command);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(spacing(2));
    buttons->addWidget(parts.button);
    for (QPushButton* other : parts.others)
        buttons->addWidget(other);
    buttons->addStretch(1);
    layout->addLayout(buttons);
    return footer;
}

} // namespace

QWidget* makeFormColumn(const FormColumn& parts, QWidget* parent)
{
    auto* column = new Panel(parent);
    column->setFixedWidth(scaled(parts.width));
    QScrollArea* const scroll = makeClearScrollArea(makeContent(parts, column), column);
    scroll->setFocusPolicy(Qt::NoFocus); // its fields are what Tab goes to
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(scroll, 1);
    layout->addWidget(makeFooter(parts, column));
    return column;
}

} // namespace fatlas::ui
