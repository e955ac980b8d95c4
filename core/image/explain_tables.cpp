#include "core/image/explain_tables.hpp"

#include "core/base/text.hpp"
#include "core/fat/explain/field_list.hpp"
#include "core/partition/gpt_raw.hpp"
#include "core/partition/mbr_raw.hpp"
#include "core/partition/type_names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::image {

namespace {

using fat::FieldList;

constexpr std::size_t entriesOffset = offsetof(partition::MbrRaw, entries);

std::string chsText(ByteView raw)
{
    const auto byteAt = [&](std::size_t i) { return std::to_integer<unsigned>(raw[i]); };
    if (raw.size() != 3)
        return {};
    return fmt::format("cylinder {}, head {}, sector {}", byteAt(2) | (byteAt(1) & 0xC0) << 2,
                       byteAt(0), byteAt(1) & 0x3F);
}

void addMbrEntry(FieldList& list, std::size_t at, unsigned number)
{
    const auto name = [number](const char* what) {
        return fmt::format("partition entry {}: {}", number, what);
    };
    const ByteView raw = list.bytes(at, sizeof(partition::MbrEntryRaw));
    if (std::ranges::all_of(raw, [](std::byte b) { return b == std::byte{0}; })) {
        list.add(at, raw.size(), "all zero", {fmt::format("partition entry {}", number), "unused"});
        return;
    }
    const std::uint64_t flag = list.number(at, 1);
    const std::uint64_t type = list.number(at + 4, 1);
    const std::string unused = type == 0 ? "unused" : "";
    list.addHex(at, 1,
                {name("flag"), flag == partition::activeFlag ? "active"
                               : flag == 0                   ? "not active"
                                                             : "neither 00 nor 80"});
    list.addBytes(at + 1, 3, {name("first C/H/S"), chsText(list.bytes(at + 1, 3))});
    list.addHex(at + 4, 1,
                {name("type"),
                 type == 0 ? unused : partition::mbrTypeName(static_cast<std::uint8_t>(type))});
    list.addBytes(at + 5, 3, {name("last C/H/S"), chsText(list.bytes(at + 5, 3))});
    list.addDecimal(at + 8, 4, {name("first sector"), unused});
    list.addDecimal(at + 12, 4, {name("number of sectors"), unused});
}

std::string guidText(ByteView bytes)
{
    partition::Guid guid{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), guid.size()), guid.begin());
    return partition::formatGuid(guid);
}

std::string typeText(ByteView bytes)
{
    partition::Guid guid{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), guid.size()), guid.begin());
    return guid == partition::Guid{} ? "unused" : partition::gptTypeName(guid);
}

std::string nameText(ByteView units)
{
    std::u16string name;
    for (std::size_t i = 0; i + 1 < units.size(); i += 2) {
        const auto unit = static_cast<char16_t>(std::to_integer<unsigned>(units[i]) |
                                                std::to_integer<unsigned>(units[i + 1]) << 8);
        if (unit == 0)
            break;
        name += unit;
    }
    return fmt::format("\"{}\"", utf8FromUtf16(name));
}

} // namespace

std::vector<fat::ExplainedField> mbrFields(ByteView record, std::uint64_t at)
{
    FieldList list(record, at);
    list.addBytes(0, partition::mbrCodeSize, {"boot code"});
    list.addHex(0x1B8, 4, {"disk signature", "how Windows tells disks apart"});
    list.addBytes(0x1BC, 2, {"reserved", "0000; 5A5A: write-protected"});
    for (unsigned i = 0; i < 4; ++i)
        addMbrEntry(list, entriesOffset + i * sizeof(partition::MbrEntryRaw), i + 1);
    const bool isSigned = list.number(0x1FE, 2) == partition::mbrSignature;
    list.addBytes(0x1FE, 2, {"signature", "55 AA", isSigned ? "" : "expected 55 AA"});
    return list.take();
}

std::vector<fat::ExplainedField> gptHeaderFields(ByteView header, std::uint64_t at)
{
    FieldList list(header, at);
    const bool isSigned = list.number(0, 8) == partition::gptSignature;
    list.addBytes(0x00, 8, {"signature", "\"EFI PART\"", isSigned ? "" : "expected \"EFI PART\""});
    list.add(0x08, 4, fmt::format("{}.{}", list.number(0x0A, 2), list.number(0x08, 2)),
             {"revision"});
    list.addDecimal(0x0C, 4, {"header size", "bytes"});
    list.addHex(0x10, 4, {"checksum of the header", "CRC-32, counted with 0 here"});
    list.addDecimal(0x14, 4, {"reserved"});
    list.addDecimal(0x18, 8, {"block of this header"});
    list.addDecimal(0x20, 8, {"block of the other header"});
    list.addDecimal(0x28, 8, {"first usable block"});
    list.addDecimal(0x30, 8, {"last usable block"});
    list.add(0x38, 16, guidText(list.bytes(0x38, 16)), {"disk GUID"});
    list.addDecimal(0x48, 8, {"first block of the entries"});
    list.addDecimal(0x50, 4, {"number of entries"});
    list.addDecimal(0x54, 4, {"size of an entry", "bytes"});
    list.addHex(0x58, 4, {"checksum of the entries", "CRC-32"});
    return list.take();
}

std::vector<fat::ExplainedField> gptEntryFields(ByteView entry, std::uint64_t at)
{
    FieldList list(entry, at);
    list.add(0x00, 16, guidText(list.bytes(0x00, 16)), {"type", typeText(list.bytes(0x00, 16))});
    list.add(0x10, 16, guidText(list.bytes(0x10, 16)), {"GUID of its own"});
    list.addDecimal(0x20, 8, {"first block"});
    list.addDecimal(0x28, 8, {"last block", "inclusive"});
    list.addHex(0x30, 8, {"attributes"});
    list.add(0x38, 72, nameText(list.bytes(0x38, 72)), {"name"});
    return list.take();
}

} // namespace fatlas::image
