/// Internal to checkVolume(): every slot of every directory, as a visitor of readTree().
///
/// Units:   offsets in bytes from the start of the volume.
/// Source:  rules C10, C11, D1 to D7, D12 to D19, D27, D28, V1 to V6 in FORMAT.md.
#pragma once

#include "core/fat/read_tree.hpp"

#include <optional>

namespace fatlas::fat {

/// The label entries of the root, as they lie there.
struct RootLabel {
    DirectoryEntryRaw raw;
    std::uint64_t offset = 0;
};

class DirectoryCheck final : public DirectoryVisitor {
public:
    explicit DirectoryCheck(const Volume& volume) : m_volume(volume) {}

    std::vector<Finding> visit(const Tree& tree, std::uint32_t node,
                               const SlotSource& slots) override;

    /// After the root was visited.
    [[nodiscard]] const std::optional<RootLabel>& label() const noexcept { return m_label; }

private:
    const Volume& m_volume;
    std::optional<RootLabel> m_label;
};

} // namespace fatlas::fat
