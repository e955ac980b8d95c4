#include "core/fat/explain/boot_fields.hpp"

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/explain/field_list.hpp"

#include <fmt/format.h>

#include <bit>
#include <string_view>

namespace fatlas::fat {
namespace {

std::string quoted(ByteView bytes, const CodePage& page)
{
    return fmt::format("\"{}\"",
                       page.decode({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
}

std::string mediaMeaning(std::uint64_t media)
{
    switch (media) {
    case 0xF0: return "floppy or removable disk";
    case 0xF8: return "hard disk";
    case 0xF9: return "floppy of 720K or 1.2M";
    case 0xFC: return "floppy of 180K";
    case 0xFD: return "floppy of 360K";
    case 0xFE: return "floppy of 160K";
    case 0xFF: return "floppy of 320K";
    default: break;
    }
    return media > 0xF8 ? "floppy" : "not a media byte";
}

std::string jumpMeaning(ByteView jump)
{
    const auto byteAt = [&](std::size_t i) { return std::to_integer<unsigned>(jump[i]); };
    if (jump.size() == 3 && byteAt(0) == 0xEB)
        return fmt::format("short jump to the code at 0x{:02X}", byteAt(1) + 2);
    if (jump.size() == 3 && byteAt(0) == 0xE9)
        return fmt::format("near jump to the code at 0x{:02X}", (byteAt(1) | byteAt(2) << 8) + 3);
    return "no jump that a boot sector starts with";
}

/// What all types have, 0x00 to 0x23.
class BootFields {
public:
    BootFields(ByteView sector, std::uint64_t at, const Geometry& geometry, const CodePage& page)
        : m_list(sector, at), m_geometry(geometry), m_page(page), m_size(sector.size())
    {}

    std::vector<ExplainedField> make()
    {
        addLayout();
        addCounts();
        addDisk();
        if (m_geometry.type == FatType::Fat32)
            addFat32();
        addExtended(extendedOffset(m_geometry.type));
        addCode(codeOffset(m_geometry.type));
        return m_list.take();
    }

private:
    void addLayout()
    {
        m_list.addBytes(0x00, 3, {"jump (BS_jmpBoot)", jumpMeaning(m_list.bytes(0, 3))});
        m_list.add(0x03, 8, quoted(m_list.bytes(0x03, 8), m_page),
                   {"OEM name (BS_OEMName)", "who formatted it; no meaning"});
        m_list.addDecimal(0x0B, 2, {"bytes per sector (BPB_BytsPerSec)"});
        const std::uint64_t perCluster = m_list.number(0x0D, 1);
        m_list.addDecimal(0x0D, 1,
                          {"sectors per cluster (BPB_SecPerClus)",
                           "clusters of " + formatSize(perCluster * m_list.number(0x0B, 2))});
        m_list.addDecimal(0x0E, 2,
                          {"reserved sectors (BPB_RsvdSecCnt)", "the first FAT follows them"});
        m_list.addDecimal(0x10, 1, {"number of FATs (BPB_NumFATs)"});
    }

    void addCounts()
    {
        const bool wide = m_geometry.type == FatType::Fat32;
        m_list.addDecimal(0x11, 2,
                          {"root entries (BPB_RootEntCnt)",
                           wide ? "0: the root directory is a chain of clusters, as on FAT32"
                                : fmt::format("the root directory has {} sectors",
                                              m_geometry.rootSize() / m_geometry.bytesPerSector)});
        m_list.addDecimal(0x13, 2,
                          {"total sectors, 16 bits (BPB_TotSec16)", m_list.number(0x13, 2) == 0
                                                                        ? "the 32-bit field counts"
                                                                        : sizeMeaning(2)});
        m_list.addHex(0x15, 1, {"media (BPB_Media)", mediaMeaning(m_list.number(0x15, 1))});
        m_list.addDecimal(0x16, 2,
                          {"sectors per FAT, 16 bits (BPB_FATSz16)",
                           m_list.number(0x16, 2) == 0 ? "0: this is FAT32" : fatMeaning(0x16, 2)});
    }

    [[nodiscard]] std::string sizeMeaning(std::size_t size) const
    {
        const std::uint64_t sectors = m_list.number(size == 2 ? 0x13 : 0x20, size);
        return fmt::format("the volume has {}", formatSize(sectors * m_list.number(0x0B, 2)));
    }

    [[nodiscard]] std::string fatMeaning(std::size_t offset, std::size_t size) const
    {
        return fmt::format("one FAT has {}",
                           formatSize(m_list.number(offset, size) * m_list.number(0x0B, 2)));
    }

    void addDisk()
    {
        m_list.addDecimal(0x18, 2, {"sectors per track (BPB_SecPerTrk)", "for INT 13h"});
        m_list.addDecimal(0x1A, 2, {"heads (BPB_NumHeads)", "for INT 13h"});
        m_list.addDecimal(
            0x1C, 4, {"hidden sectors (BPB_HiddSec)", "sectors of the disk before the volume"});
        m_list.addDecimal(0x20, 4,
                          {"total sectors, 32 bits (BPB_TotSec32)", m_list.number(0x13, 2) != 0
                                                                        ? "the 16-bit field counts"
                                                                        : sizeMeaning(4)});
    }

    void addFat32()
    {
        m_list.addDecimal(0x24, 4, {"sectors per FAT, 32 bits (BPB_FATSz32)", fatMeaning(0x24, 4)});
        const std::uint64_t flags = m_list.number(0x28, 2);
        m_list.addHex(0x28, 2,
                      {"FAT flags (BPB_ExtFlags)",
                       (flags & mirroringOff) == 0
                           ? std::string("every FAT is kept up to date")
                           : fmt::format("only FAT {} is in use", (flags & activeFatMask) + 1)});
        m_list.add(0x2A, 2, fmt::format("{}.{}", m_list.number(0x2B, 1), m_list.number(0x2A, 1)),
                   {"version (BPB_FSVer)"});
        m_list.addDecimal(0x2C, 4,
                          {"root cluster (BPB_RootClus)", "the root directory begins here"});
        m_list.addDecimal(0x30, 2, {"FSInfo sector (BPB_FSInfo)", sectorMeaning(0x30)});
        m_list.addDecimal(0x32, 2, {"backup boot sector (BPB_BkBootSec)", sectorMeaning(0x32)});
        m_list.addBytes(0x34, 12, {"reserved (BPB_Reserved)"});
    }

    [[nodiscard]] std::string sectorMeaning(std::size_t offset) const
    {
        const std::uint64_t sector = m_list.number(offset, 2);
        return sector == 0 || sector == UINT16_MAX ? "there is none" : std::string();
    }

    void addExtended(std::size_t at)
    {
        const std::uint64_t signature = m_list.number(at + 2, 1);
        const bool known = signature == extendedSignature || signature == serialOnlySignature;
        const std::string unused = known ? "" : "without meaning: the signature below is not 0x29";
        m_list.addHex(at, 1,
                      {"drive number (BS_DrvNum)", !known                         ? unused
                                                   : m_list.number(at, 1) >= 0x80 ? "hard disk"
                                                                                  : "floppy"});
        const std::uint64_t state = m_list.number(at + 1, 1);
        m_list.addHex(at + 1, 1,
                      {"state (BS_Reserved1)",
                       (state & 3) == 0
                           ? std::string("cleanly unmounted, as Windows NT counts")
                           : fmt::format("{}{}{}", (state & 1) != 0 ? "dirty" : "",
                                         (state & 3) == 3 ? ", " : "",
                                         (state & 2) != 0 ? "surface scan wanted" : "")});
        m_list.addHex(at + 2, 1,
                      {"extended signature (BS_BootSig)",
                       signature == extendedSignature     ? "serial, label and type follow"
                       : signature == serialOnlySignature ? "only the serial follows"
                                                          : "nothing follows"});
        const std::uint64_t serial = m_list.number(at + 3, 4);
        m_list.add(at + 3, 4, fmt::format("{:04X}-{:04X}", serial >> 16, serial & 0xFFFF),
                   {"serial number (BS_VolID)", unused});
        m_list.add(at + 7, 11, quoted(m_list.bytes(at + 7, 11), m_page),
                   {"label (BS_VolLab)",
                    unused.empty() ? "a copy; the root directory's entry counts" : unused});
        m_list.add(at + 0x12, 8, quoted(m_list.bytes(at + 0x12, 8), m_page),
                   {"file system (BS_FilSysType)", "decoration: nobody may decide by it"});
    }

    void addCode(std::size_t at)
    {
        m_list.addBytes(at, signatureOffset - at, {"boot code"});
        m_list.addBytes(signatureOffset, 2, {"signature", "55 AA marks a boot sector"});
        if (m_size > bootSectorSize)
            m_list.addBytes(bootSectorSize, m_size - bootSectorSize, {"rest of the sector"});
    }

    FieldList m_list;
    const Geometry& m_geometry;
    const CodePage& m_page;
    std::size_t m_size;
};

std::string signatureOddity(std::uint64_t value, std::uint32_t expected)
{
    return value == expected ? std::string() : fmt::format("expected 0x{:08X}", expected);
}

} // namespace

std::vector<ExplainedField> bootSectorFields(ByteView sector, std::uint64_t at,
                                             const Geometry& geometry, const CodePage& page)
{
    return BootFields(sector, at, geometry, page).make();
}

std::vector<ExplainedField> fsInfoFields(ByteView sector, std::uint64_t at,
                                         const Geometry& geometry)
{
    FieldList list(sector, at);
    list.addHex(0x000, 4,
                {"lead signature (FSI_LeadSig)", "\"RRaA\"",
                 signatureOddity(list.number(0x000, 4), fsInfoLead)});
    list.addBytes(0x004, 480, {"reserved (FSI_Reserved1)"});
    list.addHex(0x1E4, 4,
                {"structure signature (FSI_StrucSig)", "\"rrAa\"",
                 signatureOddity(list.number(0x1E4, 4), fsInfoStruct)});
    const std::uint64_t free = list.number(0x1E8, 4);
    list.addDecimal(0x1E8, 4,
                    {"free clusters (FSI_Free_Count)",
                     free == UINT32_MAX ? "not known" : "a hint; the FAT counts",
                     free != UINT32_MAX && free > geometry.clusterCount
                         ? fmt::format("the volume has only {} clusters", geometry.clusterCount)
                         : ""});
    const std::uint64_t next = list.number(0x1EC, 4);
    list.addDecimal(0x1EC, 4,
                    {"next free cluster (FSI_Nxt_Free)",
                     next == UINT32_MAX ? "not known" : "where to look for a free cluster first"});
    list.addBytes(0x1F0, 12, {"reserved (FSI_Reserved2)"});
    list.addHex(0x1FC, 4,
                {"trail signature (FSI_TrailSig)", "ends in 55 AA",
                 signatureOddity(list.number(0x1FC, 4), fsInfoTrail)});
    if (sector.size() > bootSectorSize)
        list.addBytes(bootSectorSize, sector.size() - bootSectorSize, {"rest of the sector"});
    return list.take();
}

} // namespace fatlas::fat
