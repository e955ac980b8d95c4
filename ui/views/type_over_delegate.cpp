#include "ui/views/type_over_delegate.hpp"

#include "ui/base/words.hpp"

#include <QKeyEvent>
#include <QLineEdit>
#include <QToolTip>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

TypeOverDelegate::TypeOverDelegate(const QAbstractItemDelegate& look, Refusal refusal,
                                   QObject* parent)
    : QStyledItemDelegate(parent), m_look(look), m_refusal(std::move(refusal))
{}

void TypeOverDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    m_look.paint(painter, option, index);
}

QSize TypeOverDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return m_look.sizeHint(option, index);
}

QWidget* TypeOverDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&,
                                        const QModelIndex& index) const
{
    auto* editor = new QLineEdit(parent);
    editor->setFont(monospaceFont());
    editor->setAccessibleName(
        tr("New value of %1").arg(index.siblingAtColumn(1).data().toString()));
    m_edited = index;
    return editor;
}

/// Never lower than a field needs, however low the rows are.
void TypeOverDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                                            const QModelIndex&) const
{
    const int height = std::max(option.rect.height(), editor->minimumSizeHint().height());
    editor->setGeometry(option.rect.left(), option.rect.center().y() - height / 2,
                        option.rect.width(), height);
}

QString TypeOverDelegate::refusal(const QWidget& editor) const
{
    const auto* field = qobject_cast<const QLineEdit*>(&editor);
    if (field == nullptr || !m_edited.isValid() ||
        field->text() == m_edited.data(Qt::EditRole).toString())
        return {};
    return m_refusal(m_edited, field->text());
}

void TypeOverDelegate::setModelData(QWidget* editor, QAbstractItemModel* model,
                                    const QModelIndex& index) const
{
    const QString why = refusal(*editor);
    if (why.isEmpty())
        QStyledItemDelegate::setModelData(editor, model, index);
    else
        Q_EMIT refused(why);
}

bool TypeOverDelegate::eventFilter(QObject* watched, QEvent* event)
{
    auto* editor = qobject_cast<QWidget*>(watched);
    if (editor == nullptr || event->type() != QEvent::KeyPress)
        return QStyledItemDelegate::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Return && key != Qt::Key_Enter)
        return QStyledItemDelegate::eventFilter(watched, event);
    const QString why = refusal(*editor);
    if (why.isEmpty())
        return QStyledItemDelegate::eventFilter(watched, event);
    editor->setAccessibleDescription(why);
    QToolTip::showText(editor->mapToGlobal(QPoint(0, editor->height())), why, editor);
    Q_EMIT refused(why);
    return true;
}

} // namespace fatlas::ui
