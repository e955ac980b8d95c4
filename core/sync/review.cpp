#include "core/sync/review.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::sync {

namespace {

using host::ConflictKind;

bool isRejection(Verdict verdict)
{
    return verdict == Verdict::Reject || verdict == Verdict::KeepHost;
}

bool isResolution(Verdict verdict)
{
    return verdict == Verdict::KeepGuest || verdict == Verdict::KeepBoth;
}

bool isRemoval(ChangeKind kind)
{
    return kind == ChangeKind::RemoveFile || kind == ChangeKind::RemoveFolder;
}

bool isNew(ChangeKind kind)
{
    return kind == ChangeKind::CreateFile || kind == ChangeKind::MakeFolder;
}

/// Of what lies in a folder of which there are two versions.
Clash clashOfOrphan()
{
    return {.kind = ConflictKind::Missing,
            .reason = "there are two versions of the folder it is in",
            .there = std::nullopt};
}

/// Why the guest's version cannot take the place of the host's.
std::optional<std::string> guestObjection(ChangeKind change, const Clash& clash)
{
    const bool isFolderThere = clash.there && clash.there->kind == host::NodeKind::Directory;
    if (change == ChangeKind::RemoveFolder)
        return "the folder holds what the guest was never shown";
    if (clash.kind == ConflictKind::NotAFile || (isFolderThere && change != ChangeKind::MakeFolder))
        return "what has its place on the host is no file";
    if (clash.kind == ConflictKind::Missing && change == ChangeKind::SetMeta)
        return "there is nothing on the host that could get its times and attributes";
    return std::nullopt;
}

/// Why there cannot be both.
std::optional<std::string> bothObjection(ChangeKind change, const Clash& clash)
{
    if (isRemoval(change))
        return "the guest has no version of it any more";
    if (change == ChangeKind::SetMeta)
        return "the guest has other times and attributes, but no other content";
    if (change == ChangeKind::Move && clash.kind != ConflictKind::Exists && !clash.there)
        return "what the guest moved is not on the host any more";
    return std::nullopt;
}

std::unexpected<Error> unfit(const Proposal& shown, std::string_view why, std::string_view instead)
{
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: {}; {}", escapeForTerminal(shown.path), why, instead));
}

} // namespace

const char* toString(Verdict verdict) noexcept
{
    switch (verdict) {
    case Verdict::Open: break;
    case Verdict::Accept: return "accept";
    case Verdict::Reject: return "reject";
    case Verdict::KeepHost: return "keepHost";
    case Verdict::KeepGuest: return "keepGuest";
    case Verdict::KeepBoth: return "keepBoth";
    }
    return "open";
}

std::vector<Proposal> Review::proposals() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<Proposal> all;
    for (const auto& [number, item] : m_items)
        if (item.isHere)
            all.push_back(item.shown);
    return all;
}

Review::Count Review::count() const
{
    const std::scoped_lock lock(m_mutex);
    Count count;
    for (const auto& [number, item] : m_items) {
        if (!item.isHere)
            continue;
        count.open += item.shown.verdict == Verdict::Open && !item.clash ? 1 : 0;
        count.rejected += isRejection(item.shown.verdict) ? 1 : 0;
    }
    return count;
}

Result<> Review::decide(std::uint64_t number, Verdict verdict)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_items.find(number);
    if (found == m_items.end() || !found->second.isHere)
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no proposal {} (any more): what it was about is another "
                                "change now, or none",
                                number));
    Item& item = found->second;
    FATLAS_TRY(checkFit(item, verdict));
    switch (verdict) {
    case Verdict::Open: open(number); break;
    case Verdict::Accept: accept(number); break;
    case Verdict::Reject:
    case Verdict::KeepHost: reject(number); break;
    case Verdict::KeepGuest:
    case Verdict::KeepBoth: item.shown.verdict = verdict; break;
    }
    return {};
}

Result<> Review::checkFit(const Item& item, Verdict verdict) const
{
    if (verdict == Verdict::Open || verdict == Verdict::Reject)
        return {};
    const bool isAboutConflict = verdict != Verdict::Accept;
    if (!item.clash && isAboutConflict)
        return unfit(item.shown, "there is one version of it only", "accept or reject it");
    if (item.clash && !isAboutConflict)
        return unfit(item.shown, "there are two versions of it",
                     "keep the host's, the guest's or both");
    if (verdict == Verdict::KeepHost)
        return {};
    FATLAS_TRY(checkNeeds(item, verdict));
    if (!item.clash)
        return {};
    if (verdict == Verdict::KeepGuest)
        if (const auto why = guestObjection(item.key.kind, *item.clash))
            return unfit(item.shown, *why, "keep the host's");
    if (verdict == Verdict::KeepBoth)
        if (const auto why = bothObjection(item.key.kind, *item.clash))
            return unfit(item.shown, *why, "keep the host's or the guest's");
    return {};
}

