#include "core/fat/boot_sector_read.hpp"

#include "core/base/units.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/not_fat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t headSize = 2048; ///< holds what other file systems are known by
constexpr std::uint64_t backupSearchSize = 64 * KiB;

struct Candidate {
    BootSector boot;
    LayoutEvidence evidence;
};

/// What decides where clusters, FATs and root lie.
bool sameLayout(const Geometry& a, const Geometry& b)
{
    return a.type == b.type && a.bytesPerSector == b.bytesPerSector &&
           a.sectorsPerCluster == b.sectorsPerCluster && a.reservedSectors == b.reservedSectors &&
           a.fatCount == b.fatCount && a.sectorsPerFat == b.sectorsPerFat &&
           a.rootEntryCount == b.rootEntryCount && a.totalSectors == b.totalSectors &&
           a.rootCluster == b.rootCluster;
}

/// 55 AA, FAT32, and the copy lies where it says: an old boot sector somewhere does not.
bool isBackupAt(const BootSector& boot, ByteView sector, std::uint64_t offset)
{
    const Geometry& g = boot.geometry;
    const auto signature = load<Le16>(sector, signatureOffset);
    return g.type == FatType::Fat32 && signature && signature->get() == bootSectorSignature &&
           std::uint64_t{g.backupBootSector} * g.bytesPerSector == offset;
}

Finding usesBackup(const BootSector& boot, const std::string& why)
{
    const std::uint32_t sector = boot.geometry.backupBootSector;
    return {.rule = "B21",
            .severity = Severity::Error,
            .path = {},
            .message = fmt::format(
                "the boot sector is unusable ({}); its copy in sector {} is used", why, sector),
            .advice = "Windows and Linux do not look at the copy and refuse the volume, or read it "
                      "wrongly",
            .offset = std::uint64_t{0},
            .cluster = std::nullopt};
}

/// What the sector's own fields lead to, in words, when a better layout was found.
std::string describeMisfit(const LayoutEvidence& evidence)
{
    if (evidence.fatStarts == 0)
        return "no FAT lies where its fields say";
    if (!evidence.rootIsDirectory)
        return "no root directory lies where its fields say";
    return "its fields do not fit the FATs";
}

class LayoutFinder {
public:
    explicit LayoutFinder(const block::BlockDevice& device) : m_device(device) {}

    Result<BootSector> find()
    {
        m_head.resize(std::min(m_device.size(), headSize));
        FATLAS_TRY(m_device.read(0, m_head));
        auto own = decodeBootSector(m_head, m_device.size());
        if (!own)
            return recover(own.error());
        FATLAS_ASSIGN(LayoutEvidence evidence, weighLayout(m_device, *own));
        if (evidence.isComplete(own->geometry))
            return own;
        return choose({.boot = std::move(*own), .evidence = evidence});
    }

private:
    /// The best of what stands for the boot sector.
    Result<> gather()
    {
        FATLAS_ASSIGN(auto backups, findBackupBootSectors(m_device));
        for (BootSector& backup : backups)
            FATLAS_TRY(consider(std::move(backup)));
        FATLAS_ASSIGN(auto floppy, findFloppyLayout(m_device));
        if (floppy)
            FATLAS_TRY(consider(std::move(*floppy)));
        return {};
    }

    Result<> consider(BootSector boot)
    {
        FATLAS_ASSIGN(const LayoutEvidence evidence, weighLayout(m_device, boot));
        // One FAT alone may be left of another life of the disk.
        const bool isEnough =
            evidence.fatStarts >= 2 || (evidence.fatStarts == 1 && evidence.rootIsDirectory);
        if (isEnough && (!m_best || evidence.weight() > m_best->evidence.weight()))
            m_best = Candidate{.boot = std::move(boot), .evidence = evidence};
        return {};
    }

    Result<BootSector> recover(Error error)
    {
        // A partitioned disk may still hold the FATs of its former life.
        if (recogniseFileSystem(m_head) || looksLikeMbr(m_head))
            return std::unexpected(std::move(error));
        FATLAS_TRY(gather());
        if (m_best)
            return accept(std::move(m_best->boot), error.message);
        error.message += "; no copy of it was found (B21), and media byte and size are not those "
                         "of a known floppy (B22)";
        return std::unexpected(std::move(error));
    }

    /// The sector makes sense, but what it leads to does not entirely.
    Result<BootSector> choose(Candidate own)
    {
        if (own.evidence.fatStarts == 0)
            if (const auto other = recogniseFileSystem(m_head))
                return std::unexpected(
                    Error{.code = ErrorCode::BadFormat,
                          .message = fmt::format("this is not a FAT volume but {}: no FAT lies "
                                                 "where the fields of the boot sector say",
                                                 *other),
                          .deviceOffset = 0});
        FATLAS_TRY(gather());
        if (!m_best || m_best->evidence.weight() <= own.evidence.weight() ||
            sameLayout(m_best->boot.geometry, own.boot.geometry))
            return std::move(own.boot);
        return accept(std::move(m_best->boot), describeMisfit(own.evidence));
    }

    static BootSector accept(BootSector boot, std::string_view why)
    {
        constexpr std::string_view prefix = "this is not a FAT volume: ";
        if (why.starts_with(prefix))
            why.remove_prefix(prefix.size());
        if (boot.layoutSource == LayoutSource::Backup)
            boot.findings.insert(boot.findings.begin(), usesBackup(boot, std::string(why)));
        return boot;
    }

    const block::BlockDevice& m_device;
    Bytes m_head;
    std::optional<Candidate> m_best;
};

} // namespace

Result<std::vector<BootSector>> findBackupBootSectors(const block::BlockDevice& device)
{
    Bytes start(std::min(device.size(), backupSearchSize));
    FATLAS_TRY(device.read(0, start));
    std::vector<BootSector> found;
    for (std::size_t at = bootSectorSize; at + bootSectorSize <= start.size();
         at += bootSectorSize) {
        const ByteView sector = ByteView(start).subspan(at, bootSectorSize);
        if (sector[signatureOffset] != std::byte{0x55})
            continue;
        auto boot = decodeBootSector(sector, device.size());
        if (!boot || !isBackupAt(*boot, sector, at))
            continue;
        boot->layoutSource = LayoutSource::Backup;
        boot->layoutOffset = at;
        found.push_back(std::move(*boot));
    }
    return found;
}

Result<BootSector> readBootSector(const block::BlockDevice& device)
{
    return LayoutFinder(device).find();
}

} // namespace fatlas::fat
