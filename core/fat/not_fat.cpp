#include "core/fat/not_fat.hpp"

#include "core/fat/boot_sector_raw.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace fatlas::fat {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view bytes;
    std::string_view name;
};

constexpr std::size_t extMagicOffset = 1080;

constexpr std::array magics{
    Magic{3, "NTFS    "sv, "NTFS"},
    Magic{3, "EXFAT   "sv, "exFAT"},
    Magic{3, "-FVE-FS-"sv, "a BitLocker volume"},
    Magic{3, "ReFS"sv, "ReFS"},
    Magic{extMagicOffset, "\x53\xEF"sv, "ext2, ext3 or ext4"},
    Magic{1024, "H+\0\x04"sv, "HFS+"},
    Magic{1024, "\x10\x20\xF5\xF2"sv, "F2FS"},
    Magic{0, "XFSB"sv, "XFS"},
    Magic{0, "LUKS\xBA\xBE"sv, "a LUKS container"},
    Magic{0, "hsqs"sv, "SquashFS"},
    Magic{512, "EFI PART"sv, "a disk with a GPT"},
    Magic{0, "conectix"sv, "a dynamic VHD"},
    Magic{0, "QFI\xFB"sv, "a qcow2 image"},
};

constexpr std::size_t extSuperblock = 1024;

/// Two bytes of signature are met by chance; a log of block sizes, state and revision are not.
bool looksLikeExt(ByteView bytes)
{
    const auto blockSizeLog = load<Le32>(bytes, extSuperblock + 24);
    const auto state = load<Le16>(bytes, extSuperblock + 58);
    const auto revision = load<Le32>(bytes, extSuperblock + 76);
    return blockSizeLog && state && revision && blockSizeLog->get() <= 6 && state->get() <= 7 &&
           revision->get() <= 1;
}

bool matches(ByteView bytes, const Magic& magic)
{
    if (bytes.size() < magic.offset + magic.bytes.size())
        return false;
    return std::ranges::equal(bytes.subspan(magic.offset, magic.bytes.size()),
                              std::as_bytes(std::span(magic.bytes))) &&
           (magic.offset != extMagicOffset || looksLikeExt(bytes));
}

} // namespace

bool looksLikeMbr(ByteView bytes) noexcept
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

std::optional<std::string_view> recogniseFileSystem(ByteView bytes) noexcept
{
    for (const Magic& magic : magics)
        if (matches(bytes, magic))
            return magic.name;
    return std::nullopt;
}

std::optional<std::string_view> recogniseOther(ByteView bytes) noexcept
{
    if (const auto name = recogniseFileSystem(bytes))
        return name;
    const auto isZero = [](std::byte b) { return b == std::byte{0}; };
    if (std::ranges::all_of(bytes, isZero))
        return "empty (all zero)";
    if (std::ranges::all_of(bytes.first(std::min(bytes.size(), bootSectorSize)), isZero))
        return "a disk whose first sector is empty (all zero)";
    if (looksLikeMbr(bytes))
        return "a disk with a partition table";
    return std::nullopt;
}

} // namespace fatlas::fat
