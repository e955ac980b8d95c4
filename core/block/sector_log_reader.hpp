/// Reads a sector log back: every record up to where it ends, and whether that end is to be
/// believed.
///
/// Errors:  as SectorLog::open says.
/// Threads: one.
#pragma once

#include "core/base/crc32.hpp"
#include "core/base/file.hpp"
#include "core/block/sector_log_raw.hpp"
#include "core/block/sector_states.hpp"

namespace fatlas::block {

struct LogContent {
    std::array<std::byte, 16> session{};
    std::uint32_t log = 0;
    std::uint64_t records = 0; ///< the last one's number
    std::uint64_t durable = 0; ///< number of a record that is on the medium
    std::uint64_t end = 0;     ///< bytes of the file that count
};

[[nodiscard]] Result<LogContent> readSectorLog(const File& file, std::uint64_t diskSize,
                                               SectorStates& states);

/// Of a header or record: CRC-32 of what stands before its checksum.
template <RawStruct T>
[[nodiscard]] std::uint32_t checksumOf(const T& raw)
{
    return crc32(asBytes(raw).first(offsetof(T, checksum)));
}

} // namespace fatlas::block
