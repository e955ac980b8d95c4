/// Serves block devices to NBD clients: any number of exports on any number of sockets.
///
/// Requests of one client run in parallel and are answered in the order they are done. What one
/// client may hold (requests and bytes in flight, time for its handshake) is bounded, and so are
/// all of them together; a client that sends nonsense, stalls or goes away harms nobody else.
///
/// Errors:   start: those of the system, when threads cannot be made. add: InvalidArgument for a
///           name that is too long, a missing device; Refused for a name that is taken.
/// Threads:  safe from many threads at once, but for stop() and the destructor. Callbacks come from
///           the server's threads, must return soon and must not call stop().
/// Lifetime: the destructor stops without patience.
/// Source:   PROTOCOL.md
#pragma once

#include "core/base/error.hpp"
#include "core/nbd/export.hpp"
#include "core/nbd/listener.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::nbd {

struct Client {
    ClientNumber number = 0;
    std::string address = {}; ///< "127.0.0.1:40312"; "unix" with the process' number if known
    std::string exportName = {};
    std::uint64_t requestCount = 0;
    std::uint64_t readSize = 0;    ///< bytes answered
    std::uint64_t writtenSize = 0; ///< bytes written, zeroed or trimmed
};

enum class ClientChange : std::uint8_t {
    Joined, ///< it has chosen an export
    Left,   ///< all its requests are done
};

struct ServerOptions {
    std::vector<Export> exports = {}; ///< that are there before the first client
    std::uint32_t maxClients = 512;
    std::uint32_t threadCount = 16;
    std::chrono::milliseconds handshakeTimeout{10'000};
    std::function<void(const Client&, ClientChange)> onClient = {};
    /// A request of a client failed, or the client broke the protocol.
    std::function<void(ClientNumber, const Error&)> onError = {};
};

class Server {
public:
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(std::vector<Listener> listeners,
                                                               ServerOptions options = {});

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// The first export is also the default one: what a client gets that asks for the empty name.
    [[nodiscard]] Result<> add(Export added);
    /// Makes another one the default; NotFound.
    [[nodiscard]] Result<> setDefault(const std::string& name);
    /// No new client gets it; those that use it stay. NotFound.
    [[nodiscard]] Result<> remove(const std::string& name);

    /// Empty once it was stopped.
    [[nodiscard]] const std::vector<Listener>& listeners() const noexcept;
    /// Those that have chosen an export.
    [[nodiscard]] std::vector<Client> clients() const;

    /// No new clients, no new requests; those running may finish for as long as `patience`, then
    /// every device that was written to is flushed. Returns the first error of a flush.
    [[nodiscard]] Result<> stop(std::chrono::milliseconds patience);

private:
    class Implementation;

    explicit Server(std::unique_ptr<Implementation> implementation);

    std::unique_ptr<Implementation> m_implementation;
};

} // namespace fatlas::nbd
