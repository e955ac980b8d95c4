// A field of the boot sector can be wrong and still make sense: then everything behind it is read
// from the wrong place, and putting that "right" would destroy it. FAT12 and FAT16 have no copy of
// the sector, so other values of one field are tried, and the one with which FATs, folders and
// files agree is taken.

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/fat/check/check.hpp"
#include "core/fat/directory_entry.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/passes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxChecked = 100; ///< candidates that are worth a whole check

struct Field {
    const char* rule;
    const char* name;
    std::size_t offset;
    std::size_t size;
};

constexpr Field bytesPerSector{"B3", "bytes per sector", offsetof(BpbRaw, bytesPerSector), 2};
constexpr Field sectorsPerCluster{"B4", "sectors per cluster", offsetof(BpbRaw, sectorsPerCluster),
                                  1};
constexpr Field reservedSectors{"B5", "reserved sectors", offsetof(BpbRaw, reservedSectors), 2};
constexpr Field fatCount{"B6", "number of FATs", offsetof(BpbRaw, fatCount), 1};
constexpr Field rootEntries{"B10", "root entries", offsetof(BpbRaw, rootEntryCount), 2};
constexpr Field total16{"B8", "total sectors", offsetof(BpbRaw, totalSectors16), 2};
constexpr Field total32{"B8", "total sectors", offsetof(BpbRaw, totalSectors32), 4};
constexpr Field sectorsPerFat{"B9", "sectors per FAT", offsetof(BpbRaw, sectorsPerFat16), 2};

/// How well a layout agrees with what it leads to.
struct Score {
    std::size_t faults = 0; ///< errors and warnings
    std::size_t files = 0;  ///< whose chain is as long as their size asks for
};

struct Candidate {
    const Field* field = nullptr;
    std::uint32_t value = 0;
    Bytes sector{};
    Geometry geometry{};
    Score score{};
};

std::uint32_t valueOf(ByteView sector, const Field& field)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < field.size; ++i)
        value |= std::to_integer<std::uint32_t>(sector[field.offset + i]) << (8 * i);
    return value;
}

/// What the root says about where clusters lie, without a check of everything.
struct RootEvidence {
    std::size_t slots = 0;   ///< in use before the end mark
    std::size_t folders = 0; ///< whose first cluster begins with its own `.`

    /// Nothing speaks against the change, and something for it.
    [[nodiscard]] bool isBetterThan(const RootEvidence& other) const
    {
        return slots >= other.slots && folders >= other.folders &&
               (slots > other.slots || folders > other.folders);
    }
};

bool isFolderEntry(const DirectoryEntryRaw& raw)
{
    return (raw.attributes & (attribute::directory | attribute::volumeLabel)) ==
           attribute::directory;
}

Result<RootEvidence> lookAtRoot(const block::BlockDevice& device, const Geometry& geometry)
{
    RootEvidence evidence;
    Bytes slots(std::size_t{geometry.rootEntryCount} * slotSize);
    FATLAS_TRY(device.read(geometry.rootOffset(), slots));
    for (std::size_t at = 0; at < slots.size(); at += slotSize) {
        const auto raw = *load<DirectoryEntryRaw>(slots, at);
        const Cluster first{raw.firstClusterLow.get()};
        if (raw.name[0] == slot_mark::end)
            break;
        ++evidence.slots;
        if (raw.name[0] == slot_mark::deleted || !isFolderEntry(raw) || !geometry.isData(first))
            continue;
        Bytes start(slotSize);
        FATLAS_TRY(device.read(geometry.clusterOffset(first), start));
        const auto dot = *load<DirectoryEntryRaw>(start);
        if (isNamed(dot, dotName) && dot.firstClusterLow.get() == first.value)
            ++evidence.folders;
    }
    return evidence;
}

