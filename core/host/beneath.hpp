/// A path below a folder, checked, and the folder that its last name lies in, opened without
/// following anything.
///
/// Shape:   components of 1 to 255 bytes without '/', NUL, "." and ".."; at most 512 of them; none
///          of Fatlas's own names.
/// Errors:  InvalidArgument for a path that cannot be; conflicts Missing and NotAFile when the way
///          is gone or leads over a link; Unsupported when it leads onto another file system.
/// Threads: any.
/// Source:  openat2(2) where the kernel has it, else one component at a time with O_NOFOLLOW.
#pragma once

#include "core/host/change.hpp"
#include "core/host/descriptor.hpp"
#include "core/host/host_stat.hpp"

#include <string>
#include <string_view>

namespace fatlas::host {

[[nodiscard]] Result<> checkPath(std::string_view path);

/// Where something is or shall be.
struct Spot {
    Descriptor folder; ///< open for reading
    std::string name;
    std::string path; ///< relative, as it was asked for

    /// For messages.
    [[nodiscard]] std::string shown() const;
};

enum class Walk : std::uint8_t { Automatic, StepByStep };

[[nodiscard]] ChangeResult<Spot> openSpot(int root, const std::string& path,
                                          Walk walk = Walk::Automatic);

/// The folder of a path itself; "" is the root.
[[nodiscard]] SystemResult<Descriptor> openFolderBeneath(int root, std::string_view path,
                                                         Walk walk = Walk::Automatic);

} // namespace fatlas::host
