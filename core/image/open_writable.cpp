#include "core/image/open_writable.hpp"

#include "core/base/text.hpp"
#include "core/block/file_device.hpp"
#include "core/vhd/open_vhd.hpp"

#include <fmt/format.h>

namespace fatlas::image {

namespace {

std::unexpected<Error> refuseFolder(const std::string& source)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} is a folder, and its disk is only computed from it; change the "
                            "folder, or save the disk as an image first (fatlas-cli create)",
                            escapeForTerminal(source)));
}

std::unexpected<Error> refuseCompressed(const OpenedDisk& opened)
{
    return fail(ErrorCode::Refused,
                fmt::format("{} is compressed ({}); unpack it first, and change the image that "
                            "comes out",
                            escapeForTerminal(opened.source), opened.origin.packing));
}

/// Times of a block device's node say nothing about what is on it.
bool isSame(const FileIdentity& was, const FileIdentity& is)
{
    if (was.device != is.device || was.inode != is.inode || was.size != is.size)
        return false;
    return was.size == 0 || was.modifiedNs == is.modifiedNs;
}

std::unexpected<Error> failChanged(const DiskOrigin& origin)
{
    return fail(ErrorCode::Changed,
                fmt::format("{} changed since it was opened; nothing was written, open it once "
                            "more",
                            escapeForTerminal(origin.file.native())));
}

/// With the lock held, the file is looked at once more.
Result<std::shared_ptr<block::BlockDevice>> openVhd(const OpenedDisk& opened)
{
    FATLAS_ASSIGN(auto vhd, vhd::openVhdForWriting(opened.origin.file));
    FATLAS_ASSIGN(const auto file, block::FileDevice::open(opened.origin.file));
    if (vhd.device->size() != opened.disk->size() ||
        !isSame(opened.origin.identity, file->identity()))
        return failChanged(opened.origin);
    return std::move(vhd.device);
}

Result<std::shared_ptr<block::BlockDevice>> openFile(const OpenedDisk& opened)
{
    FATLAS_ASSIGN(auto device,
                  block::FileDevice::openExclusive(opened.origin.file, opened.disk->sectorSize()));
    if (device->size() != opened.disk->size() ||
        !isSame(opened.origin.identity, device->identity()))
        return failChanged(opened.origin);
    return device;
}

} // namespace

Result<std::shared_ptr<block::BlockDevice>> openWritable(const OpenedDisk& opened)
{
    switch (opened.origin.kind) {
    case DiskOrigin::Kind::Folder: return refuseFolder(opened.source);
    case DiskOrigin::Kind::Unpacked: return refuseCompressed(opened);
    case DiskOrigin::Kind::Vhd: return openVhd(opened);
    case DiskOrigin::Kind::File: break;
    }
    return openFile(opened);
}

Result<std::shared_ptr<block::BlockDevice>> openWritable(const Image& image)
{
    return openWritable(
        OpenedDisk{.source = image.source, .disk = image.disk, .origin = image.origin});
}

} // namespace fatlas::image
