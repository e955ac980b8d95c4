// What the small client makes of servers that are good, bad, slow or none.

#include "core/block/memory_device.hpp"
#include "core/nbd/probe.hpp"
#include "core/nbd/server.hpp"

#include "tests/core/nbd/wire.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::nbd;
using namespace std::chrono_literals;
using test::Wire;

namespace {

/// Says its piece to one client, whatever that says, and waits until it is gone.
class Parrot {
public:
    explicit Parrot(const std::filesystem::path& path)
        : m_listener(Listener::unixSocket(path).value())
    {}

    void say(const Wire& wire)
    {
        m_thread = std::jthread([this, bytes = wire.get()](const std::stop_token& stop) {
            pollfd waiting{.fd = m_listener.descriptor(), .events = POLLIN, .revents = 0};
            while (::poll(&waiting, 1, 20) <= 0)
                if (stop.stop_requested())
                    return;
            const int client = ::accept(m_listener.descriptor(), nullptr, nullptr);
            static_cast<void>(::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL));
            if (m_hangsUp)
                ::shutdown(client, SHUT_WR);
            char heard = 0;
            while (!stop.stop_requested()) {
                pollfd more{.fd = client, .events = POLLIN, .revents = 0};
                if (::poll(&more, 1, 20) > 0 && ::read(client, &heard, 1) <= 0)
                    break;
            }
            ::close(client);
        });
    }

    void hangUp() { m_hangsUp = true; }

    [[nodiscard]] ProbeTarget target() const
    {
        return {.socket = m_listener.socketPath(),
                .host = {},
                .port = 0,
                .exportName = "x",
                .patience = m_hangsUp ? 60s : 300ms};
    }

private:
    Listener m_listener;
    bool m_hangsUp = false;
    std::jthread m_thread;
};

Wire greeting()
{
    return Wire().u64(greetingMagic).u64(optionMagic).u16(3);
}

Wire optionReply(std::uint32_t type, const Wire& data = {})
{
    return Wire().u64(optionReplyMagic).u32(7).u32(type).u32(data.get().size()).bytes(data.get());
}

Wire exportInfo(std::uint64_t size)
{
    return optionReply(3, Wire().u16(0).u64(size).u16(1));
}

ErrorCode outcomeOf(const Wire& wire)
{
    const test::TempFolder folder;
    Parrot parrot(folder / "parrot.sock");
    parrot.hangUp();
    parrot.say(wire);
    const auto report = probe(parrot.target());
    return report ? ErrorCode::Cancelled : report.error().code;
}

} // namespace

class TestProbe : public QObject {
    Q_OBJECT

private slots:

