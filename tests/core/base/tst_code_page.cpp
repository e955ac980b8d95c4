#include "core/base/code_page.hpp"
#include "core/base/text.hpp"
#include "core/base/utf8.hpp"

#include <QtTest>

#include <algorithm>

using namespace fatlas;

class TestCodePage : public QObject {
    Q_OBJECT

private slots:
    void asciiIsAsciiInEveryPage_data();
    void asciiIsAsciiInEveryPage();

    void whatDecodesEncodesToTheSameCharacter_data() { asciiIsAsciiInEveryPage_data(); }

    void whatDecodesEncodesToTheSameCharacter();
    void knowsTheBytesDosAndWindowsUse_data();
    void knowsTheBytesDosAndWindowsUse();
    void givesNothingForWhatThePageDoesNotHold_data();
    void givesNothingForWhatThePageDoesNotHold();
    void bothMicrosReachPage437();
    void readsDoubleBytesAndTheirLeads();
    void brokenBytesBecomeReplacementCharacters();
    void picksTheUsualOneOfSeveralCodes();
    void refusesAnUnknownNumberAndListsTheOthers();
    void openingTwiceGivesTheSamePage();
};

namespace {

std::shared_ptr<const CodePage> page(int number)
{
    auto opened = CodePage::open(number);
    if (!opened)
        qFatal("%s", opened.error().message.c_str());
    return *opened;
}

std::string utf8(char32_t character)
{
    std::string bytes;
    appendUtf8(bytes, character);
    return bytes;
}

} // namespace

void TestCodePage::asciiIsAsciiInEveryPage_data()
{
    QTest::addColumn<int>("number");
    for (const int number :
         {437, 720, 737, 775, 850, 852, 855,  857,  858,  860,  861,  862,  863,  864,  865, 866,
          869, 874, 932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258})
        QTest::addRow("%d", number) << number;
}

void TestCodePage::asciiIsAsciiInEveryPage()
{
    QFETCH(int, number);
    const auto opened = page(number);
    QCOMPARE(opened->number(), number);
    for (char32_t c = 0; c < 0x80; ++c) {
        const std::string byte(1, static_cast<char>(c));
        QCOMPARE(opened->encode(c), std::optional(byte));
        QCOMPARE(opened->decode(byte), byte);
        QVERIFY(!opened->isLead(static_cast<unsigned char>(c)));
    }
}

void TestCodePage::whatDecodesEncodesToTheSameCharacter()
{
    QFETCH(int, number);
    const auto opened = page(number);
    int count = 0;
    for (char32_t c = 0x80; c < 0x10000; ++c) {
        const auto bytes = opened->encode(c);
        if (!bytes)
            continue;
        ++count;
        const std::string back = opened->decode(*bytes);
        // The other reading of a corrected byte comes back as Microsoft's.
        if (back != utf8(c) && opened->encode((*utf16FromUtf8(back))[0]) != bytes)
            QFAIL(qPrintable(QString("U+%1").arg(static_cast<uint>(c), 4, 16)));
    }
    QVERIFY2(count > 60, qPrintable(QString::number(count)));
}

void TestCodePage::knowsTheBytesDosAndWindowsUse_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<uint>("character");
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](int number, char32_t character, const char* bytes) {
        QTest::addRow("%d U+%04X", number, static_cast<uint>(character))
            << number << static_cast<uint>(character) << QByteArray(bytes);
    };
    row(437, U'\u00C9', "\x90");
    row(437, U'\u00B5', "\xE6");
    row(437, U'\u00DF', "\xE1");
    row(437, U'\u2588', "\xDB");
    row(437, U'\u00A0', "\xFF");
    row(850, U'\u00D5', "\xE5");
    row(852, U'\u0141', "\x9D");
    row(852, U'\u00AC', "\xAA");
    row(855, U'\u0416', "\xEA");
    row(857, U'\u0130', "\x98");
    row(858, U'\u20AC', "\xD5");
    row(866, U'\u042F', "\x9F");
    row(869, U'\u0384', "\xEF");
    row(874, U'\u0E01', "\xA1");
    row(932, U'\u3042', "\x82\xA0");
    row(932, U'\uFF71', "\xB1");
    row(936, U'\u4E2D', "\xD6\xD0");
    row(949, U'\uD55C', "\xC7\xD1");
    row(950, U'\u4E2D', "\xA4\xA4");
    row(1252, U'\u20AC', "\x80");
    row(1251, U'\u0416', "\xC6");
}

