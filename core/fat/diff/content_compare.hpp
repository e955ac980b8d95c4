/// The bytes of two files, side by side, and what stands for the bytes of one.
///
/// Units:   bytes.
/// Errors:  Cancelled; what cannot be read ends the file there.
/// Threads: belongs to one thread.
#pragma once

#include "core/fat/tree.hpp"

#include <cstdint>
#include <optional>

namespace fatlas::fat {

struct FileOnVolume {
    const Volume& volume;
    const Tree& tree;
    std::uint32_t node = 0;

    [[nodiscard]] const TreeNode& entry() const { return tree.nodes[node]; }
};

/// The first byte that differs, or where one ends; nothing when they are the same.
[[nodiscard]] Result<std::optional<std::uint64_t>>
firstDifference(const FileOnVolume& a, const FileOnVolume& b, const JobControl& job);

/// The same for files with the same bytes; of others almost never.
[[nodiscard]] Result<std::uint64_t> contentHash(const FileOnVolume& file, const JobControl& job);

} // namespace fatlas::fat
