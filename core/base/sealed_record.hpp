/// A record in a file of its own, behind a header that says what it is and whether it is whole.
///
/// Shape:   little-endian: magic (8 bytes), version (4), CRC-32 of the record (4), its size in
/// bytes
///          (8), zero (8); then the record.
/// Errors:  BadFormat for what is another thing, cut off or damaged; Unsupported for another
///          version. The message begins with the name of the kind.
/// Threads: pure.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace fatlas {

struct RecordKind {
    std::string_view name; ///< "the state of the session"
    std::array<char, 8> magic;
    std::uint32_t version = 1;
};

[[nodiscard]] Bytes sealRecord(const RecordKind& kind, ByteView record);

/// The record alone, a part of `bytes`.
[[nodiscard]] Result<ByteView> openRecord(const RecordKind& kind, ByteView bytes);

} // namespace fatlas
