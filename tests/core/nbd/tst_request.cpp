#include "core/block/memory_device.hpp"
#include "core/nbd/request.hpp"
#include "core/nbd/request_stream.hpp"

#include "tests/core/nbd/wire.hpp"
#include "tests/support/pseudo_random.hpp"

#include <QtTest>

using namespace fatlas;
using namespace fatlas::nbd;
using test::Wire;

namespace {

constexpr std::uint64_t diskSize = 64 << 20;
constexpr std::uint16_t allFlags = 0b1101'1110'1101;

bool always(const Request& /*request*/)
{
    return true;
}

/// Feeds bytes in pieces and collects what comes out.
std::vector<Incoming> read(RequestStream& stream, ByteView bytes, std::size_t piece)
{
    std::vector<Incoming> all;
    while (!bytes.empty() && !stream.isBroken()) {
        const ByteSpan room = stream.room();
        const std::size_t count = std::min({room.size(), bytes.size(), piece});
        std::ranges::copy(bytes.first(count), room.begin());
        stream.filled(count);
        bytes = bytes.subspan(count);
        while (auto incoming = stream.next(always))
            all.push_back(std::move(*incoming));
    }
    return all;
}

} // namespace

class TestRequest : public QObject {
    Q_OBJECT

private slots:
    void decodesWhatItEncodes();
    void refusesAnotherMagic();
    void checks_data();
    void checks();
    void errorsHaveNumbersOfTheProtocol_data();
    void errorsHaveNumbersOfTheProtocol();
    void streamGivesRequestsWithTheirPayload_data();
    void streamGivesRequestsWithTheirPayload();
    void streamPassesOverAPayloadThatIsTooLong();
    void streamStopsAtWhatIsNoRequest();
    void streamAsksBeforeItAllocates();
    void streamGoesOnWithWhatFollowedTheHandshake();
};

void TestRequest::decodesWhatItEncodes()
{
    const Request request{.command = Command::WriteZeroes,
                          .flags = 0x0102,
                          .cookie = 0x1122334455667788,
                          .offset = 0x99AABBCCDDEEFF00,
                          .length = 0x12345678};
    const RequestRaw raw = encodeRequest(request);
    QCOMPARE(Bytes(asBytes(raw).begin(), asBytes(raw).end()),
             Wire().request(6, 0x99AABBCCDDEEFF00, 0x12345678, 0x1122334455667788, 0x0102).get());
    QVERIFY(decodeRequest(raw) == request);
}

void TestRequest::refusesAnotherMagic()
{
    RequestRaw raw = encodeRequest({});
    raw.magic = 0x25609514;
    QVERIFY(!decodeRequest(raw));
}

void TestRequest::checks_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("flags");
    QTest::addColumn<quint64>("offset");
    QTest::addColumn<quint32>("length");
    QTest::addColumn<bool>("readOnly");
    QTest::addColumn<int>("number");
    const auto row = [](const char* name, int type, int flags, quint64 offset, quint32 length,
                        bool readOnly, int number) {
        QTest::newRow(name) << type << flags << offset << length << readOnly << number;
    };
    const quint64 end = diskSize;
    row("whole maximum", 0, 0, 0, 32U << 20U, false, 0);
    row("last byte", 0, 0, end - 1, 1, false, 0);
    row("nothing at the end", 0, 0, end, 0, false, 0);
    row("read one too far", 0, 0, end - 1, 2, false, 22);
    row("read far behind", 0, 0, ~quint64{0}, 1, false, 22);
    row("read wraps around", 0, 0, ~quint64{0} - 5, 10, false, 22);
    row("read too much at once", 0, 0, 0, (32U << 20U) + 1, false, 22);
    row("write one too far", 1, 0, end - 1, 2, false, 28);
    row("write too much at once", 1, 0, 0, (32U << 20U) + 1, false, 22);
    row("write to what is read-only", 1, 0, 0, 1, true, 1);
    row("trim what is read-only", 4, 0, 0, 1, true, 1);
    row("zero what is read-only", 6, 0, 0, 1, true, 1);
    row("zero more than can be carried", 6, 0, 0, 64U << 20U, false, 0);
    row("zero one too far", 6, 0, 1, 64U << 20U, false, 28);
    row("flush has no range", 3, 0, ~quint64{0}, ~quint32{0}, true, 0);
    row("FUA anywhere", 3, 1, 0, 0, false, 0);
    row("read with DF", 0, 4, 0, 512, false, 0);
    row("write with DF", 1, 4, 0, 512, false, 22);
    row("read with NO_HOLE", 0, 2, 0, 512, false, 22);
    row("zero with NO_HOLE and FAST_ZERO", 6, 0x12, 0, 512, false, 0);
    row("unknown flag", 0, 0x8000, 0, 512, false, 22);
    row("status", 7, 8, 0, 512, true, 0);
    row("status of nothing", 7, 0, 0, 0, true, 22);
    row("cache", 5, 0, 0, 64U << 20U, true, 0);
    row("cache too far", 5, 0, 1, 64U << 20U, true, 22);
    row("resize", 8, 0, 0, 0, false, 22);
    row("unknown command", 0xFFFF, 0, 0, 0, false, 22);
}

void TestRequest::checks()
{
    QFETCH(int, type);
    QFETCH(int, flags);
    QFETCH(quint64, offset);
    QFETCH(quint32, length);
    QFETCH(bool, readOnly);
    QFETCH(int, number);
    const Terms terms{.size = diskSize,
                      .flags = static_cast<std::uint16_t>(allFlags | (readOnly ? 2 : 0) | 0x20),
                      .structuredReplies = true,
                      .allocationContext = true};
    const auto refusal = check({.command = static_cast<Command>(type),
                                .flags = static_cast<std::uint16_t>(flags),
                                .offset = offset,
                                .length = length},
                               terms);
    QCOMPARE(refusal ? static_cast<int>(refusal->number) : 0, number);
    if (refusal)
        QVERIFY(!refusal->why.empty());
}

