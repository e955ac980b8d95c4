#include "core/vhd/footer.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace fatlas::vhd {

namespace {

std::unexpected<Error> refuse(ErrorCode code, std::uint64_t offset, std::string message)
{
    return std::unexpected(
        Error{.code = code, .message = std::move(message), .deviceOffset = offset});
}

Result<> checkCookie(const FooterRaw& raw, std::uint64_t offset)
{
    if (std::string_view(raw.cookie.data(), raw.cookie.size()) == footerCookie)
        return {};
    return refuse(ErrorCode::BadFormat, offset,
                  fmt::format("there is no VHD footer at byte {}: its cookie is not \"{}\" (V1)",
                              offset, footerCookie));
}

Result<> checkChecksum(ByteView bytes, const FooterRaw& raw, std::uint64_t offset)
{
    const std::uint32_t computed = checksumOf(bytes, offsetof(FooterRaw, checksum));
    if (computed == raw.checksum.get())
        return {};
    return refuse(
        ErrorCode::BadFormat, offset,
        fmt::format("the checksum of the footer at byte {} is {:08X}, expected {:08X} (V2)", offset,
                    raw.checksum.get(), computed));
}

Result<> checkVersion(const FooterRaw& raw, std::uint64_t offset)
{
    if (raw.version.get() >> 16 == formatVersion >> 16)
        return {};
    return refuse(
        ErrorCode::Unsupported, offset,
        fmt::format("the footer at byte {} has format version {:08X}, expected {:08X} (V3)", offset,
                    raw.version.get(), formatVersion));
}

Result<> checkType(const FooterRaw& raw, std::uint64_t offset)
{
    if (raw.type.get() >= 2 && raw.type.get() <= 4)
        return {};
    return refuse(ErrorCode::BadFormat, offset,
                  fmt::format("the footer at byte {} has disk type {}, expected 2 (fixed), 3 "
                              "(dynamic) or 4 (differencing) (V5)",
                              offset, raw.type.get()));
}

Result<> checkSize(const FooterRaw& raw, std::uint64_t offset)
{
    const std::uint64_t size = raw.currentSize.get();
    if (size >= sectorBytes && size <= maxDiskSize)
        return {};
    return refuse(ErrorCode::BadFormat, offset,
                  fmt::format("the footer at byte {} gives the disk {} bytes, expected 512 to {} "
                              "(2040 GiB) (V8)",
                              offset, size, maxDiskSize));
}

Footer fromRaw(const FooterRaw& raw)
{
    return {.features = raw.features.get(),
            .version = raw.version.get(),
            .dataOffset = raw.dataOffset.get(),
            .timeStamp = raw.timeStamp.get(),
            .creatorApplication = raw.creatorApplication,
            .creatorVersion = raw.creatorVersion.get(),
            .creatorHostSystem = raw.creatorHostSystem,
            .originalSize = raw.originalSize.get(),
            .currentSize = raw.currentSize.get(),
            .geometry = {.cylinders = raw.cylinders.get(),
                         .heads = raw.heads,
                         .sectorsPerTrack = raw.sectorsPerTrack},
            .type = static_cast<DiskType>(raw.type.get()),
            .uuid = {raw.uuid},
            .savedState = raw.savedState,
            .reserved = raw.reserved};
}

} // namespace

std::uint32_t checksumOf(ByteView bytes) noexcept
{
    const std::uint32_t sum = std::accumulate(
        bytes.begin(), bytes.end(), std::uint32_t{0}, [](std::uint32_t total, std::byte byte) {
            return total + std::to_integer<std::uint32_t>(byte);
        });
    return ~sum;
}

std::uint32_t checksumOf(ByteView bytes, std::size_t checksumOffset) noexcept
{
    const std::uint32_t all = ~checksumOf(bytes);
    const std::uint32_t own = ~checksumOf(bytes.subspan(checksumOffset, sizeof(Be32)));
    return ~(all - own);
}

