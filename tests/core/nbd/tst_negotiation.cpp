#include "core/block/memory_device.hpp"
#include "core/nbd/negotiation.hpp"

#include "tests/core/nbd/wire.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::nbd;
using test::Heard;
using test::OptionAnswer;
using test::optionAnswers;
using test::Wire;

namespace {

constexpr std::uint64_t diskSize = 1 << 20;
constexpr std::uint32_t refusedBit = 0x8000'0000;

Export exported(const std::string& name, block::MemoryDevice::Mode mode)
{
    return {.name = name,
            .description = "about " + name,
            .device = std::make_shared<block::MemoryDevice>(Bytes(diskSize), mode),
            .readOnly = mode == block::MemoryDevice::Mode::ReadOnly};
}

/// Two exports, and a client that has not said anything.
struct Talk {
    Talk()
    {
        std::ignore = table.add(exported("first", block::MemoryDevice::Mode::ReadOnly));
        std::ignore = table.add(exported("second", block::MemoryDevice::Mode::ReadWrite));
    }

    /// Says bytes in one piece; what is left over stays in `rest`.
    Bytes say(ByteView bytes)
    {
        rest.insert(rest.end(), bytes.begin(), bytes.end());
        Bytes answer;
        while (!negotiation.isOver()) {
            const std::size_t used = negotiation.step(rest, answer);
            if (used == 0)
                break;
            rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(used));
        }
        return answer;
    }

    std::vector<OptionAnswer> ask(std::uint32_t option, const Wire& data = {})
    {
        return optionAnswers(say(Wire().option(option, data).get()));
    }

    void begin(std::uint32_t flags = 3) { say(Wire().u32(flags).get()); }

    ExportTable table;
    Negotiation negotiation{table};
    Bytes rest;
};

} // namespace

class TestNegotiation : public QObject {
    Q_OBJECT

private slots:
    void greetsAsFixedNewstyle();
    void breaksOffUnknownClientFlags();
    void listsAllExportsDefaultFirst();
    void goGivesSizeFlagsAndBlockSizes();
    void emptyNameIsTheDefaultExport();
    void infoDoesNotEnd();
    void refusesUnknownNames_data();
    void refusesUnknownNames();
    void exportNameWithAndWithoutZeroes();
    void exportNameThatIsNotThereEnds();
    void refusesTlsByPolicy();
    void refusesUnknownOptionsAndGoesOn();
    void passesOverOptionsThatAreTooLong();
    void refusesLengthsThatDoNotFit_data();
    void refusesLengthsThatDoNotFit();
    void metaContextNeedsStructuredReplies();
    void setsAndListsTheAllocationContext();
    void contextOfAnotherExportIsNotAgreed();
    void lastSetMetaContextCounts();
    void abortIsAnswered();
    void endlessOptionsEnd();
    void bytesOneByOneGiveTheSame();
    void keepsWhatFollowsTheHandshake();
    void tableRefusesWhatCannotBe();
};

void TestNegotiation::greetsAsFixedNewstyle()
{
    Bytes said;
    Negotiation::greet(said);
    QCOMPARE(said, Wire().text("NBDMAGICIHAVEOPT").u16(3).get());
}

void TestNegotiation::breaksOffUnknownClientFlags()
{
    Talk talk;
    talk.begin(4);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Broken);
    QVERIFY(talk.negotiation.why().find("0x4") != std::string::npos);
}

void TestNegotiation::listsAllExportsDefaultFirst()
{
    Talk talk;
    talk.begin();
    QVERIFY(talk.table.setDefault("second"));
    const auto answers = talk.ask(3);
    QCOMPARE(answers.size(), std::size_t{3});
    QCOMPARE(answers[0].type, 2U);
    QCOMPARE(answers[0].data, Wire().u32(6).text("secondabout second").get());
    QCOMPARE(answers[1].data, Wire().u32(5).text("firstabout first").get());
    QCOMPARE(answers[2].type, 1U);
}

void TestNegotiation::goGivesSizeFlagsAndBlockSizes()
{
    Talk talk;
    talk.begin();
    const auto answers = talk.ask(7, Wire::infoData("second", {1, 2, 3}));
    QCOMPARE(answers.size(), std::size_t{5});
    // Flags: has flags, flush, FUA, write zeroes, multi-conn, cache, fast zero.
    QCOMPARE(answers[0].data, Wire().u16(0).u64(diskSize).u16(0b1101'0100'1101).get());
    QCOMPARE(answers[1].data, Wire().u16(1).text("second").get());
    QCOMPARE(answers[2].data, Wire().u16(2).text("about second").get());
    QCOMPARE(answers[3].data, Wire().u16(3).u32(1).u32(4096).u32(32 << 20).get());
    QCOMPARE(answers[4].type, 1U);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Agreed);
    QCOMPARE(talk.negotiation.agreement().chosen->what.name, std::string("second"));
}

