/// Options as people write them, both ways: sizes, serials, and the whole command.
///
/// Errors: InvalidArgument says what was found and what is expected.
#pragma once

#include "core/base/error.hpp"
#include "core/folder_disk/options.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace fatlas::folder_disk {

/// "1440K", "64M", "1.5G", "512" (bytes): K, M, G, T are powers of 1024; also KiB, MiB...
[[nodiscard]] Result<std::uint64_t> parseSize(std::string_view text);
/// "1A2B-3C4D", "1a2b3c4d", "0x1A2B3C4D".
[[nodiscard]] Result<std::uint32_t> parseHex32(std::string_view text);

/// Where a disk comes from: a folder of the host, or an address in the `fat:` style.
struct SourceAddress {
    std::string folder;
    Options options; ///< of the address; defaults for a plain folder
    bool isFatAddress = false;
    bool readWrite = false; ///< `rw:`
};

/// `fat:[12:|16:|32:][floppy:][rw:]FOLDER`; anything else is a plain folder.
[[nodiscard]] Result<SourceAddress> parseSource(std::string_view text);

/// A word as a shell takes it, in quotes where it must be.
[[nodiscard]] std::string shellWord(std::string_view word);
/// A path as an operand: never taken for an option or a fat: address, "~/" left to the shell.
[[nodiscard]] std::string shellPath(std::string_view path);
/// "64M", "1440K", "1000" for a command: as parseSize reads it.
[[nodiscard]] std::string sizeOption(std::uint64_t bytes);

/// "fatlas-cli create ~/dos -o dos.img --floppy 1.44M --label \"DOS TOOLS\"", quoted for a shell;
/// options that are defaults are not said. No folder: --empty.
[[nodiscard]] std::string createCommand(std::string_view folder, std::string_view output,
                                        const Options& options);
/// "~/dos --floppy 1.44M": the source and its options as any verb takes them.
[[nodiscard]] std::string layoutArguments(std::string_view folder, const Options& options);

} // namespace fatlas::folder_disk