Result<> Review::checkNeeds(const Item& item, Verdict verdict) const
{
    for (const std::uint64_t number : item.needs) {
        const Item& need = m_items.at(number);
        const Verdict about = need.shown.verdict;
        if (!need.clash || isResolution(about) ||
            (verdict == Verdict::Accept && !isRejection(about)))
            continue;
        return unfit(item.shown, "there are two versions of " + escapeForTerminal(need.shown.path),
                     "decide about that first");
    }
    return {};
}

/// With all that it needs.
void Review::accept(std::uint64_t number)
{
    std::vector<std::uint64_t> left{number};
    while (!left.empty()) {
        Item& item = m_items.at(left.back());
        left.pop_back();
        if (item.clash || item.shown.verdict == Verdict::Accept)
            continue;
        item.shown.verdict = Verdict::Accept;
        left.insert(left.end(), item.needs.begin(), item.needs.end());
    }
}

/// With all that needs it; with a folder that is not removed stays what is in it.
void Review::reject(std::uint64_t number)
{
    std::vector<std::uint64_t> left{number};
    while (!left.empty()) {
        Item& item = m_items.at(left.back());
        left.pop_back();
        if (isRejection(item.shown.verdict))
            continue;
        item.shown.verdict = item.clash ? Verdict::KeepHost : Verdict::Reject;
        left.insert(left.end(), item.neededBy.begin(), item.neededBy.end());
        if (item.key.kind != ChangeKind::RemoveFolder)
            continue;
        for (const std::uint64_t need : item.needs)
            if (isRemoval(m_items.at(need).key.kind))
                left.push_back(need);
    }
}

/// With all that cannot be accepted without it.
void Review::open(std::uint64_t number)
{
    m_items.at(number).shown.verdict = Verdict::Open;
    std::vector<std::uint64_t> left{number};
    while (!left.empty()) {
        const Item& item = m_items.at(left.back());
        left.pop_back();
        for (const std::uint64_t other : item.neededBy) {
            Verdict& verdict = m_items.at(other).shown.verdict;
            if (verdict != Verdict::Accept)
                continue;
            verdict = Verdict::Open;
            left.push_back(other);
        }
    }
}

std::vector<Review::Ruling> Review::rule(const std::vector<Candidate>& candidates, Absent absent)
{
    const std::scoped_lock lock(m_mutex);
    for (auto& [number, item] : m_items) {
        item.isHere = false;
        item.needs.clear();
        item.neededBy.clear();
    }
    m_places.assign(candidates.size(), 0);
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (!candidates[i].isFree && !candidates[i].isTooEarly)
            m_places[i] = admit(candidates[i]);
    admitOrphans(candidates);
    forgetAbsent(absent);
    for (std::size_t i = 0; i < candidates.size(); ++i)
        link(m_places[i], candidates[i]);
    reopen();
    std::vector<Ruling> rulings;
    rulings.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i)
        rulings.push_back(candidates[i].isTooEarly ? Ruling{.verdict = Verdict::Open}
                                                   : rulingFor(m_places[i]));
    return rulings;
}

/// The one that it is, when nothing about it changed; 0 when nobody has to be asked.
std::uint64_t Review::admit(const Candidate& candidate)
{
    const auto known = m_numbers.find(candidate.key);
    if (known == m_numbers.end())
        return m_asksAboutAll ? add(candidate) : 0;
    const std::uint64_t number = known->second;
    Item& item = m_items.at(number);
    if (item.state != candidate.state) {
        erase(number);
        return m_asksAboutAll ? add(candidate) : 0;
    }
    item.isHere = true;
    Proposal shown = candidate.shown;
    shown.number = number;
    shown.conflict = item.shown.conflict;
    shown.verdict = item.shown.verdict;
    if (item.clash)
        shown.hostSize = item.shown.hostSize;
    item.shown = std::move(shown);
    return number;
}

std::uint64_t Review::add(const Candidate& candidate)
{
    const std::uint64_t number = ++m_last;
    Item& item = m_items[number];
    item.key = candidate.key;
    item.state = candidate.state;
    item.shown = candidate.shown;
    item.shown.number = number;
    m_numbers[candidate.key] = number;
    return number;
}

void Review::erase(std::uint64_t number)
{
    m_numbers.erase(m_items.at(number).key);
    m_items.erase(number);
}

/// New ones in a folder whose two versions somebody decides about, or has decided about.
void Review::admitOrphans(const std::vector<Candidate>& candidates)
{
    if (m_asksAboutAll || m_items.empty())
        return;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (m_places[i] != 0 || candidates[i].isFree || !isNew(candidates[i].key.kind))
            continue;
        const bool isOrphan = std::ranges::any_of(candidates[i].needs, [&](std::size_t need) {
            return m_places[need] != 0 && candidates[need].key.kind == ChangeKind::MakeFolder;
        });
        if (!isOrphan)
            continue;
        m_places[i] = add(candidates[i]);
        Item& item = m_items.at(m_places[i]);
        item.clash = clashOfOrphan();
        item.shown.conflict = item.clash->reason;
    }
}

