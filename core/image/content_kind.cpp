#include "core/image/content_kind.hpp"

#include "core/base/text.hpp"
#include "core/base/units.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace fatlas::image {

namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t headSize = 68 * KiB;
constexpr std::uint64_t tailSize = 512;

constexpr std::string_view toRaw = "convert it first: qemu-img convert -O raw IN OUT";
constexpr std::string_view unpack = "unpack it first";

struct Signature {
    std::uint64_t offset;
    std::string_view bytes;
    std::string_view what;
    std::string_view advice;
};

constexpr std::array signatures{
    Signature{0, "QFI\xFB"sv, "a qcow2 image", toRaw},
    Signature{0, "vhdxfile"sv, "a VHDX image", toRaw},
    Signature{0, "conectix"sv, "a dynamic or differencing VHD", toRaw},
    Signature{0, "KDMV"sv, "a VMDK image", toRaw},
    Signature{0, "# Disk DescriptorFile"sv, "the descriptor of a VMDK image", toRaw},
    Signature{64, "\x7F\x10\xDA\xBE"sv, "a VDI image", toRaw},
    Signature{0, "QED\0"sv, "a QED image", toRaw},
    Signature{0, "\x1F\x8B"sv, "a gzip file", unpack},
    Signature{0,
              "\xFD"
              "7zXZ\0"sv,
              "an xz file", unpack},
    Signature{0, "\x28\xB5\x2F\xFD"sv, "a zstd file", unpack},
    Signature{0, "BZh"sv, "a bzip2 file", unpack},
    Signature{0, "PK\x03\x04"sv, "a ZIP archive", unpack},
    Signature{0, "7z\xBC\xAF\x27\x1C"sv, "a 7z archive", unpack},
    Signature{257, "ustar"sv, "a tar archive", unpack},
    Signature{3, "NTFS    "sv, "an NTFS volume", ""},
    Signature{3, "EXFAT   "sv, "an exFAT volume", ""},
    Signature{3, "-FVE-FS-"sv, "a BitLocker volume", ""},
    Signature{0, "LUKS\xBA\xBE"sv, "a LUKS volume", ""},
    Signature{0, "XFSB"sv, "an XFS volume", ""},
    Signature{0, "hsqs"sv, "a SquashFS image", ""},
    Signature{0x438, "\x53\xEF"sv, "an ext2, ext3 or ext4 volume", ""},
    Signature{0x8001, "CD001"sv, "an ISO 9660 image", ""},
    Signature{0x10040, "_BHRfS_M"sv, "a Btrfs volume", ""},
    Signature{0,
              "\x7F"
              "ELF"sv,
              "a program", ""},
    Signature{0, "MZ"sv, "a program for DOS or Windows", ""},
    Signature{0, "%PDF-"sv, "a PDF document", ""},
    Signature{0, "\x89PNG"sv, "a PNG picture", ""},
    Signature{0, "\xFF\xD8\xFF"sv, "a JPEG picture", ""},
};

bool holds(ByteView head, const Signature& signature)
{
    if (signature.offset + signature.bytes.size() > head.size())
        return false;
    return std::memcmp(head.data() + signature.offset, signature.bytes.data(),
                       signature.bytes.size()) == 0;
}

bool isZero(ByteView bytes)
{
    return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
}

/// UTF-8 without control characters; a character that the sample cuts in two is forgiven.
bool looksLikeText(ByteView head)
{
    std::string_view sample(reinterpret_cast<const char*>(head.data()),
                            std::min<std::size_t>(head.size(), 512));
    for (int cut = 0; cut < 3 && !sample.empty() && !utf16FromUtf8(sample); ++cut)
        sample.remove_suffix(1);
    const auto isControl = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' &&
               c != '\f';
    };
    return !sample.empty() && utf16FromUtf8(sample) && std::ranges::none_of(sample, isControl);
}

bool endsAsFixedVhd(const block::BlockDevice& disk)
{
    std::array<std::byte, tailSize> tail{};
    if (disk.size() < tailSize || !disk.read(disk.size() - tailSize, tail))
        return false;
    return std::memcmp(tail.data(), "conectix", 8) == 0;
}

} // namespace

ContentKind recogniseContent(const block::BlockDevice& disk)
{
    if (disk.size() == 0)
        return {.what = "an empty file", .advice = ""};
    Bytes head(std::min(disk.size(), headSize));
    if (!disk.read(0, head))
        return {};
    const auto* found =
        std::ranges::find_if(signatures, [&](const Signature& s) { return holds(head, s); });
    if (found != signatures.end())
        return {.what = std::string(found->what), .advice = std::string(found->advice)};
    if (endsAsFixedVhd(disk))
        return {.what = "a fixed VHD", .advice = std::string(toRaw)};
    if (isZero(head))
        return {.what = "zeros at its beginning: perhaps a disk that was never formatted",
                .advice = ""};
    if (looksLikeText(head))
        return {.what = "text", .advice = ""};
    return {};
}

} // namespace fatlas::image
