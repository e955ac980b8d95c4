#include "core/fat/repair/boot_fields.hpp"

#include "core/base/text.hpp"
#include "core/fat/fat_table.hpp"
#include "core/fat/repair/entry_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace fatlas::fat {
namespace {

constexpr std::size_t jumpOffset = offsetof(BpbRaw, jump);
constexpr std::size_t rootEntriesOffset = offsetof(BpbRaw, rootEntryCount);
constexpr std::size_t total16Offset = offsetof(BpbRaw, totalSectors16);
constexpr std::size_t total32Offset = offsetof(BpbRaw, totalSectors32);
constexpr std::size_t mediaOffset = offsetof(BpbRaw, media);
constexpr std::size_t flagsOffset = fat32FieldsOffset + offsetof(Fat32Raw, extFlags);
constexpr std::size_t versionOffset = fat32FieldsOffset + offsetof(Fat32Raw, version);
constexpr std::size_t rootClusterOffset = fat32FieldsOffset + offsetof(Fat32Raw, rootCluster);
constexpr std::size_t fsInfoOffset = fat32FieldsOffset + offsetof(Fat32Raw, fsInfoSector);
constexpr std::size_t backupOffset = fat32FieldsOffset + offsetof(Fat32Raw, backupBootSector);
constexpr std::uint8_t stateBits = 0x03;
constexpr std::uint32_t usualFsInfo = 1;
constexpr std::uint32_t usualBackup = 6;

bool isMedia(std::uint8_t media)
{
    return media == 0xF0 || media >= 0xF8;
}

} // namespace

BootFields::BootFields(RepairSession& session, const BootSector& boot, ByteSpan sector)
    : m_session(session), m_boot(boot), m_sector(sector)
{}

Result<> BootFields::repair()
{
    repairJump();
    FATLAS_TRY(repairMedia());
    repairTotals();
    FATLAS_TRY(repairSize());
    repairRootEntries();
    if (isFat32()) {
        FATLAS_TRY(repairRootCluster());
        FATLAS_TRY(repairReferences());
        repairFlags();
    }
    repairTracks();
    repairExtendedSignature();
    repairState();
    repairSignature();
    return {};
}

Finding BootFields::findingOf(const char* rule, std::size_t offset, std::string message) const
{
    for (const Finding& finding : m_boot.findings)
        if (finding.rule == rule && finding.offset == offset)
            return finding;
    return {.rule = rule,
            .severity = Severity::Warning,
            .path = {},
            .message = std::move(message),
            .advice = {},
            .offset = offset};
}

void BootFields::repairJump()
{
    const auto jump = loaded<BpbRaw>(0).jump;
    if ((jump[0] == 0xEB && jump[2] == 0x90) || jump[0] == 0xE9)
        return;
    const auto distance = static_cast<unsigned char>(codeOffset(m_boot.geometry.type) - 2);
    store(m_sector, jumpOffset, std::array<unsigned char, 3>{0xEB, distance, 0x90});
    m_session.note(findingOf("B2", jumpOffset, "the sector does not start with a jump"),
                   "a jump to behind the fields is written");
}

Result<> BootFields::repairMedia()
{
    const std::uint8_t media = loaded<BpbRaw>(0).media;
    if (isMedia(media))
        return {};
    std::array<std::byte, 1> first{};
    FATLAS_TRY(m_session.read(m_boot.geometry.fatOffset(0), first));
    const auto inFat = std::to_integer<std::uint8_t>(first[0]);
    const std::uint8_t wanted = isMedia(inFat) ? inFat : 0xF8;
    store(m_sector, mediaOffset, wanted);
    m_session.note(findingOf("B7", mediaOffset, fmt::format("media byte is {:02X}", media)),
                   fmt::format("it becomes {:02X}", wanted));
    return {};
}

void BootFields::repairTotals()
{
    const auto bpb = loaded<BpbRaw>(0);
    const std::uint32_t narrow = bpb.totalSectors16.get();
    const std::uint32_t wide = bpb.totalSectors32.get();
    if (narrow == 0 || wide == 0 || narrow == wide)
        return;
    store(m_sector, total32Offset, Le32{0});
    m_session.note(findingOf("B8", total32Offset, "the totals of sectors differ"),
                   "the 32-bit field, which no driver looks at here, becomes 0");
}

void BootFields::storeTotal(std::uint32_t sectors)
{
    const bool narrow = !isFat32() && sectors <= UINT16_MAX;
    store(m_sector, total16Offset, Le16{static_cast<std::uint16_t>(narrow ? sectors : 0)});
    store(m_sector, total32Offset, Le32{narrow ? 0 : sectors});
}

