/// Lines to paste that connect other programs to a disk that is served.
///
/// Shape:   each is one line for a POSIX shell, but libvirt's, which is an element of a domain, and
///          the one for the monitor of QEMU.
/// Threads: pure.
#pragma once

#include "core/nbd/listener.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fatlas::serve {

struct ClientLine {
    std::string program; ///< "QEMU"; two lines in a row may be for the same
    std::string line;

    bool operator==(const ClientLine&) const = default;
};

enum class Access : std::uint8_t { ReadOnly, Writable };

/// For QEMU (two ways), libvirt, nbd-client, nbdcopy, nbdinfo and guestfish.
[[nodiscard]] std::vector<ClientLine> clientLines(const nbd::Listener& listener,
                                                  const std::string& exportName, Access access);

/// What puts another disk into a drive of a running QEMU; the name of the drive is to be filled in.
[[nodiscard]] std::string changeMediumLine(const std::string& uri);

/// As one word of a POSIX shell: as it is where that is safe, else in single quotes.
[[nodiscard]] std::string quotedWord(std::string_view text);
/// As a value in a list of QEMU's options: commas doubled.
[[nodiscard]] std::string qemuValue(std::string_view text);
/// As the value of an attribute.
[[nodiscard]] std::string xmlValue(std::string_view text);

} // namespace fatlas::serve
