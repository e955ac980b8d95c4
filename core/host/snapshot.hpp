/// A folder of the host as it was at one moment: names, sizes, times and identities, no content.
///
/// Shape:      nodes in breadth-first order; node 0 is the folder itself; the children of a folder
///             are contiguous and sorted by the bytes of their names, so that the same folder
///             gives the same snapshot.
/// Units:      sizes in bytes; times in nanoseconds since 1970-01-01 UTC.
/// Invariants: parent < own index; firstChild + childCount <= nodes.size().
/// Threads:    immutable once scanned; shared as std::shared_ptr<const Snapshot>.
#pragma once

#include "core/base/file.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::host {

enum class NodeKind : std::uint8_t { File, Directory };

struct Node {
    std::string name; ///< the host's bytes, one component
    std::uint32_t parent = 0;
    std::uint32_t firstChild = 0;
    std::uint32_t childCount = 0;
    NodeKind kind = NodeKind::File;
    bool writable = true; ///< any write bit in its mode
    bool readable = true; ///< this process may read the file or list the folder
    std::uint64_t size = 0;
    std::int64_t modifiedNs = 0;
    std::int64_t accessedNs = 0;
    std::optional<std::int64_t> createdNs = std::nullopt; ///< birth time, where there is one
    FileIdentity identity;
};

enum class LeftOutReason : std::uint8_t {
    Socket,
    Fifo,
    Device,
    DanglingLink,
    LinkLeavesFolder,
    LinkLoop, ///< a link to a folder that contains it
    Vanished, ///< gone between listing and looking
};

/// Something in the folder that cannot be on a disk at all.
struct LeftOut {
    std::string path; ///< relative, '/' between components
    LeftOutReason reason;
};

struct Snapshot {
    std::filesystem::path root; ///< absolute
    std::vector<Node> nodes;
    std::vector<LeftOut> leftOut;

    /// Relative path of a node, "" for node 0.
    [[nodiscard]] std::string relativePath(std::uint32_t node) const;
};

/// "is a socket", "is a link that leads out of the folder" ...
[[nodiscard]] const char* toString(LeftOutReason reason) noexcept;

} // namespace fatlas::host