    void readsStartAndEnd()
    {
        const test::TempFolder folder;
        std::vector<Listener> listeners;
        listeners.push_back(Listener::unixSocket(folder / "s.sock").value());
        const auto tap = std::make_shared<block::Tap>(10'000);
        ServerOptions options;
        options.exports.push_back({.name = "d",
                                   .description = {},
                                   .device = std::make_shared<block::MemoryDevice>(Bytes(10'000)),
                                   .readOnly = false,
                                   .multiConnection = true,
                                   .tap = tap});
        const auto server = Server::start(std::move(listeners), std::move(options)).value();
        const auto report = probe({.socket = folder / "s.sock",
                                   .host = {},
                                   .port = 0,
                                   .exportName = "d",
                                   .patience = 60s});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->size, std::uint64_t{10'000});
        QVERIFY(!report->isReadOnly);
        QVERIFY(report->canFlush);
        QVERIFY(report->allowsManyConnections);
        QTRY_COMPARE_WITH_TIMEOUT(tap->totals(block::TapKind::Read).bytes, std::uint64_t{8192},
                                  60'000);
        QCOMPARE(tap->totals(block::TapKind::Read).operations, std::uint64_t{2});
    }

    void aDiskWithoutBytesIsReadAsItIs()
    {
        const test::TempFolder folder;
        std::vector<Listener> listeners;
        listeners.push_back(Listener::unixSocket(folder / "s.sock").value());
        ServerOptions options;
        options.exports.push_back({.name = {},
                                   .description = {},
                                   .device = std::make_shared<block::MemoryDevice>(Bytes())});
        const auto server = Server::start(std::move(listeners), std::move(options)).value();
        const auto report = probe({.socket = folder / "s.sock",
                                   .host = {},
                                   .port = 0,
                                   .exportName = {},
                                   .patience = 60s});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->readBytes, 0U);
    }

    void nobodyThereIsSaid()
    {
        const test::TempFolder folder;
        const auto none = probe({.socket = folder / "none.sock"});
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        const auto nonsense = probe({.socket = {}, .host = "no address", .port = 1});
        QVERIFY(!nonsense);
        QCOMPARE(nonsense.error().code, ErrorCode::InvalidArgument);
    }

    void nonsenseIsNamed_data()
    {
        QTest::addColumn<Bytes>("said");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, const Wire& wire, ErrorCode code) {
            QTest::newRow(name) << wire.get() << static_cast<int>(code);
        };
        row("another greeting", Wire().text("SSH-2.0-OpenSSH_9.2p1 Debian"), ErrorCode::BadFormat);
        row("an old server", Wire().u64(greetingMagic).u64(optionMagic).u16(0),
            ErrorCode::Unsupported);
        row("hangs up in its greeting", Wire().u32(0x4E42444D), ErrorCode::Io);
        row("a reply to nothing", Wire(greeting()).u64(1).u64(2).u32(3), ErrorCode::BadFormat);
        row("a reply without end",
            Wire(greeting()).u64(optionReplyMagic).u32(7).u32(3).u32(0xFFFFFFFFU),
            ErrorCode::BadFormat);
        row("no size", Wire(greeting()).bytes(optionReply(1).get()), ErrorCode::BadFormat);
        row("unknown export", Wire(greeting()).bytes(optionReply(0x80000006U).get()),
            ErrorCode::NotFound);
        row("refused",
            Wire(greeting()).bytes(optionReply(0x80000002U, Wire().text("not you")).get()),
            ErrorCode::Refused);
        Wire endless = greeting();
        for (int i = 0; i < 100; ++i)
            endless.bytes(exportInfo(1 << 20).get());
        row("says it again and again", endless, ErrorCode::BadFormat);
        Wire ready = greeting();
        ready.bytes(exportInfo(1 << 20).get()).bytes(optionReply(1).get());
        row("an answer to another read", Wire(ready).u32(simpleReplyMagic).u32(0).u64(77),
            ErrorCode::BadFormat);
        row("a read that failed", Wire(ready).u32(simpleReplyMagic).u32(5).u64(0), ErrorCode::Io);
        row("hangs up in a read", Wire(ready).u32(simpleReplyMagic).u32(0).u64(0).u32(1),
            ErrorCode::Io);
    }

    void nonsenseIsNamed()
    {
        QFETCH(Bytes, said);
        QFETCH(int, code);
        QCOMPARE(static_cast<int>(outcomeOf(Wire().bytes(said))), code);
    }

    void whatTheServerSaidIsToldSafely()
    {
        const test::TempFolder folder;
        Parrot parrot(folder / "parrot.sock");
        parrot.hangUp();
        parrot.say(
            Wire(greeting()).bytes(optionReply(0x80000002U, Wire().text("no\x1b[31m")).get()));
        const auto report = probe(parrot.target());
        QVERIFY(!report);
        QVERIFY(!report.error().message.contains('\x1b'));
        QVERIFY(report.error().message.contains("no"));
    }

    void aServerThatSaysNothingIsNotWaitedForForever()
    {
        const test::TempFolder folder;
        Parrot parrot(folder / "parrot.sock");
        parrot.say(Wire());
        const auto report = probe(parrot.target());
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Limit);
    }

    void canBeStopped()
    {
        const test::TempFolder folder;
        Parrot parrot(folder / "parrot.sock");
        parrot.say(Wire());
        std::stop_source stop;
        stop.request_stop();
        auto target = parrot.target();
        target.patience = 60s;
        const auto report = probe(target, JobControl(stop.get_token()));
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestProbe)
#include "tst_probe.moc"
