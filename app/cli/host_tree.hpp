/// Files and folders of the host as what an editor puts onto a volume.
///
/// Links on the command line are followed; in folders as host::scan does it.
///
/// Errors: those of the host, naming the file; AccessDenied for what cannot be read.
#pragma once

#include "core/edit/editor.hpp"

#include <filesystem>
#include <stop_token>
#include <string>

namespace fatlas::cli {

struct HostPlace {
    std::filesystem::path source; ///< on the host
    std::string folder;           ///< on the volume
    std::string name;             ///< in it; empty: the host's
    edit::Existing existing = edit::Existing::Refuse;
};

/// A file, or a folder with all that is in it.
[[nodiscard]] Result<> putFromHost(edit::Editor& editor, const HostPlace& place,
                                   const std::stop_token& stop);

} // namespace fatlas::cli
