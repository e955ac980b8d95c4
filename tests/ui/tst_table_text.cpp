#include "ui/models/table_text.hpp"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardItemModel>
#include <QTest>

using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

void addRow(QStandardItemModel& model, const QStringList& cells)
{
    QList<QStandardItem*> row;
    for (const QString& cell : cells)
        row << new QStandardItem(cell);
    model.appendRow(row);
}

QString textOf(const QStandardItemModel& model, TableFormat format, const QList<int>& columns)
{
    QModelIndexList rows;
    for (int row = 0; row < model.rowCount(); ++row)
        rows << model.index(row, 0);
    return tableText({.model = &model, .columns = columns, .rows = rows}, format);
}

} // namespace

class TestTableText : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void init()
    {
        m_model.clear();
        m_model.setHorizontalHeaderLabels({u"Name"_s, u"Size"_s});
    }

    void textHasColumnsPartedByTabs()
    {
        addRow(m_model, {u"A.TXT"_s, u"12\u2009345"_s});
        QCOMPARE(textOf(m_model, TableFormat::Text, {0, 1}), u"Name\tSize\nA.TXT\t12345\n"_s);
    }

    void aTabInANameMakesNoColumn()
    {
        addRow(m_model, {u"A\tB\nC"_s, u"1"_s});
        QCOMPARE(textOf(m_model, TableFormat::Text, {0, 1}), u"Name\tSize\nA B C\t1\n"_s);
    }

    void csvQuotesWhatWouldPartCells()
    {
        addRow(m_model, {u"A,B"_s, u"1"_s});
        addRow(m_model, {u"say \"hi\""_s, u"2"_s});
        addRow(m_model, {u"two\nlines"_s, u"3"_s});
        QCOMPARE(textOf(m_model, TableFormat::Csv, {0, 1}),
                 u"Name,Size\n\"A,B\",1\n\"say \"\"hi\"\"\",2\n\"two\nlines\",3\n"_s);
    }

    void jsonHasNumbersWhereThereAreNumbers()
    {
        addRow(m_model, {u"007"_s, u"1\u202F234"_s});
        addRow(m_model, {u"x"_s, u"18446744073709551615"_s});
        const QJsonArray rows =
            QJsonDocument::fromJson(textOf(m_model, TableFormat::Json, {0, 1}).toUtf8()).array();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0].toObject()[u"Size"_s].toInt(), 1234);
        QCOMPARE(rows[0].toObject()[u"Name"_s].toString(), u"007"_s); // a name stays a name
        QCOMPARE(rows[1].toObject()[u"Size"_s].toString(), u"18446744073709551615"_s);
    }

    void columnsComeAsAskedFor()
    {
        addRow(m_model, {u"A"_s, u"1"_s});
        QCOMPARE(textOf(m_model, TableFormat::Csv, {1}), u"Size\n1\n"_s);
        QCOMPARE(textOf(m_model, TableFormat::Csv, {1, 0}), u"Size,Name\n1,A\n"_s);
    }

    void wordsKeepTheirSpaces()
    {
        addRow(m_model, {u"12\u2009KiB"_s, u""_s});
        QCOMPARE(textOf(m_model, TableFormat::Csv, {0, 1}), u"Name,Size\n12\u2009KiB,\n"_s);
    }

private:
    QStandardItemModel m_model;
};

QTEST_MAIN(TestTableText)
#include "tst_table_text.moc"
