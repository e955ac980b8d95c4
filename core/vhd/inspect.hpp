/// All that can be read of a file that is a VHD, or was one before it was damaged.
///
/// Units:   offsets in bytes of the file.
/// Errors:  inspectVhd fails only when the file cannot be opened or read; what keeps it from being
///          a disk is in `problem`, and then whatever of its parts is there is in `parts`.
/// Threads: blocking; run it on a worker thread.
#pragma once

#include "core/vhd/chain.hpp"

#include <filesystem>
#include <optional>

namespace fatlas::vhd {

struct Inspection {
    std::filesystem::path path;
    std::optional<Chain> chain;   ///< nothing: `problem` says why
    std::optional<Error> problem; ///< why there is no disk in the file
    VhdFile parts;                ///< without a chain: footers that were found, and a header
    Bytes headerBytes;            ///< the 1024 of the header, if they lie in the file

    [[nodiscard]] const VhdFile& file() const noexcept
    {
        return chain ? chain->links.front().vhd : parts;
    }

    /// There is a disk, though parents may be missing.
    [[nodiscard]] bool isDisk() const noexcept { return chain.has_value(); }

    /// A parent is missing, replaced or in a loop.
    [[nodiscard]] bool isBroken() const noexcept { return chain && chain->broken; }
};

[[nodiscard]] Result<Inspection> inspectVhd(const std::filesystem::path& path,
                                            const FileOpener& files = hostFiles(),
                                            SizeRule rule = SizeRule::ByCreator);

/// A checksum as it is stored, and as it should be.
struct ChecksumPair {
    std::uint32_t stored = 0;
    std::uint32_t computed = 0;

    [[nodiscard]] bool isRight() const noexcept { return stored == computed; }
};

/// Of 512 or 511 bytes of a footer; nothing when there are fewer.
[[nodiscard]] std::optional<ChecksumPair> footerChecksums(ByteView bytes);
/// Of the 1024 bytes of a header; nothing when there are fewer.
[[nodiscard]] std::optional<ChecksumPair> headerChecksums(ByteView bytes);

} // namespace fatlas::vhd
