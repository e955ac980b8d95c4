#include "core/fat/boot_code.hpp"

#include "core/fat/boot_sector_raw.hpp"

#include <fmt/format.h>

#include <array>

namespace fatlas::fat {
namespace {

// SI is taken from a call, so the code does not care where in the sector it lies or which of the
// two usual CS:IP pairs the BIOS chose. INT 18h is "boot failed, try the next device" on every BIOS
// with the BIOS Boot Specification; older ones return or start BASIC, and INT 19h starts over.
constexpr std::array<unsigned char, 44> program{
    0xFA,             // 00       cli
    0x31, 0xC0,       // 01       xor   ax, ax
    0x8E, 0xD0,       // 03       mov   ss, ax
    0xBC, 0x00, 0x7C, // 05       mov   sp, 7C00h
    0xFB,             // 08       sti
    0xFC,             // 09       cld
    0x0E,             // 0A       push  cs
    0x1F,             // 0B       pop   ds
    0xE8, 0x00, 0x00, // 0C       call  here
    0x5E,             // 0F here: pop   si
    0x83, 0xC6, 0x1D, // 10       add   si, message - here
    0xAC,             // 13 next: lodsb
    0x84, 0xC0,       // 14       test  al, al
    0x74, 0x09,       // 16       jz    key
    0xB4, 0x0E,       // 18       mov   ah, 0Eh       ; write a character
    0xBB, 0x07, 0x00, // 1A       mov   bx, 0007h
    0xCD, 0x10,       // 1D       int   10h
    0xEB, 0xF2,       // 1F       jmp   next
    0x30, 0xE4,       // 21 key:  xor   ah, ah        ; wait for a key
    0xCD, 0x16,       // 23       int   16h
    0xCD, 0x18,       // 25       int   18h
    0xCD, 0x19,       // 27       int   19h
    0xF4,             // 29 halt: hlt
    0xEB, 0xFD,       // 2A       jmp   halt
}; // 2C message

constexpr std::string_view message =
    "This disk is not bootable. Press any key to try the next device.\r\n";

constexpr auto programWithMessage = [] {
    std::array<std::byte, program.size() + message.size() + 1> bytes{};
    std::size_t at = 0;
    for (const unsigned char byte : program)
        bytes[at++] = std::byte{byte};
    for (const char c : message)
        bytes[at++] = static_cast<std::byte>(c);
    return bytes;
}();

static_assert(programWithMessage.size() <= signatureOffset - codeOffset(FatType::Fat12));
static_assert(programWithMessage.size() <= signatureOffset - codeOffset(FatType::Fat32));

constexpr std::uint8_t shortJump = 0xEB;
constexpr std::uint8_t nearJump = 0xE9;

std::uint32_t byteAt(ByteView bytes, std::size_t i)
{
    return std::to_integer<std::uint32_t>(bytes[i]);
}

/// First byte where code may start. FAT12 and FAT16 can do without the extended fields, which DOS 3
/// did not know; code that starts inside those of FAT32 was made for another type.
constexpr std::size_t earliestCode(FatType type)
{
    return type == FatType::Fat32 ? codeOffset(type) : sizeof(BpbRaw);
}

} // namespace

ByteView ownBootCode() noexcept
{
    return programWithMessage;
}

std::optional<std::size_t> codeStart(ByteView sector) noexcept
{
    if (sector.size() < bootSectorSize)
        return std::nullopt;
    std::size_t target = 0;
    if (byteAt(sector, 0) == shortJump)
        target = byteAt(sector, 1) < 0x80 ? 2 + byteAt(sector, 1) : 0;
    else if (byteAt(sector, 0) == nearJump)
        target = 3 + (byteAt(sector, 1) | byteAt(sector, 2) << 8);
    if (target < 3 || target >= signatureOffset)
        return std::nullopt;
    return target;
}

bool extendedFieldsFit(ByteView sector, FatType type) noexcept
{
    const auto start = codeStart(sector);
    return !start || *start >= codeOffset(type);
}

Result<> checkBootCode(ByteView sector, const Geometry& geometry)
{
    if (sector.empty())
        return {};
    if (sector.size() != bootSectorSize && sector.size() != geometry.bytesPerSector)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the boot sector file has {} bytes, expected {}", sector.size(),
                                geometry.bytesPerSector == bootSectorSize
                                    ? std::string("512")
                                    : fmt::format("512 or {}", geometry.bytesPerSector)));
    const std::uint32_t signature =
        byteAt(sector, signatureOffset) | byteAt(sector, signatureOffset + 1) << 8;
    if (signature != bootSectorSignature)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the boot sector file has {:02X} {:02X} at byte 510, expected the "
                                "signature 55 AA",
                                signature & 0xFF, signature >> 8));
    const auto start = codeStart(sector);
    if (!start)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the boot sector file starts with {:02X} {:02X} {:02X}, expected a "
                                "jump into the sector (EB xx 90 or E9 xx xx)",
                                byteAt(sector, 0), byteAt(sector, 1), byteAt(sector, 2)));
    const std::size_t end = earliestCode(geometry.type);
    if (*start < end)
        return fail(
            ErrorCode::InvalidArgument,
            fmt::format("the code of the boot sector file starts at byte {}, expected {} or "
                        "later: the fields of {} stand before that",
                        *start, end, toString(geometry.type)));
    return {};
}

} // namespace fatlas::fat
