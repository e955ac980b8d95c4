/// Where sectors and clusters begin and where a file jumps: the lines and words beside the bytes.
///
/// Units:   places of a HexSpace.
/// Threads: pure.
#pragma once

#include "ui/models/hex_space.hpp"
#include "ui/models/hex_subject.hpp"

#include <QString>

#include <cstdint>
#include <vector>

namespace fatlas::ui {

struct HexMark {
    enum class Kind : std::uint8_t { Sector, Cluster, Seam };

    std::uint64_t place = 0;
    Kind kind = Kind::Sector;
    QString text;
};

/// Of the bytes in `places`, in order, at most `most`.
[[nodiscard]] std::vector<HexMark> marksIn(const HexSubject& subject, const HexSpace& space,
                                           ByteRange places, std::size_t most = 256);

} // namespace fatlas::ui
