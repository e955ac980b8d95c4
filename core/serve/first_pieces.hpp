/// Which of many pieces covers a sector first: what is put in later fills only the gaps.
///
/// Units:   sectors; ranges are half-open.
/// Shape:   a tree while it grows; a sorted list of a third of its size once it is settled.
/// Threads: one at a time; once nobody changes it, any number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace fatlas::serve {

struct PieceRange {
    std::uint64_t first = 0;
    std::uint64_t end = 0;
    std::uint32_t piece = 0;

    bool operator==(const PieceRange&) const = default;
};

class FirstPieces {
public:
    /// Not any more once it is settled.
    void add(std::uint64_t first, std::uint64_t end, std::uint32_t piece);
    void settle();

    /// What covers [first, end), in order, cut to it.
    [[nodiscard]] std::vector<PieceRange> within(std::uint64_t first, std::uint64_t end) const;

    [[nodiscard]] std::size_t partCount() const noexcept
    {
        return m_growing.size() + m_settled.size();
    }

private:
    struct Part {
        std::uint64_t end = 0;
        std::uint32_t piece = 0;
    };

    std::map<std::uint64_t, Part> m_growing; ///< by first sector
    std::vector<PieceRange> m_settled;       ///< instead
};

} // namespace fatlas::serve
