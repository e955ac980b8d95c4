/// Lines to paste that connect other programs to a disk that is served.
#pragma once

#include "core/nbd/listener.hpp"

#include "app/cli/output.hpp"

#include <string>
#include <string_view>

namespace fatlas::cli {

enum class ServedMode : std::uint8_t { ReadOnly, Writable };

/// One line each for QEMU (two ways), libvirt, nbd-client and nbdcopy.
void writeHints(Output& output, const nbd::Listener& listener, const std::string& exportName,
                ServedMode mode);

/// As one word of a POSIX shell: as it is where that is safe, else in quotes.
[[nodiscard]] std::string shellWord(std::string_view text);
/// As a value in a list of QEMU's options: commas doubled.
[[nodiscard]] std::string qemuValue(std::string_view text);
/// As the value of an attribute.
[[nodiscard]] std::string xmlValue(std::string_view text);

} // namespace fatlas::cli
