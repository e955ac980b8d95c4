/// Names that must differ by more than case within one folder.
///
/// Shape:    a hash table of views; the names themselves stay where they are.
/// Lifetime: views must stay valid; it belongs to one folder and one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fatlas::folder_disk {

class FoldedNames {
public:
    explicit FoldedNames(std::size_t expected);

    /// The index under which the same name (case folded) is known; else takes it as `index`.
    std::optional<std::uint32_t> insert(std::u16string_view name, std::uint32_t index);
    [[nodiscard]] bool contains(std::u16string_view name) const;

private:
    struct Slot {
        std::u16string_view name;
        std::uint64_t hash = 0; ///< 0: empty
        std::uint32_t index = 0;
    };

    [[nodiscard]] std::size_t find(std::u16string_view name, std::uint64_t hash) const;
    void grow();

    std::vector<Slot> m_slots;
    std::size_t m_used = 0;
};

/// "Name.ext" and 12 become "Name~12.ext", shortened before the tail to at most 255 units.
[[nodiscard]] std::u16string withTail(std::u16string_view name, std::uint32_t number);

} // namespace fatlas::folder_disk
