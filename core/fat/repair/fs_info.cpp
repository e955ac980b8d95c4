// FSInfo and the copy of the boot sector, which follow from everything else and so come last.

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/usage_map.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint32_t unknown = 0xFFFFFFFF;

struct FreeSpace {
    std::uint32_t count = 0;
    Cluster first{2}; ///< the first free one, or 2
};

FreeSpace freeSpaceOf(const UsageMap& usage)
{
    FreeSpace space;
    space.count = static_cast<std::uint32_t>(usage.count(ClusterState::Free));
    const auto& runs = usage.runs();
    const auto free = std::ranges::find(runs, ClusterState::Free, &UsageRun::state);
    if (free != runs.end())
        space.first = free->first;
    return space;
}

Finding findingAt(const char* rule, std::uint64_t offset, std::string message)
{
    return {.rule = rule,
            .severity = Severity::Warning,
            .path = {},
            .message = std::move(message),
            .advice = {},
            .offset = offset};
}

} // namespace

Result<> repairFsInfo(RepairSession& session)
{
    const Geometry& g = session.geometry();
    if (g.type != FatType::Fat32 || g.fsInfoSector == 0)
        return {};
    FATLAS_ASSIGN(const auto usage, mapUsage(session.volume(), session.tree(), session.job()));
    const FreeSpace space = freeSpaceOf(*usage);
    const std::uint64_t offset = std::uint64_t{g.fsInfoSector} * g.bytesPerSector;
    Bytes bytes(sizeof(FsInfoRaw));
    FATLAS_TRY(session.read(offset, bytes));
    auto raw = *load<FsInfoRaw>(bytes);
    const bool isSigned = raw.leadSignature.get() == fsInfoLead &&
                          raw.structSignature.get() == fsInfoStruct &&
                          raw.trailSignature.get() == fsInfoTrail;
    if (!isSigned) {
        raw = FsInfoRaw{};
        raw.leadSignature = fsInfoLead;
        raw.structSignature = fsInfoStruct;
        raw.trailSignature = fsInfoTrail;
        raw.nextFree = space.first.value;
        raw.freeClusters = space.count;
        session.note(findingAt("F1", offset, "the FSInfo sector lacks its signatures"),
                     "it is written anew");
    }
    if (raw.freeClusters.get() != space.count) {
        session.note(findingAt("F2", offset + offsetof(FsInfoRaw, freeClusters),
                               fmt::format("FSInfo says that {} clusters are free",
                                           raw.freeClusters.get() == unknown
                                               ? "nobody knows how many"
                                               : formatCount(raw.freeClusters.get()))),
                     fmt::format("it says {}", formatCount(space.count)));
        raw.freeClusters = space.count;
    }
    const std::uint32_t next = raw.nextFree.get();
    if (next != unknown && next != 0 && !g.isData(Cluster{next})) {
        session.note(findingAt("F3", offset + offsetof(FsInfoRaw, nextFree),
                               fmt::format("FSInfo looks for free clusters from {} on, which does "
                                           "not exist",
                                           next)),
                     fmt::format("it points to cluster {}", space.first.value));
        raw.nextFree = space.first.value;
    }
    const ByteView after = asBytes(raw);
    return std::ranges::equal(bytes, after) ? Result<>{} : session.write(offset, after);
}

Result<> repairBackup(RepairSession& session)
{
    const Geometry& g = session.geometry();
    if (g.type != FatType::Fat32 || g.backupBootSector == 0)
        return {};
    const std::uint64_t offset = std::uint64_t{g.backupBootSector} * g.bytesPerSector;
    Bytes boot(bootSectorSize);
    Bytes copy(bootSectorSize);
    FATLAS_TRY(session.read(0, boot));
    FATLAS_TRY(session.read(offset, copy));
    if (boot == copy)
        return {};
    session.note({.rule = "B29",
                  .severity = Severity::Warning,
                  .path = {},
                  .message = fmt::format("the copy of the boot sector in sector {} differs from it",
                                         g.backupBootSector),
                  .advice = {},
                  .offset = offset},
                 "the boot sector is copied there");
    return session.write(offset, boot);
}

} // namespace fatlas::fat
