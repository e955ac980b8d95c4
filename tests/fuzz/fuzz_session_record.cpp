// The record of a kept session; with a first byte that is odd its size and checksum are made right
// first, so that what lies behind them is reached.
#include "core/base/crc32.hpp"
#include "core/base/stored_integer.hpp"
#include "core/serve/session_record.hpp"

#include "tests/fuzz/require.hpp"

#include <algorithm>

using namespace fatlas;

namespace {

constexpr std::size_t headerSize = 32;
constexpr std::size_t checksumPlace = 12;
constexpr std::size_t sizePlace = 16;

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const ByteView input = std::as_bytes(std::span(data, size)).subspan(1);
    Bytes bytes(input.begin(), input.end());
    if ((data[0] & 1) != 0 && bytes.size() >= headerSize) {
        const ByteView record = ByteView(bytes).subspan(headerSize);
        store(bytes, sizePlace, Le64(record.size()));
        store(bytes, checksumPlace, Le32(crc32(record)));
    }
    const auto decoded = serve::decodeSessionRecord(bytes);
    if (!decoded) {
        fuzz::require(!decoded.error().message.empty(), "an error has a message");
        return 0;
    }
    fuzz::require(serve::encode(*decoded) == bytes, "a record is encoded as it was");
    return 0;
}
