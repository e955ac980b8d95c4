#include "core/fat/short_name.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

QString encoded(const char* text, int codePage = 437)
{
    const auto page = CodePage::open(codePage).value();
    const auto label = encodeLabel(text, *page);
    if (!label)
        return QString::fromStdString(label.error().message);
    return QString::fromLatin1(reinterpret_cast<const char*>(label->data()),
                               static_cast<qsizetype>(label->size()));
}

} // namespace

class TestVolumeLabel : public QObject {
    Q_OBJECT

private slots:

    void encodesLabels_data() // N17
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("bytes");
        QTest::newRow("plain") << "DOS TOOLS" << "DOS TOOLS  ";
        QTest::newRow("full") << "ABCDEFGHIJK" << "ABCDEFGHIJK";
        QTest::newRow("none") << "" << "NO NAME    ";
        QTest::newRow("lower") << "my disk" << "MY DISK    ";
        QTest::newRow("trailing") << "A  " << "A          ";
        QTest::newRow("signs") << "A-B_C~1!#$" << "A-B_C~1!#$ ";
        QTest::newRow("umlaut") << "äÖ" << QString::fromLatin1("\x8E\x99         ");
    }

    void encodesLabels()
    {
        QFETCH(QString, text);
        QFETCH(QString, bytes);
        QCOMPARE(encoded(text.toUtf8().constData()), bytes);
    }

    void refusesWithTheReason_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("long") << "ABCDEFGHIJKL"
                              << "the label has 12 bytes in code page 437, at most 11 fit";
        for (const QChar c : QString("\"*+,./:;<=>?[]|"))
            QTest::newRow(qPrintable(QString(c)))
                << "A" + QString(c)
                << QString("the label holds \"%1\", which no label can hold").arg(c);
        QTest::newRow("control")
            << "A\tB"
            << "the label holds the control character 0x09, which no label can hold";
        QTest::newRow("page") << "日本"
                              << "the label holds \"日\", which code page 437 does not have";
        QTest::newRow("emoji") << "😀"
                               << "the label holds \"😀\", which code page 437 does not have";
        QTest::newRow("capital")
            << "á"
            << "the label holds \"á\", whose capital \"Á\" code page 437 does not have";
        QTest::newRow("space") << " A" << "the label starts with a space";
    }

    void refusesWithTheReason()
    {
        QFETCH(QString, text);
        QFETCH(QString, reason);
        QCOMPARE(encoded(text.toUtf8().constData()), reason);
    }

    void countsBytesOfTheCodePage()
    {
        QCOMPARE(encoded("日本語日本", 932).size(), 11);
        QCOMPARE(encoded("日本語日本語", 932),
                 QString("the label has 12 bytes in code page 932, at most 11 fit"));
    }

    void refusesBytesThatAreNotUtf8()
    {
        QCOMPARE(encoded("\xFF"), QString("the label is not UTF-8"));
    }

    void storesE5As05() { QCOMPARE(encoded("Õ", 850), QString("\x05          ")); }
};

QTEST_GUILESS_MAIN(TestVolumeLabel)
#include "tst_volume_label.moc"
