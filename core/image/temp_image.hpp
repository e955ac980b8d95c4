/// A sparse file without a name that an image is unpacked into; it vanishes with its last user.
///
/// Zeros take no room: blocks of 4 KiB that hold nothing else become holes.
///
/// Units:   bytes.
/// Errors:  Limit when the image is larger, or takes more room, than allowed; NoSpace and others of
///          the file system, with what to do.
/// Threads: one thread; the finished device as FileDevice.
/// Lifetime: lies in $TMPDIR, else in /var/tmp.
#pragma once

#include "core/block/file_device.hpp"

#include <filesystem>
#include <memory>

namespace fatlas::image {

struct UnpackLimits {
    std::uint64_t size = std::uint64_t{2} << 40;   ///< of the image that comes out
    std::uint64_t room = std::uint64_t{256} << 30; ///< that it takes: without its zeros
};

class TempImage {
public:
    static constexpr std::size_t blockSize = 4096;

    [[nodiscard]] static Result<TempImage> create(const UnpackLimits& limits);

    /// Behind what came before.
    [[nodiscard]] Result<> append(ByteView bytes);
    [[nodiscard]] Result<> appendZeros(std::uint64_t length);

    [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }

    /// Read-only; the image must not be used afterwards.
    [[nodiscard]] Result<std::shared_ptr<const block::BlockDevice>> finish() &&;

private:
    TempImage(File file, std::filesystem::path folder, const UnpackLimits& limits);

    [[nodiscard]] Result<> checkSize(std::uint64_t more) const;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes);

    File m_file;
    std::filesystem::path m_folder;
    UnpackLimits m_limits;
    std::uint64_t m_size = 0;
    std::uint64_t m_room = 0;
};

} // namespace fatlas::image
