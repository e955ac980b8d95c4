#include "core/block/memory_device.hpp"
#include "core/nbd/server.hpp"

#include "tests/core/nbd/wire.hpp"
#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <QtTest>

#include <atomic>
#include <condition_variable>
#include <poll.h>
#include <set>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::nbd;
using namespace std::chrono_literals;
using test::Heard;
using test::Wire;

namespace {

constexpr std::uint64_t diskSize = 40 << 20;
/// Long enough for a machine that is busy with other things.
constexpr int patienceMs = 60'000;

/// Reads at `slowOffset` wait until they are let go.
class GatedDevice final : public block::BlockDevice {
public:
    static constexpr std::uint64_t slowOffset = 1 << 20;

    [[nodiscard]] std::uint64_t size() const noexcept override { return diskSize; }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override
    {
        return {.canWrite = true, .canTrim = false, .canWriteInParallel = isParallel};
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        std::ranges::fill(into, std::byte{0x42});
        if (offset < slowOffset || offset >= 2 * slowOffset)
            return {};
        std::unique_lock lock(m_mutex);
        ++m_waiting;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_isOpen; });
        return {};
    }

    [[nodiscard]] Result<> write(std::uint64_t /*offset*/, ByteView /*bytes*/) override
    {
        mostWriters = std::max(mostWriters.load(), ++m_writers);
        std::this_thread::sleep_for(1ms);
        --m_writers;
        return {};
    }

    [[nodiscard]] Result<> flush() override
    {
        ++flushes;
        return {};
    }

    bool awaitReaders(int count) const
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::milliseconds(patienceMs),
                                  [&] { return m_waiting >= count; });
    }

    void open()
    {
        const std::scoped_lock lock(m_mutex);
        m_isOpen = true;
        m_changed.notify_all();
    }

    bool isParallel = false;
    std::atomic<int> mostWriters = 0;
    std::atomic<int> flushes = 0;

private:
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    mutable int m_waiting = 0;
    bool m_isOpen = false;
    std::atomic<int> m_writers = 0;
};

/// A client that says what it is told to.
class RawClient {
public:
    explicit RawClient(const std::filesystem::path& path)
        : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        m_isConnected =
            ::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    ~RawClient() { close(); }

    void close()
    {
        if (m_socket >= 0)
            ::close(std::exchange(m_socket, -1));
    }

    void stopSaying() const { ::shutdown(m_socket, SHUT_WR); }

    [[nodiscard]] bool isConnected() const { return m_isConnected; }

    bool say(const Wire& wire) const
    {
        const Bytes& bytes = wire.get();
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t count =
                ::send(m_socket, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
            if (count <= 0)
                return false;
            done += static_cast<std::size_t>(count);
        }
        return true;
    }

    /// Fewer when the server closes, or says nothing for long.
    Bytes hear(std::size_t size) const
    {
        Bytes bytes(size);
        std::size_t done = 0;
        while (done < size && isReady(patienceMs)) {
            const ssize_t count = ::recv(m_socket, bytes.data() + done, size - done, 0);
            if (count <= 0)
                break;
            done += static_cast<std::size_t>(count);
        }
        bytes.resize(done);
        return bytes;
    }

    [[nodiscard]] bool isReady(int timeoutMs) const
    {
        pollfd waiting{.fd = m_socket, .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, timeoutMs) > 0;
    }

    /// The server has nothing more to say.
    [[nodiscard]] bool isClosed() const { return hear(1).empty() && isReady(0); }

    /// Greeting and export name; simple replies.
    bool enter(std::string_view name = "") const
    {
        return say(Wire().u32(3).option(1, Wire().text(name))) && hear(18 + 10).size() == 28;
    }

    /// Cookie of the next simple reply without data, after checking it.
    [[nodiscard]] std::uint64_t hearCookie(std::uint32_t expectedError = 0) const
    {
        Heard heard(hear(16));
        const bool isGood = heard.u32() == 0x67446698 && heard.u32() == expectedError;
        const std::uint64_t cookie = heard.u64();
        return isGood ? cookie : 0;
    }

private:
    int m_socket;
    bool m_isConnected = false;
};

struct Served {
    explicit Served(std::shared_ptr<block::BlockDevice> device, ServerOptions options = {},
                    bool readOnly = false)
    {
        std::vector<Listener> listeners;
        listeners.push_back(Listener::unixSocket(folder / "s").value());
        server = Server::start(std::move(listeners), std::move(options)).value();
        std::ignore =
            server->add({.name = "disk", .device = std::move(device), .readOnly = readOnly});
    }

    [[nodiscard]] std::filesystem::path path() const { return folder / "s"; }

