/// Everything one can choose about a disk made from a folder. Wizards and command lines fill it in.
///
/// Units:  sizes in bytes.
/// Shape:  a plain value; validated by planDisk(), which says what would work instead.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/code_page.hpp"
#include "core/fat/geometry.hpp"
#include "core/fat/timestamp.hpp"
#include "core/folder_disk/floppy_format.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::folder_disk {

enum class PartitionScheme : std::uint8_t { None, Mbr, Gpt };
enum class Compat : std::uint8_t { Modern, Dos };
enum class Unfit : std::uint8_t { Refuse, Skip };

/// The classic geometries of `fat:` addresses: an MBR disk of 1024/16/63 or 64/16/63.
struct ClassicDisk {
    std::uint16_t cylinders = 1024;
    std::uint16_t heads = 16;
    std::uint16_t sectorsPerTrack = 63;

    bool operator==(const ClassicDisk&) const = default;
};

/// Bytes from a file, with the name for messages and for the command shown in the window.
struct CodeFile {
    std::string path;
    Bytes bytes;

    bool operator==(const CodeFile&) const = default;
};

struct Options {
    std::optional<fat::FatType> fat;    ///< nothing: chosen automatically
    std::optional<FloppyFormat> floppy; ///< nothing: a disk
    std::optional<std::uint64_t> size;  ///< of the whole image; nothing: what the folder needs
    std::optional<std::uint32_t> clusterSize; ///< bytes, a power of two
    std::uint32_t sectorSize = 512;           ///< 512, 1024, 2048 or 4096
    std::optional<ClassicDisk> classic;       ///< of `fat:` addresses
    std::string label;                        ///< UTF-8, "" = none
    std::optional<std::uint32_t> serial;      ///< nothing: from content and time
    std::optional<std::uint32_t> diskId;
    std::string oemName; ///< "" = Fatlas's own
    PartitionScheme partition = PartitionScheme::None;
    bool efiSystem = false;            ///< GPT type (or MBR type EF) of an EFI system partition
    CodeFile bootSector;               ///< empty bytes: ours
    CodeFile mbrCode;                  ///< empty bytes: ours
    std::vector<std::string> first;    ///< names that come first in the root
    std::vector<std::string> excludes; ///< globs, see exclude.hpp
    Unfit unfit = Unfit::Refuse;
    int codePage = CodePage::defaultNumber;
    fat::TimeZone timeZone;
    Compat compat = Compat::Modern;
    bool reproducible = false; ///< times in utc, serial and ids from the content alone

    bool operator==(const Options&) const = default;
};

} // namespace fatlas::folder_disk
