/// VHDs in files for tests of the window.
///
/// Errors: a helper that cannot do its work ends the test program with a message.
#pragma once

#include "core/convert/new_vhd.hpp"
#include "core/vhd/open_vhd.hpp"

#include "tests/support/temp_folder.hpp"

#include <QString>

#include <filesystem>

namespace fatlas::test {

inline QString textOf(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

inline void make(const convert::NewVhd& wanted)
{
    const auto plan = convert::planNewVhd(wanted);
    if (!plan)
        qFatal("%s", plan.error().message.c_str());
    if (!convert::makeNewVhd(**plan, AtomicFile::Existing::Keep))
        qFatal("cannot make the VHD");
}

/// A dynamic disk of 64 MiB in blocks of 512 KiB with a FAT volume in a partition.
inline std::filesystem::path makeBase(const TempFolder& folder)
{
    convert::NewVhd wanted{.content = convert::NewVhd::Content::Formatted,
                           .file = folder / "base.vhd",
                           .size = 64 * MiB,
                           .blockSize = 512 * KiB};
    wanted.disk.partition = folder_disk::PartitionScheme::Mbr;
    wanted.disk.label = "WORK";
    make(wanted);
    return wanted.file;
}

/// Its child, with block 9 whole, and two sectors of block 5.
inline std::filesystem::path makeChild(const TempFolder& folder)
{
    const auto base = makeBase(folder);
    const auto child = folder / "child.vhd";
    make({.content = convert::NewVhd::Content::Child,
          .file = child,
          .source = base,
          .blockSize = 512 * KiB});
    const auto open = vhd::openVhdForWriting(child);
    if (!open || !open->device->write(9 * 512 * KiB, Bytes(512 * KiB, std::byte{1})) ||
        !open->device->write(5 * 512 * KiB, Bytes(1024, std::byte{2})) || !open->device->flush())
        qFatal("cannot write to the child");
    return child;
}

/// Overwrites bytes of a file.
inline void damage(const std::filesystem::path& path, std::uint64_t offset, std::size_t count)
{
    auto file = File::open(path, File::Access::ReadWrite);
    if (!file || !file->writeAt(offset, Bytes(count, std::byte{0x5A})))
        qFatal("cannot damage the file");
}

} // namespace fatlas::test
