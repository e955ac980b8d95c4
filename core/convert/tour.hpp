/// Small damaged floppies for learning: one thing is wrong with each and a text on it says what to
/// look at. The same bytes every time.
///
/// Units:   bytes of the whole image, a 360K floppy with clusters of 1 KiB.
/// Errors:  those of AtomicFile when it is written.
/// Threads: blocking, but short.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

#include <array>
#include <cstdint>
#include <filesystem>

namespace fatlas::convert {

enum class Lesson : std::uint8_t {
    CrossLink, ///< two files run into the same clusters
    Loop,      ///< a chain comes back to itself
    LostChain, ///< clusters that no directory entry leads to
};

inline constexpr std::array lessons{Lesson::CrossLink, Lesson::Loop, Lesson::LostChain};

/// "cross-link.img"
[[nodiscard]] const char* fileNameOf(Lesson lesson) noexcept;

[[nodiscard]] Result<Bytes> makeLesson(Lesson lesson);

/// Into `folder`, which is made when it is missing; the one that is there is replaced.
[[nodiscard]] Result<std::filesystem::path> writeLesson(Lesson lesson,
                                                        const std::filesystem::path& folder);

} // namespace fatlas::convert