const char* toString(DiskType type) noexcept
{
    switch (type) {
    case DiskType::Fixed: return "fixed";
    case DiskType::Dynamic: return "dynamic";
    case DiskType::Differencing: return "differencing";
    }
    return "unknown";
}

bool hasFooterCookie(ByteView bytes) noexcept
{
    return bytes.size() >= footerCookie.size() &&
           std::ranges::equal(bytes.first(footerCookie.size()),
                              std::as_bytes(std::span(footerCookie)));
}

Result<Footer> decodeFooter(ByteView bytes, std::uint64_t offset, Checksum checksum)
{
    Bytes whole(bytes.begin(), bytes.end());
    if (whole.size() == oldFooterSize)
        whole.resize(footerSize); // the byte that is missing was always 0
    const auto raw = load<FooterRaw>(whole);
    if (!raw)
        return refuse(ErrorCode::BadFormat, offset,
                      fmt::format("the footer at byte {} has {} bytes, expected 512 or 511 (V30)",
                                  offset, bytes.size()));
    FATLAS_TRY(checkCookie(*raw, offset));
    if (checksum == Checksum::MustBeRight)
        FATLAS_TRY(checkChecksum(whole, *raw, offset));
    FATLAS_TRY(checkVersion(*raw, offset));
    FATLAS_TRY(checkType(*raw, offset));
    FATLAS_TRY(checkSize(*raw, offset));
    return fromRaw(*raw);
}

Bytes encodeFooter(const Footer& footer)
{
    FooterRaw raw{};
    std::ranges::copy(footerCookie, raw.cookie.begin());
    raw.features = footer.features;
    raw.version = footer.version;
    raw.dataOffset = footer.dataOffset;
    raw.timeStamp = footer.timeStamp;
    raw.creatorApplication = footer.creatorApplication;
    raw.creatorVersion = footer.creatorVersion;
    raw.creatorHostSystem = footer.creatorHostSystem;
    raw.originalSize = footer.originalSize;
    raw.currentSize = footer.currentSize;
    raw.cylinders = footer.geometry.cylinders;
    raw.heads = footer.geometry.heads;
    raw.sectorsPerTrack = footer.geometry.sectorsPerTrack;
    raw.type = std::to_underlying(footer.type);
    raw.uuid = footer.uuid.bytes;
    raw.savedState = footer.savedState;
    raw.reserved = footer.reserved;
    raw.checksum = checksumOf(asBytes(raw), offsetof(FooterRaw, checksum));
    const ByteView bytes = asBytes(raw);
    return {bytes.begin(), bytes.end()};
}

std::string creatorName(const Tag& creatorApplication)
{
    using Known = std::pair<std::string_view, const char*>;
    constexpr std::array known{
        Known{"vpc ", "Virtual PC"},
        Known{"vs  ", "Virtual Server"},
        Known{"qemu", "QEMU"},
        Known{"qem2", "QEMU, forced size"},
        Known{"win ", "Windows or Hyper-V"},
        Known{std::string_view("wa\0\0", 4), "Azure"},
        Known{"d2v ", "Disk2vhd"},
        Known{std::string_view("tap\0", 4), "XenServer"},
        Known{"CTXS", "XenConverter"},
        Known{"vbox", "VirtualBox"},
        Known{"pcem", "86Box or PCem"},
        Known{"fatl", "Fatlas"},
    };
    const std::string_view tag(creatorApplication.data(), creatorApplication.size());
    const auto* const found = std::ranges::find(known, tag, &Known::first);
    return found == known.end() ? "" : found->second;
}

std::string tagText(const Tag& tag)
{
    std::string text;
    for (const char c : tag)
        text +=
            c >= 0x20 && c < 0x7F
                ? std::string(1, c)
                : fmt::format("\\x{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    return text;
}

} // namespace fatlas::vhd
