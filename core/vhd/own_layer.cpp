#include "core/vhd/own_layer.hpp"

#include "core/vhd/growing_file.hpp"
#include "core/vhd/open_vhd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

namespace {

constexpr std::uint64_t pieceSize = 2 * MiB;

class NoParent final : public block::BlockDevice {
public:
    explicit NoParent(std::uint64_t size) : m_size(size) {}

    std::uint64_t size() const noexcept override { return m_size; }

    Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        FATLAS_TRY(checkRange(offset, into.size()));
        std::ranges::fill(into, std::byte{0});
        return {};
    }

    Result<std::vector<block::Extent>> extents(std::uint64_t offset,
                                               std::uint64_t length) const override
    {
        FATLAS_TRY(checkRange(offset, length));
        return std::vector{
            block::Extent{.offset = offset, .length = length, .kind = block::ExtentKind::Hole}};
    }

private:
    std::uint64_t m_size;
};

} // namespace

std::shared_ptr<const block::BlockDevice> noParent(std::uint64_t size)
{
    return std::make_shared<NoParent>(size);
}

Result<OwnLayer> openOwnLayer(const std::filesystem::path& path)
{
    FATLAS_ASSIGN(std::shared_ptr<block::BlockDevice> file, GrowingFile::open(path));
    FATLAS_ASSIGN(VhdFile vhd, inFile(path, readVhdFile(*file)));
    if (vhd.isFixed())
        return fail(ErrorCode::Refused,
                    fmt::format("{}: the disk is fixed: its file holds every byte of it, and has "
                                "neither blocks nor a parent",
                                escapeForTerminal(path.native())));
    FATLAS_TRY(inFile(path, refuseUnsafe(vhd)));
    const bool isChild = vhd.footer.type == DiskType::Differencing;
    FATLAS_ASSIGN(auto device,
                  VhdDevice::openReadOnly(std::move(file), vhd,
                                          isChild ? noParent(vhd.virtualSize) : nullptr));
    return OwnLayer{.device = std::move(device), .vhd = std::move(vhd)};
}

Result<> forEachStored(const VhdDevice& device, const PieceVisitor& visit, const JobControl& job)
{
    Bytes buffer;
    for (std::uint32_t block = 0; block < device.blockCount(); ++block) {
        FATLAS_TRY(job.checkpoint());
        FATLAS_ASSIGN(const auto stored, device.storedIn(block));
        for (const block::Extent& extent : stored)
            for (std::uint64_t at = extent.offset; at < extent.end();) {
                FATLAS_TRY(job.checkpoint());
                buffer.resize(std::min(pieceSize, extent.end() - at));
                FATLAS_TRY(device.read(at, buffer));
                FATLAS_TRY(visit(at, buffer));
                at += buffer.size();
                job.report(at, device.size());
            }
    }
    job.report(device.size(), device.size());
    return {};
}

} // namespace fatlas::vhd
