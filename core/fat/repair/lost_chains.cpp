// Clusters that nobody owns: a folder comes back into the root as a folder, everything else as a
// file FSCKnnnn.REC, as other checkers name them. What finds no slot in the root is freed.

#include "core/base/text.hpp"
#include "core/fat/repair/entry_edit.hpp"
#include "core/fat/repair/folder_evidence.hpp"
#include "core/fat/repair/lost_chain_finder.hpp"
#include "core/fat/repair/passes.hpp"
#include "core/fat/repair/root_slots.hpp"

#include <fmt/format.h>

namespace fatlas::fat {
namespace {

class LostChains {
public:
    LostChains(RepairSession& session, RootSlots root)
        : m_session(session), m_geometry(session.geometry()), m_fat(session),
          m_root(std::move(root))
    {}

    Result<> repair()
    {
        LostChainFinder finder(m_session, m_fat);
        FATLAS_ASSIGN(const auto chains, finder.find());
        FATLAS_ASSIGN(const bool hasFolders, takeFolders(chains));
        // What a folder that came back holds is not lost any more: that is the next round's.
        if (!hasFolders)
            for (const FoundChain& chain : chains) {
                FATLAS_TRY(m_session.job().checkpoint());
                FATLAS_TRY(m_session.options().keepLostChains ? keep(chain) : release(chain));
            }
        if (!hasFolders && chains.size() == LostChainFinder::maxFound)
            FATLAS_TRY(releaseUnlisted(finder));
        return m_root.writeBack();
    }

private:
    Result<bool> takeFolders(const std::vector<FoundChain>& chains)
    {
        bool any = false;
        for (const FoundChain& chain : chains) {
            if (!m_session.options().keepLostChains)
                break;
            FATLAS_ASSIGN(const FolderEvidence evidence, lookAtFolder(m_session, chain.first));
            if (!evidence.hasDot || !evidence.hasDotDot || evidence.sensible == 0)
                continue;
            FATLAS_ASSIGN(const bool done, attach(chain, attribute::directory));
            any = any || done;
        }
        return any;
    }

    Result<> keep(const FoundChain& chain)
    {
        FATLAS_ASSIGN(const bool done, attach(chain, attribute::archive));
        return done ? Result<>{} : release(chain);
    }

    [[nodiscard]] static Finding findingOf(const FoundChain& chain)
    {
        return {.rule = "L1",
                .severity = Severity::Warning,
                .path = {},
                .message = fmt::format("{} clusters from {} on are in use, but belong to no file",
                                       formatCount(chain.clusterCount), chain.first.value),
                .advice = {},
                .offset = std::nullopt,
                .cluster = chain.first.value};
    }

    /// False when the root has no slot left.
    Result<bool> attach(const FoundChain& chain, std::uint8_t attributes)
    {
        FATLAS_ASSIGN(const auto place, m_root.takeSlot(m_fat));
        if (!place)
            return false;
        if (!chain.hasEndMark)
            FATLAS_TRY(m_fat.setEnd(chain.last));
        DirectoryEntryRaw raw;
        raw.name = place->name;
        raw.attributes = attributes;
        setFirstCluster(raw, m_geometry.type, chain.first);
        const bool isFolder = attributes == attribute::directory;
        raw.size.set(isFolder ? 0 : sizeOf(m_geometry, chain.clusterCount));
        raw.modifiedDate = firstDate;
        raw.createdDate = firstDate;
        m_root.set(place->slot, raw);
        m_session.note(findingOf(chain), fmt::format("they become the {} {}",
                                                     isFolder ? "folder" : "file", place->text));
        return true;
    }

    Result<> release(const FoundChain& chain)
    {
        Cluster at = chain.first;
        for (std::uint32_t i = 0; i < chain.clusterCount; ++i) {
            FATLAS_ASSIGN(const FatEntry entry, m_fat.entry(at));
            FATLAS_TRY(m_fat.setFree(at));
            at = entry.next;
        }
        m_session.note(findingOf(chain), m_session.options().keepLostChains
                                             ? "they are freed: the root has no room for a file"
                                             : "they are freed");
        return {};
    }

    /// More chains than a root has places.
    Result<> releaseUnlisted(LostChainFinder& finder)
    {
        std::uint64_t count = 0;
        FATLAS_TRY(finder.forEachUnlisted([&](ClusterRange clusters) {
            count += clusters.count;
            return m_fat.setFree(clusters);
        }));
        if (count != 0)
            m_session.note({.rule = "L2",
                            .severity = Severity::Warning,
                            .path = {},
                            .message = fmt::format("{} clusters of still more chains belong to no "
                                                   "file",
                                                   formatCount(count)),
                            .advice = {}},
                           "they are freed: the root has no room for so many files");
        return {};
    }

    static constexpr std::uint16_t firstDate = 0x0021; ///< 1980-01-01: nobody knows when

    RepairSession& m_session;
    const Geometry& m_geometry;
    FatEditor m_fat;
    RootSlots m_root;
};

} // namespace

Result<> repairLostChains(RepairSession& session)
{
    FATLAS_ASSIGN(auto root, RootSlots::read(session));
    return LostChains(session, std::move(root)).repair();
}

} // namespace fatlas::fat