void TestNegotiation::emptyNameIsTheDefaultExport()
{
    Talk talk;
    talk.begin();
    const auto answers = talk.ask(7, Wire::infoData("", {1}));
    QCOMPARE(answers.size(), std::size_t{3});
    // Read-only: has flags, read-only, flush, FUA, multi-conn, cache.
    QCOMPARE(answers[0].data, Wire().u16(0).u64(diskSize).u16(0b0101'0000'1111).get());
    QCOMPARE(answers[1].data, Wire().u16(1).text("first").get());
}

void TestNegotiation::infoDoesNotEnd()
{
    Talk talk;
    talk.begin();
    QCOMPARE(talk.ask(6, Wire::infoData("first")).size(), std::size_t{2});
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Haggling);
}

void TestNegotiation::refusesUnknownNames_data()
{
    QTest::addColumn<int>("option");
    QTest::newRow("INFO") << 6;
    QTest::newRow("GO") << 7;
}

void TestNegotiation::refusesUnknownNames()
{
    QFETCH(int, option);
    Talk talk;
    talk.begin();
    const auto answers = talk.ask(static_cast<std::uint32_t>(option), Wire::infoData("third"));
    QCOMPARE(answers.size(), std::size_t{1});
    QCOMPARE(answers[0].type, refusedBit + 6);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Haggling);
}

void TestNegotiation::exportNameWithAndWithoutZeroes()
{
    for (const std::uint32_t flags : {1U, 3U, 0U}) {
        Talk talk;
        talk.begin(flags);
        const Bytes answer = talk.say(Wire().option(1, Wire().text("first")).get());
        QCOMPARE(answer.size(), std::size_t{flags == 3 ? 10U : 134U});
        QCOMPARE(Heard(answer).u64(), diskSize);
        QCOMPARE(talk.negotiation.state(), Negotiation::State::Agreed);
    }
}

void TestNegotiation::exportNameThatIsNotThereEnds()
{
    Talk talk;
    talk.begin();
    QVERIFY(talk.say(Wire().option(1, Wire().text("third")).get()).empty());
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Broken);
}

void TestNegotiation::refusesTlsByPolicy()
{
    Talk talk;
    talk.begin();
    QCOMPARE(talk.ask(5).at(0).type, refusedBit + 2);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Haggling);
}

