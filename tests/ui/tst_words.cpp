#include "ui/base/words.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

class TestWords : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void groupsThousands()
    {
        QCOMPARE(countText(1234567), u"1,234,567"_s);
        QCOMPARE(countText(1, "file", "files"), u"1 file"_s);
        QCOMPARE(countText(2296, "cluster", "clusters"), u"2,296 clusters"_s);
        QCOMPARE(exactSizeText(1175552), u"1,175,552 bytes"_s);
        QCOMPARE(hexText(0x3A000), u"0x3A000"_s);
    }

    void neverRoundsSomethingToNothing_data()
    {
        QTest::addColumn<quint64>("part");
        QTest::addColumn<quint64>("whole");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << quint64{0} << quint64{10} << u"0 %"_s;
        QTest::newRow("nothing of nothing") << quint64{0} << quint64{0} << u"0 %"_s;
        QTest::newRow("a trace") << quint64{1} << quint64{1000000} << u"< 1 %"_s;
        QTest::newRow("half") << quint64{5} << quint64{10} << u"50 %"_s;
        QTest::newRow("nearly all") << quint64{999999} << quint64{1000000} << u"> 99 %"_s;
        QTest::newRow("all") << quint64{10} << quint64{10} << u"100 %"_s;
    }

    void neverRoundsSomethingToNothing()
    {
        QFETCH(const quint64, part);
        QFETCH(const quint64, whole);
        QTEST(percentText(part, whole), "text");
    }

    void showsNamesThatCannotLie_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << QByteArray("A.TXT") << u"A.TXT"_s;
        QTest::newRow("backslash stays") << QByteArray("a\\b") << u"a\\b"_s;
        QTest::newRow("line break") << QByteArray("a\nb") << u"a\\u{A}b"_s;
        QTest::newRow("right to left override")
            << QByteArray("exe\xE2\x80\xAEgpj") << u"exe\\u{202E}gpj"_s;
        QTest::newRow("beyond the BMP") << QByteArray("\xF0\x9F\x98\x80") << u"\U0001F600"_s;
        QTest::newRow("lone surrogate") << QByteArray("a\xED\xA0\x80") << u"a\\u{D800}"_s;
    }

    void showsNamesThatCannotLie()
    {
        QFETCH(const QByteArray, name);
        QTEST(shown({name.constData(), static_cast<std::size_t>(name.size())}), "text");
    }

    void saysErrorsAsSentences()
    {
        const ErrorWords words = errorWords(Error{.code = ErrorCode::BadFormat,
                                                  .message = "bytes per sector is 513",
                                                  .deviceOffset = 0x200,
                                                  .systemError = 0});
        QCOMPARE(words.sentence, u"Bytes per sector is 513."_s);
        QCOMPARE(words.detail, u"At byte 512 (0x200)."_s);
        QVERIFY(!errorWords(Error{.code = ErrorCode::Io, .message = {}}).sentence.isEmpty());
    }

    void keepsMarkupInNamesAsText()
    {
        QCOMPARE(plainToolTip(u"A.TXT"_s), u"A.TXT"_s);
        QVERIFY(!plainToolTip(u"<b>bold</b>"_s).contains(u"<b>"_s));
    }

    void picksAFontOfEqualWidths() { QVERIFY(QFontInfo(monospaceFont()).fixedPitch()); }
};

QTEST_MAIN(TestWords)
#include "tst_words.moc"
