// FAT32's root whose first cluster the FAT calls free, bad or reserved: what it holds decides, then
// where formatting and the copy of the boot sector have it, then what only a root can be.

#include "core/fat/repair/lost_root.hpp"

#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/lost_chain_finder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace fatlas::fat {
namespace {

constexpr std::size_t maxLookedAt = 10'000; ///< lost chains that might be the root
constexpr Cluster usualRoot{2};

class LostRoot {
public:
    LostRoot(RepairSession& session, FatEditor& fat)
        : m_session(session), m_geometry(session.geometry()), m_fat(fat),
          m_root(m_geometry.rootCluster)
    {}

    Result<> repair()
    {
        FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(m_session, m_root));
        if (!evidence.hasMarks() && evidence.sensible > evidence.senseless)
            return keepPlace("it holds a root directory: the chain is there and ends");
        FATLAS_ASSIGN(const auto elsewhere, findElsewhere());
        if (elsewhere)
            return moveTo(*elsewhere);
        FATLAS_ASSIGN(const bool isCertain, placeIsCertain());
        if (!isCertain)
            return fail(ErrorCode::Refused,
                        fmt::format("the root directory starts at cluster {}, which is not in use "
                                    "and holds no directory, and no other cluster can be it: the "
                                    "root cannot be found, so nothing is repaired",
                                    m_root.value));
        return keepPlace("the root is there and ends; what it held becomes files in it");
    }

private:
    [[nodiscard]] Finding finding() const
    {
        return {.rule = "C1",
                .severity = Severity::Error,
                .path = "/",
                .message = fmt::format("the first cluster of the root directory, {}, is not in use",
                                       m_root.value),
                .advice = {},
                .offset = m_geometry.fatOffset(0) + entryOffset(m_geometry.type, m_root),
                .cluster = m_root.value};
    }

    Result<> keepPlace(const char* action)
    {
        m_session.note(finding(), fmt::format("cluster {}: {}", m_root.value, action));
        return m_fat.setEnd(m_root);
    }

    Result<> moveTo(Cluster cluster)
    {
        constexpr std::uint64_t field = fat32FieldsOffset + offsetof(Fat32Raw, rootCluster);
        m_session.note(finding(), fmt::format("the boot sector says that it starts at cluster {}, "
                                              "where a lost root directory lies",
                                              cluster.value));
        const Le32 number{cluster.value};
        return m_session.write(field, asBytes(number));
    }

    /// Two say so, or formatters put it there.
    [[nodiscard]] Result<bool> placeIsCertain() const
    {
        if (m_root == usualRoot)
            return true;
        FATLAS_ASSIGN(const auto copies, findBackupBootSectors(*m_session.staged()));
        return std::ranges::any_of(
            copies, [this](const BootSector& copy) { return copy.geometry.rootCluster == m_root; });
    }

    /// The only lost chain that can be a root; nothing when there are none or several.
    Result<std::optional<Cluster>> findElsewhere()
    {
        FATLAS_ASSIGN(const auto lost, LostChainFinder(m_session, m_fat).find());
        std::optional<Cluster> found;
        for (const FoundChain& chain : std::span(lost).first(std::min(lost.size(), maxLookedAt))) {
            FATLAS_TRY(m_session.job().checkpoint());
            FATLAS_ASSIGN(const bool can, canBeRoot(chain.first));
            if (can && found)
                return std::optional<Cluster>();
            if (can)
                found = chain.first;
        }
        return found;
    }

    /// Nothing but entries, and one of them is a folder that says its parent is the root.
    Result<bool> canBeRoot(Cluster first)
    {
        FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(m_session, first));
        if (evidence.hasMarks() || evidence.sensible == 0 || evidence.senseless != 0)
            return false;
        Bytes slots(m_geometry.clusterSize());
        FATLAS_TRY(m_session.read(m_geometry.clusterOffset(first), slots));
        for (std::size_t at = 0; at < slots.size(); at += slotSize) {
            const auto raw = *load<DirectoryEntryRaw>(slots, at);
            if (raw.name[0] == slot_mark::end)
                break;
            FATLAS_ASSIGN(const bool isChild, isChildOfRoot(raw));
            if (isChild)
                return true;
        }
        return false;
    }

    Result<bool> isChildOfRoot(const DirectoryEntryRaw& raw) const
    {
        const Cluster first = m_session.volume().firstCluster(raw);
        if (raw.name[0] == slot_mark::deleted || !m_geometry.isData(first) ||
            (raw.attributes & (attribute::directory | attribute::volumeLabel)) !=
                attribute::directory)
            return false;
        std::array<std::byte, 2 * slotSize> dots{};
        FATLAS_TRY(m_session.read(m_geometry.clusterOffset(first), dots));
        const auto dot = *load<DirectoryEntryRaw>(dots);
        const auto dotDot = *load<DirectoryEntryRaw>(dots, slotSize);
        return isNamed(dot, dotName) && m_session.volume().firstCluster(dot) == first &&
               isNamed(dotDot, dotDotName) && m_session.volume().firstCluster(dotDot).value == 0;
    }

    RepairSession& m_session;
    const Geometry& m_geometry;
    FatEditor& m_fat;
    Cluster m_root;
};

} // namespace

Result<> repairLostRoot(RepairSession& session, FatEditor& fat)
{
    return LostRoot(session, fat).repair();
}

} // namespace fatlas::fat
