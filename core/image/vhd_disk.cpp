#include "core/image/vhd_disk.hpp"

#include "core/vhd/open_vhd.hpp"

#include <utility>

namespace fatlas::image {

namespace {

/// What was unpacked, under the name of the compressed file; its parents are files of the host.
class UnpackedFile final : public vhd::FileOpener {
public:
    UnpackedFile(const std::filesystem::path& path,
                 std::shared_ptr<const block::BlockDevice> unpacked)
        : m_path(std::filesystem::absolute(path)), m_unpacked(std::move(unpacked))
    {}

    [[nodiscard]] Result<vhd::OpenedFile> open(const std::filesystem::path& path) const override
    {
        if (path != m_path)
            return vhd::hostFiles().open(path);
        return vhd::OpenedFile{
            .device = m_unpacked, .identity = "unpacked", .modified = std::nullopt};
    }

private:
    std::filesystem::path m_path;
    std::shared_ptr<const block::BlockDevice> m_unpacked;
};

} // namespace

Result<> lookIntoVhd(OpenedDisk& opened)
{
    FATLAS_ASSIGN(const bool isVhd, vhd::isVhd(*opened.disk));
    if (!isVhd)
        return {};
    const UnpackedFile unpacked(opened.origin.file, opened.disk);
    const bool isFile = opened.origin.kind == DiskOrigin::Kind::File;
    FATLAS_ASSIGN(auto disk, vhd::openVhd(opened.origin.file,
                                          {.files = isFile ? &vhd::hostFiles() : &unpacked}));
    opened.disk = std::move(disk.device);
    opened.vhdChain = std::make_shared<const vhd::Chain>(std::move(disk.chain));
    if (isFile)
        opened.origin.kind = DiskOrigin::Kind::Vhd;
    return {};
}

} // namespace fatlas::image