/// Without being asked about all, only what a folder's fate decides follows it.
void Review::link(std::uint64_t number, const Candidate& candidate)
{
    if (number == 0)
        return;
    for (const std::size_t place : candidate.needs) {
        const std::uint64_t need = m_places[place];
        const bool isFolders = need != 0 && (m_items.at(need).key.kind == ChangeKind::MakeFolder ||
                                             isRemoval(m_items.at(need).key.kind));
        if (need == 0 || (!m_asksAboutAll && !isFolders))
            continue;
        m_items.at(number).needs.push_back(need);
        m_items.at(need).neededBy.push_back(number);
    }
}

void Review::forgetAbsent(Absent absent)
{
    for (auto it = m_items.begin(); it != m_items.end();) {
        const Item& item = it->second;
        const bool isKept =
            item.isHere || (absent == Absent::Remembered && item.shown.verdict != Verdict::Open);
        if (!isKept)
            m_numbers.erase(item.key);
        it = isKept ? std::next(it) : m_items.erase(it);
    }
}

/// What something new needs is no longer rejected; what needs something open is no longer accepted.
void Review::reopen()
{
    std::vector<std::uint64_t> left;
    for (auto& [number, item] : m_items) {
        const bool lacksNeed = std::ranges::any_of(item.needs, [&](std::uint64_t need) {
            return isRejection(m_items.at(need).shown.verdict);
        });
        if (item.shown.verdict == Verdict::Accept && lacksNeed)
            item.shown.verdict = Verdict::Open;
        if (item.shown.verdict == Verdict::Open)
            left.push_back(number);
    }
    while (!left.empty()) {
        const std::uint64_t number = left.back();
        left.pop_back();
        const Item& item = m_items.at(number);
        if (!item.clash)
            open(number);
        for (const std::uint64_t need : item.needs) {
            Verdict& verdict = m_items.at(need).shown.verdict;
            if (!isRejection(verdict))
                continue;
            verdict = Verdict::Open;
            left.push_back(need);
        }
    }
}

/// A conflict is tried again as long as nobody decided: its cause may be gone.
Review::Ruling Review::rulingFor(std::uint64_t number) const
{
    if (number == 0)
        return {};
    const Item& item = m_items.at(number);
    const Verdict verdict = item.shown.verdict;
    if (!item.clash)
        return {.verdict = verdict};
    if (isResolution(verdict))
        return {.verdict = verdict, .clash = item.clash};
    return {.verdict = isRejection(verdict) ? Verdict::Reject : Verdict::Accept};
}

void Review::noteMade(std::size_t place)
{
    const std::scoped_lock lock(m_mutex);
    const std::uint64_t number = std::exchange(m_places.at(place), 0);
    if (number == 0)
        return;
    const Item& item = m_items.at(number);
    for (const std::uint64_t need : item.needs)
        std::erase(m_items.at(need).neededBy, number);
    for (const std::uint64_t other : item.neededBy)
        std::erase(m_items.at(other).needs, number);
    erase(number);
}

void Review::noteClash(std::size_t place, const Candidate& candidate, Clash clash)
{
    const std::scoped_lock lock(m_mutex);
    const std::uint64_t number = m_places.at(place);
    if (number == 0) {
        m_places[place] = add(candidate);
        link(m_places[place], candidate);
    } else {
        const Item& item = m_items.at(number);
        if (item.clash && item.clash->isSameAs(clash) && !isResolution(item.shown.verdict))
            return;
        m_places[place] = renumber(number);
    }
    Item& item = m_items.at(m_places[place]);
    item.shown.verdict = Verdict::Open;
    item.shown.conflict = clash.reason;
    item.shown.hostSize.reset();
    if (clash.there && clash.there->kind == host::NodeKind::File)
        item.shown.hostSize = clash.there->identity.size;
    item.clash = std::move(clash);
}

/// It is another one now, between the same neighbours.
std::uint64_t Review::renumber(std::uint64_t number)
{
    const std::uint64_t fresh = ++m_last;
    Item item = std::move(m_items.at(number));
    m_items.erase(number);
    for (const std::uint64_t need : item.needs)
        if (const auto found = m_items.find(need); found != m_items.end())
            std::ranges::replace(found->second.neededBy, number, fresh);
    for (const std::uint64_t other : item.neededBy)
        if (const auto found = m_items.find(other); found != m_items.end())
            std::ranges::replace(found->second.needs, number, fresh);
    item.shown.number = fresh;
    m_numbers[item.key] = fresh;
    m_items.emplace(fresh, std::move(item));
    return fresh;
}

} // namespace fatlas::sync
