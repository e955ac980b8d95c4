#include "core/fat/explain/slot_fields.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/explain/field_list.hpp"
#include "core/fat/long_name.hpp"
#include "core/fat/timestamp.hpp"

#include <fmt/format.h>

#include <array>

namespace fatlas::fat {
namespace {

bool isLongNameSlot(std::uint8_t attributes)
{
    return (attributes & attribute::longNameMask) == attribute::longName;
}

std::string attributeWords(std::uint8_t attributes)
{
    if (isLongNameSlot(attributes))
        return "part of a long name";
    constexpr std::array words{
        std::pair{attribute::readOnly, "read-only"}, std::pair{attribute::hidden, "hidden"},
        std::pair{attribute::system, "system"},      std::pair{attribute::volumeLabel, "label"},
        std::pair{attribute::directory, "folder"},   std::pair{attribute::archive, "archive"}};
    std::string text;
    for (const auto& [bit, word] : words)
        if ((attributes & bit) != 0)
            text += (text.empty() ? "" : ", ") + std::string(word);
    return text.empty() ? "an ordinary file" : text;
}

std::string nameMeaning(const DirectoryEntryRaw& raw, const CodePage& page)
{
    switch (raw.name[0]) {
    case slot_mark::end: return "never used: this slot and all behind it are free";
    case slot_mark::deleted: return "deleted: its first character is lost";
    default: break;
    }
    return fmt::format("\"{}\"",
                       formatShortName({.bytes = raw.name, .ntCaseBits = raw.ntCaseBits}, page));
}

std::string caseMeaning(std::uint8_t bits)
{
    switch (bits & (ntCase::lowerBase | ntCase::lowerExtension)) {
    case ntCase::lowerBase: return "the base is lower case";
    case ntCase::lowerExtension: return "the extension is lower case";
    case 0: return "capitals";
    default: break;
    }
    return "base and extension are lower case";
}

std::string timeText(Le16 date, Le16 time, std::uint8_t tenths = 0)
{
    return formatTime({.date = date.get(), .time = time.get(), .tenths = tenths});
}

class SlotFields {
public:
    SlotFields(ByteView slot, std::uint64_t at, const Geometry& geometry, const CodePage& page)
        : m_list(slot, at), m_geometry(geometry), m_page(page), m_bytes(slot)
    {}

    std::vector<ExplainedField> make()
    {
        const auto raw = load<DirectoryEntryRaw>(m_bytes);
        if (raw && isLongNameSlot(raw->attributes))
            addLong(*load<LongNameSlotRaw>(m_bytes));
        else if (raw)
            addShort(*raw);
        return m_list.take();
    }

private:
    void addShort(const DirectoryEntryRaw& raw)
    {
        m_list.addBytes(0x00, 11, {"name (DIR_Name)", nameMeaning(raw, m_page)});
        m_list.addHex(0x0B, 1, {"attributes (DIR_Attr)", attributeWords(raw.attributes)});
        m_list.addHex(0x0C, 1, {"case of the name (DIR_NTRes)", caseMeaning(raw.ntCaseBits)});
        m_list.addDecimal(0x0D, 1, {"created, 10 ms steps (DIR_CrtTimeTenth)"});
        m_list.add(0x0E, 2, fmt::format("0x{:04X}", raw.createdTime.get()),
                   {"created, time (DIR_CrtTime)",
                    timeText(raw.createdDate, raw.createdTime, raw.createdTenths)});
        m_list.add(0x10, 2, fmt::format("0x{:04X}", raw.createdDate.get()),
                   {"created, date (DIR_CrtDate)", timeText(raw.createdDate, raw.createdTime)});
        m_list.add(0x12, 2, fmt::format("0x{:04X}", raw.accessedDate.get()),
                   {"last read, date (DIR_LstAccDate)",
                    timeText(raw.accessedDate, Le16{0}).substr(0, 10)});
        addStart(raw);
    }

    void addStart(const DirectoryEntryRaw& raw)
    {
        const bool wide = m_geometry.type == FatType::Fat32;
        const Cluster first = wide ? raw.firstCluster() : Cluster{raw.firstClusterLow.get()};
        m_list.addDecimal(0x14, 2,
                          {"first cluster, high half (DIR_FstClusHI)",
                           wide ? "" : "of no meaning on FAT12 and FAT16"});
        m_list.add(0x16, 2, fmt::format("0x{:04X}", raw.modifiedTime.get()),
                   {"changed, time (DIR_WrtTime)", timeText(raw.modifiedDate, raw.modifiedTime)});
        m_list.add(0x18, 2, fmt::format("0x{:04X}", raw.modifiedDate.get()),
                   {"changed, date (DIR_WrtDate)", timeText(raw.modifiedDate, raw.modifiedTime)});
        m_list.addDecimal(0x1A, 2,
                          {"first cluster, low half (DIR_FstClusLO)", startMeaning(raw, first)});
        const std::uint64_t clusters =
            divideRoundUp<std::uint64_t>(raw.size.get(), m_geometry.clusterSize());
        m_list.addDecimal(0x1C, 4,
                          {"size (DIR_FileSize)",
                           (raw.attributes & attribute::directory) != 0
                               ? std::string("0 for a folder: its chain says how long it is")
                               : fmt::format("bytes; needs {} clusters", formatCount(clusters))});
    }