/// The volume ends where its FAT or its device does.
Result<> BootFields::repairSize()
{
    const Geometry& g = m_boot.geometry;
    const bool isCut = g.volumeSize() > m_session.staged()->size();
    const std::uint64_t full = (g.volumeSize() - g.dataOffset()) / g.clusterSize();
    if (!isCut && full <= g.clusterCount)
        return {};
    const FatType before = fatTypeForClusters(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(full, maxClustersFat32)));
    const FatType after = fatTypeForClusters(g.clusterCount);
    if (before == g.type && after != g.type)
        return fail(ErrorCode::Refused,
                    fmt::format("only {} of the {} clusters of the volume are there; with so few "
                                "it would be {} instead of {}, so nothing is repaired",
                                formatCount(g.clusterCount), formatCount(full), toString(after),
                                toString(g.type)));
    const auto sectors = static_cast<std::uint32_t>(
        g.dataOffset() / g.bytesPerSector + std::uint64_t{g.clusterCount} * g.sectorsPerCluster);
    storeTotal(sectors);
    m_session.note(isCut ? findingOf("B14", total16Offset, "the device is smaller than the volume")
                         : findingOf("B12", isFat32() ? 0x24 : 0x16, "the FAT is too small"),
                   fmt::format("the volume ends after {} sectors", formatCount(sectors)));
    return {};
}

/// The room of the root is rounded up to whole sectors anyway.
void BootFields::repairRootEntries()
{
    const std::uint32_t entries = m_boot.geometry.rootEntryCount;
    const std::uint32_t perSector = m_boot.geometry.bytesPerSector / slotSize;
    if (isFat32() || entries % perSector == 0)
        return;
    const std::uint32_t whole = roundUp(entries, perSector);
    if (whole > UINT16_MAX)
        return;
    store(m_sector, rootEntriesOffset, Le16{static_cast<std::uint16_t>(whole)});
    m_session.note(findingOf("B10", rootEntriesOffset, "the root does not fill whole sectors"),
                   fmt::format("root directory entries become {}", whole));
}

/// The root is where formatting puts it, if a chain begins there.
Result<> BootFields::repairRootCluster()
{
    const Geometry& g = m_boot.geometry;
    if (g.isData(g.rootCluster))
        return {};
    std::array<std::byte, 4> bytes{};
    FATLAS_TRY(m_session.read(g.fatOffset(0) + entryOffset(g.type, Cluster{2}), bytes));
    const FatEntry entry = interpretEntry(g.type, load<Le32>(bytes)->get());
    if (entry.kind != EntryKind::Next && entry.kind != EntryKind::End)
        return fail(ErrorCode::Refused,
                    fmt::format("the root directory starts at cluster {}, which does not exist, "
                                "and cluster 2 is not in use: the root cannot be found, so nothing "
                                "is repaired",
                                g.rootCluster.value));
    store(m_sector, rootClusterOffset, Le32{2});
    m_session.note(findingOf("B15", rootClusterOffset, "the root lies outside the volume"),
                   "it starts at cluster 2");
    return {};
}

/// 0 when there is no sector left.
Result<std::uint32_t> BootFields::findReserved(std::uint32_t wanted, std::uint32_t other) const
{
    const Geometry& g = m_boot.geometry;
    const auto isFree = [&](std::uint32_t sector) -> Result<bool> {
        Bytes bytes(bootSectorSize);
        FATLAS_TRY(m_session.read(std::uint64_t{sector} * g.bytesPerSector, bytes));
        const std::uint32_t lead = load<Le32>(bytes)->get();
        const bool isCopy = load<Le16>(bytes, signatureOffset)->get() == bootSectorSignature &&
                            std::to_integer<int>(bytes[0]) == 0xEB;
        return std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; }) ||
               lead == fsInfoLead || (wanted == usualBackup && sector == wanted && isCopy);
    };
    if (wanted < g.reservedSectors && wanted != other) {
        FATLAS_ASSIGN(const bool usable, isFree(wanted));
        if (usable)
            return wanted;
    }
    for (std::uint32_t sector = 1; sector < std::min(g.reservedSectors, 32U); ++sector) {
        FATLAS_ASSIGN(const bool usable, isFree(sector));
        if (sector != other && usable)
            return sector;
    }
    return 0U;
}

