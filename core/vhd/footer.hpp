/// The footer of a VHD, decoded and judged.
///
/// Units:      sizes and offsets in bytes.
/// Invariants: encodeFooter(decodeFooter(b)) is b.
/// Errors:     BadFormat or Unsupported; the message names the field and cites the rule.
/// Threads:    plain values.
/// Source:     FORMAT.md section 1, rules V1 to V10.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/vhd/geometry.hpp"
#include "core/vhd/uuid.hpp"

#include <cstdint>
#include <string>

namespace fatlas::vhd {

enum class DiskType : std::uint32_t { Fixed = 2, Dynamic = 3, Differencing = 4 };

[[nodiscard]] const char* toString(DiskType type) noexcept;

struct Footer {
    std::uint32_t features = 2;
    std::uint32_t version = formatVersion;
    std::uint64_t dataOffset = noOffset;
    std::uint32_t timeStamp = 0;
    Tag creatorApplication{};
    std::uint32_t creatorVersion = 0;
    Tag creatorHostSystem{};
    std::uint64_t originalSize = 0;
    std::uint64_t currentSize = 0;
    Geometry geometry;
    DiskType type = DiskType::Fixed;
    Uuid uuid;
    std::uint8_t savedState = 0;
    std::array<std::byte, 427> reserved{};

    bool operator==(const Footer&) const = default;
};

/// A wrong checksum is an error, or is let pass by those who look at damage.
enum class Checksum : std::uint8_t { MustBeRight, MayBeWrong };

/// `bytes` are the 512 (or 511) of a footer that begins at `offset` of the file.
[[nodiscard]] Result<Footer> decodeFooter(ByteView bytes, std::uint64_t offset,
                                          Checksum checksum = Checksum::MustBeRight);
[[nodiscard]] Bytes encodeFooter(const Footer& footer);

/// True when the cookie is there.
[[nodiscard]] bool hasFooterCookie(ByteView bytes) noexcept;

/// "Windows or Hyper-V", "QEMU"; "" when it is nobody we know.
[[nodiscard]] std::string creatorName(const Tag& creatorApplication);
/// The four characters, what cannot be printed as \xNN: "win ", "wa\x00\x00".
[[nodiscard]] std::string tagText(const Tag& tag);

} // namespace fatlas::vhd
