#include "core/vhd/new_file.hpp"

#include "core/block/slice_device.hpp"
#include "core/vhd/growing_file.hpp"
#include "core/vhd/vhd_device.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace fatlas::vhd {

namespace {

/// The same file once more, for a device that owns its file.
Result<std::shared_ptr<GrowingFile>> secondHandle(const File& file)
{
    const int descriptor = ::fcntl(file.descriptor(), F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot open {}", file.path().native()));
    return GrowingFile::adopt(File::adopt(descriptor, file.path()));
}

} // namespace

Result<std::shared_ptr<block::BlockDevice>>
openNewFile(const File& file, std::shared_ptr<const block::BlockDevice> below)
{
    FATLAS_ASSIGN(std::shared_ptr<block::BlockDevice> device, secondHandle(file));
    FATLAS_ASSIGN(VhdFile vhd, readVhdFile(*device));
    if (vhd.isFixed()) {
        FATLAS_ASSIGN(auto slice,
                      block::SliceDevice::create(std::move(device), 0, vhd.virtualSize));
        return slice;
    }
    FATLAS_ASSIGN(auto disk, VhdDevice::open(std::move(device), std::move(vhd), std::move(below),
                                             WriteOrder::Unordered));
    return disk;
}

} // namespace fatlas::vhd
