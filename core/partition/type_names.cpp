#include "core/partition/type_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace fatlas::partition {
namespace {

struct MbrName {
    std::uint8_t type;
    const char* name;
};

constexpr MbrName mbrNames[] = {
    {0x01, "FAT12"},
    {0x04, "FAT16 below 32 MiB"},
    {0x05, "extended"},
    {0x06, "FAT16"},
    {0x07, "NTFS or exFAT"},
    {0x0B, "FAT32"},
    {0x0C, "FAT32 (LBA)"},
    {0x0E, "FAT16 (LBA)"},
    {0x0F, "extended (LBA)"},
    {0x11, "hidden FAT12"},
    {0x12, "diagnostics"},
    {0x14, "hidden FAT16 below 32 MiB"},
    {0x16, "hidden FAT16"},
    {0x17, "hidden NTFS"},
    {0x1B, "hidden FAT32"},
    {0x1C, "hidden FAT32 (LBA)"},
    {0x1E, "hidden FAT16 (LBA)"},
    {0x27, "Windows recovery"},
    {0x42, "Windows dynamic disk"},
    {0x82, "Linux swap"},
    {0x83, "Linux"},
    {0x85, "Linux extended"},
    {0x8E, "Linux LVM"},
    {0xA5, "FreeBSD"},
    {0xA6, "OpenBSD"},
    {0xA8, "macOS UFS"},
    {0xA9, "NetBSD"},
    {0xAB, "macOS boot"},
    {0xAF, "macOS HFS"},
    {0xDA, "data without a file system"},
    {0xEB, "BeOS"},
    {0xEE, "GPT protective"},
    {0xEF, "EFI system (in an MBR)"},
    {0xFD, "Linux RAID"},
};

struct GptName {
    Guid type;
    const char* name;
};

constexpr GptName gptNames[] = {
    {gpt_type::efiSystem, "EFI system"},
    {gpt_type::basicData, "Microsoft basic data"},
    {makeGuid(0xE3C9E316, 0x0B5C, 0x4DB8, 0x817DF92DF00215AE), "Microsoft reserved"},
    {makeGuid(0xDE94BBA4, 0x06D1, 0x4D40, 0xA16ABFD50179D6AC), "Windows recovery"},
    {makeGuid(0x5808C8AA, 0x7E8F, 0x42E0, 0x85D2E1E90434CFB3), "Windows LDM metadata"},
    {makeGuid(0xAF9B60A0, 0x1431, 0x4F62, 0xBC683311714A69AD), "Windows LDM data"},
    {makeGuid(0x21686148, 0x6449, 0x6E6F, 0x744E656564454649), "BIOS boot"},
    {makeGuid(0x0FC63DAF, 0x8483, 0x4772, 0x8E793D69D8477DE4), "Linux file system"},
    {makeGuid(0x0657FD6D, 0xA4AB, 0x43C4, 0x84E50933C84B4F4F), "Linux swap"},
    {makeGuid(0xE6D6D379, 0xF507, 0x44C2, 0xA23C238F2A3DF928), "Linux LVM"},
    {makeGuid(0xA19D880F, 0x05FC, 0x4D3B, 0xA006743F0F84911E), "Linux RAID"},
    {makeGuid(0xBC13C2FF, 0x59E6, 0x4262, 0xA352B275FD6F7172), "Linux extended boot"},
    {makeGuid(0x4F68BCE3, 0xE8CD, 0x4DB1, 0x96E7FBCAF984B709), "Linux root (x86-64)"},
    {makeGuid(0x48465300, 0x0000, 0x11AA, 0xAA1100306543ECAC), "Apple HFS+"},
    {makeGuid(0x7C3457EF, 0x0000, 0x11AA, 0xAA1100306543ECAC), "Apple APFS"},
    {makeGuid(0x516E7CB4, 0x6ECF, 0x11D6, 0x8FF800022D09712B), "FreeBSD data"},
};

} // namespace

std::string mbrTypeName(std::uint8_t type)
{
    const auto* const found = std::ranges::find(mbrNames, type, &MbrName::type);
    return found != std::end(mbrNames) ? found->name : fmt::format("type {:02X}", type);
}

std::string gptTypeName(const Guid& type)
{
    const auto* const found = std::ranges::find(gptNames, type, &GptName::type);
    return found != std::end(gptNames) ? found->name : formatGuid(type);
}

std::string formatGuid(const Guid& guid)
{
    constexpr std::array<std::uint8_t, 16> order{3, 2, 1,  0,  5,  4,  7,  6,
                                                 8, 9, 10, 11, 12, 13, 14, 15};
    std::string text;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += fmt::format("{:02X}", std::to_integer<unsigned>(guid[order[i]]));
    }
    return text;
}

} // namespace fatlas::partition
