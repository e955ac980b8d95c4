#include "ui/models/field_input.hpp"

#include <QTest>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

StructureField fieldOf(const QString& value, std::uint64_t length, const QString& bits = {},
                       const QString& name = u"a field"_s)
{
    StructureField field;
    field.place = {.offset = 0x200, .length = length};
    field.bits = bits;
    field.name = name;
    field.value = value;
    return field;
}

Bytes bytesOf(const QByteArray& hex)
{
    Bytes bytes;
    for (const char c : QByteArray::fromHex(hex))
        bytes.push_back(static_cast<std::byte>(c));
    return bytes;
}

const CodePage& page()
{
    static const auto opened = CodePage::open(CodePage::defaultNumber);
    return **opened;
}

} // namespace

class TestFieldInput : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void takesWhatTheFieldCanHold_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("bits");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        const QString plain = u"a field"_s;
        QTest::newRow("decimal") << u"512"_s << u""_s << plain << u"4096"_s << QByteArray("0002")
                                 << QByteArray("0010");
        QTest::newRow("hex for decimal") << u"512"_s << u""_s << plain << u"0x1234"_s
                                         << QByteArray("0002") << QByteArray("3412");
        QTest::newRow("decimal for hex")
            << u"0xF8"_s << u""_s << plain << u"240"_s << QByteArray("F8") << QByteArray("F0");
        QTest::newRow("upper 12 bits") << u"0x00C"_s << u"bits 4-15"_s << plain << u"0xABC"_s
                                       << QByteArray("C500") << QByteArray("C5AB");
        QTest::newRow("lower 12 bits") << u"0x00C"_s << u"bits 0-11"_s << plain << u"0xABC"_s
                                       << QByteArray("0C50") << QByteArray("BC5A");
        QTest::newRow("28 bits") << u"0x00000003"_s << u"bits 0-27"_s << plain << u"9"_s
                                 << QByteArray("030000F0") << QByteArray("090000F0");
        QTest::newRow("text") << u"\"NO NAME    \""_s << u""_s << plain << u"DOS"_s
                              << QByteArray("4E4F204E414D4520202020")
                              << QByteArray("444F532020202020202020");
        QTest::newRow("code page")
            << u"\"A\""_s << u""_s << plain << u"\"é\""_s << QByteArray("41") << QByteArray("82");
        QTest::newRow("bytes") << u"EB 3C 90"_s << u""_s << plain << u"e9 0100"_s
                               << QByteArray("EB3C90") << QByteArray("E90100");
        QTest::newRow("text as bytes") << u"EB 3C 90"_s << u""_s << plain << u"\"AB\""_s
                                       << QByteArray("EB3C90") << QByteArray("414220");
        QTest::newRow("serial") << u"1234-5678"_s << u""_s << plain << u"1a2b-3C4D"_s
                                << QByteArray("78563412") << QByteArray("4D3C2B1A");
        QTest::newRow("version") << u"0.0"_s << u""_s << plain << u"1.2"_s << QByteArray("0000")
                                 << QByteArray("0201");
        QTest::newRow("date") << u"0x0000"_s << u""_s << u"changed, date (DIR_WrtDate)"_s
                              << u"2026-11-21"_s << QByteArray("0000") << QByteArray("755D");
        QTest::newRow("time") << u"0x0000"_s << u""_s << u"changed, time (DIR_WrtTime)"_s
                              << u"08:38:18"_s << QByteArray("0000") << QByteArray("C944");
    }

    void takesWhatTheFieldCanHold()
    {
        QFETCH(const QString, value);
        QFETCH(const QString, bits);
        QFETCH(const QString, name);
        QFETCH(const QString, typed);
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, after);
        const Bytes old = bytesOf(before);
        const auto result =
            parseFieldInput(fieldOf(value, old.size(), bits, name), typed, old, page());
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QCOMPARE(*result, bytesOf(after));
    }

    void refusesTheRestAndSaysWhatWouldDo_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("length");
        QTest::addColumn<QString>("bits");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("reason");
        QTest::newRow("too large") << u"512"_s << 2 << u""_s << u"65536"_s << u"65,535"_s;
        QTest::newRow("too large for bits")
            << u"0x00C"_s << 2 << u"bits 4-15"_s << u"0x1000"_s << u"12 bits"_s;
        QTest::newRow("no number") << u"512"_s << 2 << u""_s << u"many"_s << u"no number"_s;
        QTest::newRow("negative") << u"512"_s << 2 << u""_s << u"-1"_s << u"no number"_s;
        QTest::newRow("long text") << u"\"NAME\""_s << 4 << u""_s << u"NAMES"_s << u"5 bytes"_s;
        QTest::newRow("not in the page")
            << u"\"NAME\""_s << 4 << u""_s << u"\u65E5"_s << u"code page 437"_s;
        QTest::newRow("few bytes") << u"EB 3C 90"_s << 3 << u""_s << u"EB 3C"_s << u"3 bytes"_s;
        QTest::newRow("no digits") << u"EB 3C 90"_s << 3 << u""_s << u"EB 3C XX"_s << u"3 bytes"_s;
        QTest::newRow("serial") << u"1234-5678"_s << 4 << u""_s << u"12-34"_s << u"1A2B-3C4D"_s;
        QTest::newRow("version") << u"0.0"_s << 2 << u""_s << u"1.999"_s << u"no version"_s;
        QTest::newRow("summed up")
            << u"448 bytes, all zero"_s << 448 << u""_s << u"0"_s << u"type over its bytes"_s;
    }

    void refusesTheRestAndSaysWhatWouldDo()
    {
        QFETCH(const QString, value);
        QFETCH(const int, length);
        QFETCH(const QString, bits);
        QFETCH(const QString, typed);
        QFETCH(const QString, reason);
        const auto size = static_cast<std::size_t>(length);
        const auto result = parseFieldInput(fieldOf(value, size, bits), typed, Bytes(size), page());
        QVERIFY(!result);
        QVERIFY2(QString::fromStdString(result.error().message).contains(reason),
                 result.error().message.c_str());
    }

    void saysWhichFieldsAreNoSingleValue()
    {
        QVERIFY(fieldInputProblem(fieldOf(u"0x1234"_s, 2)).isEmpty());
        QVERIFY(!fieldInputProblem(fieldOf(u"448 bytes, all zero"_s, 448)).isEmpty());
        QVERIFY(!fieldInputProblem(fieldOf(u""_s, 0)).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestFieldInput)
#include "tst_field_input.moc"
