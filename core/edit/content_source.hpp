/// Bytes that are to be written to an image and lie somewhere else: a file of the host, memory.
///
/// Units:   bytes.
/// Errors:  Changed when it is no longer what it was when it was made.
/// Threads: one at a time.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

#include <cstdint>
#include <memory>

namespace fatlas::edit {

class ContentSource {
public:
    ContentSource() = default;
    ContentSource(const ContentSource&) = delete;
    ContentSource& operator=(const ContentSource&) = delete;
    virtual ~ContentSource() = default;

    [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
    /// Fills all of `into`, which lies inside [0, size()), or fails.
    [[nodiscard]] virtual Result<> read(std::uint64_t offset, ByteSpan into) = 0;

    /// Still what it was, so that what was read belongs together.
    [[nodiscard]] virtual Result<> checkUnchanged() = 0;

    /// It will not be read for a while: files are closed, so that thousands can wait.
    virtual void rest() noexcept {}
};

/// A range of an image that is filled from a source; behind the source's end with zeros.
struct ContentRange {
    std::uint64_t offset = 0; ///< on the image
    std::uint64_t length = 0;
    std::shared_ptr<ContentSource> source;
    std::uint64_t sourceOffset = 0;
};

} // namespace fatlas::edit