void TestCodePage::knowsTheBytesDosAndWindowsUse()
{
    QFETCH(int, number);
    QFETCH(uint, character);
    QFETCH(QByteArray, bytes);
    const auto opened = page(number);
    QCOMPARE(opened->encode(character), std::optional(bytes.toStdString()));
    QCOMPARE(opened->decode(bytes.toStdString()), utf8(character));
}

void TestCodePage::givesNothingForWhatThePageDoesNotHold_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<uint>("character");
    QTest::newRow("437 euro") << 437 << 0x20ACU;
    QTest::newRow("437 full-width A is not A") << 437 << 0xFF21U;
    QTest::newRow("850 cyrillic") << 850 << 0x416U;
    QTest::newRow("932 emoji") << 932 << 0x1F600U;
    QTest::newRow("1252 C1 control") << 1252 << 0x81U;
    QTest::newRow("437 replacement character") << 437 << 0xFFFDU;
    QTest::newRow("437 lone surrogate") << 437 << 0xD83DU;
}

void TestCodePage::givesNothingForWhatThePageDoesNotHold()
{
    QFETCH(int, number);
    QFETCH(uint, character);
    QCOMPARE(page(number)->encode(character), std::optional<std::string>());
}

void TestCodePage::bothMicrosReachPage437()
{
    QCOMPARE(page(437)->encode(U'\u00B5'), std::optional(std::string("\xE6")));
    QCOMPARE(page(437)->encode(U'\u03BC'), std::optional(std::string("\xE6")));
    QCOMPARE(page(437)->decode("\xE6"), std::string("\u00B5"));
}

void TestCodePage::readsDoubleBytesAndTheirLeads()
{
    const auto japanese = page(932);
    QVERIFY(japanese->isLead(0x81));
    QVERIFY(japanese->isLead(0xFC));
    QVERIFY(!japanese->isLead(0xA1));
    // The second byte of this character is a backslash.
    QCOMPARE(japanese->decode("\x83\x5C."), std::string("\u30BD."));
    QVERIFY(!page(437)->isLead(0x81));
}

void TestCodePage::brokenBytesBecomeReplacementCharacters()
{
    QCOMPARE(page(932)->decode("a\x81"), std::string("a\uFFFD"));
    // A dot cannot follow a lead byte: it stays a dot.
    QCOMPARE(page(932)->decode("\x81.TXT"), std::string("\uFFFD.TXT"));
    QCOMPARE(page(1252)->decode("\x81"), std::string("\uFFFD"));
}

void TestCodePage::picksTheUsualOneOfSeveralCodes()
{
    // U+FFE2 lies at 81CA, EEF9 and FA54; Windows writes the first.
    QCOMPARE(page(932)->encode(U'\uFFE2'), std::optional(std::string("\x81\xCA")));
    QCOMPARE(page(932)->decode("\xEE\xF9"), std::string("\uFFE2"));
}

void TestCodePage::refusesAnUnknownNumberAndListsTheOthers()
{
    for (const int number : {0, -1, 1, 436, 65001}) {
        const auto opened = CodePage::open(number);
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, ErrorCode::InvalidArgument);
        QVERIFY(opened.error().message.find("437, 720, 737") != std::string::npos);
    }
}

void TestCodePage::openingTwiceGivesTheSamePage()
{
    QCOMPARE(page(437).get(), page(437).get());
}

QTEST_GUILESS_MAIN(TestCodePage)
#include "tst_code_page.moc"
