#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/check/boot_checks.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t unknown = 0xFFFF'FFFF;

class FsInfoCheck {
public:
    FsInfoCheck(const Geometry& geometry, std::uint64_t start, FindingList& findings)
        : m_geometry(geometry), m_start(start), m_findings(findings)
    {}

    /// F1; whether the other fields mean anything.
    bool checkSignatures(const FsInfoRaw& raw)
    {
        bool good = checkSignature(raw.leadSignature, fsInfoLead, 0x000);
        good = checkSignature(raw.structSignature, fsInfoStruct, 0x1E4) && good;
        // Of the last signature only its upper half is looked at, by Windows and others alike.
        return checkSignature(raw.trailSignature, fsInfoTrail, 0x1FC) && good;
    }

    void checkCounts(const FsInfoRaw& raw, const FatCounts& counts)
    {
        const std::uint32_t free = raw.freeClusters.get();
        if (free == unknown)
            find("F4", Severity::Warning, 0x1E8,
                 fmt::format("FSInfo does not know how many clusters are free ({} are)",
                             formatCount(counts.freeCount)));
        else if (free != counts.freeCount)
            find("F2", Severity::Warning, 0x1E8,
                 fmt::format("FSInfo says that {} clusters are free, but {} are", formatCount(free),
                             formatCount(counts.freeCount)));
        const std::uint32_t next = raw.nextFree.get();
        if (next != unknown && next != 0 && !m_geometry.isData(Cluster{next}))
            find("F3", Severity::Warning, 0x1EC,
                 fmt::format("FSInfo says that the next free cluster is near {}, expected 2 to {}",
                             next, m_geometry.endCluster().value - 1));
    }

private:
    bool checkSignature(Le32 stored, std::uint32_t wanted, std::uint64_t offset)
    {
        if (stored.get() == wanted)
            return true;
        find("F1", Severity::Warning, offset,
             fmt::format("FSInfo has {:08X} at byte {:03X}, expected {:08X}", stored.get(), offset,
                         wanted));
        return false;
    }

    void find(const char* rule, Severity severity, std::uint64_t offset, std::string message)
    {
        m_findings.add({.rule = rule,
                        .severity = severity,
                        .path = {},
                        .message = std::move(message),
                        .advice = {},
                        .offset = m_start + offset});
    }

    const Geometry& m_geometry;
    std::uint64_t m_start;
    FindingList& m_findings;
};

} // namespace

Result<> checkFsInfo(const Volume& volume, const FatCounts& counts, FindingList& findings)
{
    const Geometry& geometry = volume.geometry();
    if (geometry.type != FatType::Fat32)
        return {};
    if (geometry.fsInfoSector == 0 && isOutside(volume.boot(), 0x30))
        return {};
    if (geometry.fsInfoSector == 0) {
        findings.add({.rule = "F5",
                      .severity = Severity::Warning,
                      .path = {},
                      .message = "there is no FSInfo sector",
                      .advice = {},
                      .offset = 0x30});
        return {};
    }
    const std::uint64_t start = std::uint64_t{geometry.fsInfoSector} * geometry.bytesPerSector;
    Bytes sector(sizeof(FsInfoRaw));
    FATLAS_TRY(volume.device().read(start, sector));
    FATLAS_ASSIGN(const auto raw, load<FsInfoRaw>(sector));
    FsInfoCheck check(geometry, start, findings);
    if (check.checkSignatures(raw))
        check.checkCounts(raw, counts);
    return {};
}

} // namespace fatlas::fat
