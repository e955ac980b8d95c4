// A field of the boot sector can be wrong and still make sense: then everything behind it is read
// from the wrong place, and putting that "right" would destroy it. FAT12 and FAT16 have no copy of
// the sector, so other values of one field are tried, and the one with which FATs, folders and
// files agree is taken.

#include "core/base/text.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/fat/check/check.hpp"
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
    std::size_t nodes = 0;  ///< files and folders that can be reached
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

class LayoutDoubt {
public:
    explicit LayoutDoubt(RepairSession& session) : m_session(session), m_sector(bootSectorSize) {}

    Result<> resolve()
    {
        FATLAS_TRY(m_session.read(0, m_sector));
        FATLAS_ASSIGN(m_own, scoreOf(m_sector));
        if (m_own.faults < 2)
            return {};
        FATLAS_TRY(tryFields());
        if (const Candidate* const best = chooseBest())
            return take(*best);
        return refuseNonsense();
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
            .nodes = report->tree->nodes.size()};
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
        candidate.geometry = boot->geometry;
        FATLAS_ASSIGN(candidate.score, scoreOf(candidate.sector));
        m_candidates.push_back(std::move(candidate));
        return {};
    }

    /// Much better than what stands there, and no other layout is as good.
    [[nodiscard]] const Candidate* chooseBest() const
    {
        if (m_candidates.empty())
            return nullptr;
        const auto best = std::ranges::min_element(m_candidates, {}, [](const Candidate& c) {
            return std::pair(c.score.faults, ~c.score.nodes);
        });
        const bool isMuchBetter =
            best->score.faults * 4 <= m_own.faults && best->score.nodes >= m_own.nodes;
        const bool isOnly = std::ranges::all_of(m_candidates, [&](const Candidate& other) {
            return other.score.faults > best->score.faults ||
                   (other.geometry.dataOffset() == best->geometry.dataOffset() &&
                    other.geometry.fatOffset(0) == best->geometry.fatOffset(0) &&
                    other.geometry.type == best->geometry.type &&
                    other.geometry.clusterSize() == best->geometry.clusterSize());
        });
        return isMuchBetter && isOnly ? &*best : nullptr;
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
