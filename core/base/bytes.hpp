/// Bytes in and out of raw on-disk structs, checked once.
///
/// Units:  offsets and lengths in bytes.
/// Errors: a load past the end is OutOfRange with the offset.
#pragma once

#include "core/base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace fatlas {

using ByteView = std::span<const std::byte>;
using ByteSpan = std::span<std::byte>;
using Bytes = std::vector<std::byte>;

/// A raw struct: copied as it lies, alignment 1.
template <class T>
concept RawStruct = std::is_trivially_copyable_v<T> && alignof(T) == 1;

template <RawStruct T>
[[nodiscard]] Result<T> load(ByteView bytes, std::size_t offset = 0)
{
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T))
        return std::unexpected(Error{.code = ErrorCode::OutOfRange,
                                     .message = "structure is cut off",
                                     .deviceOffset = offset});
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

/// Copies a raw struct into a buffer we made ourselves; the caller guarantees the room.
template <RawStruct T>
void store(ByteSpan bytes, std::size_t offset, const T& value)
{
    std::memcpy(bytes.subspan(offset, sizeof(T)).data(), &value, sizeof(T));
}

template <RawStruct T>
[[nodiscard]] ByteView asBytes(const T& value)
{
    return std::as_bytes(std::span(&value, 1));
}

} // namespace fatlas
