#include "ui/models/table_text.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr qulonglong largestExactNumber = 1ULL << 53; ///< in JSON, for most readers

bool isGroupSpace(QChar c)
{
    return c == QChar(0x2009) || c == QChar(0x202F) || c == QChar(0x00A0);
}

QString cellText(const QModelIndex& index)
{
    const QString shown = index.data(Qt::DisplayRole).toString();
    QString bare = shown;
    bare.removeIf(isGroupSpace);
    const bool isNumber = !bare.isEmpty() &&
                          std::ranges::all_of(bare, [](QChar c) { return c >= u'0' && c <= u'9'; });
    return isNumber ? bare : shown;
}

QString heading(const TablePart& part, int column)
{
    return part.model->headerData(column, Qt::Horizontal).toString();
}

QString escapedForText(QString cell)
{
    static const QRegularExpression breaks(u"[\\t\\r\\n]+"_s);
    return cell.replace(breaks, u" "_s);
}

QString escapedForCsv(QString cell)
{
    const bool needsQuotes = std::ranges::any_of(
        cell, [](QChar c) { return c == u',' || c == u'"' || c == u'\n' || c == u'\r'; });
    return needsQuotes ? u'"' + cell.replace(u'"', u"\"\""_s) + u'"' : cell;
}

QString lines(const TablePart& part, QChar between, QString (*escaped)(QString))
{
    QString text;
    const auto addLine = [&](auto cellOf) {
        for (qsizetype i = 0; i < part.columns.size(); ++i)
            text += (i == 0 ? QString() : QString(between)) + escaped(cellOf(part.columns[i]));
        text += u'\n';
    };
    addLine([&](int column) { return heading(part, column); });
    for (const QModelIndex& row : part.rows)
        addLine([&](int column) { return cellText(row.siblingAtColumn(column)); });
    return text;
}

QJsonValue jsonCell(const QString& cell)
{
    bool isNumber = false;
    const qulonglong number = cell.toULongLong(&isNumber);
    const bool isPlain =
        isNumber && number <= largestExactNumber && QString::number(number) == cell;
    return isPlain ? QJsonValue(static_cast<qint64>(number)) : QJsonValue(cell);
}

QString json(const TablePart& part)
{
    QJsonArray array;
    for (const QModelIndex& row : part.rows) {
        QJsonObject object;
        for (const int column : part.columns)
            object.insert(heading(part, column), jsonCell(cellText(row.siblingAtColumn(column))));
        array.append(object);
    }
    return QString::fromUtf8(QJsonDocument(array).toJson());
}

} // namespace

QString tableText(const TablePart& part, TableFormat format)
{
    switch (format) {
    case TableFormat::Text: return lines(part, u'\t', escapedForText);
    case TableFormat::Csv: return lines(part, u',', escapedForCsv);
    case TableFormat::Json: break;
    }
    return json(part);
}

} // namespace fatlas::ui
