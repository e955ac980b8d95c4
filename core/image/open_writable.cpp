#include "core/image/open_writable.hpp"

#include "core/base/text.hpp"
#include "core/block/file_device.hpp"

#include <fmt/format.h>

namespace fatlas::image {

namespace {

std::unexpected<Error> refuseFolder(const Image& image)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} is a folder, and its disk is only computed from it; change the "
                            "folder, or save the disk as an image first (fatlas-cli create)",
                            escapeForTerminal(image.source)));
}

std::unexpected<Error> refuseCompressed(const Image& image)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} is compressed ({}); unpack it first, and change the image that "
                            "comes out",
                            escapeForTerminal(image.source), image.origin.packing));
}

/// Times of a block device's node say nothing about what is on it.
bool isSame(const FileIdentity& was, const FileIdentity& is)
{
    if (was.device != is.device || was.inode != is.inode || was.size != is.size)
        return false;
    return was.size == 0 || was.modifiedNs == is.modifiedNs;
}

} // namespace

Result<std::shared_ptr<block::BlockDevice>> openWritable(const Image& image)
{
    const DiskOrigin& origin = image.origin;
    if (origin.kind == DiskOrigin::Kind::Folder)
        return refuseFolder(image);
    if (origin.kind == DiskOrigin::Kind::Unpacked)
        return refuseCompressed(image);
    FATLAS_ASSIGN(auto device,
                  block::FileDevice::openExclusive(origin.file, image.disk->sectorSize()));
    if (device->size() != image.disk->size() || !isSame(origin.identity, device->identity()))
        return fail(ErrorCode::Changed,
                    fmt::format("{} changed since it was opened; nothing was written, open it "
                                "once more",
                                escapeForTerminal(origin.file.native())));
    return device;
}

} // namespace fatlas::image
