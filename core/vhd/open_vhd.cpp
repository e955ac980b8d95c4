#include "core/vhd/open_vhd.hpp"

#include "core/block/slice_device.hpp"
#include "core/vhd/growing_file.hpp"

#include <fmt/format.h>

#include <utility>

namespace fatlas::vhd {

namespace {

using Device = std::shared_ptr<const block::BlockDevice>;

Result<Device> openLink(const ChainLink& link, Device parent)
{
    if (link.vhd.isFixed()) {
        FATLAS_ASSIGN(auto slice, block::SliceDevice::createReadOnly(link.file.device, 0,
                                                                     link.vhd.virtualSize));
        return slice;
    }
    FATLAS_ASSIGN(auto device,
                  VhdDevice::openReadOnly(link.file.device, link.vhd, std::move(parent)));
    return device;
}

/// The parents' device; nullptr when the disk has none.
Result<Device> openParents(const Chain& chain)
{
    if (chain.broken)
        return std::unexpected(*chain.broken);
    Device device;
    for (std::size_t i = chain.links.size() - 1; i > 0; --i) {
        FATLAS_ASSIGN(device, openLink(chain.links[i], std::move(device)));
    }
    return device;
}

Result<Chain> readWith(const std::filesystem::path& path, const OpenOptions& options)
{
    return readChain(path, options.files != nullptr ? *options.files : hostFiles(),
                     options.sizeRule);
}

} // namespace

Result<> refuseUnsafe(const VhdFile& vhd)
{
    if (vhd.footer.savedState != 0)
        return fail(ErrorCode::Refused, "the disk belongs to a machine that was saved while it "
                                        "ran; writing to it would break that machine (V32)");
    for (const Finding& finding : vhd.findings)
        if (finding.severity == Severity::Error)
            return fail(ErrorCode::Refused,
                        fmt::format("the disk cannot be written to before it is repaired: {}",
                                    finding.message));
    return {};
}

Result<Device> openDevice(const Chain& chain)
{
    FATLAS_ASSIGN(Device parents, openParents(chain));
    return openLink(chain.links.front(), std::move(parents));
}

Result<OpenedVhd> openVhd(const std::filesystem::path& path, const OpenOptions& options)
{
    FATLAS_ASSIGN(Chain chain, readWith(path, options));
    FATLAS_ASSIGN(Device device, openDevice(chain));
    return OpenedVhd{.device = std::move(device), .chain = std::move(chain)};
}

Result<WritableVhd> openVhdForWriting(const std::filesystem::path& path, const OpenOptions& options,
                                      WriteOrder order)
{
    FATLAS_ASSIGN(Chain chain, readWith(path, options));
    FATLAS_ASSIGN(Device parents, openParents(chain));
    // Once locked, the file is read again: somebody may have written to it meanwhile.
    FATLAS_ASSIGN(std::shared_ptr<block::BlockDevice> file,
                  GrowingFile::open(chain.links.front().path));
    FATLAS_ASSIGN(VhdFile vhd, inFile(path, readVhdFile(*file, options.sizeRule)));
    FATLAS_TRY(inFile(path, refuseUnsafe(vhd)));
    if (vhd.isFixed()) {
        FATLAS_ASSIGN(auto slice, block::SliceDevice::create(std::move(file), 0, vhd.virtualSize));
        return WritableVhd{.device = std::move(slice), .chain = std::move(chain)};
    }
    FATLAS_ASSIGN(auto device,
                  VhdDevice::open(std::move(file), std::move(vhd), std::move(parents), order));
    return WritableVhd{.device = std::move(device), .chain = std::move(chain)};
}

} // namespace fatlas::vhd
