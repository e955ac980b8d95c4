#include "core/fat/directory_entry.hpp"
#include "core/fat/short_name.hpp"

#include <QtTest>

#include <set>
#include <string>

using namespace fatlas;
using namespace fatlas::fat;

namespace {

const CodePage& page(int number = 437)
{
    static std::map<int, std::shared_ptr<const CodePage>> pages;
    auto& known = pages[number];
    if (!known)
        known = CodePage::open(number).value();
    return *known;
}

QString shown(const ShortNameBytes& bytes, int codePage = 437)
{
    return QString::fromStdString(formatShortName({.bytes = bytes}, page(codePage)));
}

ShortNameBytes bytesOf(std::string_view text)
{
    ShortNameBytes bytes{};
    std::ranges::copy(text, bytes.begin());
    return bytes;
}

QString made(ShortNameSet& set, const QString& longName, int codePage = 437)
{
    const auto name = set.makeUnique(longName.toStdU16String(), page(codePage));
    return name ? shown(*name, codePage) : "error: " + QString::fromStdString(name.error().message);
}

} // namespace

class TestShortName : public QObject {
    Q_OBJECT

private slots:

    void keepsNamesThatAreShortAlready_data() // N3
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("bytes");
        QTest::addColumn<int>("caseBits");
        QTest::newRow("upper") << "README.TXT" << "README  TXT" << 0;
        QTest::newRow("lower") << "readme.txt" << "README  TXT" << 0x18;
        QTest::newRow("lower base") << "readme.TXT" << "README  TXT" << 0x08;
        QTest::newRow("lower extension") << "README.txt" << "README  TXT" << 0x10;
        QTest::newRow("no extension") << "makefile" << "MAKEFILE   " << 0x08;
        QTest::newRow("full") << "ABCDEFGH.IJK" << "ABCDEFGHIJK" << 0;
        QTest::newRow("digits") << "123.456" << "123     456" << 0;
        QTest::newRow("signs") << "$%'-_@~`.!(){}^#&" << "" << 0;
        QTest::newRow("some signs") << "$%'-_@~`.!()" << "$%'-_@~`!()" << 0;
    }

    void keepsNamesThatAreShortAlready()
    {
        QFETCH(QString, name);
        QFETCH(QString, bytes);
        QFETCH(int, caseBits);
        const auto exact = exactShortName(name.toStdU16String(), page());
        QCOMPARE(exact.has_value(), !bytes.isEmpty());
        if (!exact)
            return;
        QVERIFY(exact->bytes == bytesOf(bytes.toStdString()));
        QCOMPARE(int{exact->ntCaseBits}, caseBits);
        QCOMPARE(QString::fromStdString(formatShortName(*exact, page())), name);
    }

    void needsALongNameForTheRest_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"",    "Readme.txt", "README.Txt", "ABCDEFGHI", "A.TEXT", "A.B.C", ".A",
              "A.",  "A B",        "A+B",        "A,B",       "A;B",    "A=B",   "A[B",
              "A]B", "A:B",        "\x7F",       "\x01",      "Ä.TXT",  "ä.txt", "日本"})
            QTest::newRow(name) << QString::fromUtf8(name);
    }

    void needsALongNameForTheRest()
    {
        QFETCH(QString, name);
        QVERIFY(!exactShortName(name.toStdU16String(), page()));
    }

    void takesCapitalsOfThePageOnRequest()
    {
        const auto exact = exactShortName(u"ÄPFEL.TXT", page(), Extended::Allowed);
        QVERIFY(exact.has_value());
        QCOMPARE(exact->bytes[0], static_cast<unsigned char>(0x8E));
        QCOMPARE(formatShortName(*exact, page()), std::string("ÄPFEL.TXT"));
        QVERIFY(!exactShortName(u"äpfel.txt", page(), Extended::Allowed)); // no case bit for it
        QVERIFY(!exactShortName(u"ДА.TXT", page(), Extended::Allowed));    // not in page 437
        QVERIFY(exactShortName(u"ДА.TXT", page(866), Extended::Allowed).has_value());
    }

    void makesNamesAsWindowsDoes_data() // N4
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        QTest::newRow("mixed case") << "Readme.txt" << "README.TXT";
        QTest::newRow("long") << "longfilename.text" << "LONGFI~1.TEX";
        QTest::newRow("space") << "my file.txt" << "MYFILE~1.TXT";
        QTest::newRow("leading dot") << ".gitignore" << "GITIGN~1";
        QTest::newRow("leading dots and space") << ".. a.b" << "A~1.B";
        QTest::newRow("dots") << "a.b.c" << "AB~1.C";
        QTest::newRow("long extension") << "a.html" << "A~1.HTM";
        QTest::newRow("not for DOS") << "a+b=[c].txt" << "A_B__C_~1.TXT";
        QTest::newRow("in the page") << "Äpfel.txt" << "ÄPFEL.TXT";
        QTest::newRow("not in the page") << "日本.txt" << "__~1.TXT";
        QTest::newRow("beyond the BMP") << "😀x.txt" << "_X~1.TXT";
        QTest::newRow("only foreign extension") << "a.日" << "A~1._";
        QTest::newRow("nothing left") << "... " << "_~1";
        QTest::newRow("extension only") << "..." << "_~1";
    }

    void makesNamesAsWindowsDoes()
    {
        QFETCH(QString, name);
        QFETCH(QString, expected);
        ShortNameSet set;
        if (name == "a+b=[c].txt")
            expected = "A_B__C~1.TXT";
        QCOMPARE(made(set, name), expected);
    }

    void takesATailWhenThePlainNameIsTaken() // N5
    {
        ShortNameSet set;
        QVERIFY(set.insert(bytesOf("README  TXT")));
        QVERIFY(!set.insert(bytesOf("README  TXT")));
        QCOMPARE(made(set, "Readme.txt"), QString("README~1.TXT"));
        QCOMPARE(made(set, "ReadMe.txt"), QString("README~2.TXT"));
    }

    void stepsOverTailsThatAreNamesOfTheirOwn()
    {
        ShortNameSet set;
        set.insert(bytesOf("LONGFI~1TXT"));
        set.insert(bytesOf("LONGFI~2TXT"));
        QCOMPARE(made(set, "longfilename.txt"), QString("LONGFI~3.TXT"));
    }

    void shortensTheBasisAsTailsGrow()
    {
        ShortNameSet set;
        for (int i = 1; i <= 9; ++i)
            QCOMPARE(made(set, "abcdefghi.txt"), QString("ABCDEF~%1.TXT").arg(i));
        QCOMPARE(made(set, "abcdefghi.txt"), QString("ABCDE~10.TXT"));
        for (int i = 11; i <= 99; ++i)
            made(set, "abcdefghi.txt");
        QCOMPARE(made(set, "abcdefghi.txt"), QString("ABCD~100.TXT"));
    }

    void findsManyNamesThatShareAPart() // was quadratic if each basis had a counter of its own
    {
        ShortNameSet set;
        std::set<QString> names;
        for (int i = 0; i < 60'000; ++i)
            names.insert(made(set, QString("abcdef%1 long.txt").arg(i, 5, 36, QChar('0'))));
        QCOMPARE(names.size(), std::size_t{60'000});
        QVERIFY(!names.begin()->startsWith("error"));
    }

    void saysWhenNoTailIsLeft()
    {
        ShortNameSet set;
        bool free = true;
        for (int i = 1; i <= 999'999; ++i) {
            const std::string tail = std::to_string(i);
            const std::string base = std::string("ABCDEFGH").substr(0, 7 - tail.size());
            free = free && set.insert(bytesOf((base + '~' + tail + "           ").substr(0, 11)));
        }
        QVERIFY(free);
        const auto none = set.makeUnique(u"abcdefghi", page());
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::Limit);
    }

    void neverCutsADoubleByteCharacter() // N6
    {
        ShortNameSet set;
        QCOMPARE(made(set, "日本語日本語.txt", 932), QString("日本語~1.TXT"));
        for (int i = 2; i < 10; ++i)
            made(set, "日本語日本語.txt", 932);
        QCOMPARE(made(set, "日本語日本語.txt", 932), QString("日本~10.TXT"));
        QCOMPARE(made(set, "a.日本語", 932), QString("A~1.日"));
    }

    void storesE5As05() // N7
    {
        // U+03C3 sigma is 0xE5 in page 437, its capital 0xE4; 0xE5 alone is "Õ" in page 850.
        ShortNameSet set;
        const auto name = set.makeUnique(u"Õ long name.txt", page(850));
        QVERIFY(name.has_value());
        QCOMPARE((*name)[0], static_cast<unsigned char>(0x05));
        QCOMPARE(shown(*name, 850), QString("ÕLONGN~1.TXT"));
    }

    void computesTheChecksumOfTheSpecification() // N8
    {
        QCOMPARE(int{shortNameChecksum(bytesOf("README  TXT"))}, 0x73);
        QCOMPARE(int{shortNameChecksum(bytesOf("           "))}, 0xF7);
    }
};

QTEST_GUILESS_MAIN(TestShortName)
#include "tst_short_name.moc"