    test::TempFolder folder;
    std::unique_ptr<Server> server;
};

std::shared_ptr<block::MemoryDevice> memoryDisk()
{
    return std::make_shared<block::MemoryDevice>(test::PseudoRandom(1).bytes(diskSize));
}

template <class Condition>
bool becomesTrue(Condition&& condition)
{
    for (int waited = 0; waited < patienceMs; waited += 5) {
        if (condition())
            return true;
        std::this_thread::sleep_for(5ms);
    }
    return false;
}

} // namespace

class TestServer : public QObject {
    Q_OBJECT

private slots:
    void servesReadsAndWrites();
    void answersManyRequestsAtOnce();
    void answersAreGivenInTheOrderTheyAreDone();
    void slowRequestsRunBesideEachOther();
    void writesGoOneByOneWhereTheDiskNeedsIt();
    void aClientThatReadsNothingHoldsNobodyUp();
    void aClientCutInMidRequestChangesNothing();
    void goodByeIsAfterTheAnswers();
    void answersWhatWasAskedBeforeTheEnd();
    void nonsenseEndsTheConnection();
    void slowHandshakesAreCut();
    void newClientsDisplaceThoseThatSayNothing();
    void tellsWhoComesAndGoes();
    void stopAnswersWhatRunsAndFlushes();
    void stopDoesNotWaitForAClientThatTakesNothing();
    void exportsCanComeAndGo();
    void everythingAfterStopIsRefused();
};

