/// Internal to apply: the content of one file onto its place, read twice and written once.
///
/// The first reading keeps the old bytes and a checksum of each piece of the new ones; the second
/// one is written, and only if it is the same. So what the undo file says is what is written.
///
/// Errors:  Changed when the source is not what it was; those of source, target and undo file.
/// Threads: blocking.
#pragma once

#include "core/base/job_control.hpp"
#include "core/block/block_device.hpp"
#include "core/edit/content_source.hpp"
#include "core/edit/undo_file.hpp"

#include <cstdint>
#include <vector>

namespace fatlas::edit {

struct CopyProgress {
    const JobControl* job = nullptr;
    std::uint64_t done = 0; ///< when the copy begins
    std::uint64_t total = 0;
};

struct UndoPlace {
    UndoWriter* undo = nullptr;
    std::uint16_t group = 0;
};

class ContentCopy {
public:
    ContentCopy() = default;

    [[nodiscard]] static Result<ContentCopy> prepare(const block::BlockDevice& target,
                                                     const ContentRange& content,
                                                     const UndoPlace& place,
                                                     const CopyProgress& progress);
    [[nodiscard]] Result<> write(block::BlockDevice& target, const ContentRange& content,
                                 const CopyProgress& progress) const;

private:
    struct Piece {
        std::uint32_t crc = 0;
        bool changes = true; ///< differs from what is there
    };

    std::vector<Piece> m_pieces; ///< of 64 KiB
};

} // namespace fatlas::edit
