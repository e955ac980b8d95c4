/// A file of the host that becomes longer when it is written past its end, as dynamic VHDs do.
///
/// Invariants: size() is the file's size when it was opened, or the end of what was written.
/// Errors:     those of File, naming the path; Refused when another program holds a lock on it.
/// Threads:    reads may run in parallel with each other and with writes elsewhere.
/// Lifetime:   an advisory lock (flock, exclusive) is held as long as the device lives.
#pragma once

#include "core/block/block_device.hpp"

#include <atomic>
#include <filesystem>

namespace fatlas::vhd {

class GrowingFile final : public block::BlockDevice {
public:
    [[nodiscard]] static Result<std::shared_ptr<GrowingFile>>
    open(const std::filesystem::path& path);
    /// Takes over a file that is open for writing and that nobody else can know, without a lock.
    [[nodiscard]] static Result<std::shared_ptr<GrowingFile>> adopt(File file);

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] block::Capabilities capabilities() const noexcept override
    {
        return {.canWrite = true, .canTrim = true, .canWriteInParallel = false};
    }

    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    /// Past the end as well: what lies between reads as zeros.
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                                             std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    GrowingFile(std::shared_ptr<File> file, std::uint64_t size);

    std::shared_ptr<File> m_file;
    std::atomic<std::uint64_t> m_size;
};

} // namespace fatlas::vhd
