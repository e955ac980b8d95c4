/// The words of the NBD protocol: magic numbers, options, commands, and their structures.
///
/// Shape:  big-endian; structures are sent as they lie here.
/// Source: NBD protocol specification (doc/proto.md of the NetworkBlockDevice project); rule
///         numbers in PROTOCOL.md.
#pragma once

#include "core/base/stored_integer.hpp"

#include <cstddef>
#include <cstdint>

namespace fatlas::nbd {

inline constexpr std::uint64_t greetingMagic = 0x4E42'444D'4147'4943;    // "NBDMAGIC"
inline constexpr std::uint64_t optionMagic = 0x4948'4156'454F'5054;      // "IHAVEOPT"
inline constexpr std::uint64_t optionReplyMagic = 0x0003'E889'0455'65A9; // NBD_REP_MAGIC
inline constexpr std::uint32_t requestMagic = 0x2560'9513;
inline constexpr std::uint32_t simpleReplyMagic = 0x6744'6698;
inline constexpr std::uint32_t chunkMagic = 0x668E'33EF;

namespace handshake_flag {
inline constexpr std::uint16_t fixedNewstyle = 1U << 0U;
inline constexpr std::uint16_t noZeroes = 1U << 1U;
} // namespace handshake_flag

enum class Option : std::uint32_t {
    ExportName = 1,
    Abort = 2,
    List = 3,
    StartTls = 5,
    Info = 6,
    Go = 7,
    StructuredReply = 8,
    ListMetaContext = 9,
    SetMetaContext = 10,
};

enum class OptionReply : std::uint32_t {
    Ack = 1,
    Server = 2,
    Info = 3,
    MetaContext = 4,
    Unsupported = 0x8000'0001,
    Policy = 0x8000'0002,
    Invalid = 0x8000'0003,
    Unknown = 0x8000'0006,
    Shutdown = 0x8000'0007,
    TooBig = 0x8000'0009,
};

enum class InfoType : std::uint16_t { Export = 0, Name = 1, Description = 2, BlockSize = 3 };

namespace transmission_flag {
inline constexpr std::uint16_t hasFlags = 1U << 0U;
inline constexpr std::uint16_t readOnly = 1U << 1U;
inline constexpr std::uint16_t sendFlush = 1U << 2U;
inline constexpr std::uint16_t sendFua = 1U << 3U;
inline constexpr std::uint16_t sendTrim = 1U << 5U;
inline constexpr std::uint16_t sendWriteZeroes = 1U << 6U;
inline constexpr std::uint16_t sendDf = 1U << 7U;
inline constexpr std::uint16_t canMultiConn = 1U << 8U;
inline constexpr std::uint16_t sendCache = 1U << 10U;
inline constexpr std::uint16_t sendFastZero = 1U << 11U;
} // namespace transmission_flag

enum class Command : std::uint16_t {
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
    BlockStatus = 7,
};

namespace command_flag {
inline constexpr std::uint16_t fua = 1U << 0U;
inline constexpr std::uint16_t noHole = 1U << 1U;
inline constexpr std::uint16_t df = 1U << 2U;
inline constexpr std::uint16_t reqOne = 1U << 3U;
inline constexpr std::uint16_t fastZero = 1U << 4U;
} // namespace command_flag

inline constexpr std::uint16_t chunkDone = 1U << 0U;

enum class ChunkType : std::uint16_t {
    None = 0,
    OffsetData = 1,
    OffsetHole = 2,
    BlockStatus = 5,
    Error = 0x8001,
};

/// Linux's numbers, on every system.
enum class ErrorNumber : std::uint32_t {
    None = 0,
    Perm = 1,
    Io = 5,
    NoMemory = 12,
    Invalid = 22,
    NoSpace = 28,
    Overflow = 75,
    NotSupported = 95,
    Shutdown = 108,
};

inline constexpr const char* allocationContext = "base:allocation";
/// Numbers the context within a session; any number will do.
inline constexpr std::uint32_t allocationContextId = 1;

namespace allocation_state {
inline constexpr std::uint32_t hole = 1U << 0U;
inline constexpr std::uint32_t zero = 1U << 1U;
} // namespace allocation_state

inline constexpr std::uint32_t minimumBlockSize = 1;
inline constexpr std::uint32_t preferredBlockSize = 4096;
/// Of what a read or a write carries; clients that do not ask keep to it by themselves.
inline constexpr std::uint32_t maximumPayload = 32U << 20U;

struct GreetingRaw {
    Be64 magic;
    Be64 options;
    Be16 flags;
};

static_assert(sizeof(GreetingRaw) == 18 && alignof(GreetingRaw) == 1);

struct OptionRaw {
    Be64 magic;
    Be32 option;
    Be32 length;
};

static_assert(sizeof(OptionRaw) == 16 && alignof(OptionRaw) == 1);

struct OptionReplyRaw {
    Be64 magic;
    Be32 option;
    Be32 type;
    Be32 length;
};

static_assert(sizeof(OptionReplyRaw) == 20 && alignof(OptionReplyRaw) == 1);

/// What answers NBD_OPT_EXPORT_NAME; 124 zeros follow unless both sides said noZeroes.
struct ExportNameReplyRaw {
    Be64 size;
    Be16 flags;
};

static_assert(sizeof(ExportNameReplyRaw) == 10 && alignof(ExportNameReplyRaw) == 1);
inline constexpr std::size_t exportNameZeroes = 124;

struct ExportInfoRaw {
    Be16 type;
    Be64 size;
    Be16 flags;
};

static_assert(sizeof(ExportInfoRaw) == 12 && alignof(ExportInfoRaw) == 1);

struct BlockSizeInfoRaw {
    Be16 type;
    Be32 minimum;
    Be32 preferred;
    Be32 maximum;
};

static_assert(sizeof(BlockSizeInfoRaw) == 14 && alignof(BlockSizeInfoRaw) == 1);

struct RequestRaw {
    Be32 magic;
    Be16 flags;
    Be16 type;
    Be64 cookie;
    Be64 offset;
    Be32 length;
};

static_assert(sizeof(RequestRaw) == 28 && alignof(RequestRaw) == 1);
static_assert(offsetof(RequestRaw, cookie) == 8 && offsetof(RequestRaw, length) == 24);

struct SimpleReplyRaw {
    Be32 magic;
    Be32 error;
    Be64 cookie;
};

static_assert(sizeof(SimpleReplyRaw) == 16 && alignof(SimpleReplyRaw) == 1);

/// Starts each part of a structured reply.
struct ChunkRaw {
    Be32 magic;
    Be16 flags;
    Be16 type;
    Be64 cookie;
    Be32 length; ///< of what follows
};

static_assert(sizeof(ChunkRaw) == 20 && alignof(ChunkRaw) == 1);

struct OffsetDataRaw {
    ChunkRaw chunk;
    Be64 offset;
};

static_assert(sizeof(OffsetDataRaw) == 28 && alignof(OffsetDataRaw) == 1);

struct OffsetHoleRaw {
    ChunkRaw chunk;
    Be64 offset;
    Be32 length;
};

static_assert(sizeof(OffsetHoleRaw) == 32 && alignof(OffsetHoleRaw) == 1);

struct ErrorChunkRaw {
    ChunkRaw chunk;
    Be32 error;
    Be16 textLength;
};

static_assert(sizeof(ErrorChunkRaw) == 26 && alignof(ErrorChunkRaw) == 1);

struct BlockStatusRaw {
    ChunkRaw chunk;
    Be32 context;
};

static_assert(sizeof(BlockStatusRaw) == 24 && alignof(BlockStatusRaw) == 1);

struct StatusExtentRaw {
    Be32 length;
    Be32 state;
};

static_assert(sizeof(StatusExtentRaw) == 8 && alignof(StatusExtentRaw) == 1);

} // namespace fatlas::nbd
