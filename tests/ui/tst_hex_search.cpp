#include "tests/ui/hex_fixture.hpp"
#include "ui/models/hex_search.hpp"

#include <QTest>

#include <stop_token>

using namespace fatlas;
using namespace fatlas::ui;
using namespace Qt::StringLiterals;

namespace {

const CodePage& page437()
{
    return **CodePage::open(437);
}

HexPattern patternOf(PatternKind kind, const QString& typed, LetterCase letters = LetterCase::Any)
{
    auto pattern = makePattern(kind, typed, letters, page437());
    return pattern ? std::move(*pattern) : HexPattern{};
}

HexSearchEnd run(HexSearch search)
{
    auto end = searchHex(search);
    return end ? *end : HexSearchEnd{};
}

HexSearch over(Bytes bytes, HexPattern pattern)
{
    const std::uint64_t size = bytes.size();
    return {.device = std::make_shared<block::MemoryDevice>(std::move(bytes)),
            .space = std::make_shared<const HexSpace>(HexSpace::ofImage(size)),
            .pattern = std::move(pattern)};
}

} // namespace

class TestHexSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:

    void makesBytesOfWhatIsTyped_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QByteArray>("value");
        const auto row = [](const char* name, PatternKind kind, const QString& typed,
                            const char* value) {
            QTest::newRow(name) << static_cast<int>(kind) << typed << QByteArray::fromHex(value);
        };
        row("bytes", PatternKind::Bytes, u"55 aa"_s, "55AA");
        row("bytes in one", PatternKind::Bytes, u"0xEB3C90"_s, "EB3C90");
        row("ascii", PatternKind::Ascii, u"Ab"_s, "4162");
        row("utf-16", PatternKind::Utf16, u"aé"_s, "6100E900");
        row("oem", PatternKind::Oem, u"é"_s, "82");
        row("small number", PatternKind::Number, u"9"_s, "09");
        row("number", PatternKind::Number, u"433"_s, "B101");
        row("number with zeros", PatternKind::Number, u"0x0009"_s, "0900");
        row("wide number", PatternKind::Number, u"0x12345"_s, "45230100");
    }

    void makesBytesOfWhatIsTyped()
    {
        QFETCH(const int, kind);
        QFETCH(const QString, typed);
        QFETCH(const QByteArray, value);
        const HexPattern pattern = patternOf(static_cast<PatternKind>(kind), typed);
        QCOMPARE(QByteArray(reinterpret_cast<const char*>(pattern.value.data()),
                            static_cast<qsizetype>(pattern.size())),
                 value);
        QCOMPARE(pattern.mask.size(), pattern.size());
    }

    void saysWhyItCannotSearch_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("words");
        const auto row = [](PatternKind kind, const QString& typed, const QString& words) {
            QTest::newRow(qPrintable(typed)) << static_cast<int>(kind) << typed << words;
        };
        row(PatternKind::Bytes, u"5"_s, u"pairs"_s);
        row(PatternKind::Bytes, u"55 xx"_s, u"pairs"_s);
        row(PatternKind::Ascii, u"é"_s, u"not in ASCII"_s);
        row(PatternKind::Oem, u"漢"_s, u"code page 437"_s);
        row(PatternKind::Number, u"-1"_s, u"not a number"_s);
        row(PatternKind::Number, u"99999999999999999999999"_s, u"not a number"_s);
        row(PatternKind::Ascii, QString(5000, u'a'), u"too long"_s);
    }

    void saysWhyItCannotSearch()
    {
        QFETCH(const int, kind);
        QFETCH(const QString, typed);
        QFETCH(const QString, words);
        const auto pattern =
            makePattern(static_cast<PatternKind>(kind), typed, LetterCase::Any, page437());
        QVERIFY(!pattern);
        QVERIFY2(QString::fromStdString(pattern.error().message).contains(words),
                 pattern.error().message.c_str());
        QVERIFY(!makePattern(PatternKind::Ascii, {}, LetterCase::Any, page437()));
    }

    void tellsLettersApartOnlyWhenAsked()
    {
        Bytes bytes(1000);
        test::put(bytes, 700, "HELLO");
        QCOMPARE(run(over(bytes, patternOf(PatternKind::Ascii, u"hello"_s))).place,
                 std::optional<std::uint64_t>(700));
        QVERIFY(
            !run(over(bytes, patternOf(PatternKind::Ascii, u"hello"_s, LetterCase::Exact))).place);
        test::put(bytes, 300, "[");
        QVERIFY(!run(over(bytes, patternOf(PatternKind::Ascii, u"{"_s))).place); // no letter
    }

    void wildcardsMatchAnyDigit()
    {
        Bytes bytes(100);
        bytes[40] = std::byte{0xEB};
        bytes[42] = std::byte{0x90};
        QCOMPARE(run(over(bytes, patternOf(PatternKind::Bytes, u"EB ?? 9?"_s))).place,
                 std::optional<std::uint64_t>(40));
    }

    void findsWhatABruteSearchFinds()
    {
        // every kind of place: ends, the middle, over the window of a mebibyte
        for (const std::uint64_t at :
             {std::uint64_t{0}, std::uint64_t{5}, MiB - 3, MiB - 1, MiB, 2 * MiB + 17 - 4}) {
            Bytes bytes(2 * MiB + 17);
            test::put(bytes, at, "word");
            HexSearch search = over(bytes, patternOf(PatternKind::Ascii, u"word"_s));
            QCOMPARE(run(search).place, std::optional(at));
            search.from = at + 1;
            QCOMPARE(run(search).place, std::optional(at));
            QVERIFY(run(search).wrapped);
            search.direction = Direction::Backward;
            QCOMPARE(run(search).place, std::optional(at));
            QVERIFY(!run(search).wrapped);
            search.from = at;
            QVERIFY(run(search).wrapped);
        }
    }

    void goesFromOneToTheNext()
    {
        Bytes bytes(3 * MiB);
        const std::vector<std::uint64_t> places{7, 9, MiB - 1, 2 * MiB, 3 * MiB - 2};
        for (const std::uint64_t at : places)
            test::put(bytes, at, "ab");
        HexSearch search = over(bytes, patternOf(PatternKind::Ascii, u"ab"_s));
        std::vector<std::uint64_t> found;
        for (std::size_t i = 0; i < places.size(); ++i) {
            found.push_back(run(search).place.value_or(0));
            search.from = found.back() + 1;
        }
        QCOMPARE(found, places);
        search.direction = Direction::Backward;
        search.from = 3 * MiB;
        std::vector<std::uint64_t> back;
        for (std::size_t i = 0; i < places.size(); ++i) {
            back.insert(back.begin(), run(search).place.value_or(0));
            search.from = back.front();
        }
        QCOMPARE(back, places);
    }

    void findsOverTheSeamOfAFile()
    {
        const auto subject = test::makeSubject();
        HexSearch search{.device = subject->image.disk,
                         .space = std::make_shared<const HexSpace>(HexSpace::ofChain(
                             test::floppyGeometry(), 0, test::textRuns(), std::nullopt)),
                         .pattern = patternOf(PatternKind::Ascii, u"seamless"_s)};
        QCOMPARE(run(search).place, std::optional<std::uint64_t>(4 * 512 - 4));
        search.space = std::make_shared<const HexSpace>(HexSpace::ofImage(test::floppySize));
        QVERIFY(!run(search).place);
    }

    void passesHolesOfTwoTebibytesAtOnce()
    {
        const std::uint64_t at = TiB + 123'456'789;
        const auto device = std::make_shared<test::HugeDevice>(2 * TiB, at, "needle");
        HexSearch search{.device = device,
                         .space = std::make_shared<const HexSpace>(HexSpace::ofImage(2 * TiB)),
                         .pattern = patternOf(PatternKind::Ascii, u"needle"_s)};
        QCOMPARE(run(search).place, std::optional(at));
        search.direction = Direction::Backward;
        search.from = 2 * TiB;
        QCOMPARE(run(search).place, std::optional(at));
        QVERIFY2(device->bytesRead < 64 * MiB, qPrintable(QString::number(device->bytesRead)));
        search.pattern = patternOf(PatternKind::Bytes, u"00 6E 65"_s); // begins in the hole
        search.direction = Direction::Forward;
        search.from = 0;
        QCOMPARE(run(search).place, std::optional(at - 1));
    }

    void findsNothingInWhatCannotBeRead()
    {
        Bytes bytes(8192);
        test::put(bytes, 1020, "needle"); // its end lies in the bad sector
        test::put(bytes, 5000, "needle");
        const auto device = std::make_shared<test::BadDevice>(bytes);
        device->badSector = 2;
        const HexSearch search{.device = device,
                               .space = std::make_shared<const HexSpace>(HexSpace::ofImage(8192)),
                               .pattern = patternOf(PatternKind::Ascii, u"needle"_s)};
        const HexSearchEnd end = run(search);
        QCOMPARE(end.place, std::optional<std::uint64_t>(5000));
        QCOMPARE(end.unreadableSize, std::uint64_t{512});
    }

    void stopsWhenToldTo()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto end = searchHex(over(Bytes(MiB), patternOf(PatternKind::Ascii, u"x"_s)),
                                   JobControl(stop.get_token()));
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
    }

    void survivesLessThanThePattern()
    {
        QVERIFY(!run(over(Bytes(3), patternOf(PatternKind::Ascii, u"long word"_s))).place);
        QVERIFY(!run(over({}, patternOf(PatternKind::Ascii, u"x"_s))).place);
    }
};

QTEST_GUILESS_MAIN(TestHexSearch)
#include "tst_hex_search.moc"
