/// A table of texts whose rows come, change and go while it is looked at: clients, messages,
/// writes.
///
/// Rows are known by a key; new rows take the place of those with the same key, so what is selected
/// stays selected and a list stays where it was scrolled to.
///
/// Invariants: keys differ; rows that stay keep their order among themselves, else the model is
///             reset.
/// Threads:    GUI thread.
#pragma once

#include <QAbstractTableModel>
#include <QFont>
#include <QStringList>

#include <cstdint>
#include <vector>

namespace fatlas::ui {

struct KeyedRow {
    std::uint64_t key = 0;
    QStringList texts;      ///< one a column
    QStringList toolTips{}; ///< the same; may be shorter
    QString iconName{};     ///< of the first column; empty: none

    bool operator==(const KeyedRow&) const = default;
};

class KeyedRowsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Text, Number, Monospace };

    struct Column {
        QString title;
        Kind kind = Kind::Text;
    };

    explicit KeyedRowsModel(std::vector<Column> columns, QObject* parent = nullptr);
    ~KeyedRowsModel() override;

    void setRows(std::vector<KeyedRow> rows);

    [[nodiscard]] const std::vector<KeyedRow>& rows() const noexcept { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] bool keepsOrder(const std::vector<KeyedRow>& rows) const;
    void removeAllBut(const std::vector<KeyedRow>& rows);
    void insertNew(const std::vector<KeyedRow>& rows);
    void change(std::vector<KeyedRow> rows);

    std::vector<Column> m_columns;
    std::vector<KeyedRow> m_rows;
    QFont m_monospace;
};

} // namespace fatlas::ui
