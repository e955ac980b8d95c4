/// The bytes of one of the guest's files, as they were at one moment: or an error.
///
/// The guest goes on writing meanwhile. What was read is looked up in the log of writes; as soon as
/// something of the file was written after the tree was read, reading fails, and nobody gets a
/// mixture.
///
/// Units:    bytes; of a chain that is shorter than the size there is only what the chain holds.
/// Errors:   Changed once it was written to, and wasDisturbed() is true; those of the disk.
/// Threads:  one.
/// Lifetime: refers to the tree.
#pragma once

#include "core/host/content_source.hpp"
#include "core/sync/guest_tree.hpp"

namespace fatlas::sync {

class GuestContent final : public host::ContentSource {
public:
    GuestContent(const GuestTree& guest, std::uint32_t node);

    [[nodiscard]] std::uint64_t size() const override { return m_size; }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;

    [[nodiscard]] bool wasDisturbed() const noexcept { return m_isDisturbed; }

private:
    [[nodiscard]] bool isUntouched() const;

    const GuestTree& m_guest;
    std::vector<ByteRange> m_ranges;
    std::vector<std::uint64_t> m_starts; ///< of each range, in the file
    std::uint64_t m_size = 0;
    mutable bool m_isDisturbed = false;
};

/// Which bytes of a large file have to be written where it is, instead of writing all of it anew:
/// its clusters did not move, it did not shrink, and little of it changed. Nothing: all of it.
[[nodiscard]] std::optional<std::vector<ByteRange>>
rangesInPlace(const KnownEntry& entry, const GuestTree& guest, std::uint32_t node);

} // namespace fatlas::sync