void TestServer::servesReadsAndWrites()
{
    const auto disk = memoryDisk();
    const Bytes before(disk->bytes().begin(), disk->bytes().begin() + 8192);
    const Served served(disk);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    QVERIFY(client.say(Wire().request(0, 100, 5000, 9)));
    QCOMPARE(client.hearCookie(), std::uint64_t{9});
    QVERIFY(std::ranges::equal(client.hear(5000), ByteView(before).subspan(100, 5000)));
    const Bytes written = test::PseudoRandom(2).bytes(100'000);
    QVERIFY(client.say(Wire().request(1, 7, 100'000, 10).bytes(written).request(3, 0, 0, 11)));
    QCOMPARE(client.hearCookie(), std::uint64_t{10});
    QCOMPARE(client.hearCookie(), std::uint64_t{11});
    QVERIFY(std::ranges::equal(disk->bytes().subspan(7, 100'000), written));
    QVERIFY(client.say(Wire().request(0, diskSize, 1, 12).request(4, 0, 1, 13)));
    QCOMPARE(client.hearCookie(22), std::uint64_t{12});
    QCOMPARE(client.hearCookie(22), std::uint64_t{13});
}

void TestServer::answersManyRequestsAtOnce()
{
    const auto disk = memoryDisk();
    const Served served(disk, {}, true);
    const RawClient client(served.path());
    QVERIFY(client.enter("disk"));
    Wire wire;
    constexpr std::uint64_t count = 3000;
    for (std::uint64_t i = 1; i <= count; ++i)
        wire.request(0, i * 777, 512, i);
    std::thread talker([&] { client.say(wire); });
    std::vector<bool> seen(count + 1);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t cookie = client.hearCookie();
        const Bytes bytes = client.hear(512);
        const bool isGood = cookie >= 1 && cookie <= count && !seen[cookie] &&
                            std::ranges::equal(bytes, disk->bytes().subspan(cookie * 777, 512));
        if (!isGood) {
            talker.join();
            QFAIL("a reply is wrong, missing or there twice");
        }
        seen[cookie] = true;
    }
    talker.join();
}

void TestServer::answersAreGivenInTheOrderTheyAreDone()
{
    const auto disk = std::make_shared<GatedDevice>();
    const Served served(disk);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    QVERIFY(client.say(Wire()
                           .request(0, GatedDevice::slowOffset, 16, 1)
                           .request(0, 0, 16, 2)
                           .request(0, 16, 16, 3)));
    std::set<std::uint64_t> first;
    for (int i = 0; i < 2; ++i) {
        first.insert(client.hearCookie());
        (void)client.hear(16);
    }
    disk->open(); // before a check may fail: somebody stands at the gate
    QVERIFY((first == std::set<std::uint64_t>{2, 3}));
    QCOMPARE(client.hearCookie(), std::uint64_t{1});
}

void TestServer::slowRequestsRunBesideEachOther()
{
    const auto disk = std::make_shared<GatedDevice>();
    const Served served(disk);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    Wire wire;
    for (std::uint64_t i = 1; i <= 8; ++i)
        wire.request(0, GatedDevice::slowOffset + i * 16, 16, i);
    QVERIFY(client.say(wire));
    QVERIFY(disk->awaitReaders(8));
    disk->open();
    QCOMPARE(client.hear(8 * 32).size(), std::size_t{8 * 32});
}

void TestServer::writesGoOneByOneWhereTheDiskNeedsIt()
{
    for (const bool isParallel : {false, true}) {
        const auto disk = std::make_shared<GatedDevice>();
        disk->isParallel = isParallel;
        const Served served(disk);
        const RawClient client(served.path());
        QVERIFY(client.enter());
        Wire wire;
        const Bytes bytes(512);
        for (std::uint64_t i = 1; i <= 100; ++i)
            wire.request(1, i * 512, 512, i).bytes(bytes);
        QVERIFY(client.say(wire));
        QCOMPARE(client.hear(100 * 16).size(), std::size_t{1600});
        QVERIFY(isParallel ? disk->mostWriters >= 2 : disk->mostWriters == 1);
    }
}

void TestServer::aClientThatReadsNothingHoldsNobodyUp()
{
    const auto disk = memoryDisk();
    const Served served(disk, {}, true);
    std::vector<std::unique_ptr<RawClient>> deaf;
    std::vector<std::thread> talkers;
    for (int i = 0; i < 10; ++i) {
        deaf.push_back(std::make_unique<RawClient>(served.path()));
        QVERIFY(deaf.back()->enter());
        Wire wire;
        for (std::uint64_t n = 1; n <= 5000; ++n)
            wire.request(0, 0, 32U << 20U, n);
        talkers.emplace_back(
            [wire = std::move(wire), &client = *deaf.back()] { client.say(wire); });
    }
    const RawClient client(served.path());
    QVERIFY(client.enter());
    for (std::uint64_t i = 1; i <= 100; ++i) {
        QVERIFY(client.say(Wire().request(0, i * 512, 512, i)));
        QCOMPARE(client.hearCookie(), i);
        QCOMPARE(client.hear(512).size(), std::size_t{512});
    }
    served.server->stop(0ms).value();
    for (auto& talker : talkers)
        talker.join();
}

void TestServer::aClientCutInMidRequestChangesNothing()
{
    const auto disk = memoryDisk();
    const Bytes before(disk->bytes().begin(), disk->bytes().end());
    const Served served(disk);
    {
        RawClient client(served.path());
        QVERIFY(client.enter());
        QVERIFY(client.say(Wire().request(1, 0, 1 << 20, 1).bytes(Bytes((1 << 20) - 1))));
        client.close();
    }
    QVERIFY(becomesTrue([&] { return served.server->clients().empty(); }));
    QVERIFY(std::ranges::equal(disk->bytes(), before));
    const RawClient next(served.path());
    QVERIFY(next.enter());
}

void TestServer::goodByeIsAfterTheAnswers()
{
    const auto disk = std::make_shared<GatedDevice>();
    const Served served(disk);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    QVERIFY(client.say(Wire()
                           .request(0, GatedDevice::slowOffset, 16, 1)
                           .request(2, 0, 0, 2)
                           .request(0, 0, 16, 3)));
    QVERIFY(disk->awaitReaders(1));
    disk->open();
    QCOMPARE(client.hearCookie(), std::uint64_t{1});
    QCOMPARE(client.hear(16).size(), std::size_t{16});
    QVERIFY(client.isClosed());
}

void TestServer::answersWhatWasAskedBeforeTheEnd()
{
    const Served served(memoryDisk(), {}, true);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    QVERIFY(client.say(Wire().request(0, 0, 1 << 20, 1).request(0, 0, 1 << 20, 2)));
    client.stopSaying();
    QCOMPARE(client.hear(2 * ((1 << 20) + 16)).size(), std::size_t{2 * ((1 << 20) + 16)});
    QVERIFY(client.isClosed());
}

void TestServer::nonsenseEndsTheConnection()
{
    std::atomic<int> errors = 0;
    ServerOptions options;
    options.onError = [&errors](ClientNumber, const Error& error) {
        errors += error.code == ErrorCode::BadFormat ? 1 : 0;
    };
    const Served served(memoryDisk(), std::move(options), true);
    const RawClient atOnce(served.path());
    atOnce.hear(18);
    QVERIFY(atOnce.say(Wire().text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")));
    QVERIFY(atOnce.isClosed());
    const RawClient later(served.path());
    QVERIFY(later.enter());
    QVERIFY(later.say(Wire().request(0, 0, 1, 1).text("this is not a request at all")));
    QCOMPARE(later.hearCookie(), std::uint64_t{1});
    later.hear(1);
    QVERIFY(later.isClosed());
    QVERIFY(becomesTrue([&] { return errors == 2; }));
}

void TestServer::slowHandshakesAreCut()
{
    ServerOptions options;
    options.handshakeTimeout = 100ms;
    const Served served(memoryDisk(), std::move(options), true);
    const RawClient client(served.path());
    QCOMPARE(client.hear(18).size(), std::size_t{18});
    QVERIFY(client.isClosed());
}

void TestServer::newClientsDisplaceThoseThatSayNothing()
{
    ServerOptions options;
    options.maxClients = 4;
    const Served served(memoryDisk(), std::move(options), true);
    const RawClient first(served.path());
    QVERIFY(first.enter());
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 50; ++i)
        silent.push_back(std::make_unique<RawClient>(served.path()));
    const RawClient last(served.path());
    QVERIFY(last.enter());
    QVERIFY(first.say(Wire().request(0, 0, 16, 5)));
    QCOMPARE(first.hearCookie(), std::uint64_t{5});
}

void TestServer::tellsWhoComesAndGoes()
{
    std::mutex mutex;
    std::vector<std::string> told;
    ServerOptions options;
    options.onClient = [&](const Client& client, ClientChange change) {
        const std::scoped_lock lock(mutex);
        told.push_back((change == ClientChange::Joined ? "+" : "-") + client.exportName + " " +
                       std::to_string(client.readSize) + " " + std::to_string(client.writtenSize));
    };
    const Served served(memoryDisk(), std::move(options));
    {
        const RawClient client(served.path());
        QVERIFY(client.enter());
        QVERIFY(client.say(Wire().request(0, 0, 512, 1).request(1, 0, 16, 2).bytes(Bytes(16))));
        client.hear(16 + 512 + 16);
        const auto clients = served.server->clients();
        QCOMPARE(clients.size(), std::size_t{1});
        QVERIFY(clients[0].address.starts_with("process "));
        QCOMPARE(clients[0].requestCount, std::uint64_t{2});
    }
    QVERIFY(becomesTrue([&] {
        const std::scoped_lock lock(mutex);
        return told.size() == 2;
    }));
    QCOMPARE(told[0], std::string("+disk 0 0"));
    QCOMPARE(told[1], std::string("-disk 512 16"));
}

void TestServer::stopAnswersWhatRunsAndFlushes()
{
    const auto disk = std::make_shared<GatedDevice>();
    const Served served(disk);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    QVERIFY(client.say(
        Wire().request(1, 0, 16, 1).bytes(Bytes(16)).request(0, GatedDevice::slowOffset, 16, 2)));
    QCOMPARE(client.hearCookie(), std::uint64_t{1});
    QVERIFY(disk->awaitReaders(1));
    std::thread opener([&] {
        std::this_thread::sleep_for(50ms);
        disk->open();
    });
    const auto stopped = served.server->stop(std::chrono::milliseconds(patienceMs));
    opener.join();
    QVERIFY(stopped);
    QCOMPARE(client.hearCookie(), std::uint64_t{2});
    QCOMPARE(client.hear(16).size(), std::size_t{16});
    QVERIFY(client.isClosed());
    QCOMPARE(disk->flushes.load(), 1);
}

void TestServer::stopDoesNotWaitForAClientThatTakesNothing()
{
    const Served served(memoryDisk(), {}, true);
    const RawClient client(served.path());
    QVERIFY(client.enter());
    QVERIFY(client.say(Wire().request(0, 0, 32U << 20U, 1)));
    QVERIFY(client.isReady(patienceMs));
    QVERIFY(served.server->stop(50ms));
    QVERIFY(client.hear(64 << 20).size() < (32U << 20U));
}

void TestServer::exportsCanComeAndGo()
{
    const Served served(memoryDisk(), {}, true);
    const RawClient old(served.path());
    QVERIFY(old.enter("disk"));
    QVERIFY(served.server->add({.name = "disk@2", .device = memoryDisk()}));
    QVERIFY(served.server->remove("disk"));
    const RawClient gone(served.path());
    QVERIFY(!gone.enter("disk"));
    const RawClient fresh(served.path());
    QVERIFY(fresh.enter(""));
    QVERIFY(old.say(Wire().request(0, 0, 16, 1)));
    QCOMPARE(old.hearCookie(), std::uint64_t{1});
    QCOMPARE(served.server->clients().back().exportName, std::string("disk@2"));
}

void TestServer::everythingAfterStopIsRefused()
{
    const Served served(memoryDisk(), {}, true);
    QVERIFY(served.server->stop(0ms));
    QVERIFY(served.server->stop(0ms));
    const RawClient client(served.path());
    QVERIFY(!client.isConnected() || client.hear(18).empty());
}

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
