/// What is served, as one would say it to the command line.
///
/// Threads: pure, but for the folder one is in.
#pragma once

#include "core/serve/listening.hpp"
#include "core/serve/session.hpp"

#include <string>

namespace fatlas::serve {

/// What the export is called where nobody says: as the file or folder, in UTF-8.
[[nodiscard]] std::string defaultExportName(const std::string& source);

enum class SourceKind : std::uint8_t { Folder, Disk };

/// "fatlas-cli serve ~/dos --floppy 1.44M --scratch", quoted for a shell; what is so anyway is not
/// said.
[[nodiscard]] std::string serveCommand(const std::string& source, SourceKind kind,
                                       const SessionOptions& options, const ListenAddress& address);

} // namespace fatlas::serve
