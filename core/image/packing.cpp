#include "core/image/packing.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace fatlas::image {

namespace {

using namespace std::string_view_literals;

bool startsWith(ByteView head, std::string_view bytes)
{
    return head.size() >= bytes.size() && std::memcmp(head.data(), bytes.data(), bytes.size()) == 0;
}

unsigned at(ByteView head, std::size_t index)
{
    return index < head.size() ? std::to_integer<unsigned>(head[index]) : 0;
}

/// Deflate is the only method, and the three highest flags are nobody's.
bool isGzip(ByteView head)
{
    return head.size() >= 10 && startsWith(head, "\x1F\x8B\x08"sv) && at(head, 3) < 0x20;
}

/// The size of blocks, then the mark of a block or of the end.
bool isBzip2(ByteView head)
{
    return startsWith(head, "BZh"sv) && at(head, 3) >= '1' && at(head, 3) <= '9' &&
           head.size() >= 10 &&
           (std::memcmp(head.data() + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
            std::memcmp(head.data() + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

bool isZip(ByteView head)
{
    return startsWith(head, "PK\x03\x04"sv) || startsWith(head, "PK\x05\x06"sv);
}

} // namespace

const char* toString(Packing packing) noexcept
{
    switch (packing) {
    case Packing::Gzip: return "gzip";
    case Packing::Bzip2: return "bzip2";
    case Packing::Xz: return "xz";
    case Packing::Zstd: return "zstd";
    case Packing::Zip: break;
    }
    return "ZIP";
}

std::optional<Packing> recognisePacking(const block::BlockDevice& file)
{
    std::array<std::byte, 16> bytes{};
    const std::size_t size = std::min<std::uint64_t>(file.size(), bytes.size());
    const ByteSpan head = ByteSpan(bytes).first(size);
    if (!file.read(0, head))
        return std::nullopt;
    if (isGzip(head))
        return Packing::Gzip;
    if (isBzip2(head))
        return Packing::Bzip2;
    if (startsWith(head, "\xFD\x37\x7A\x58\x5A\x00"sv))
        return Packing::Xz;
    if (startsWith(head, "\x28\xB5\x2F\xFD"sv))
        return Packing::Zstd;
    if (isZip(head))
        return Packing::Zip;
    return std::nullopt;
}

} // namespace fatlas::image
