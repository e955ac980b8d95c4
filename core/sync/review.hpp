/// What waits for a person: changes of the guest that are proposed, and those of which there are
/// two versions now.
///
/// Shape:      a proposal has the same number as long as the change, what the guest has of it and,
///             of a conflict, what the host has are the same; else it is another one, and open.
/// Invariants: what is accepted has all that it needs accepted too (a file its new folder, a name
///             whoever makes room for it); what is rejected has all that needs it rejected, and
///             with the removal of a folder the removals in it. What needs something rejected and
///             is new opens that again: nobody decides about what nobody saw.
/// Errors:     of decide(): NotFound when there is no such proposal (any more); InvalidArgument for
///             a verdict that does not fit, with those that do.
/// Threads:    proposals() and decide() from any; the rest from the thread of the passes.
#pragma once

#include "core/sync/changes.hpp"
#include "core/sync/clash.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fatlas::sync {

enum class Verdict : std::uint8_t {
    Open, ///< nobody decided: nothing is done
    Accept,
    Reject,    ///< the host keeps what it has, until the guest changes it again
    KeepHost,  ///< of a conflict: as Reject
    KeepGuest, ///< of a conflict: the host's version goes where replaced files go
    KeepBoth,  ///< of a conflict: the guest's version beside the host's, as "NAME (guest).EXT"
};

[[nodiscard]] const char* toString(Verdict verdict) noexcept; ///< "accept", for machines

struct Proposal {
    std::uint64_t number = 0;
    ChangeKind change = ChangeKind::Update;
    std::string path = {};     ///< in the guest, "/DOCS/A.TXT"
    std::string from = {};     ///< Move: where it was in the guest
    std::string hostPath = {}; ///< where it is on the host or, when it is new, shall be; relative
    std::uint64_t guestSize = 0;
    std::optional<std::uint64_t> hostSize = std::nullopt; ///< nothing: the host has no such file
    Cluster firstCluster = {}; ///< 0: none; of what is gone: where it was
    std::string conflict = {}; ///< why there are two versions; empty: there are not
    /// Also what was decided and is not carried out (yet) is listed.
    Verdict verdict = Verdict::Open;

    bool operator==(const Proposal&) const = default;
};

/// Which change it is, pass after pass.
struct ChangeKey {
    ChangeKind kind = ChangeKind::Update;
    KnownId known = none;
    std::string path = {}; ///< of what is new

    auto operator<=>(const ChangeKey&) const = default;
};

/// What the guest has of it.
struct ChangeState {
    std::string path = {};
    fat::DirectoryEntryRaw raw = {};
    Cluster firstCluster = {};
    std::uint32_t runs = 0;      ///< CRC-32
    WriteLog::Time written = {}; ///< the last of its bytes

    bool operator==(const ChangeState&) const = default;
};

class Review {
public:
    // From any thread.

    [[nodiscard]] std::vector<Proposal> proposals() const;
    [[nodiscard]] Result<> decide(std::uint64_t number, Verdict verdict);

    // From the thread of the passes.

    /// From now on every change waits for a person, not only conflicts.
    void askAboutAll() noexcept { m_asksAboutAll = true; }

    [[nodiscard]] bool asksAboutAll() const noexcept { return m_asksAboutAll; }

    struct Candidate {
        ChangeKey key = {};
        ChangeState state = {};
        Proposal shown = {};                 ///< but for its number, conflict and verdict
        std::vector<std::size_t> needs = {}; ///< places in the list
        bool isFree = false;                 ///< nobody has to be asked
        bool isTooEarly = false;             ///< nobody can be asked yet
    };

    /// What is to be done with a candidate: Accept: it is made; Open, Reject: nothing.
    struct Ruling {
        Verdict verdict = Verdict::Accept;
        std::optional<Clash> clash = std::nullopt; ///< KeepGuest, KeepBoth: what was chosen from
    };

    /// Verdicts about what is not among the candidates of a pass: it may turn up again.
    enum class Absent : std::uint8_t { Forgotten, Remembered };

    /// All of a pass, folders before what is in them.
    [[nodiscard]] std::vector<Ruling> rule(const std::vector<Candidate>& candidates, Absent absent);
    /// By their places in the list that was last ruled about.
    void noteMade(std::size_t place);
    void noteClash(std::size_t place, const Candidate& candidate, Clash clash);

    struct Count {
        std::size_t open = 0; ///< without conflicts
        std::size_t rejected = 0;
    };

    [[nodiscard]] Count count() const;

private:
    struct Item {
        ChangeKey key = {};
        ChangeState state = {};
        Proposal shown = {};
        std::optional<Clash> clash = std::nullopt;
        std::vector<std::uint64_t> needs = {}; ///< numbers
        std::vector<std::uint64_t> neededBy = {};
        bool isHere = true; ///< in the last pass
    };

    using Items = std::map<std::uint64_t, Item>;

    [[nodiscard]] std::uint64_t admit(const Candidate& candidate);
    std::uint64_t add(const Candidate& candidate);
    void erase(std::uint64_t number);
    [[nodiscard]] std::uint64_t renumber(std::uint64_t number);
    void link(std::uint64_t number, const Candidate& candidate);
    void admitOrphans(const std::vector<Candidate>& candidates);
    void forgetAbsent(Absent absent);
    void reopen();
    [[nodiscard]] Ruling rulingFor(std::uint64_t number) const;
    [[nodiscard]] Result<> checkFit(const Item& item, Verdict verdict) const;
    [[nodiscard]] Result<> checkNeeds(const Item& item, Verdict verdict) const;
    void accept(std::uint64_t number);
    void reject(std::uint64_t number);
    void open(std::uint64_t number);

    mutable std::mutex m_mutex; ///< over what follows
    Items m_items;
    std::map<ChangeKey, std::uint64_t> m_numbers;
    std::vector<std::uint64_t> m_places; ///< numbers of the candidates of the last pass; 0: none
    std::uint64_t m_last = 0;
    bool m_asksAboutAll = false; ///< set before others look
};

} // namespace fatlas::sync
