#include "ui/document/guest_changes.hpp"

#include "ui/base/words.hpp"

#include <algorithm>
#include <set>

namespace fatlas::ui {

namespace {

using State = GuestChange::State;

State stateOf(const sync::Proposal& proposal)
{
    using sync::Verdict;
    switch (proposal.verdict) {
    case Verdict::Open: return proposal.conflict.empty() ? State::Proposed : State::Conflict;
    case Verdict::Reject:
    case Verdict::KeepHost: return State::Rejected;
    case Verdict::Accept:
    case Verdict::KeepGuest:
    case Verdict::KeepBoth: break;
    }
    return State::Settling;
}

GuestChange changeOf(const sync::Proposal& proposal)
{
    const bool isGone = proposal.change == sync::ChangeKind::RemoveFile ||
                        proposal.change == sync::ChangeKind::RemoveFolder;
    return {.state = stateOf(proposal),
            .kind = proposal.change,
            .path = proposal.path,
            .from = proposal.from,
            .hostPath = proposal.hostPath,
            .size = isGone ? proposal.hostSize : proposal.guestSize,
            .reason = proposal.conflict,
            .proposal = proposal.number,
            .isConflict = !proposal.conflict.empty()};
}

GuestChange changeOf(const sync::Waiting& waiting)
{
    return {.state = waiting.isSettling ? State::Settling : State::Waiting,
            .path = waiting.path,
            .reason = waiting.reason};
}

GuestChange changeOf(const TimedOutcome& told, State state)
{
    const sync::Outcome& outcome = told.outcome;
    const bool hasSize = outcome.change == sync::ChangeKind::CreateFile ||
                         outcome.change == sync::ChangeKind::WriteFile;
    return {.state = state,
            .kind = outcome.change,
            .path = outcome.path,
            .from = outcome.from,
            .hostPath = outcome.hostPath,
            .size = hasSize ? std::optional(outcome.size) : std::nullopt,
            .reason = outcome.reason,
            .time = told.time};
}

} // namespace

void GuestChanges::begin(sync::When when)
{
    m_isLive = true;
    m_when = when;
    m_status = {};
    m_proposals.clear();
    m_failed.clear();
    m_home.clear();
    m_homeCount = 0;
    collectOpen();
    Q_EMIT changed();
}

void GuestChanges::end()
{
    m_isLive = false;
    m_status = {};
    m_proposals.clear();
    m_failed.clear();
    collectOpen();
    Q_EMIT changed();
}

void GuestChanges::addOutcomes(std::deque<TimedOutcome> outcomes, std::uint64_t untold)
{
    for (const TimedOutcome& told : outcomes) {
        if (told.outcome.kind == sync::Outcome::Kind::Failed) {
            m_failed[told.outcome.path] = changeOf(told, State::Failed);
        } else if (told.outcome.kind == sync::Outcome::Kind::Made) {
            m_failed.erase(told.outcome.path);
            m_home.push_back(changeOf(told, State::Home));
            m_home.back().key = ++m_lastKey;
            ++m_homeCount;
        }
    }
    m_homeCount += untold;
    while (m_home.size() > maxHome)
        m_home.pop_front();
    collectOpen();
    Q_EMIT changed();
}

void GuestChanges::setSample(const HomeSample& sample)
{
    m_status = sample.status;
    m_proposals = sample.proposals;
    if (m_status.last.conflicts == 0)
        m_failed.clear(); // what failed has gone another way
    collectOpen();
    Q_EMIT changed();
}

std::uint64_t GuestChanges::keyOf(const std::string& path)
{
    const auto [key, isNew] = m_keys.try_emplace(path, m_lastKey + 1);
    if (isNew)
        ++m_lastKey;
    return key->second;
}

void GuestChanges::collectOpen()
{
    std::vector<GuestChange> open;
    for (const sync::Proposal& proposal : m_proposals) {
        open.push_back(changeOf(proposal));
        open.back().key = keyOf("decide " + std::to_string(proposal.number));
    }
    for (const auto& [path, failed] : m_failed) {
        open.push_back(failed);
        open.back().key = keyOf("failed " + path);
    }
    for (const sync::Waiting& waiting : m_status.last.waiting) {
        open.push_back(changeOf(waiting));
        open.back().key = keyOf("waits " + waiting.path);
    }
    std::ranges::stable_sort(open, std::ranges::greater{}, &GuestChange::state);
    m_open = std::move(open);
    std::set<std::uint64_t> shown;
    for (const GuestChange& change : m_open)
        shown.insert(change.key);
    std::erase_if(m_keys, [&](const auto& known) { return !shown.contains(known.second); });
}

GuestChanges::Sign GuestChanges::sign() const
{
    if (!m_isLive)
        return Sign::None;
    if (!heldReason().empty())
        return Sign::Held;
    const auto has = [this](State state) {
        return std::ranges::find(m_open, state, &GuestChange::state) != m_open.end();
    };
    if (has(State::Conflict) || has(State::Proposed))
        return Sign::Asking;
    if (has(State::Failed) || has(State::Waiting))
        return Sign::Waiting;
    if (m_status.isBehind || has(State::Settling))
        return m_when == sync::When::End ? Sign::AtEnd : Sign::Settling;
    return Sign::UpToDate;
}

QString GuestChanges::signText() const
{
    switch (sign()) {
    case Sign::None: break;
    case Sign::UpToDate: return tr("Folder up to date");
    case Sign::Settling: return tr("Settling");
    case Sign::AtEnd: return tr("Comes home in the end");
    case Sign::Waiting: return tr("%1 not home").arg(countText(m_open.size()));
    case Sign::Asking: return tr("%1 to decide").arg(countText(askCount()));
    case Sign::Held: return tr("Held");
    }
    return {};
}

QString GuestChanges::sentence() const
{
    const QString home = tr("%1 came home").arg(countText(m_homeCount, "change", "changes"));
    const auto with = [&](const QString& text) {
        return m_homeCount == 0 ? text : tr("%1 · %2").arg(text, home);
    };
    switch (sign()) {
    case Sign::None: return m_homeCount == 0 ? QString() : home;
    case Sign::UpToDate: return with(tr("The folder is up to date"));
    case Sign::Settling: return with(tr("Guests have just written; it is settling"));
    case Sign::AtEnd: return with(tr("What guests wrote comes home when serving ends"));
    case Sign::Waiting:
        return with(
            tr("%1 not home yet").arg(countText(m_open.size(), "change is", "changes are")));
    case Sign::Asking:
        return with(
            tr("%1 for your decision").arg(countText(askCount(), "change waits", "changes wait")));
    case Sign::Held:
        return with(tr("Nothing is written to the folder any more: %1").arg(shown(heldReason())));
    }
    return {};
}

std::size_t GuestChanges::askCount() const
{
    return static_cast<std::size_t>(std::ranges::count_if(m_open, [](const GuestChange& change) {
        return change.state == State::Conflict || change.state == State::Proposed;
    }));
}

const GuestChange* GuestChanges::find(std::uint64_t key) const
{
    const auto open = std::ranges::find(m_open, key, &GuestChange::key);
    if (open != m_open.end())
        return &*open;
    const auto home = std::ranges::find(m_home, key, &GuestChange::key);
    return home != m_home.end() ? &*home : nullptr;
}

} // namespace fatlas::ui
