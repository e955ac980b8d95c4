/// Copies between files that the kernel does by itself: shared blocks, or bytes that never pass
/// through our memory.
///
/// Nothing here is an error: a copy that does not work copies fewer bytes, and the plain way, which
/// follows, finds the reason. A way that cannot work between two file systems is asked only once.
///
/// Units:   bytes.
/// Threads: one at a time.
/// Source:  ioctl_ficlonerange(2), copy_file_range(2).
#pragma once

#include "core/base/file.hpp"

#include <cstdint>
#include <map>

namespace fatlas::convert {

class KernelCopy {
public:
    explicit KernelCopy(File& target);

    struct Piece {
        const File& source;
        std::uint64_t device = 0; ///< file system of the source, FileIdentity::device
        std::uint64_t sourceOffset = 0;
        std::uint64_t targetOffset = 0;
        std::uint64_t length = 0;
    };

    /// Bytes from the start of `piece` to the first place where both sides stand on a block border;
    /// all of `piece` when there is none.
    [[nodiscard]] std::uint64_t unalignedHead(const Piece& piece) const noexcept;

    /// Shares the whole blocks at the start of `piece`, which stands on a border; bytes shared.
    [[nodiscard]] std::uint64_t share(const Piece& piece);

    /// Lets the kernel copy from the start of `piece`; bytes copied, may be fewer than asked for.
    [[nodiscard]] std::uint64_t copy(const Piece& piece);

    [[nodiscard]] bool mayShare(std::uint64_t device) const;
    [[nodiscard]] bool mayCopy(std::uint64_t device) const;

private:
    struct Ways {
        unsigned shareFailures = 0;
        unsigned copyFailures = 0;
    };

    File& m_target;
    std::uint64_t m_blockSize;
    std::map<std::uint64_t, Ways> m_ways; ///< by source device
};

} // namespace fatlas::convert
