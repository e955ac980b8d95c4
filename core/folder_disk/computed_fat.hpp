/// A file allocation table that is not stored: entries follow from the runs of a plan.
///
/// Units:    bytes from the start of one FAT (all copies are the same).
/// Threads:  immutable.
/// Lifetime: refers to the plan.
#pragma once

#include "core/base/bytes.hpp"
#include "core/folder_disk/plan.hpp"

namespace fatlas::folder_disk {

class ComputedFat {
public:
    explicit ComputedFat(const Plan& plan);

    /// Everything from here on is zeros.
    [[nodiscard]] std::uint64_t usedSize() const noexcept { return m_usedSize; }

    /// [offset, offset + into.size()) must lie inside the FAT.
    void read(std::uint64_t offset, ByteSpan into) const;

private:
    [[nodiscard]] std::uint32_t clustersInUse() const;
    void encodeWindow(std::uint32_t first, ByteSpan window) const;
    void encodeRun(const Entry& entry, std::uint32_t first, ByteSpan window) const;

    const Plan& m_plan;
    std::uint64_t m_usedSize;
};

} // namespace fatlas::folder_disk