void TestNegotiation::refusesUnknownOptionsAndGoesOn()
{
    Talk talk;
    talk.begin();
    for (const std::uint32_t option : {4U, 11U, 0U, 0xFFFF'FFFFU}) {
        const auto answers = talk.ask(option, Wire().text("some data"));
        QCOMPARE(answers.size(), std::size_t{1});
        QCOMPARE(answers[0].type, refusedBit + 1);
        QCOMPARE(answers[0].option, option);
    }
    QCOMPARE(talk.ask(3).size(), std::size_t{3});
}

void TestNegotiation::passesOverOptionsThatAreTooLong()
{
    Talk talk;
    talk.begin();
    const Bytes data(Negotiation::maxOptionLength + 1);
    QCOMPARE(talk.ask(7, Wire().bytes(data)).at(0).type, refusedBit + 9);
    QVERIFY(talk.rest.empty());
    QCOMPARE(talk.ask(3).size(), std::size_t{3});
}

void TestNegotiation::refusesLengthsThatDoNotFit_data()
{
    QTest::addColumn<int>("option");
    QTest::addColumn<QByteArray>("data");
    const auto row = [](const char* name, int option, const Wire& data) {
        QTest::newRow(name) << option
                            << QByteArray(reinterpret_cast<const char*>(data.get().data()),
                                          static_cast<qsizetype>(data.get().size()));
    };
    row("GO: nothing", 7, Wire());
    row("GO: name longer than the option", 7, Wire().u32(6).text("first").u16(0));
    row("GO: name of 4 GiB", 7, Wire().u32(0xFFFF'FFFF).text("first").u16(0));
    row("GO: fewer wishes than said", 7, Wire().u32(5).text("first").u16(2).u16(3));
    row("GO: bytes behind the end", 7, Wire().u32(5).text("first").u16(0).u16(0));
    row("GO: no count", 7, Wire().u32(5).text("first"));
    row("LIST with data", 3, Wire().u32(0));
    row("STRUCTURED_REPLY with data", 8, Wire().u32(0));
    row("SET_META_CONTEXT: more queries than said", 10,
        Wire().u32(5).text("first").u32(1).u32(1).text("a").u32(1).text("b"));
    row("SET_META_CONTEXT: many queries", 10, Wire().u32(5).text("first").u32(0xFFFF'FFFF));
    row("SET_META_CONTEXT: long query", 10, Wire().u32(5).text("first").u32(1).u32(900).text("a"));
}

void TestNegotiation::refusesLengthsThatDoNotFit()
{
    QFETCH(int, option);
    QFETCH(QByteArray, data);
    Talk talk;
    talk.begin();
    if (option == 10)
        QCOMPARE(talk.ask(8).at(0).type, 1U);
    const auto answers = talk.ask(static_cast<std::uint32_t>(option),
                                  Wire().bytes(std::as_bytes(std::span(data.data(), data.size()))));
    QCOMPARE(answers.size(), std::size_t{1});
    QCOMPARE(answers[0].type, refusedBit + 3);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Haggling);
}

void TestNegotiation::metaContextNeedsStructuredReplies()
{
    Talk talk;
    talk.begin();
    QCOMPARE(talk.ask(10, Wire::contextData("first", {"base:allocation"})).at(0).type,
             refusedBit + 3);
}

void TestNegotiation::setsAndListsTheAllocationContext()
{
    Talk talk;
    talk.begin();
    talk.ask(8);
    for (const std::vector<std::string>& queries :
         {std::vector<std::string>{}, {"base:"}, {"other:x", "base:allocation"}}) {
        const auto listed = talk.ask(9, Wire::contextData("first", queries));
        QCOMPARE(listed.size(), std::size_t{2});
        QCOMPARE(listed[0].type, 4U);
        QCOMPARE(listed[0].data, Wire().u32(0).text("base:allocation").get());
    }
    QCOMPARE(talk.ask(9, Wire::contextData("first", {"qemu:dirty-bitmap:x"})).size(),
             std::size_t{1});
    QCOMPARE(talk.ask(9, Wire::contextData("third", {})).at(0).type, refusedBit + 6);
    const auto set = talk.ask(10, Wire::contextData("first", {"base:allocation"}));
    QCOMPARE(set.size(), std::size_t{2});
    talk.ask(7, Wire::infoData("first"));
    QVERIFY(talk.negotiation.agreement().structuredReplies);
    QVERIFY(talk.negotiation.agreement().allocationContext);
}

void TestNegotiation::contextOfAnotherExportIsNotAgreed()
{
    Talk talk;
    talk.begin();
    talk.ask(8);
    talk.ask(10, Wire::contextData("first", {"base:allocation"}));
    talk.ask(7, Wire::infoData("second"));
    QVERIFY(!talk.negotiation.agreement().allocationContext);
}

void TestNegotiation::lastSetMetaContextCounts()
{
    Talk talk;
    talk.begin();
    talk.ask(8);
    talk.ask(10, Wire::contextData("first", {"base:allocation"}));
    QCOMPARE(talk.ask(10, Wire::contextData("first", {"nothing:we:know"})).size(), std::size_t{1});
    talk.ask(7, Wire::infoData("first"));
    QVERIFY(!talk.negotiation.agreement().allocationContext);
}

void TestNegotiation::abortIsAnswered()
{
    Talk talk;
    talk.begin();
    QCOMPARE(talk.ask(2).at(0).type, 1U);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Ended);
}

void TestNegotiation::endlessOptionsEnd()
{
    Talk talk;
    talk.begin();
    for (std::uint32_t i = 0; i < Negotiation::maxOptions; ++i)
        QCOMPARE(talk.ask(3).size(), std::size_t{3});
    talk.ask(3);
    QCOMPARE(talk.negotiation.state(), Negotiation::State::Broken);
}

void TestNegotiation::bytesOneByOneGiveTheSame()
{
    Wire script;
    script.u32(3).option(8).option(3).option(99, Wire().text("?"));
    script.option(10, Wire::contextData("", {"base:allocation"})).option(7, Wire::infoData(""));
    Talk whole;
    const Bytes expected = whole.say(script.get());
    Talk slow;
    Bytes heard;
    for (const std::byte b : script.get()) {
        const Bytes answer = slow.say(ByteView(&b, 1));
        heard.insert(heard.end(), answer.begin(), answer.end());
    }
    QCOMPARE(heard, expected);
    QCOMPARE(slow.negotiation.state(), Negotiation::State::Agreed);
}

void TestNegotiation::keepsWhatFollowsTheHandshake()
{
    Talk talk;
    talk.begin();
    talk.say(Wire().option(7, Wire::infoData("first")).request(0, 0, 512).get());
    QCOMPARE(talk.rest, Wire().request(0, 0, 512).get());
}

void TestNegotiation::tableRefusesWhatCannotBe()
{
    ExportTable table;
    QCOMPARE(table.add({.name = "x"}).error().code, ErrorCode::InvalidArgument);
    QVERIFY(table.add(exported("x", block::MemoryDevice::Mode::ReadOnly)));
    QCOMPARE(table.add(exported("x", block::MemoryDevice::Mode::ReadOnly)).error().code,
             ErrorCode::Refused);
    QCOMPARE(table.add(exported(std::string(4097, 'x'), block::MemoryDevice::Mode::ReadOnly))
                 .error()
                 .code,
             ErrorCode::InvalidArgument);
    QCOMPARE(table.remove("y").error().code, ErrorCode::NotFound);
    QVERIFY(table.remove("x"));
    QVERIFY(table.find("") == nullptr);
}

QTEST_GUILESS_MAIN(TestNegotiation)
#include "tst_negotiation.moc"