void TestRequest::errorsHaveNumbersOfTheProtocol_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("systemError");
    QTest::addColumn<int>("number");
    QTest::newRow("changed host file") << static_cast<int>(ErrorCode::Changed) << 0 << 5;
    QTest::newRow("io") << static_cast<int>(ErrorCode::Io) << EIO << 5;
    QTest::newRow("no space") << static_cast<int>(ErrorCode::NoSpace) << ENOSPC << 28;
    QTest::newRow("quota") << static_cast<int>(ErrorCode::Io) << EDQUOT << 28;
    QTest::newRow("range") << static_cast<int>(ErrorCode::OutOfRange) << 0 << 22;
    QTest::newRow("read-only") << static_cast<int>(ErrorCode::ReadOnly) << 0 << 1;
    QTest::newRow("unsupported") << static_cast<int>(ErrorCode::Unsupported) << 0 << 95;
    QTest::newRow("cancelled") << static_cast<int>(ErrorCode::Cancelled) << 0 << 108;
    QTest::newRow("limit") << static_cast<int>(ErrorCode::Limit) << 0 << 12;
}

void TestRequest::errorsHaveNumbersOfTheProtocol()
{
    QFETCH(int, code);
    QFETCH(int, systemError);
    QFETCH(int, number);
    const Error error{
        .code = static_cast<ErrorCode>(code), .message = "x", .systemError = systemError};
    QCOMPARE(static_cast<int>(errorNumber(error)), number);
}

void TestRequest::streamGivesRequestsWithTheirPayload_data()
{
    QTest::addColumn<int>("piece");
    for (const int piece : {1, 7, 28, 4096, 1 << 20})
        QTest::addRow("%d", piece) << piece;
}

void TestRequest::streamGivesRequestsWithTheirPayload()
{
    QFETCH(int, piece);
    const Bytes small = test::PseudoRandom(1).bytes(500);
    const Bytes large = test::PseudoRandom(2).bytes(100'000);
    Wire wire;
    wire.request(0, 0, 4096, 1).request(1, 512, 500, 2).bytes(small).request(3, 0, 0, 3);
    wire.request(1, 0, 0, 4).request(1, 4096, 100'000, 5).bytes(large).request(0, 9, 9, 6);
    RequestStream stream;
    const auto all = read(stream, wire.get(), static_cast<std::size_t>(piece));
    QCOMPARE(all.size(), std::size_t{6});
    for (std::size_t i = 0; i < all.size(); ++i)
        QCOMPARE(all[i].request.cookie, std::uint64_t{i + 1});
    QVERIFY(std::ranges::equal(all[1].payload.view(), small));
    QVERIFY(std::ranges::equal(all[4].payload.view(), large));
    QCOMPARE(all[5].request.offset, std::uint64_t{9});
    QVERIFY(!stream.isMidway());
}

void TestRequest::streamPassesOverAPayloadThatIsTooLong()
{
    constexpr std::uint32_t tooLong = (32U << 20U) + 1;
    RequestStream stream;
    QCOMPARE(read(stream, Wire().request(1, 0, tooLong, 1).get(), 4096).size(), std::size_t{0});
    const Bytes piece(1 << 20);
    std::uint64_t left = tooLong;
    std::vector<Incoming> came;
    while (left != 0) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece.size()));
        for (auto& incoming : read(stream, ByteView(piece).first(count), 32'768))
            came.push_back(std::move(incoming));
        left -= count;
    }
    QCOMPARE(came.size(), std::size_t{1});
    QCOMPARE(came[0].payload.size(), std::size_t{0});
    QCOMPARE(came[0].request.length, tooLong);
    QCOMPARE(read(stream, Wire().request(3, 0, 0, 2).get(), 4096).size(), std::size_t{1});
}

void TestRequest::streamStopsAtWhatIsNoRequest()
{
    RequestStream stream;
    const auto all =
        read(stream, Wire().request(0, 0, 1).text("this is no request, not at all").get(), 4096);
    QCOMPARE(all.size(), std::size_t{1});
    QVERIFY(stream.isBroken());
    QVERIFY(!stream.next(always));
}

void TestRequest::streamAsksBeforeItAllocates()
{
    RequestStream stream;
    const Bytes said = Wire().request(1, 0, 32U << 20U).get();
    std::ranges::copy(said, stream.room().begin());
    stream.filled(said.size());
    int asked = 0;
    const auto never = [&asked](const Request& request) {
        ++asked;
        return request.length == 0;
    };
    QVERIFY(!stream.next(never));
    QVERIFY(!stream.next(never));
    QCOMPARE(asked, 2);
    QVERIFY(!stream.next(always)); // admitted, but not whole
    QCOMPARE(stream.room().size(), std::size_t{32U << 20U});
}

void TestRequest::streamGoesOnWithWhatFollowedTheHandshake()
{
    RequestStream stream;
    const Bytes said = Wire().request(0, 7, 8, 9).request(0, 0, 0, 10).get();
    stream.feed(ByteView(said).first(30));
    QCOMPARE(stream.next(always)->request.cookie, std::uint64_t{9});
    QVERIFY(!stream.next(always));
    QCOMPARE(read(stream, ByteView(said).subspan(30), 100).at(0).request.cookie, std::uint64_t{10});
}

QTEST_GUILESS_MAIN(TestRequest)
#include "tst_request.moc"
