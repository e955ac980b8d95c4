/// A table as text that other programs take: columns parted by tabs, CSV, JSON.
///
/// Numbers lose the thin spaces that group their digits, so that they are numbers elsewhere too.
///
/// Shape:   a line for each row, below a line of headings; JSON: an array of objects whose names
///          are the headings. Columns and rows as given, in that order.
/// Threads: GUI thread, as the model.
/// Source:  RFC 4180 for CSV.
#pragma once

#include <QAbstractItemModel>
#include <QList>
#include <QString>

#include <cstdint>

namespace fatlas::ui {

enum class TableFormat : std::uint8_t { Text, Csv, Json };

/// What of a model is meant. `rows` name cells in any column; their row and parent count.
struct TablePart {
    const QAbstractItemModel* model = nullptr;
    QList<int> columns;
    QModelIndexList rows;
};

[[nodiscard]] QString tableText(const TablePart& part, TableFormat format);

} // namespace fatlas::ui
