/// Images for tests: a folder's disk as bytes that can be damaged and opened again.
///
/// Errors: a step that fails ends the test program with its message.
#pragma once

#include "core/block/memory_device.hpp"
#include "core/fat/volume.hpp"
#include "core/folder_disk/folder_disk.hpp"
#include "core/image/folder_source.hpp"

#include "tests/support/temp_folder.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string_view>

namespace fatlas::test {

template <class T>
T need(Result<T> result)
{
    if (!result) {
        std::cerr << "test image: " << result.error().message << '\n';
        std::exit(70);
    }
    return std::move(*result);
}

inline folder_disk::Options floppyOptions()
{
    folder_disk::Options options;
    options.floppy = folder_disk::FloppyFormat::F1440K;
    options.reproducible = true;
    return options;
}

inline Bytes imageOf(const std::filesystem::path& folder,
                     const folder_disk::Options& options = floppyOptions())
{
    const auto plan = need(image::planFolder({.folder = folder, .output = {}, .options = options}));
    const auto disk = need(folder_disk::openFolderDisk(plan));
    Bytes bytes(disk->size());
    if (const auto read = disk->read(0, bytes); !read) {
        std::cerr << "test image: " << read.error().message << '\n';
        std::exit(70);
    }
    return bytes;
}

inline std::shared_ptr<const fat::Volume> volumeOf(Bytes bytes)
{
    return need(fat::Volume::open(std::make_shared<block::MemoryDevice>(
        std::move(bytes), block::MemoryDevice::Mode::ReadOnly)));
}

/// Where the 11 bytes of a short name lie in the image; the name must be there once.
inline std::size_t placeOf(const Bytes& bytes, std::string_view shortName)
{
    const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t place = all.find(shortName);
    if (place == std::string_view::npos || all.find(shortName, place + 1) != all.npos) {
        std::cerr << "test image: " << shortName << " is not there exactly once\n";
        std::exit(70);
    }
    return place;
}

inline void patch(Bytes& bytes, std::size_t place, std::string_view text)
{
    std::memcpy(bytes.data() + place, text.data(), text.size());
}

} // namespace fatlas::test
