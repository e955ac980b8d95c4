/// Directories as bytes, built once, when somebody looks.
///
/// Shape:    slots in the order of the plan: label (root) or `.` and `..`, then for each child its
///           long name and its short slot. What follows in the clusters is zeros.
/// Threads:  safe from many threads at once.
/// Lifetime: refers to the plan.
#pragma once

#include "core/base/bytes.hpp"
#include "core/folder_disk/plan.hpp"

#include <mutex>
#include <vector>

namespace fatlas::folder_disk {

/// `folder` is an entry that is a directory; as many bytes as its size says.
[[nodiscard]] Bytes encodeDirectory(const Plan& plan, std::uint32_t folder);

class DirectoryCache {
public:
    explicit DirectoryCache(const Plan& plan);

    [[nodiscard]] const Bytes& bytesOf(std::uint32_t folder) const;

private:
    struct Slot {
        std::once_flag built;
        Bytes bytes;
    };

    const Plan& m_plan;
    std::vector<std::uint32_t> m_folders; ///< ascending
    mutable std::vector<Slot> m_slots;    ///< beside m_folders
};

} // namespace fatlas::folder_disk
