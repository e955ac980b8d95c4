/// Which entry of the guest's tree is which of the entries that guest and host agreed on.
///
/// An entry is the same when it has its name and its place, or when it starts at the same cluster
/// and what a rename leaves alone is the same. When that is not certain it is another one: a
/// deletion and a creation are right as well.
///
/// Shape:   a pair has one of each; what has no partner is new, or gone. Entries in folders that
///          wait have no partner and are not gone either.
/// Threads: pure.
#pragma once

#include "core/sync/guest_tree.hpp"

#include <optional>

namespace fatlas::sync {

/// Who starts at a cluster. All are added before anybody is looked for.
class StartIndex {
public:
    void add(Cluster first, std::uint32_t who);
    void sort();
    /// `none` for nobody and for several.
    [[nodiscard]] std::uint32_t find(Cluster first) const;

private:
    struct Start {
        Cluster first;
        std::uint32_t who = none;
    };

    std::vector<Start> m_starts;
};

class Pairing {
public:
    Pairing(const KnownTree& known, const GuestTree& guest);

    /// `none` when it is new, or in a folder that waits.
    [[nodiscard]] KnownId knownOf(std::uint32_t node) const { return m_knownOf[node]; }

    /// `none` when it is gone, or in a folder that waits.
    [[nodiscard]] std::uint32_t nodeOf(KnownId id) const { return m_nodeOf[id]; }

    [[nodiscard]] bool isPaired(KnownId id) const { return m_nodeOf[id] != none; }

    /// Nothing is gone, and nothing hidden.
    [[nodiscard]] bool isAllPaired() const { return m_pairCount == m_known.size(); }

    /// Entries with this number and later ones came afterwards.
    [[nodiscard]] KnownId knownCount() const { return static_cast<KnownId>(m_nodeOf.size()); }

    /// In a folder that is there, but not complete: nobody knows.
    [[nodiscard]] bool isHidden(KnownId id) const { return m_isHidden[id]; }

private:
    /// Who starts where.
    struct Starts {
        StartIndex known;
        StartIndex nodes;
    };

    [[nodiscard]] const Starts& starts();
    void pairChildren(std::uint32_t folder);
    [[nodiscard]] KnownId movedHere(std::uint32_t node);
    [[nodiscard]] bool hasMovedAway(KnownId id);
    [[nodiscard]] bool isCertain(KnownId id, std::uint32_t node) const;
    void pair(KnownId id, std::uint32_t node);
    [[nodiscard]] std::uint32_t nodeFrom(Cluster first);
    [[nodiscard]] KnownId knownFrom(Cluster first);
    void hide(KnownId folder);

    const KnownTree& m_known;
    const GuestTree& m_guest;
    std::vector<KnownId> m_knownOf;
    std::vector<std::uint32_t> m_nodeOf;
    std::vector<bool> m_isHidden;
    std::size_t m_pairCount = 0;

    std::optional<Starts> m_starts; ///< made when somebody asks, for mostly nobody does
};

} // namespace fatlas::sync
