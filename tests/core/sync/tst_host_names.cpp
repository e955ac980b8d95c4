#include "core/base/text.hpp"
#include "core/host/own_names.hpp"
#include "core/sync/host_names.hpp"

#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::sync;

class TestHostNames : public QObject {
    Q_OBJECT

private slots:
    void namesGoHome_data();
    void namesGoHome();
    void longNamesAreCutAndToldApart();
    void ownNamesAreNeverGivenAway();
    void noNameLeavesItsFolder();
    void numbersStandBeforeTheExtension();
};

void TestHostNames::namesGoHome_data()
{
    QTest::addColumn<QByteArray>("guest");
    QTest::addColumn<QByteArray>("host");
    const auto row = [](const char* name, const QByteArray& guest, const QByteArray& host) {
        QTest::newRow(name) << guest << host;
    };
    row("plain", "README.TXT", "README.TXT");
    row("unicode", "k\xC3\xA4se \xF0\x9F\xA7\x80.txt", "k\xC3\xA4se \xF0\x9F\xA7\x80.txt");
    row("percent", "foo%20bar", "foo%20bar");
    row("dot", ".", "%2E");
    row("dots", "..", "%2E.");
    row("slash", "a/b", "a%2Fb");
    row("zero byte", QByteArray("a\0b", 3), "a%00b");
    row("line feed", "a\nb", "a%0Ab");
    row("escape sequence", "\x1B[31m", "%1B[31m");
    row("C1 control", "a\xC2\x85", "a%C2%85");
    row("lone surrogate", "a\xED\xA0\x80", "a%ED%A0%80");
    row("not UTF-8", "a\xFF", "a%FF");
    row("nothing", "", "%20");
    row("backslash stays", "a\\b", "a\\b");
    row("device names are names here", "CON", "CON");
}

void TestHostNames::namesGoHome()
{
    QFETCH(QByteArray, guest);
    QFETCH(QByteArray, host);
    QCOMPARE(QByteArray::fromStdString(hostNameFor(guest.toStdString())), host);
}

void TestHostNames::longNamesAreCutAndToldApart()
{
    std::string name;
    for (int i = 0; i < 251; ++i)
        name += "\xE6\x97\xA5"; // 753 bytes of UTF-8 in 251 units
    const std::string one = hostNameFor(name + ".txt");
    const std::string other = hostNameFor(name + "!.txt");
    QVERIFY(one.size() <= 255 && one.size() > 240);
    QVERIFY(one.ends_with(".txt"));
    QVERIFY(one != other);
    QVERIFY(utf16FromUtf8(one));
    QCOMPARE(hostNameFor(name + ".txt"), one);
    QCOMPARE(hostNameFor(std::string(255, 'a')).size(), std::size_t{255});
}

void TestHostNames::ownNamesAreNeverGivenAway()
{
    for (const std::string& own : {host::keepName(1), host::temporaryName(1, 2)}) {
        QVERIFY(host::isOwnName(own));
        QVERIFY(!host::isOwnName(hostNameFor(own)));
    }
}

void TestHostNames::noNameLeavesItsFolder()
{
    test::PseudoRandom random(3);
    for (int i = 0; i < 20'000; ++i) {
        std::u16string units(random.below(20), u' ');
        for (char16_t& unit : units)
            unit = static_cast<char16_t>(random.below(2) == 0 ? random.below(0x60)
                                                              : random.below(0x10000));
        const std::string name = hostNameFor(utf8FromUtf16(units));
        QVERIFY(!name.empty() && name.size() <= 255 && name != "." && name != "..");
        QVERIFY(name.find('/') == std::string::npos && name.find('\0') == std::string::npos);
        QVERIFY(utf16FromUtf8(name));
    }
}

void TestHostNames::numbersStandBeforeTheExtension()
{
    QCOMPARE(numberedName("report.txt", 2), std::string("report~2.txt"));
    QCOMPARE(numberedName("README", 12), std::string("README~12"));
    QCOMPARE(numberedName(std::string(255, 'a'), 2).size(), std::size_t{255});
    QCOMPARE(besideName("report.txt", 1), std::string("report (guest).txt"));
    QCOMPARE(besideName("report.txt", 2), std::string("report (guest 2).txt"));
    QCOMPARE(besideName(std::string(251, 'a') + ".txt", 1).size(), std::size_t{255});
}

QTEST_GUILESS_MAIN(TestHostNames)
#include "tst_host_names.moc"
