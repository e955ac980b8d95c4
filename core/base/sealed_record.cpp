#include "core/base/sealed_record.hpp"

#include "core/base/crc32.hpp"
#include "core/base/stored_integer.hpp"

#include <fmt/format.h>

namespace fatlas {

namespace {

struct HeaderRaw {
    std::array<char, 8> magic{}; // 0x00
    Le32 version;                // 0x08
    Le32 checksum;               // 0x0C CRC-32 of the record
    Le64 size;                   // 0x10 of the record, bytes
    Le64 zero;                   // 0x18
};

static_assert(sizeof(HeaderRaw) == 32 && alignof(HeaderRaw) == 1);
static_assert(offsetof(HeaderRaw, checksum) == 0x0C && offsetof(HeaderRaw, zero) == 0x18);

std::unexpected<Error> broken(const RecordKind& kind, std::string_view what)
{
    return fail(ErrorCode::BadFormat, fmt::format("{} {}", kind.name, what));
}

} // namespace

Bytes sealRecord(const RecordKind& kind, ByteView record)
{
    HeaderRaw header;
    header.magic = kind.magic;
    header.version.set(kind.version);
    header.checksum.set(crc32(record));
    header.size.set(record.size());
    const ByteView head = asBytes(header);
    Bytes bytes(head.begin(), head.end());
    bytes.insert(bytes.end(), record.begin(), record.end());
    return bytes;
}

Result<ByteView> openRecord(const RecordKind& kind, ByteView bytes)
{
    const auto header = load<HeaderRaw>(bytes);
    if (!header || header->magic != kind.magic || header->zero.get() != 0)
        return broken(kind, "does not begin as one does");
    if (header->version.get() != kind.version)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{} has version {}, expected {}: another version of Fatlas made it",
                                kind.name, header->version.get(), kind.version));
    const ByteView record = bytes.subspan(sizeof(HeaderRaw));
    if (header->size.get() != record.size())
        return broken(kind, fmt::format("has {} bytes behind its header, expected {}",
                                        record.size(), header->size.get()));
    if (header->checksum.get() != crc32(record))
        return broken(kind, "has a wrong checksum");
    return record;
}

} // namespace fatlas
