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

/// At most raw.size bytes, and never more than its chain holds.
[[nodiscard]] Result<ContentEnd> streamContent(const fat::Volume& volume,
                                               const fat::DirectoryEntryRaw& raw, ContentSink& sink,
                                               const JobControl& job = {});

/// "runs into a free cluster", for the sentence "its chain ...".
[[nodiscard]] const char* describe(fat::ChainEnd end) noexcept;

} // namespace fatlas::image