Result<> BootFields::repairReferences()
{
    const Geometry& g = m_boot.geometry;
    std::uint32_t fsInfo = g.fsInfoSector;
    if (fsInfo == 0) {
        FATLAS_ASSIGN(fsInfo, findReserved(usualFsInfo, g.backupBootSector));
        store(m_sector, fsInfoOffset, Le16{static_cast<std::uint16_t>(fsInfo)});
        if (fsInfo != 0)
            m_session.note(findingOf("F5", fsInfoOffset, "there is no FSInfo sector"),
                           fmt::format("it is made in sector {}", fsInfo));
    }
    if (g.backupBootSector != 0)
        return {};
    FATLAS_ASSIGN(const std::uint32_t backup, findReserved(usualBackup, fsInfo));
    store(m_sector, backupOffset, Le16{static_cast<std::uint16_t>(backup)});
    if (backup != 0)
        m_session.note(findingOf("B28", backupOffset, "there is no backup boot sector"),
                       fmt::format("it is made in sector {}", backup));
    return {};
}

void BootFields::repairFlags()
{
    const std::uint16_t flags = loaded<Le16>(flagsOffset).get();
    const bool mirrored = (flags & mirroringOff) == 0;
    if (!mirrored && (flags & activeFatMask) >= m_boot.geometry.fatCount) {
        store(m_sector, flagsOffset, Le16{0});
        m_session.note(findingOf("B17", flagsOffset, "the FAT in use does not exist"),
                       "the FATs are mirrored");
    }
    if (loaded<Le16>(versionOffset).get() != 0) {
        store(m_sector, versionOffset, Le16{0});
        m_session.note(findingOf("B17", versionOffset, "the version is not 0"), "it becomes 0");
    }
}

/// A volume as large as a floppy of 80 tracks is one; else those that every BIOS can count.
void BootFields::repairTracks()
{
    constexpr std::uint32_t tracks = 80;
    constexpr std::uint32_t mostOfFloppy = 36;
    auto bpb = loaded<BpbRaw>(0);
    if (bpb.sectorsPerTrack.get() != 0 && bpb.heads.get() != 0)
        return;
    const std::uint32_t total = m_boot.geometry.totalSectors;
    const std::uint32_t perTrack = total / (2 * tracks);
    const bool isFloppy = total == perTrack * 2 * tracks && perTrack <= mostOfFloppy;
    if (bpb.sectorsPerTrack.get() == 0)
        bpb.sectorsPerTrack.set(static_cast<std::uint16_t>(isFloppy ? perTrack : 63));
    if (bpb.heads.get() == 0)
        bpb.heads.set(isFloppy ? 2 : 255);
    store(m_sector, 0, bpb);
    m_session.note(
        findingOf("B23", offsetof(BpbRaw, sectorsPerTrack), "sectors per track or heads are 0"),
        fmt::format("they become {} and {}", bpb.sectorsPerTrack.get(), bpb.heads.get()));
}

/// The name of the type shows that the fields were there.
void BootFields::repairExtendedSignature()
{
    const std::size_t offset = extendedOffset(m_boot.geometry.type);
    auto extended = loaded<ExtendedRaw>(offset);
    const bool namesType =
        std::ranges::equal(std::string_view("FAT"), std::span(extended.fileSystem).first(3));
    if (extended.bootSignature == extendedSignature || !namesType)
        return;
    m_session.note(
        findingOf("B24", offset + offsetof(ExtendedRaw, bootSignature),
                  fmt::format("the extended boot signature is {:02X}", extended.bootSignature)),
        "29 is written: serial number, label and type stand behind it");
    extended.bootSignature = extendedSignature;
    store(m_sector, offset, extended);
}

void BootFields::repairState()
{
    if (!m_boot.hasExtendedFields || (m_boot.state & stateBits) == 0)
        return;
    const std::size_t offset = extendedOffset(m_boot.geometry.type) + offsetof(ExtendedRaw, state);
    store(m_sector, offset, static_cast<std::uint8_t>(m_boot.state & ~unsigned{stateBits}));
    m_session.note(findingOf("B26", offset, "the volume is marked as not cleanly unmounted"),
                   "it is marked as clean");
}

void BootFields::repairSignature()
{
    if (loaded<Le16>(signatureOffset).get() == bootSectorSignature)
        return;
    store(m_sector, signatureOffset, Le16{bootSectorSignature});
    m_session.note(findingOf("B18", signatureOffset, "the signature at byte 510 is missing"),
                   "55 AA is written");
}

} // namespace fatlas::fat
