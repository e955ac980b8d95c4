/// Numbers that tell disks apart, made from what is on them: serial, disk id, GUIDs.
///
/// Shape:   reproducible: from names, sizes and modification times on the disk alone. Otherwise
///          also from the folder it is (path, inode, status change), so that copies differ.
/// Threads: pure; nothing is random and no clock is read, so the same plan has the same numbers.
#pragma once

#include "core/folder_disk/plan.hpp"

#include <array>
#include <span>

namespace fatlas::folder_disk {

class ContentId {
public:
    ContentId(const host::Snapshot& snapshot, std::span<const Entry> entries,
              const Options& options);

    /// Never 0; the same for the same purpose.
    [[nodiscard]] std::uint32_t number(std::uint32_t purpose) const;

private:
    std::uint64_t m_hash;
};

inline constexpr std::uint32_t purposeSerial = 1;
inline constexpr std::uint32_t purposeDiskId = 2;

/// A version 8 GUID (RFC 9562: made by a rule of our own) from two numbers, as it lies on disk.
[[nodiscard]] std::array<std::byte, 16> guidFrom(std::uint32_t serial, std::uint32_t diskId,
                                                 std::uint32_t purpose);

} // namespace fatlas::folder_disk
