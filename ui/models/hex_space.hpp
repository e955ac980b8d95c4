/// Which bytes of an image are shown one after the other: all of them, or the clusters of one file
/// glued together.
///
/// Units:      bytes. A *place* counts from the start of what is shown, an image offset from the
///             start of the image.
/// Invariants: pieces are ordered by place, gap-free and never empty; neighbours in the image are
///             one piece, so every piece but the first begins at a seam.
/// Threads:    immutable; shared as std::shared_ptr<const HexSpace>.
#pragma once

#include "core/fat/explain/explanation.hpp"
#include "core/fat/geometry.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fatlas::ui {

using fat::ByteRange;

struct HexPiece {
    std::uint64_t place = 0;
    std::uint64_t imageOffset = 0;
    std::uint64_t length = 0;

    [[nodiscard]] std::uint64_t end() const noexcept { return place + length; }

    bool operator==(const HexPiece&) const = default;
};

class HexSpace {
public:
    HexSpace() = default; ///< nothing

    [[nodiscard]] static HexSpace ofImage(std::uint64_t imageSize);
    /// `ranges` of the image, glued together. The content may be shorter: slack follows it.
    [[nodiscard]] static HexSpace ofRanges(std::span<const ByteRange> ranges,
                                           std::optional<std::uint64_t> contentSize);
    /// `volumeOffset`: where the volume begins in the image.
    [[nodiscard]] static HexSpace ofChain(const fat::Geometry& geometry, std::uint64_t volumeOffset,
                                          std::span<const ClusterRange> runs,
                                          std::optional<std::uint64_t> contentSize);

    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

    /// From here on bytes belong to nobody: slack behind the end of a file.
    [[nodiscard]] std::uint64_t contentSize() const noexcept { return m_contentSize; }

    [[nodiscard]] bool isFile() const noexcept { return m_isFile; }

    [[nodiscard]] const std::vector<HexPiece>& pieces() const noexcept { return m_pieces; }

    /// The piece that holds `place`; its index. O(log pieces).
    [[nodiscard]] std::optional<std::size_t> findPiece(std::uint64_t place) const;
    [[nodiscard]] std::optional<std::uint64_t> imageOffset(std::uint64_t place) const;
    /// The first place that shows a byte of the image. O(pieces).
    [[nodiscard]] std::optional<std::uint64_t> placeOf(std::uint64_t imageOffset) const;
    /// The parts of the pieces that lie in `places`, in order, at most `most` of them.
    [[nodiscard]] std::vector<HexPiece> cut(ByteRange places, std::size_t most = SIZE_MAX) const;

private:
    void append(ByteRange range);

    std::vector<HexPiece> m_pieces;
    std::uint64_t m_size = 0;
    std::uint64_t m_contentSize = 0;
    bool m_isFile = false;
};

} // namespace fatlas::ui
