#include "core/fat/long_name.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

QString legal(const QByteArray& host)
{
    return QString::fromStdU16String(makeLegalName(host.toStdString()).name);
}

QString why(const QByteArray& host)
{
    return QString::fromStdString(makeLegalName(host.toStdString()).why);
}

} // namespace

class TestLegalName : public QObject {
    Q_OBJECT

private slots:

    void leavesLegalNamesAlone_data() // N12
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name :
             {"readme.txt", ".gitignore", "a b  c", " leading", "Ünïcödé 日本語 😀", "a+b,c;d=[e]",
              "auxiliary", "aux1", "com0", "com10", "comx.txt", "xcon", "lpt", "nul_.txt",
              "\xEF\xBF\xBD genuine", "~$x", "..a", "c.aux"})
            QTest::newRow(name) << QByteArray(name);
    }

    void leavesLegalNamesAlone()
    {
        QFETCH(QByteArray, name);
        QCOMPARE(legal(name), QString::fromUtf8(name));
        QCOMPARE(why(name), QString());
    }

    void changesWhatFatCannotHold_data() // N13, N14, N15
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("why");
        const auto row = [](const char* host, const char* name, const char* why) {
            QTest::newRow(host) << QByteArray(host) << QString::fromUtf8(name)
                                << QString::fromUtf8(why);
        };
        row("what: when?.txt", "what_ when_.txt", "\":\" and \"?\" cannot stand in a name on FAT");
        row("a*b", "a_b", "\"*\" cannot stand in a name on FAT");
        row("<a|b>", "_a_b_", "\"<\", \"|\" and \">\" cannot stand in a name on FAT");
        row("a\\b\\c", "a_b_c", "\"\\\" cannot stand in a name on FAT");
        row("say \"hi\"", "say _hi_", "\"\"\" cannot stand in a name on FAT");
        row("tab\there", "tab_here", "control characters cannot stand in a name on FAT");
        row("del\x7F", "del_", "control characters cannot stand in a name on FAT");
        row("end.", "end", "a name on FAT cannot end in a dot");
        row("end ", "end", "a name on FAT cannot end in a space");
        row("end. . ", "end", "a name on FAT cannot end in dots and spaces");
        row("...", "_", "a name on FAT cannot end in a dot");
        row(" ", "_", "a name on FAT cannot end in a space");
        row("aux.c", "aux_.c", "AUX is a device in DOS and Windows");
        row("CON", "CON_", "CON is a device in DOS and Windows");
        row("nul.tar.gz", "nul_.tar.gz", "NUL is a device in DOS and Windows");
        row("Prn .txt", "Prn_ .txt", "PRN is a device in DOS and Windows");
        row("com1", "com1_", "COM1 is a device in DOS and Windows");
        row("lpt9.x", "lpt9_.x", "LPT9 is a device in DOS and Windows");
        row("com²", "com²_", "COM² is a device in DOS and Windows");
        row("conin$", "conin$_", "CONIN$ is a device in DOS and Windows");
        row("CONOUT$.a", "CONOUT$_.a", "CONOUT$ is a device in DOS and Windows");
        row("clock$", "clock$_", "CLOCK$ is a device in DOS and Windows");
        row("aux.", "aux_",
            "a name on FAT cannot end in a dot; AUX is a device in DOS and Windows");
        row("con:", "con_", "\":\" cannot stand in a name on FAT");
        row("latin\xE9.txt", "latin_.txt",
            "bytes that are not UTF-8 cannot stand in a name on FAT");
        row("\xEF\xBF\xBD\xFF", "\xEF\xBF\xBD_",
            "bytes that are not UTF-8 cannot stand in a name on FAT");
        row("cut\xF0\x9F\x98", "cut___", "bytes that are not UTF-8 cannot stand in a name on FAT");
        row("\xEF\xBF\xBF", "_", "control characters cannot stand in a name on FAT");
    }

    void changesWhatFatCannotHold()
    {
        QFETCH(QByteArray, host);
        QFETCH(QString, name);
        QFETCH(QString, why);
        QCOMPARE(legal(host), name);
        QCOMPARE(::why(host), why);
    }

    void shortensTheBaseAndKeepsTheExtension() // N16
    {
        const QString name = legal(QByteArray(300, 'x') + ".txt");
        QCOMPARE(name, QString(251, 'x') + ".txt");
        QCOMPARE(why(QByteArray(300, 'x')),
                 QString("300 UTF-16 units are too long, a name on FAT has at most 255"));
        QCOMPARE(legal(QByteArray(255, 'x')).size(), 255);
        QCOMPARE(why(QByteArray(255, 'x')), QString());
    }

    void takesALongTailForNoExtension()
    {
        QCOMPARE(legal("a." + QByteArray(300, 'x')), "a." + QString(253, 'x'));
    }

    void neverCutsASurrogatePair()
    {
        const QString name = legal(QString::fromUtf8("😀").repeated(200).toUtf8());
        QCOMPARE(name.size(), 254);
        QVERIFY(name.back().isLowSurrogate());
        QCOMPARE(legal((QString::fromUtf8("😀").repeated(200) + ".md").toUtf8()).size(), 255);
    }

    void endsLegallyAfterACut()
    {
        const QString name = legal(QByteArray(250, 'x') + QByteArray(20, ' ') + "y");
        QCOMPARE(name, QString(250, 'x'));
    }

    void staysShortEnoughBesideADevice()
    {
        const QString name = legal("aux." + QByteArray(251, 'x'));
        QCOMPARE(name.size(), 255);
        QVERIFY(name.startsWith("aux_."));
    }

    void givesALegalNameForEveryByte()
    {
        for (int a = 1; a < 256; ++a)
            for (int b = 1; b < 256; ++b) {
                const QByteArray host{QByteArray(1, static_cast<char>(a)) + static_cast<char>(b)};
                const std::u16string first = makeLegalName(host.toStdString()).name;
                QVERIFY(!first.empty());
                const QByteArray again = QString::fromStdU16String(first).toUtf8();
                QCOMPARE(makeLegalName(again.toStdString()).why, std::string());
            }
    }
};

QTEST_GUILESS_MAIN(TestLegalName)
#include "tst_legal_name.moc"
