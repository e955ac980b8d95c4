/// A VHD that is to be made, with what will be in it: what a wizard fills in and a command says.
///
/// planNewVhd looks at sources and parents and writes nothing; makeNewVhd carries the plan out.
///
/// Units:   sizes in bytes.
/// Errors:  InvalidArgument says which wish cannot be and what would work; Refused for what does
///          not fit and for parents that cannot be one; those of the source and of the file.
///          After an error or Cancelled nothing is left behind.
/// Threads: blocking; run them on a worker thread. newVhdCommand is pure.
#pragma once

#include "core/base/job_control.hpp"
#include "core/folder_disk/plan.hpp"
#include "core/vhd/create.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::convert {

struct NewVhd {
    enum class Content : std::uint8_t {
        Blank,     ///< zeros
        Formatted, ///< an empty FAT volume
        Folder,
        Image, ///< whatever image::openDisk takes, VHDs as well
        Child, ///< of another VHD
    };

    Content content = Content::Formatted;
    std::filesystem::path file = {};   ///< to make
    std::filesystem::path source = {}; ///< folder, image or parent
    std::optional<vhd::Preset> preset = std::nullopt;
    vhd::DiskType type = vhd::DiskType::Dynamic; ///< of what is no child
    std::uint64_t size = 0;                      ///< 0: what the source has or needs
    std::uint32_t blockSize = vhd::defaultBlockSize;
    folder_disk::Options disk = {}; ///< Formatted and Folder; its size counts for nothing

    bool operator==(const NewVhd&) const = default;
};

struct NewVhdPlan {
    NewVhd wanted;                                    ///< with the size that it came to
    vhd::CreateOptions create;                        ///< exact: nothing is left to be rounded
    vhd::CreatePlan file;                             ///< the file as it begins
    std::shared_ptr<const block::BlockDevice> disk;   ///< its content; nullptr: zeros
    std::shared_ptr<const folder_disk::Plan> content; ///< of Formatted and Folder
    std::uint64_t fileSize = 0;        ///< at most, when it is made: blocks of zeros stay away
    std::uint64_t largestFileSize = 0; ///< when every block is used
    std::vector<Finding> notes;        ///< rounding, who cannot open it, names that change ...
};

[[nodiscard]] Result<std::shared_ptr<const NewVhdPlan>> planNewVhd(const NewVhd& wanted,
                                                                   const JobControl& job = {});

[[nodiscard]] Result<> makeNewVhd(const NewVhdPlan& plan, AtomicFile::Existing existing,
                                  const JobControl& job = {});

/// "fatlas-cli vhd create disk.vhd --size 10G", quoted for a shell; makes the same disk.
[[nodiscard]] std::string newVhdCommand(const NewVhd& wanted);

} // namespace fatlas::convert