    [[nodiscard]] std::string startMeaning(const DirectoryEntryRaw& raw, Cluster first) const
    {
        if (first.value == 0)
            return (raw.attributes & attribute::directory) != 0 ? "the root directory"
                                                                : "no cluster: it is empty";
        if (m_geometry.isData(first))
            return fmt::format("begins at cluster {}", first.value);
        return fmt::format("cluster {}, outside the volume", first.value);
    }

    void addLong(const LongNameSlotRaw& raw)
    {
        std::u16string text;
        for (const char16_t unit : unitsOf(raw)) {
            if (unit == 0)
                break;
            text += unit;
        }
        const std::string order =
            raw.order == slot_mark::deleted
                ? "deleted: its number is lost"
                : fmt::format("part {}{}", raw.order & 0x3F,
                              (raw.order & 0x40) != 0 ? ", the last one" : "");
        m_list.addHex(0x00, 1, {"number of the part (LDIR_Ord)", order});
        m_list.addBytes(0x01, 10,
                        {"characters 1-5 (LDIR_Name1)",
                         fmt::format("the part says \"{}\"", utf8FromUtf16(text))});
        m_list.addHex(0x0B, 1, {"attributes (LDIR_Attr)", attributeWords(raw.attributes)});
        m_list.addHex(0x0C, 1, {"type (LDIR_Type)"});
        m_list.addHex(0x0D, 1, {"checksum of the short name (LDIR_Chksum)"});
        m_list.addBytes(0x0E, 12, {"characters 6-11 (LDIR_Name2)"});
        m_list.addDecimal(0x1A, 2, {"first cluster (LDIR_FstClusLO)", "always 0"});
        m_list.addBytes(0x1C, 4, {"characters 12-13 (LDIR_Name3)"});
    }

    FieldList m_list;
    const Geometry& m_geometry;
    const CodePage& m_page;
    ByteView m_bytes;
};

std::string firstEntriesMeaning(const Geometry& geometry, Cluster cluster, std::uint32_t raw)
{
    if (cluster.value == 0)
        return fmt::format("media byte {:02X}; the boot sector says {:02X}", raw & 0xFF,
                           geometry.media);
    if (geometry.type == FatType::Fat12)
        return "no cluster; all ones";
    const unsigned width = geometry.type == FatType::Fat16 ? 16 : 28;
    const bool clean = (raw >> (width - 1) & 1) != 0;
    const bool sound = (raw >> (width - 2) & 1) != 0;
    return fmt::format("no cluster; {}, {}", clean ? "cleanly unmounted" : "not cleanly unmounted",
                       sound ? "no read or write errors" : "read or write errors were met");
}

} // namespace

SlotKind slotKind(ByteView slot) noexcept
{
    const auto raw = load<DirectoryEntryRaw>(slot);
    if (!raw || raw->name[0] == slot_mark::end)
        return SlotKind::Unused;
    if (raw->name[0] == slot_mark::deleted)
        return SlotKind::Deleted;
    if (isLongNameSlot(raw->attributes))
        return SlotKind::LongName;
    if ((raw->attributes & attribute::volumeLabel) != 0)
        return SlotKind::Label;
    if (raw->name[0] == '.')
        return SlotKind::Dot;
    return (raw->attributes & attribute::directory) != 0 ? SlotKind::Folder : SlotKind::File;
}

std::vector<ExplainedField> slotFields(ByteView slot, std::uint64_t at, const Geometry& geometry,
                                       const CodePage& page)
{
    return SlotFields(slot, at, geometry, page).make();
}

std::string entryMeaning(const Geometry& geometry, Cluster cluster, std::uint32_t raw)
{
    if (cluster.value < 2)
        return firstEntriesMeaning(geometry, cluster, raw);
    const FatEntry entry = interpretEntry(geometry.type, raw);
    switch (entry.kind) {
    case EntryKind::Free: return "free";
    case EntryKind::Bad: return "bad: not to be used";
    case EntryKind::End: return "end of a chain";
    case EntryKind::Reserved: return "a reserved value";
    case EntryKind::Next: break;
    }
    if (geometry.isData(entry.next))
        return fmt::format("next is {}", entry.next.value);
    return fmt::format("next is {}, which is outside the volume", entry.next.value);
}

ExplainedField fatEntryField(const Geometry& geometry, Cluster cluster, std::uint64_t fatAt,
                             std::uint32_t raw)
{
    const unsigned bits = static_cast<unsigned>(geometry.type);
    ExplainedField field;
    field.place = {.offset = fatAt + entryOffset(geometry.type, cluster),
                   .length = bits == 32 ? 4U : 2U};
    field.name = fmt::format("cluster {}", cluster.value);
    field.value = fmt::format("0x{:0{}X}", raw, bits / 4);
    field.meaning = entryMeaning(geometry, cluster, raw);
    if (bits == 12)
        field.bits = cluster.value % 2 == 0 ? "bits 0-11" : "bits 4-15";
    if (bits == 32)
        field.bits = "bits 0-27";
    return field;
}

} // namespace fatlas::fat
