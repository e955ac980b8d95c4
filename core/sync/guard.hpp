/// Whether what a guest does to a folder is too much to be carried out without a word.
///
/// Counted over the whole session against what was there when it began: files that are gone, that
/// are empty now, or none of whose bytes are the old ones.
///
/// Units:   bytes.
/// Shape:   more than 30 % of the files or of the bytes; fewer than `fewFiles` files with fewer
///          than `fewBytes` bytes together are never too much, else every small folder would ask.
/// Threads: pure.
#pragma once

#include "core/fat/boot_sector.hpp"
#include "core/sync/changes.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace fatlas::sync {

struct FileSum {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

class Guard {
public:
    static constexpr std::uint64_t percent = 30;
    static constexpr std::uint64_t fewFiles = 5;
    static constexpr std::uint64_t fewBytes = 64 * MiB;

    /// `start`: what was there when the session began.
    explicit Guard(const FileSum& start) : m_start(start) {}

    /// A sentence, when these changes on top of those before are too much.
    [[nodiscard]] std::optional<std::string> objection(const FileSum& more) const;
    void count(const FileSum& more);

    [[nodiscard]] const FileSum& loss() const noexcept { return m_loss; }

private:
    FileSum m_start;
    FileSum m_loss;
};

/// What one change takes away of what was there at the start.
[[nodiscard]] FileSum lossOf(const Change& change, const KnownTree& known, const GuestTree& guest);

/// A sentence, when the volume is laid out in another way than it was, or is another one.
[[nodiscard]] std::optional<std::string> formatObjection(const fat::BootSector& before,
                                                         const fat::BootSector& now);

} // namespace fatlas::sync
