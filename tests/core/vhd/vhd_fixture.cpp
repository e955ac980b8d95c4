#include "tests/core/vhd/vhd_fixture.hpp"

#include "core/block/memory_device.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace fatlas::test {

namespace {

template <class T>
T must(Result<T> result)
{
    if (!result) {
        (void)std::fprintf(stderr, "fixture: %s\n", result.error().message.c_str());
        std::abort();
    }
    return *std::move(result);
}

} // namespace

Bytes bytesOf(const vhd::CreatePlan& plan)
{
    Bytes bytes(plan.fileSize);
    for (const vhd::FilePart& part : plan.parts)
        std::ranges::copy(part.bytes, bytes.begin() + static_cast<std::ptrdiff_t>(part.offset));
    return bytes;
}

Bytes makeVhd(vhd::DiskType type, std::uint64_t size, std::uint32_t blockSize)
{
    return bytesOf(must(vhd::planCreate({.type = type, .size = size, .blockSize = blockSize})));
}

Bytes makeChild(std::uint64_t size, std::uint32_t blockSize)
{
    const vhd::ParentLink parent{.size = size, .name = "base.vhd", .absolutePath = "/base.vhd"};
    return bytesOf(must(vhd::planCreate({.type = vhd::DiskType::Differencing,
                                         .size = size,
                                         .blockSize = blockSize,
                                         .parent = parent})));
}

std::shared_ptr<vhd::VhdDevice>
openForWriting(const std::shared_ptr<CrashFile>& file,
               const std::shared_ptr<const block::BlockDevice>& parent)
{
    return must(vhd::VhdDevice::open(file, must(vhd::readVhdFile(*file)), parent));
}

Bytes readAll(const block::BlockDevice& device)
{
    Bytes bytes(device.size());
    if (const auto read = device.read(0, bytes); !read) {
        (void)std::fprintf(stderr, "read: %s\n", read.error().message.c_str());
        std::abort();
    }
    return bytes;
}

Bytes readIgnoringBitmaps(const Bytes& file)
{
    const block::MemoryDevice device(file);
    const vhd::VhdFile vhd = must(vhd::readVhdFile(device));
    Bytes disk(vhd.virtualSize);
    for (std::size_t block = 0; block < vhd.table.size(); ++block) {
        if (vhd.table[block] == vhd::unusedEntry)
            continue;
        const std::uint64_t to = block * vhd.header.blockSize;
        const std::uint64_t count = std::min<std::uint64_t>(vhd.header.blockSize, disk.size() - to);
        const std::uint64_t from = std::uint64_t{vhd.table[block]} * 512 + vhd.header.bitmapSize();
        std::ranges::copy(ByteView(file).subspan(from, count), ByteSpan(disk).subspan(to).begin());
    }
    return disk;
}

void MemoryFiles::put(const std::filesystem::path& path, Bytes bytes,
                      std::optional<std::int64_t> modified)
{
    m_files[path] = {.device = std::make_shared<block::MemoryDevice>(
                         std::move(bytes), block::MemoryDevice::Mode::ReadOnly),
                     .identity = path.native(),
                     .modified = modified};
}

Result<vhd::OpenedFile> MemoryFiles::open(const std::filesystem::path& path) const
{
    const auto found = m_files.find(path);
    if (found == m_files.end())
        return fail(ErrorCode::NotFound, "cannot open " + path.native() + ": no such file");
    return found->second;
}

} // namespace fatlas::test
