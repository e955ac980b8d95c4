/// VHDs in memory for tests, and what programs other than ours would read from them.
///
/// Errors: a helper that cannot do its work ends the test program with a message.
#pragma once

#include "core/vhd/chain.hpp"
#include "core/vhd/create.hpp"
#include "core/vhd/vhd_device.hpp"

#include "tests/core/vhd/crash_file.hpp"

#include <map>

namespace fatlas::test {

/// The bytes of the file a plan describes.
[[nodiscard]] Bytes bytesOf(const vhd::CreatePlan& plan);
[[nodiscard]] Bytes makeVhd(vhd::DiskType type, std::uint64_t size,
                            std::uint32_t blockSize = 4 * KiB);
/// A child of a disk of `parentSize` bytes that nobody will ask for.
[[nodiscard]] Bytes makeChild(std::uint64_t size, std::uint32_t blockSize = 4 * KiB);

[[nodiscard]] std::shared_ptr<vhd::VhdDevice>
openForWriting(const std::shared_ptr<CrashFile>& file,
               const std::shared_ptr<const block::BlockDevice>& parent = nullptr);

[[nodiscard]] Bytes readAll(const block::BlockDevice& device);
/// As QEMU reads a dynamic disk: it looks at no bitmap.
[[nodiscard]] Bytes readIgnoringBitmaps(const Bytes& file);

/// Files by path.
class MemoryFiles final : public vhd::FileOpener {
public:
    void put(const std::filesystem::path& path, Bytes bytes,
             std::optional<std::int64_t> modified = std::nullopt);

    [[nodiscard]] Result<vhd::OpenedFile> open(const std::filesystem::path& path) const override;

private:
    std::map<std::filesystem::path, vhd::OpenedFile> m_files;
};

} // namespace fatlas::test
