#include "core/sync/needs.hpp"

#include "core/sync/host_places.hpp"

#include <algorithm>
#include <unordered_map>

namespace fatlas::sync {

namespace {

bool setsPlace(ChangeKind kind)
{
    return kind == ChangeKind::MakeFolder || kind == ChangeKind::Move ||
           kind == ChangeKind::CreateFile;
}

class Finder {
public:
    Finder(const std::vector<Change>& changes, const KnownTree& known, const GuestTree& guest,
           const Pairing& pairing, Names names)
        : m_changes(changes), m_known(known), m_guest(guest), m_pairing(pairing), m_names(names)
    {
        m_needs.of.resize(changes.size());
        m_needs.isTooEarly.resize(changes.size(), false);
        for (std::size_t i = 0; i < changes.size(); ++i)
            index(i);
    }

    Needs find()
    {
        for (std::size_t i = 0; i < m_changes.size(); ++i)
            look(i);
        handOnTooEarly();
        return std::move(m_needs);
    }

private:
    void index(std::size_t i)
    {
        const Change& change = m_changes[i];
        if (change.kind == ChangeKind::MakeFolder || change.kind == ChangeKind::Move)
            m_placing[change.node] = i;
        if (change.kind == ChangeKind::Move || change.kind == ChangeKind::RemoveFile ||
            change.kind == ChangeKind::RemoveFolder)
            m_leaving[change.known] = i;
    }

    void look(std::size_t i)
    {
        const Change& change = m_changes[i];
        if (change.kind == ChangeKind::RemoveFolder) {
            for (const KnownId child : m_known.at(change.known).children)
                if (const auto leaving = m_leaving.find(child); leaving != m_leaving.end())
                    add(i, leaving->second);
            return;
        }
        if (change.node == none)
            return;
        if (!setsPlace(change.kind))
            if (const auto placing = m_placing.find(change.node); placing != m_placing.end())
                add(i, placing->second);
        lookAbove(i);
        if (setsPlace(change.kind) && m_names == Names::Needed)
            lookAtName(i);
    }

    /// The nearest folder above that is new or moves; what that needs comes with it.
    void lookAbove(std::size_t i)
    {
        for (std::uint32_t up = m_guest.node(m_changes[i].node).parent; up != 0;
             up = m_guest.node(up).parent) {
            if (const auto placing = m_placing.find(up); placing != m_placing.end())
                return add(i, placing->second);
        }
    }

    void lookAtName(std::size_t i)
    {
        const Change& change = m_changes[i];
        const KnownId parent = m_pairing.knownOf(m_guest.node(change.node).parent);
        if (parent == none)
            return;
        const KnownEntry* const entry = change.known == none ? nullptr : &m_known.at(change.known);
        const KnownId there =
            childOf(parent, wantedHostName(m_known.at(parent), entry, m_guest.node(change.node)));
        if (there == none || there == change.known)
            return;
        if (const auto leaving = m_leaving.find(there); leaving != m_leaving.end())
            add(i, leaving->second);
        else if (wantsToLeave(there))
            m_needs.isTooEarly[i] = true;
    }

    [[nodiscard]] bool wantsToLeave(KnownId id) const
    {
        if (m_pairing.isHidden(id))
            return false;
        const std::uint32_t node = m_pairing.nodeOf(id);
        return node == none || isElsewhere(m_known.at(id), m_guest.node(node),
                                           m_pairing.knownOf(m_guest.node(node).parent));
    }

    KnownId childOf(KnownId folder, const std::string& hostName)
    {
        const auto [place, isNew] = m_children.try_emplace(folder);
        if (isNew)
            for (const KnownId child : m_known.at(folder).children)
                place->second.emplace(m_known.at(child).hostName, child);
        const auto found = place->second.find(hostName);
        return found == place->second.end() ? none : found->second;
    }

    void add(std::size_t i, std::size_t need)
    {
        if (need != i && std::ranges::find(m_needs.of[i], need) == m_needs.of[i].end())
            m_needs.of[i].push_back(need);
    }

    void handOnTooEarly()
    {
        const auto isEarly = [this](std::size_t need) { return m_needs.isTooEarly[need]; };
        for (bool isChanged =
                 std::ranges::find(m_needs.isTooEarly, true) != m_needs.isTooEarly.end();
             isChanged;) {
            isChanged = false;
            for (std::size_t i = 0; i < m_changes.size(); ++i) {
                if (m_needs.isTooEarly[i] || std::ranges::none_of(m_needs.of[i], isEarly))
                    continue;
                m_needs.isTooEarly[i] = true;
                isChanged = true;
            }
        }
    }

    const std::vector<Change>& m_changes;
    const KnownTree& m_known;
    const GuestTree& m_guest;
    const Pairing& m_pairing;
    const Names m_names;
    std::unordered_map<std::uint32_t, std::size_t> m_placing; ///< by node
    std::unordered_map<KnownId, std::size_t> m_leaving;
    std::unordered_map<KnownId, std::unordered_map<std::string, KnownId>> m_children;
    Needs m_needs;
};

} // namespace

Needs needsOf(const std::vector<Change>& changes, const KnownTree& known, const GuestTree& guest,
              const Pairing& pairing, Names names)
{
    return Finder(changes, known, guest, pairing, names).find();
}

} // namespace fatlas::sync
