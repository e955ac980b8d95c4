#include "core/fat/not_fat.hpp"

#include "core/fat/boot_sector_raw.hpp"

#include <algorithm>
#include <array>

namespace fatlas::fat {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
    std::string_view name;
};

constexpr std::array magics{
    Magic{3, "NTFS    "sv, "NTFS"},
    Magic{3, "EXFAT   "sv, "exFAT"},
    Magic{3, "-FVE-FS-"sv, "a BitLocker volume"},
    Magic{3, "ReFS"sv, "ReFS"},
    Magic{1080, "\x53\xEF"sv, "ext2, ext3 or ext4"},
    Magic{1024, "H+\0\x04"sv, "HFS+"},
    Magic{1024, "\x10\x20\xF5\xF2"sv, "F2FS"},
    Magic{0, "XFSB"sv, "XFS"},
    Magic{0, "LUKS\xBA\xBE"sv, "a LUKS container"},
    Magic{0, "hsqs"sv, "SquashFS"},
    Magic{512, "EFI PART"sv, "a disk with a GPT, not a volume"},
    Magic{0, "conectix"sv, "a dynamic VHD, not a volume"},
    Magic{0, "QFI\xFB"sv, "a qcow2 image, not a volume"},
};

bool matches(ByteView bytes, const Magic& magic)
{
    if (bytes.size() < magic.offset + magic.bytes.size())
        return false;
    return std::ranges::equal(bytes.subspan(magic.offset, magic.bytes.size()),
                              std::as_bytes(std::span(magic.bytes)));
}

/// 55 AA and four slots whose flags are 00 or 80, at least one of them used.
bool looksLikeMbr(ByteView bytes)
{
    constexpr std::size_t firstSlot = 446;
    if (bytes.size() < bootSectorSize || bytes[510] != std::byte{0x55} ||
        bytes[511] != std::byte{0xAA})
        return false;
    bool used = false;
    for (std::size_t slot = firstSlot; slot < signatureOffset; slot += 16) {
        if ((bytes[slot] & std::byte{0x7F}) != std::byte{0})
            return false;
        used = used || bytes[slot + 4] != std::byte{0};
    }
    return used;
}

} // namespace

std::optional<std::string_view> recogniseOther(ByteView bytes) noexcept
{
    for (const Magic& magic : magics)
        if (matches(bytes, magic))
            return magic.name;
    const ByteView first = bytes.first(std::min(bytes.size(), bootSectorSize));
    if (std::ranges::all_of(first, [](std::byte b) { return b == std::byte{0}; }))
        return "empty (all zero)";
    if (looksLikeMbr(bytes))
        return "a disk with a partition table, not a volume";
    return std::nullopt;
}

} // namespace fatlas::fat
