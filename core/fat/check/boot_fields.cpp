#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/check/boot_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::size_t fat32ReservedOffset = 0x34;
constexpr std::size_t fat32ReservedSize = 12;
constexpr std::uint8_t stateDirty = 0x01;
constexpr std::uint8_t stateSurfaceScan = 0x02;

class BootFieldCheck {
public:
    BootFieldCheck(const Geometry& geometry, ByteView sector, FindingList& findings)
        : m_geometry(geometry), m_sector(sector), m_findings(findings),
          m_extended(extendedOffset(geometry.type))
    {}

    Result<> check()
    {
        FATLAS_ASSIGN(const auto bpb, load<BpbRaw>(m_sector));
        FATLAS_ASSIGN(const auto extended, load<ExtendedRaw>(m_sector, m_extended));
        checkTracks(bpb);
        if (m_geometry.type == FatType::Fat32)
            checkFat32Only(bpb);
        if (checkSignature(extended)) {
            checkDrive(extended);
            checkState(extended);
            checkTypeName(extended);
        }
        return {};
    }

private:
    void checkTracks(const BpbRaw& bpb)
    {
        const std::uint32_t sectors = bpb.sectorsPerTrack.get();
        const std::uint32_t heads = bpb.heads.get();
        if (sectors == 0 || heads == 0)
            find("B23", Severity::Warning, 0x18,
                 fmt::format("the disk has {} sectors per track and {} heads; DOS divides by them, "
                             "and mtools refuses it",
                             sectors, heads));
        if (sectors > 63 || heads > 256)
            find("B23", Severity::Info, 0x18,
                 fmt::format("the disk has {} sectors per track and {} heads, the BIOS knows at "
                             "most 63 and 256",
                             sectors, heads));
    }

    void checkFat32Only(const BpbRaw& bpb)
    {
        if (bpb.totalSectors16.get() != 0)
            find("B30", Severity::Info, 0x13,
                 fmt::format("the 16-bit total of sectors is {}, expected 0 on FAT32",
                             bpb.totalSectors16.get()));
        const ByteView reserved = m_sector.subspan(fat32ReservedOffset, fat32ReservedSize);
        if (std::ranges::any_of(reserved, [](std::byte byte) { return byte != std::byte{0}; }))
            find("B31", Severity::Info, fat32ReservedOffset,
                 "the 12 reserved bytes of FAT32's boot sector are not all 0");
    }

    /// Whether the extended fields are there. A DOS before 4.0 left them out and had code in their
    /// place; where the name of the type stands all the same, the signature is damaged.
    bool checkSignature(const ExtendedRaw& extended)
    {
        if (extended.bootSignature == extendedSignature)
            return true;
        const bool namesType = typeName(extended).starts_with("FAT");
        const bool isShort = extended.bootSignature == serialOnlySignature;
        find("B24", namesType ? Severity::Warning : Severity::Info, m_extended + 2,
             isShort ? std::string("the extended boot signature is 28: there is a serial number, "
                                   "but no label")
                     : fmt::format("the extended boot signature is {:02X}, expected 29: the boot "
                                   "sector has no serial number and no label",
                                   extended.bootSignature));
        return isShort;
    }

    void checkDrive(const ExtendedRaw& extended)
    {
        if (extended.driveNumber != 0x00 && extended.driveNumber < 0x80)
            find("B25", Severity::Info, m_extended,
                 fmt::format("the drive number is {:02X}, expected 00 for a floppy or 80 and above",
                             extended.driveNumber));
    }

    void checkState(const ExtendedRaw& extended)
    {
        if ((extended.state & stateDirty) != 0)
            find("B26", Severity::Warning, m_extended + 1,
                 "the dirty bit is set: the volume was not unmounted, writing may have been cut "
                 "short");
        if ((extended.state & stateSurfaceScan) != 0)
            find("B26", Severity::Warning, m_extended + 1,
                 "the bit is set that asks for a scan of the surface: there were errors of the "
                 "disk");
        if ((extended.state & ~(stateDirty | stateSurfaceScan)) != 0)
            find("B26", Severity::Info, m_extended + 1,
                 fmt::format("the state byte is {:02X}, only bits 0 and 1 have a meaning",
                             extended.state));
    }

    void checkTypeName(const ExtendedRaw& extended)
    {
        if (extended.bootSignature != extendedSignature)
            return;
        const std::string name = typeName(extended);
        if (name.starts_with(toString(m_geometry.type)) || name == "FAT     ")
            return;
        const auto isPrintable = [](char c) { return c >= ' ' && c <= '~'; };
        find("B27", Severity::Info, m_extended + 0x12,
             std::ranges::all_of(name, isPrintable)
                 ? fmt::format("the boot sector calls the volume \"{}\", but it is {}", name,
                               toString(m_geometry.type))
                 : fmt::format("the name of the type is not text; the volume is {}",
                               toString(m_geometry.type)));
    }

    static std::string typeName(const ExtendedRaw& extended)
    {
        return {extended.fileSystem.begin(), extended.fileSystem.end()};
    }

    void find(const char* rule, Severity severity, std::size_t offset, std::string message)
    {
        m_findings.add({.rule = rule,
                        .severity = severity,
                        .path = {},
                        .message = std::move(message),
                        .advice = {},
                        .offset = offset,
                        .cluster = std::nullopt});
    }

    const Geometry& m_geometry;
    ByteView m_sector;
    FindingList& m_findings;
    std::size_t m_extended;
};

} // namespace

bool isOutside(const BootSector& boot, std::uint64_t offset)
{
    return std::ranges::any_of(boot.findings, [&](const Finding& finding) {
        return finding.rule == "B16" && finding.offset == offset;
    });
}

Result<> checkBootFields(const Volume& volume, FindingList& findings)
{
    Bytes sector(bootSectorSize);
    FATLAS_TRY(volume.device().read(0, sector));
    return BootFieldCheck(volume.geometry(), sector, findings).check();
}

} // namespace fatlas::fat
