/// The undo file as it lies on the disk.
///
/// Shape:  little endian, alignment 1; UNDO.md.
#pragma once

#include "core/base/bytes.hpp"
#include "core/base/stored_integer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace fatlas::edit {

struct UndoHeaderRaw {
    std::array<char, 8> magic{};              // 0x00
    Le32 version;                             // 0x08
    Le32 unit;                                // 0x0C
    Le64 imageSize;                           // 0x10
    Le64 recordCount;                         // 0x18
    Le64 recordsSize;                         // 0x20
    Le32 recordsCrc;                          // 0x28
    std::array<unsigned char, 16> reserved{}; // 0x2C
    Le32 headerCrc;                           // 0x3C
};

static_assert(sizeof(UndoHeaderRaw) == 64 && alignof(UndoHeaderRaw) == 1);
static_assert(offsetof(UndoHeaderRaw, imageSize) == 0x10);
static_assert(offsetof(UndoHeaderRaw, recordsCrc) == 0x28);
static_assert(offsetof(UndoHeaderRaw, headerCrc) == 0x3C);

struct UndoRecordRaw {
    Le64 offset;             // 0x00
    Le32 length;             // 0x08
    std::uint8_t before = 0; // 0x0C
    std::uint8_t after = 0;  // 0x0D
    Le16 group;              // 0x0E
};

static_assert(sizeof(UndoRecordRaw) == 16 && alignof(UndoRecordRaw) == 1);
static_assert(offsetof(UndoRecordRaw, before) == 0x0C);

inline constexpr std::array<char, 8> undoMagic{'F', 'A', 'T', 'L', 'U', 'N', 'D', 'O'};
inline constexpr std::uint32_t undoVersion = 1;
inline constexpr std::size_t checksumSize = 4;

} // namespace fatlas::edit
