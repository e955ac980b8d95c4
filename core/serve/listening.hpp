/// Where a disk is served: sockets that wait for clients, and the folder made for one of them.
///
/// Errors:   those of nbd::Listener; Io and its kin when no folder can be made.
/// Threads:  one at a time.
/// Lifetime: the folder is removed with the object; whoever takes the listeners lets them go
///           before.
#pragma once

#include "core/nbd/listener.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fatlas::serve {

struct ListenAddress {
    enum class Kind : std::uint8_t {
        PrivateSocket, ///< a Unix socket in a folder of its own that only this user may enter
        UnixSocket,
        Tcp,
    };

    Kind kind = Kind::PrivateSocket;
    std::filesystem::path socket = {}; ///< UnixSocket
    std::string tcp = {};              ///< Tcp: as nbd::Listener::tcp takes it

    bool operator==(const ListenAddress&) const = default;
};

/// A folder that only this user may enter, removed with the object once nothing is in it.
class PrivateFolder {
public:
    /// In the user's own run-time folder, else in that for temporary files.
    [[nodiscard]] static Result<PrivateFolder> make();

    PrivateFolder() = default; ///< none
    PrivateFolder(PrivateFolder&& other) noexcept;
    PrivateFolder& operator=(PrivateFolder&& other) noexcept;
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    ~PrivateFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

private:
    explicit PrivateFolder(std::filesystem::path path) : m_path(std::move(path)) {}

    std::filesystem::path m_path; ///< empty: none
};

struct Listening {
    PrivateFolder folder = {}; ///< goes after the listeners
    std::vector<nbd::Listener> listeners = {};
};

/// At least one listener.
[[nodiscard]] Result<Listening> listenOn(const ListenAddress& address);

} // namespace fatlas::serve
