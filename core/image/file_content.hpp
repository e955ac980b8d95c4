/// The content of one file of a volume, from its first byte to its last, without holding it.
///
/// Units:   bytes; progress is left to the sink, which knows what it counts.
/// Errors:  what the sink refuses, and Cancelled, are errors. A chain that ends too early and a
///          device that cannot be read are damage: the sink has had everything before.
/// Threads: as Volume; the sink is called on the calling thread.
#pragma once

#include "core/base/job_control.hpp"
#include "core/fat/volume.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::image {

class ContentSink {
public:
    ContentSink() = default;
    ContentSink(const ContentSink&) = delete;
    ContentSink& operator=(const ContentSink&) = delete;
    virtual ~ContentSink() = default;

    /// The next bytes, at most 1 MiB at once.
    [[nodiscard]] virtual Result<> data(ByteView bytes) = 0;
    /// The next `length` bytes are zeros, at most 1 MiB at once.
    [[nodiscard]] virtual Result<> zeros(std::uint64_t length) = 0;
};

struct ContentEnd {
    std::uint64_t delivered = 0;         ///< bytes
    std::optional<std::string> damage{}; ///< why it is not all of it, one clause
};

/// Streams one file after another, and remembers between them what it learned about the device:
/// where holes are is an expensive question on some file systems.
class ContentReader {
public:
    /// `volume` must outlive the reader.
    explicit ContentReader(const fat::Volume& volume) : m_volume(volume) {}

    /// At most raw.size bytes, and never more than its chain holds.
    [[nodiscard]] Result<ContentEnd> stream(const fat::DirectoryEntryRaw& raw, ContentSink& sink,
                                            const JobControl& job = {});

private:
    class Streamer;

    [[nodiscard]] Result<block::Extent> extentAt(std::uint64_t offset);

    const fat::Volume& m_volume;
    std::vector<block::Extent> m_extents; ///< gap-free, of the last window that was asked for
    Bytes m_buffer;
};

/// "runs into a free cluster", for the sentence "its chain ...".
[[nodiscard]] const char* describe(fat::ChainEnd end) noexcept;

} // namespace fatlas::image
