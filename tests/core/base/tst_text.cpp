#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <QtTest>

#include <limits>

using namespace fatlas;

namespace {

std::string text(const QByteArray& bytes)
{
    return bytes.toStdString();
}

} // namespace

class TestText : public QObject {
    Q_OBJECT

private slots:
    void everyCharacterSurvivesTheRoundTrip();
    void refusesWhatIsNotUtf8_data();
    void refusesWhatIsNotUtf8();
    void lossyReplacesEachBadByte();
    void loneSurrogatesSurvive();
    void pairsAreWrittenAsOneCharacter();
    void foldsNamesAsFatDriversCompareThem_data();
    void foldsNamesAsFatDriversCompareThem();
    void foldsFiftyThousandNamesInNoTime();
    void escapesWhatATerminalWouldObey_data();
    void escapesWhatATerminalWouldObey();
    void formatsSizesForPeople_data();
    void formatsSizesForPeople();
    void groupsDigits_data();
    void groupsDigits();
};

void TestText::everyCharacterSurvivesTheRoundTrip()
{
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        std::u16string one;
        if (c < 0x10000)
            one = {static_cast<char16_t>(c)};
        else
            one = {static_cast<char16_t>(0xD7C0 + (c >> 10)),
                   static_cast<char16_t>(0xDC00 + (c & 0x3FF))};
        const auto back = utf16FromUtf8(utf8FromUtf16(one));
        if (!back || *back != one)
            QFAIL(qPrintable(QString("U+%1").arg(static_cast<uint>(c), 4, 16)));
    }
}

void TestText::refusesWhatIsNotUtf8_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("lone continuation") << QByteArray("a\x80");
    QTest::newRow("cut off") << QByteArray("\xE2\x82");
    QTest::newRow("overlong slash, two bytes") << QByteArray("\xC0\xAF");
    QTest::newRow("overlong slash, three bytes") << QByteArray("\xE0\x80\xAF");
    QTest::newRow("overlong, four bytes") << QByteArray("\xF0\x82\x82\xAC");
    QTest::newRow("past U+10FFFF") << QByteArray("\xF4\x90\x80\x80");
    QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80");
    QTest::newRow("bad continuation") << QByteArray("\xE2\x28\xA1");
    QTest::newRow("a pair as two characters") << QByteArray("\xED\xA0\xBD\xED\xB8\x80");
}

void TestText::refusesWhatIsNotUtf8()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!utf16FromUtf8(text(bytes)));
}

void TestText::lossyReplacesEachBadByte()
{
    QCOMPARE(utf16FromUtf8Lossy("a\xFF\xE2\x82z"), std::u16string(u"a\uFFFD\uFFFD\uFFFDz"));
    QCOMPARE(utf16FromUtf8Lossy("\u20AC"), std::u16string(u"\u20AC"));
}

void TestText::loneSurrogatesSurvive()
{
    const std::u16string lone{u'a', char16_t{0xD83D}, u'b', char16_t{0xDE00}};
    const std::string bytes = utf8FromUtf16(lone);
    QCOMPARE(bytes, std::string("a\xED\xA0\xBD"
                                "b\xED\xB8\x80"));
    QCOMPARE(utf16FromUtf8(bytes), std::optional(lone));
}

void TestText::pairsAreWrittenAsOneCharacter()
{
    QCOMPARE(utf8FromUtf16(u"\U0001F600"), std::string("\xF0\x9F\x98\x80"));
    QCOMPARE(utf16FromUtf8("\xF0\x9F\x98\x80"), std::optional(std::u16string(u"\U0001F600")));
}

void TestText::foldsNamesAsFatDriversCompareThem_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("key");
    QTest::newRow("ascii") << "Hello.txt" << "HELLO.TXT";
    QTest::newRow("latin") << "\u00E9\u00FF" << "\u00C9\u0178";
    QTest::newRow("greek, cyrillic") << "\u03BB\u0436" << "\u039B\u0416";
    QTest::newRow("sharp s has no single capital") << "stra\u00DFe" << "STRA\u00DFE";
    QTest::newRow("one unit at a time beyond the BMP") << "\U00010428" << "\U00010428";
    QTest::newRow("final sigma") << "\u03C2\u03C3" << "\u03A3\u03A3";
}

void TestText::foldsNamesAsFatDriversCompareThem()
{
    QFETCH(QString, name);
    QFETCH(QString, key);
    QCOMPARE(QString::fromStdU16String(foldCase(name.toStdU16String())), key);
    QCOMPARE(upperCase(name.toStdU16String()[0]), key.toStdU16String()[0]);
}

