/// A raw image file or a block device of the host.
///
/// Invariants: the size is that of the moment it was opened.
/// Errors:     those of File, naming the path; Changed from extents and backingFile when the file
///             behind a read-only device became shorter or was written to by somebody else.
/// Threads:    reads and writes may run in parallel.
#pragma once

#include "core/block/block_device.hpp"

#include <filesystem>

namespace fatlas::block {

class FileDevice final : public BlockDevice {
public:
    /// A block device knows its sector size; an image file is given one.
    [[nodiscard]] static Result<std::shared_ptr<FileDevice>>
    open(const std::filesystem::path& path, File::Access access = File::Access::Read,
         std::uint32_t sectorSize = 512);

    /// For writing, with nobody else at it: an exclusive advisory lock (flock) is held as long as
    /// the device lives. Refused when another program holds a lock of any kind on the file, or has
    /// mounted the block device.
    [[nodiscard]] static Result<std::shared_ptr<FileDevice>>
    openExclusive(const std::filesystem::path& path, std::uint32_t sectorSize = 512);

    /// Takes an open file over.
    [[nodiscard]] static Result<std::shared_ptr<FileDevice>>
    fromFile(File opened, File::Access access, std::uint32_t sectorSize = 512);

    /// As it was when the device was opened; a block device's size is 0 there.
    [[nodiscard]] const FileIdentity& identity() const noexcept { return m_identity; }

    [[nodiscard]] std::uint64_t size() const noexcept override { return m_size; }

    [[nodiscard]] std::uint32_t sectorSize() const noexcept override { return m_sectorSize; }

    [[nodiscard]] Capabilities capabilities() const noexcept override;
    [[nodiscard]] Result<> read(std::uint64_t offset, ByteSpan into) const override;
    [[nodiscard]] Result<> write(std::uint64_t offset, ByteView bytes) override;
    [[nodiscard]] Result<> flush() override;
    [[nodiscard]] Result<> trim(std::uint64_t offset, std::uint64_t length) override;
    [[nodiscard]] Result<> writeZeroes(std::uint64_t offset, std::uint64_t length) override;
    /// Data and holes as the file system tells them; the backing is the file itself, number 0.
    [[nodiscard]] Result<std::vector<Extent>> extents(std::uint64_t offset,
                                                      std::uint64_t length) const override;
    [[nodiscard]] Result<std::shared_ptr<const File>>
    backingFile(std::uint64_t file) const override;

private:
    enum class Kind : std::uint8_t { Image, Block };

    FileDevice(std::shared_ptr<File> file, FileIdentity identity, std::uint64_t size);

    [[nodiscard]] Result<> checkUnchanged() const;
    [[nodiscard]] Result<> punchHole(std::uint64_t offset, std::uint64_t length);

    std::shared_ptr<File> m_file;
    FileIdentity m_identity;
    std::uint64_t m_size;
    std::uint32_t m_sectorSize = 512;
    Kind m_kind = Kind::Image;
    File::Access m_access = File::Access::Read;
};

} // namespace fatlas::block
