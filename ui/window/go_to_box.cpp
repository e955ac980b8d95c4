#include "ui/window/go_to_box.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStandardItemModel>
#include <QTimer>
#include <QToolTip>

namespace fatlas::ui {

GoToBox::GoToBox(QWidget* parent)
    : InsetLineEdit(parent), m_model(new QStandardItemModel(this)),
      m_completer(new QCompleter(m_model, this))
{
    setPlaceholderText(tr("Go to or do anything"));
    setAccessibleName(tr("Go to or do anything"));
    setToolTip(tr("An action by name, or cluster:433, sector:464, 0x3A000, chs:12/1/15, a path"));
    addAction(icon(QLatin1String("search"), Token::Muted), LeadingPosition);
    setInset(new ThemedLabel(tr("Ctrl+K"), Token::Muted, this));
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(14);
    m_completer->popup()->setIconSize({scaled(16), scaled(16)});
    connect(this, &QLineEdit::textEdited, this, &GoToBox::suggest);
    connect(this, &QLineEdit::returnPressed, this, &GoToBox::runFirst);
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this,
            [this](const QModelIndex& index) { run(index.row()); });
}

void GoToBox::setProvider(Provider provider)
{
    m_provider = std::move(provider);
}

void GoToBox::start()
{
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
    suggest(text());
}

void GoToBox::suggest(const QString& text)
{
    m_suggestions = m_provider ? m_provider(text.trimmed()) : std::vector<Suggestion>();
    m_model->clear();
    for (const auto& suggestion : m_suggestions) {
        auto* item = new QStandardItem(suggestion.text);
        if (!suggestion.iconName.isEmpty())
            item->setIcon(icon(suggestion.iconName));
        item->setEnabled(static_cast<bool>(suggestion.run));
        item->setSizeHint({0, fontMetrics().height() + spacing(2)});
        m_model->appendRow(item);
    }
    if (m_suggestions.empty()) {
        m_completer->popup()->hide();
        return;
    }
    m_completer->complete();
    // Return without a choice is ours: it takes the first that can be done.
    m_completer->popup()->setCurrentIndex({});
}

void GoToBox::runFirst()
{
    if (m_completer->popup()->isVisible() && m_completer->popup()->currentIndex().isValid())
        return; // the completer answers for the row that is chosen
    m_suggestions = m_provider ? m_provider(text().trimmed()) : std::vector<Suggestion>();
    for (std::size_t i = 0; i < m_suggestions.size(); ++i)
        if (m_suggestions[i].run)
            return run(static_cast<int>(i));
    const QString why =
        m_suggestions.empty() ? tr("Nothing is called that") : m_suggestions.front().text;
    QToolTip::showText(mapToGlobal(QPoint(0, height())), why, this);
}

void GoToBox::run(int row)
{
    if (row < 0 || row >= static_cast<int>(m_suggestions.size()))
        return;
    const auto action = m_suggestions[static_cast<std::size_t>(row)].run;
    if (!action)
        return;
    m_completer->popup()->hide();
    // The completer writes the chosen text into the box after this.
    QTimer::singleShot(0, this, &QLineEdit::clear);
    clearFocus();
    action();
}

void GoToBox::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        m_completer->popup()->hide();
        clear();
        clearFocus();
        if (parentWidget() != nullptr)
            parentWidget()->setFocus();
        return;
    }
    InsetLineEdit::keyPressEvent(event);
}

} // namespace fatlas::ui