void TestText::foldsFiftyThousandNamesInNoTime()
{
    const std::u16string name = u"A rather usual name of a photograph (2026).jpeg";
    std::size_t units = 0;
    QBENCHMARK
    {
        for (int i = 0; i < 50'000; ++i)
            units += foldCase(name).size();
    }
    QVERIFY(units >= 50'000 * name.size());
}

void TestText::escapesWhatATerminalWouldObey_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("escaped");
    QTest::newRow("plain") << QByteArray("a b.txt") << QByteArray("a b.txt");
    QTest::newRow("letters of the world")
        << QByteArray("\u00E9\u65E5\u0645") << QByteArray("\u00E9\u65E5\u0645");
    QTest::newRow("newline, tab") << QByteArray("a\nb\tc") << QByteArray("a\\nb\\tc");
    QTest::newRow("backslash") << QByteArray("a\\n") << QByteArray("a\\\\n");
    QTest::newRow("escape sequence") << QByteArray("\x1B[31m") << QByteArray("\\x1B[31m");
    QTest::newRow("nul and delete") << QByteArray("\0\x7F", 2) << QByteArray("\\x00\\x7F");
    QTest::newRow("C1 control") << QByteArray("\u009B") << QByteArray("\\u{009B}");
    QTest::newRow("right-to-left override")
        << QByteArray("\u202Etxt.exe") << QByteArray("\\u{202E}txt.exe");
    QTest::newRow("isolates") << QByteArray("\u2066\u2069") << QByteArray("\\u{2066}\\u{2069}");
    QTest::newRow("line separator") << QByteArray("\u2028") << QByteArray("\\u{2028}");
    QTest::newRow("tag character") << QByteArray("\U000E0041") << QByteArray("\\u{E0041}");
    QTest::newRow("family emoji keeps its joiner")
        << QByteArray("\U0001F468\u200D\U0001F469") << QByteArray("\U0001F468\u200D\U0001F469");
    QTest::newRow("not UTF-8") << QByteArray("a\xFFz") << QByteArray("a\\xFFz");
    QTest::newRow("lone surrogate") << QByteArray("\xED\xA0\xBD") << QByteArray("\\u{D83D}");
}

void TestText::escapesWhatATerminalWouldObey()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, escaped);
    QCOMPARE(QByteArray::fromStdString(escapeForTerminal(text(bytes))), escaped);
}

void TestText::formatsSizesForPeople_data()
{
    QTest::addColumn<quint64>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("none") << quint64{0} << "0 bytes";
    QTest::newRow("one") << quint64{1} << "1 byte";
    QTest::newRow("below a KiB") << quint64{1023} << "1023 bytes";
    QTest::newRow("one KiB") << quint64{KiB} << "1 KiB";
    QTest::newRow("not a whole KiB") << quint64{1500} << "1.5 KiB";
    QTest::newRow("a floppy") << quint64{1440 * KiB} << "1,440 KiB";
    QTest::newRow("just below ten MiB") << quint64{10 * MiB - KiB} << "10,239 KiB";
    QTest::newRow("ten MiB") << quint64{10 * MiB} << "10 MiB";
    QTest::newRow("a disk") << quint64{504 * MiB} << "504 MiB";
    QTest::newRow("a fraction") << quint64{GiB + 410 * MiB} << "1.4 GiB";
    QTest::newRow("rounds into the next unit") << quint64{GiB - 1} << "1 GiB";
    QTest::newRow("a card") << quint64{2 * TiB} << "2 TiB";
    QTest::newRow("the most") << std::numeric_limits<quint64>::max() << "16 EiB";
}

void TestText::formatsSizesForPeople()
{
    QFETCH(quint64, bytes);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(formatSize(bytes)), text);
}

void TestText::groupsDigits_data()
{
    QTest::addColumn<quint64>("count");
    QTest::addColumn<QString>("text");
    QTest::newRow("zero") << quint64{0} << "0";
    QTest::newRow("three") << quint64{999} << "999";
    QTest::newRow("four") << quint64{1000} << "1,000";
    QTest::newRow("six") << quint64{123456} << "123,456";
    QTest::newRow("seven") << quint64{1234567} << "1,234,567";
    QTest::newRow("the most") << std::numeric_limits<quint64>::max()
                              << "18,446,744,073,709,551,615";
}

void TestText::groupsDigits()
{
    QFETCH(quint64, count);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(formatCount(count)), text);
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
