/// Lets the values of a table be typed over in place: a value that cannot be keeps its editor, and
/// the reason is said.
///
/// Threads: GUI thread.
#pragma once

#include <QStyledItemDelegate>

#include <functional>

namespace fatlas::ui {

class TypeOverDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    /// Why `text` cannot be the value of a cell; empty: it can.
    using Refusal = std::function<QString(const QModelIndex& index, const QString& text)>;

    /// Cells look as `look` paints them; it outlives this one.
    TypeOverDelegate(const QAbstractItemDelegate& look, Refusal refusal, QObject* parent);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const override;
    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model,
                      const QModelIndex& index) const override;

Q_SIGNALS:
    void refused(const QString& why) const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] QString refusal(const QWidget& editor) const;

    const QAbstractItemDelegate& m_look;
    Refusal m_refusal;
    mutable QPersistentModelIndex m_edited;
};

} // namespace fatlas::ui