std::size_t countSoundFiles(const Tree& tree, const Geometry& geometry)
{
    return static_cast<std::size_t>(std::ranges::count_if(tree.nodes, [&](const TreeNode& node) {
        return !node.isDirectory && node.runCount != 0 && node.end == ChainEnd::EndMark &&
               node.clusterCount == clustersFor(geometry, node.size());
    }));
}

class LayoutDoubt {
public:
    explicit LayoutDoubt(RepairSession& session) : m_session(session), m_sector(bootSectorSize) {}

    Result<> resolve()
    {
        FATLAS_TRY(m_session.read(0, m_sector));
        FATLAS_ASSIGN(m_own, scoreOf(m_sector));
        if (m_own.faults == 0)
            return {};
        FATLAS_ASSIGN(const BootSector boot,
                      decodeBootSector(m_sector, m_session.staged()->size()));
        FATLAS_ASSIGN(m_ownRoot, lookAtRoot(*m_session.staged(), boot.geometry));
        // One fault is seldom a wrong layout, but a volume that ends too early may cut one file.
        FATLAS_TRY(m_own.faults == 1 ? tryTotals() : tryFields());
        const Candidate* const best = findBest();
        if (best == nullptr)
            return refuseNonsense();
        if (!isOnly(*best))
            return fail(ErrorCode::Refused,
                        "a field of the boot sector is wrong, but more than one value fits what is "
                        "there: nothing is repaired");
        return take(*best);
    }

private:
    Result<Score> scoreOf(ByteView sector) const
    {
        const auto staged = std::make_shared<block::StagedDevice>(m_session.staged());
        FATLAS_TRY(staged->write(0, sector));
        FATLAS_ASSIGN(const auto volume, Volume::open(staged, m_session.options().volume));
        FATLAS_ASSIGN(const auto report, checkVolume(*volume, m_session.job()));
        return Score{
            .faults = static_cast<std::size_t>(std::ranges::count_if(
                report->findings, [](const Finding& f) { return f.severity != Severity::Info; })),
            .files = countSoundFiles(*report->tree, volume->geometry())};
    }

    Result<> tryFields()
    {
        for (const std::uint32_t value : {512, 1024, 2048, 4096})
            FATLAS_TRY(tryValue(bytesPerSector, value));
        for (std::uint32_t value = 1; value <= 128; value *= 2)
            FATLAS_TRY(tryValue(sectorsPerCluster, value));
        for (const std::uint32_t value : {1, 2})
            FATLAS_TRY(tryValue(fatCount, value));
        for (std::uint32_t value = 1; value <= 64; ++value)
            FATLAS_TRY(tryValue(reservedSectors, value));
        for (std::uint32_t value = 1; value <= 256; ++value)
            FATLAS_TRY(tryValue(sectorsPerFat, value));
        for (std::uint32_t value = 16; value <= 1024; value += 16)
            FATLAS_TRY(tryValue(rootEntries, value));
        return tryTotals();
    }

    /// As large as the device, which most volumes are.
    Result<> tryTotals()
    {
        const std::uint32_t sectorSize = valueOf(m_sector, bytesPerSector);
        const std::uint64_t sectors =
            m_session.staged()->size() / std::max<std::uint32_t>(sectorSize, 1);
        if (sectors <= UINT16_MAX)
            return tryValue(total16, static_cast<std::uint32_t>(sectors));
        if (sectors <= UINT32_MAX)
            return tryValue(total32, static_cast<std::uint32_t>(sectors));
        return {};
    }

