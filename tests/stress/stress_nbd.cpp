/// Many clients at once on one server: they read, write to stretches of their own, come and go in
/// the middle of requests, while exports are added and removed and clients are listed; in the end
/// the server stops under load. What a client wrote it must read. For the thread sanitizer, so
/// without Qt.
///
/// Shape: exits 0, or 1 with one line saying what went wrong.
#include "core/block/memory_device.hpp"
#include "core/nbd/protocol.hpp"
#include "core/nbd/request.hpp"
#include "core/nbd/server.hpp"

#include "tests/support/pseudo_random.hpp"
#include "tests/support/temp_folder.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace fatlas;
using namespace fatlas::nbd;

namespace {

constexpr std::uint64_t clientCount = 6;
constexpr int sessionsPerClient = 12;
constexpr int requestsPerSession = 120;
constexpr std::uint64_t ownSize = 1 << 20; ///< bytes of the disk that a client writes to

std::atomic<const char*> failure = nullptr;

/// A connection that speaks just enough: EXPORT_NAME, simple replies.
class RawClient {
public:
    explicit RawClient(const std::filesystem::path& path)
        : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.native().copy(address.sun_path, sizeof address.sun_path - 1);
        m_isGood =
            ::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            enter();
    }

    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    ~RawClient() { ::close(m_socket); }

    [[nodiscard]] bool isGood() const noexcept { return m_isGood; }

    bool say(ByteView bytes) const
    {
        return ::send(m_socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(bytes.size());
    }

    bool hear(ByteSpan into) const
    {
        return into.empty() || ::recv(m_socket, into.data(), into.size(), MSG_WAITALL) ==
                                   static_cast<ssize_t>(into.size());
    }

    /// True when it was done.
    bool ask(const Request& request, ByteView payload, ByteSpan into) const
    {
        SimpleReplyRaw reply;
        return say(asBytes(encodeRequest(request))) && (payload.empty() || say(payload)) &&
               hear(std::as_writable_bytes(std::span(&reply, 1))) && reply.error.get() == 0 &&
               hear(into);
    }

private:
    [[nodiscard]] bool enter() const
    {
        Bytes greeting(sizeof(GreetingRaw));
        Bytes answer(sizeof(ExportNameReplyRaw));
        const OptionRaw option{.magic = optionMagic,
                               .option = static_cast<std::uint32_t>(Option::ExportName),
                               .length = 0};
        return hear(greeting) && say(asBytes(Be32(3))) && say(asBytes(option)) && hear(answer);
    }

    int m_socket;
    bool m_isGood = false;
};

void runSession(const std::filesystem::path& path, std::uint64_t number, std::uint64_t seed)
{
    const RawClient client(path);
    if (!client.isGood())
        return; // the server stops
    test::PseudoRandom random(seed);
    for (int i = 0; i < requestsPerSession; ++i) {
        const std::uint64_t length = 1 + random.below(40'000);
        const std::uint64_t offset = number * ownSize + random.below(ownSize - length);
        const Bytes written = random.bytes(length);
        Bytes read(static_cast<std::size_t>(length));
        Request request{.command = Command::Write,
                        .cookie = seed,
                        .offset = offset,
                        .length = static_cast<std::uint32_t>(length)};
        if (!client.ask(request, written, {}))
            return;
        request.command = Command::Read;
        if (!client.ask(request, {}, read))
            return;
        if (read != written)
            failure = "a client read something else than it wrote";
    }
    // Leaves in the middle of a request, and without taking an answer.
    (void)client.say(asBytes(encodeRequest({.command = Command::Read, .length = 1 << 20})));
    (void)client.say(asBytes(encodeRequest({.command = Command::Write, .length = 1 << 20})));
}

void changeExports(Server& server, const std::stop_token& stop)
{
    for (int i = 0; !stop.stop_requested(); ++i) {
        const std::string name = fmt::format("extra {}", i % 3);
        const auto added =
            server.add({.name = name, .device = std::make_shared<block::MemoryDevice>(Bytes(512))});
        for (const Client& client : server.clients())
            if (client.number == 0)
                failure = "a client without a number";
        if (added && !server.remove(name))
            failure = "an export went by itself";
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void runClients(const std::filesystem::path& path)
{
    std::vector<std::jthread> clients;
    for (std::uint64_t number = 0; number < clientCount; ++number)
        clients.emplace_back([&path, number] {
            for (std::uint64_t i = 0; i < sessionsPerClient; ++i)
                runSession(path, number, number * 1000 + i);
        });
}

Result<> stress()
{
    const test::TempFolder folder;
    std::vector<Listener> listeners;
    FATLAS_ASSIGN(auto listener, Listener::unixSocket(folder / "s"));
    listeners.push_back(std::move(listener));
    std::atomic<int> joined = 0;
    std::atomic<int> left = 0;
    ServerOptions options;
    options.exports.push_back(
        {.name = "disk",
         .device = std::make_shared<block::MemoryDevice>(Bytes(clientCount * ownSize)),
         .readOnly = false});
    options.onClient = [&](const Client&, ClientChange change) {
        ++(change == ClientChange::Joined ? joined : left);
    };
    FATLAS_ASSIGN(const auto server, Server::start(std::move(listeners), std::move(options)));
    {
        const std::jthread changer(
            [&](const std::stop_token& stop) { changeExports(*server, stop); });
        runClients(folder / "s");
    }
    std::jthread late([&] { runClients(folder / "s"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    FATLAS_TRY(server->stop(std::chrono::milliseconds(100)));
    late.join();
    if (joined != left)
        failure = "not everybody who came has left";
    return {};
}

} // namespace

int main()
{
    if (const auto done = stress(); !done)
        failure = "the server failed";
    if (failure == nullptr)
        return 0;
    fmt::print(stderr, "{}\n", failure.load());
    return 1;
}
