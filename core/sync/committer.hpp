/// Carries changes out on the host, one by one, and keeps what is known in step.
///
/// Every change goes through the jail with a note (known_delta.hpp), so that after a crash the tree
/// of what is known is what the host is. A change that fails leaves its entry as it was; the others
/// go on.
///
/// Errors:   of one change: in its Outcome.
/// Threads:  one.
/// Lifetime: refers to everything it is given.
#pragma once

#include "core/fat/timestamp.hpp"
#include "core/host/jail.hpp"
#include "core/sync/known_delta.hpp"
#include "core/sync/review.hpp"

#include <functional>

namespace fatlas::sync {

/// What became of one change.
struct Outcome {
    enum class Kind : std::uint8_t {
        Made,
        Disturbed, ///< the guest wrote to it meanwhile: it waits
        Conflict,  ///< there are two versions now: neither is touched
        Failed,    ///< to be tried again: no space, no permission
    };
    Kind kind = Kind::Made;
    ChangeKind change = ChangeKind::Update;
    std::string path = {};     ///< in the guest
    std::string from = {};     ///< Move: where it was in the guest
    std::string hostPath = {}; ///< relative, host bytes
    std::uint64_t size = 0;
    std::string reason = {};                   ///< unless it was made
    std::optional<Clash> clash = std::nullopt; ///< Conflict
};

/// A change, and how it is to be made: as it is, or as somebody chose between two versions.
struct Order {
    Change change = {};
    Verdict verdict = Verdict::Accept;         ///< Accept, KeepGuest or KeepBoth
    std::optional<Clash> clash = std::nullopt; ///< KeepGuest, KeepBoth: what was chosen from
};

struct CommitTarget {
    KnownTree& known;
    const GuestTree& guest;
    const Pairing& pairing;
    host::Jail& jail;
    WriteLog& log;
    fat::TimeZone zone;
    /// Somebody keeps its place on the host, whatever became of it in the guest.
    std::function<bool(KnownId)> stays = {};
};

class Committer {
public:
    /// `place`: in the list of orders.
    using Report = std::function<void(const Outcome&, std::size_t place)>;

    Committer(const CommitTarget& target, Report report);

    /// Each is reported.
    void commit(const std::vector<Order>& orders, const JobControl& job);

private:
    using Made = host::ChangeResult<>;

    struct Place {
        KnownId parent = none;
        std::string name = {};
        std::string path = {};
        KnownId occupant = none; ///< who is there and has to make room
    };

    [[nodiscard]] Outcome commitOne(const Order& order);
    [[nodiscard]] Clash clashOf(const Change& change, const host::ChangeError& error) const;
    [[nodiscard]] Made carryOut(const Order& order);
    [[nodiscard]] Made make(const Change& change);
    [[nodiscard]] Made makeFolder(const Change& change);
    [[nodiscard]] Made move(const Change& change);
    [[nodiscard]] Made createFile(const Change& change);
    [[nodiscard]] Made writeFile(const Change& change);
    [[nodiscard]] Made setMeta(const Change& change);
    [[nodiscard]] Made update(const Change& change);
    [[nodiscard]] Made removeFile(const Change& change);
    [[nodiscard]] Made removeFolder(const Change& change);

    // Where there are two versions (committer_clashes.cpp).
    [[nodiscard]] Made keepGuest(const Change& change, const Clash& clash);
    [[nodiscard]] Made keepGuestAgain(const Change& change, const Clash& clash);
    [[nodiscard]] Made makeFolderOver(const Change& change, const host::Known& there);
    [[nodiscard]] Made createOver(const Change& change, const host::Known& there);
    [[nodiscard]] Made moveOver(const Change& change, host::ConflictKind kind,
                                const host::Known& there);
    [[nodiscard]] Made writeOver(const Change& change, host::ConflictKind kind, host::Known there);
    [[nodiscard]] Made setMetaOver(const Change& change, const host::Known& there);
    [[nodiscard]] Made removeOver(const Change& change, const host::Known& there);
    [[nodiscard]] Made inPlaceOf(const host::Known& there, const std::function<Made()>& take);
    [[nodiscard]] Made remakeFolder(KnownId folder);
    [[nodiscard]] Made keepBoth(const Change& change, const Clash& clash);
    [[nodiscard]] Made placeBeside(const Change& change, const Clash& clash, const Place& place);

    [[nodiscard]] Place placeFor(std::uint32_t node, KnownId known) const;
    [[nodiscard]] bool mustMakeRoom(KnownId id) const;
    [[nodiscard]] Made moveAside(KnownId id);
    [[nodiscard]] Made exchange(const Change& change, const Place& place);
    [[nodiscard]] Made makeFolderAt(const Change& change, const Place& place);
    [[nodiscard]] Made createAt(const Change& change, KnownId id, const Place& place);
    [[nodiscard]] Made moveTo(const Change& change, const Place& place);
    [[nodiscard]] std::unexpected<host::ChangeError> lacksFolder(std::uint32_t node) const;
    [[nodiscard]] KnownDelta deltaFor(KnownId id, KnownEntry entry) const;
    [[nodiscard]] KnownEntry entryFor(const Change& change, const Place& place) const;
    [[nodiscard]] host::Known knownFile(KnownId id) const;
    [[nodiscard]] host::FileMeta metaFor(const Change& change) const;
    [[nodiscard]] Made finish(const KnownDelta& delta, Made made);
    void setIdentity(KnownId id, const FileIdentity& identity);
    void forgetContent(const Change& change);
    void forgetFreed(const KnownEntry& entry);
    void restoreFolderTimes();
    [[nodiscard]] Outcome describe(const Change& change) const;

    CommitTarget m_target;
    Report m_report;
    std::vector<KnownId> m_idOf;  ///< of each node of the guest
    std::vector<bool> m_hasClash; ///< of each node: a folder with two versions, or in one
    std::vector<KnownId> m_touchedFolders;
    std::string m_wanted; ///< the place that a change is about to take
    bool m_isDisturbed = false;
};

} // namespace fatlas::sync