    /// Only a layout with which everything before the data area agrees is worth a check.
    Result<> tryValue(const Field& field, std::uint32_t value)
    {
        if (valueOf(m_sector, field) == value || m_candidates.size() >= maxChecked)
            return {};
        FATLAS_TRY(m_session.job().checkpoint());
        Candidate candidate{.field = &field, .value = value, .sector = m_sector};
        for (std::size_t i = 0; i < field.size; ++i)
            candidate.sector[field.offset + i] = static_cast<std::byte>(value >> (8 * i));
        if (&field == &total32)
            store(candidate.sector, total16.offset, Le16{0});
        if (&field == &total16)
            store(candidate.sector, total32.offset, Le32{0});
        const auto boot = decodeBootSector(candidate.sector, m_session.staged()->size());
        if (!boot || boot->geometry.type == FatType::Fat32)
            return {};
        FATLAS_ASSIGN(const auto evidence, weighLayout(*m_session.staged(), *boot));
        if (!evidence.isComplete(boot->geometry))
            return {};
        // Any number of root entries goes with the FATs; only what it leads to can speak for one.
        if (&field == &rootEntries) {
            FATLAS_ASSIGN(const RootEvidence root, lookAtRoot(*m_session.staged(), boot->geometry));
            if (!root.isBetterThan(m_ownRoot))
                return {};
        }
        candidate.geometry = boot->geometry;
        FATLAS_ASSIGN(candidate.score, scoreOf(candidate.sector));
        m_candidates.push_back(std::move(candidate));
        return {};
    }

    /// Much better than what stands there. Fields are tried in an order that puts first what is
    /// more likely, so that of two that lead to the same files the first is taken.
    [[nodiscard]] const Candidate* findBest() const
    {
        if (m_candidates.empty())
            return nullptr;
        const auto best = std::ranges::min_element(m_candidates, {}, [](const Candidate& c) {
            return std::pair(c.score.faults, ~c.score.files);
        });
        const bool isMuchBetter =
            best->score.faults * 4 <= m_own.faults && best->score.files >= m_own.files;
        return isMuchBetter ? &*best : nullptr;
    }

    /// No layout with other places for files is as good.
    [[nodiscard]] bool isOnly(const Candidate& best) const
    {
        return std::ranges::all_of(m_candidates, [&](const Candidate& other) {
            return other.score.faults > best.score.faults ||
                   (other.geometry.dataOffset() == best.geometry.dataOffset() &&
                    other.geometry.type == best.geometry.type &&
                    other.geometry.clusterSize() == best.geometry.clusterSize());
        });
    }

    Result<> take(const Candidate& candidate)
    {
        const Field& field = *candidate.field;
        m_session.note({.rule = field.rule,
                        .severity = Severity::Error,
                        .path = {},
                        .message = fmt::format("{} are {} in the boot sector, which leads to {} "
                                               "findings",
                                               field.name, valueOf(m_sector, field),
                                               formatCount(m_own.faults)),
                        .advice = {},
                        .offset = field.offset},
                       fmt::format("it becomes {}, with which FATs, folders and files agree",
                                   candidate.value));
        return m_session.write(0, candidate.sector);
    }

    /// Neither the FATs nor the root lie where the fields say: nothing there may be changed.
    Result<> refuseNonsense() const
    {
        const auto boot = decodeBootSector(m_sector, m_session.staged()->size());
        if (!boot)
            return {};
        FATLAS_ASSIGN(const auto evidence, weighLayout(*m_session.staged(), *boot));
        if (evidence.fatStarts >= std::min(boot->geometry.fatCount, 2U) || evidence.rootIsDirectory)
            return {};
        return fail(ErrorCode::Refused,
                    "neither FATs nor a root directory lie where the boot sector says, and no "
                    "other value of one of its fields leads to them: nothing is repaired");
    }

    RepairSession& m_session;
    Bytes m_sector;
    Score m_own;
    RootEvidence m_ownRoot;
    std::vector<Candidate> m_candidates;
};

} // namespace

Result<> resolveLayoutDoubt(RepairSession& session)
{
    const auto boot = readBootSector(*session.staged());
    const bool isOwn = boot && boot->layoutSource == LayoutSource::BootSector;
    if (!isOwn || boot->geometry.type == FatType::Fat32)
        return {}; // an error is told when the sector is made whole
    return LayoutDoubt(session).resolve();
}

} // namespace fatlas::fat
