#include "core/sync/engine.hpp"

#include "core/base/crc32.hpp"
#include "core/block/slice_device.hpp"
#include "core/host/dry_jail.hpp"
#include "core/sync/guest_content.hpp"
#include "core/sync/proposing.hpp"
#include "core/sync/same_content.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace fatlas::sync {

namespace {

constexpr int maxRounds = 16;                  // a change may make room for another
constexpr std::uint64_t tableBytes = 34 * 512; ///< MBR, GPT and its entries
constexpr std::uint64_t bootCodeBytes = 440;   ///< of the MBR: not about partitions

FileSum startOf(const KnownTree& known)
{
    FileSum start;
    for (const KnownId id : known.inOrder()) {
        const auto size = known.at(id).sizeAtStart;
        start.files += size ? 1 : 0;
        start.bytes += size.value_or(0);
    }
    return start;
}

/// What has to stay the same for it to settle.
std::uint64_t quietStateOf(const GuestTree& guest, std::uint32_t node)
{
    const fat::TreeNode& at = guest.node(node);
    std::uint64_t state = crc32(asBytes(at.raw));
    state = crc32(std::as_bytes(guest.tree->runsOf(node)), static_cast<std::uint32_t>(state));
    return state << 32 | guest.firstCluster(at.parent).value;
}

/// As the guest keeps it: in the root, not in the boot sector.
std::string labelOf(const fat::Tree& tree)
{
    return tree.label;
}

} // namespace

Engine::Engine(EngineSetup setup, const EngineOptions& options, SyncEvents events)
    : m_setup(std::move(setup)), m_options(options), m_events(std::move(events)),
      m_reader(m_setup.disk), m_guard(startOf(m_setup.known)), m_settle(options.settle),
      m_gone({.quiet = 2 * options.settle.quiet, .most = options.settle.most}),
      m_flaws({.quiet = options.flawed, .most = options.flawed})
{}

Result<std::unique_ptr<Engine>> Engine::create(EngineSetup setup, const EngineOptions& options,
                                               SyncEvents events)
{
    if (options.dryRun) {
        FATLAS_ASSIGN(setup.jail, host::openDryJail(setup.root));
    }
    std::unique_ptr<Engine> engine(new Engine(std::move(setup), options, std::move(events)));
    const GuestDisk& disk = engine->m_setup.disk;
    FATLAS_ASSIGN(const auto slice, block::SliceDevice::createReadOnly(
                                        engine->m_setup.base, disk.volumeOffset, disk.volumeSize));
    FATLAS_ASSIGN(const auto volume, fat::Volume::open(slice, {.codePage = disk.codePage}));
    FATLAS_ASSIGN(const auto root, volume->readDirectory(Cluster{}));
    engine->m_boot = volume->boot();
    engine->m_label = root.label;
    return engine;
}

/// Some changes make room for others, so it goes on as long as something is made.
PassResult Engine::pass(Take take, WriteLog::Time now, const JobControl& job)
{
    std::size_t made = 0;
    std::size_t noted = 0;
    PassResult result;
    for (int round = 0; round < maxRounds; ++round) {
        result = passOnce(take, now, job);
        made += result.made;
        noted += result.noted;
        if (result.made + result.noted == 0 || job.stopRequested())
            break;
    }
    if (made + noted != 0)
        if (const auto flushed = m_setup.jail->flush(); !flushed)
            hold(result,
                 "what was carried out may not survive a power cut: " + flushed.error().message);
    if (job.stopRequested())
        result.waiting.push_back({.path = "/",
                                  .reason = "it was stopped before everything was home",
                                  .isSettling = true});
    result.made = made;
    result.noted = noted;
    const Review::Count count = m_review.count();
    result.proposed = count.open;
    result.rejected = count.rejected;
    tellWaiting(result);
    tellProposals();
    return result;
}

PassResult Engine::passOnce(Take& take, WriteLog::Time now, const JobControl& job)
{
    PassResult result;
    const auto guest = readAgain(take, job);
    if (!guest) {
        hold(result, "the guest's disk cannot be read as a FAT volume: " + guest.error().message);
        return result;
    }
    if (auto objection = objectionTo(*guest)) {
        hold(result, *std::move(objection));
        return result;
    }
    if (m_sawDirty && guest->isMarkedClean)
        take = Take::Everything; // unmounted: all that belongs together is there
    m_sawDirty = !guest->isMarkedClean;
    if (take == Take::Everything)
        m_takenAt = guest->stamp;
    const Pairing pairing(m_setup.known, *guest);
    Look look{.guest = *guest, .pairing = pairing, .set = plan(*guest, pairing, take, now)};
    result.waiting = std::move(look.set.waiting);
    for (const Settle* settle : {&m_settle, &m_gone, &m_flaws})
        if (const auto due = settle->nextDue())
            result.nextDue = std::min(result.nextDue.value_or(*due), *due);
    refine(*guest, look.set.changes);
    carryOut(look, result, job);
    if (result.held.empty() && m_events.onLabel && labelOf(*guest->tree) != m_label)
        m_events.onLabel(labelOf(*guest->tree));
    if (result.held.empty())
        m_label = labelOf(*guest->tree);
    return result;
}

/// What was taken as it was is so again as long as nobody writes: a verdict about it comes later.
Result<GuestTree> Engine::readAgain(Take& take, const JobControl& job)
{
    const bool isAsTaken = m_takenAt == m_setup.log->stamp();
    const bool isAll = take == Take::Everything || isAsTaken;
    const auto folders = isAll ? Folders::AsTheyAre : Folders::Written;
    if (take == Take::Everything)
        m_reader.forget();
    auto guest = m_reader.read(m_setup.known, folders, job);
    if (!guest || take == Take::Everything || !isAsTaken)
        return guest;
    if (m_takenAt == guest->stamp) {
        take = Take::Everything;
        return guest;
    }
    return m_reader.read(m_setup.known, Folders::Written, job);
}

ChangeSet Engine::plan(const GuestTree& guest, const Pairing& pairing, Take take,
                       WriteLog::Time now)
{
    for (Settle* settle : {&m_settle, &m_gone, &m_flaws})
        settle->beginPass(now);
    ChangeSet set = planChanges(m_setup.known, guest, pairing, patienceFor(guest, take));
    for (Settle* settle : {&m_settle, &m_gone, &m_flaws})
        settle->endPass();
    return set;
}

void Engine::carryOut(Look& look, PassResult& result, const JobControl& job)
{
    const auto names = m_review.asksAboutAll() ? Names::Needed : Names::Numbered;
    const Needs needs = needsOf(look.set.changes, m_setup.known, look.guest, look.pairing, names);
    auto candidates =
        candidatesFor(look.set.changes, needs, m_setup.known, look.guest, look.pairing);
    waitForNames(candidates, result);
    const Work work = workFrom(look.set.changes, candidates, result);
    tellProposals();
    if (auto objection = countLoss(look.guest, work.orders))
        return hold(result, *std::move(objection));
    hold(result, {});
    const auto onOutcome = [&](const Outcome& outcome, std::size_t at) {
        const std::size_t place = work.places[at];
        if (outcome.kind == Outcome::Kind::Made)
            m_review.noteMade(place);
        else if (outcome.clash)
            m_review.noteClash(place, candidates[place], *outcome.clash);
        tellOutcome(outcome, result);
    };
    Committer committer({.known = m_setup.known,
                         .guest = look.guest,
                         .pairing = look.pairing,
                         .jail = *m_setup.jail,
                         .log = *m_setup.log,
                         .zone = m_options.zone,
                         .stays = [&](KnownId id) { return work.doesStay(id); }},
                        onOutcome);
    committer.commit(work.orders, job);
}

/// As long as something settles, what has a name on the host may still leave it.
void Engine::waitForNames(std::vector<Review::Candidate>& candidates, PassResult& result)
{
    const bool mayLeave = m_review.asksAboutAll() && !result.waiting.empty();
    for (Review::Candidate& candidate : candidates) {
        candidate.isTooEarly = candidate.isTooEarly && mayLeave;
        if (candidate.isTooEarly)
            result.waiting.push_back({.path = candidate.shown.path,
                                      .reason = "what has its name has not left it yet",
                                      .isSettling = true});
    }
}

Engine::Work Engine::workFrom(const std::vector<Change>& changes,
                              const std::vector<Review::Candidate>& candidates,
                              const PassResult& result)
{
    const auto absent =
        result.waiting.empty() ? Review::Absent::Forgotten : Review::Absent::Remembered;
    std::vector<Review::Ruling> rulings = m_review.rule(candidates, absent);
    Work work{.areOthersStaying = m_review.asksAboutAll()};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        Review::Ruling& ruling = rulings[i];
        const bool isDone = ruling.verdict != Verdict::Open && ruling.verdict != Verdict::Reject;
        if (changes[i].known != none)
            (isDone ? work.leaving : work.staying).insert(changes[i].known);
        if (!isDone)
            continue;
        work.orders.push_back(
            {.change = changes[i], .verdict = ruling.verdict, .clash = std::move(ruling.clash)});
        work.places.push_back(i);
    }
    return work;
}

std::optional<std::string> Engine::objectionTo(const GuestTree& guest) const
{
    if (m_options.allowMassDelete)
        return std::nullopt;
    if (isPartitionTouched())
        return "the guest changed the partition table";
    return formatObjection(m_boot, guest.volume->boot());
}

bool Engine::isPartitionTouched() const
{
    const std::uint64_t length = std::min(m_setup.disk.volumeOffset, tableBytes);
    if (length <= bootCodeBytes)
        return false;
    const ByteRange range{.offset = bootCodeBytes, .length = length - bootCodeBytes};
    if (!m_setup.log->touches(range))
        return false;
    Bytes before(static_cast<std::size_t>(range.length));
    Bytes now(before.size());
    return !m_setup.base->read(range.offset, before) ||
           !m_setup.disk.device->read(range.offset, now) || before != now;
}

Settle::Written Engine::writtenTo(const GuestTree& guest, std::uint32_t node) const
{
    Settle::Written written{.content = {},
                            .disk = m_setup.log->lastTime().value_or(Settle::Time{})};
    for (const ByteRange& range : guest.ranges(node))
        if (const auto last = m_setup.log->lastTime(range))
            written.content = std::max(written.content, *last);
    return written;
}

Patience Engine::patienceFor(const GuestTree& guest, Take take)
{
    if (take == Take::Everything)
        return {.hasSettled = [](std::uint32_t, const std::string&) { return true; },
                .isOver = [](const std::string&, const std::string&) { return true; },
                .stayedGone = [](KnownId, const std::string&) { return true; }};
    const Settle::Time disk = m_setup.log->lastTime().value_or(Settle::Time{});
    return {.hasSettled =
                [this, &guest](std::uint32_t node, const std::string& path) {
                    return m_settle.look(path, quietStateOf(guest, node), writtenTo(guest, node));
                },
            .isOver =
                [this, disk](const std::string& path, const std::string& reason) {
                    const auto state = crc32(std::as_bytes(std::span(reason)));
                    return m_flaws.look(path, state, {.content = {}, .disk = disk});
                },
            .stayedGone =
                [this, disk](KnownId, const std::string& path) {
                    return m_gone.look(path, 0, {.content = {}, .disk = disk});
                }};
}

/// A file that was only moved about on the disk, or written with what it held, is no change. It is
/// looked at once, however long it waits.
void Engine::refine(const GuestTree& guest, std::vector<Change>& changes)
{
    std::map<KnownId, std::pair<ChangeState, ChangeKind>> seen;
    for (Change& change : changes) {
        if (change.kind != ChangeKind::WriteFile)
            continue;
        const KnownId id = change.known;
        ChangeState state = stateOf(change, guest);
        const auto before = m_refined.find(id);
        const bool isSame = before != m_refined.end() && before->second.first == state;
        change.kind = isSame ? before->second.second : refined(guest, change);
        seen.emplace(id, std::pair(std::move(state), change.kind));
    }
    m_refined = std::move(seen);
}

ChangeKind Engine::refined(const GuestTree& guest, const Change& change) const
{
    const KnownEntry& entry = m_setup.known.at(change.known);
    if (entry.size() != guest.node(change.node).size() ||
        rangesInPlace(entry, guest, change.node) ||
        !hostHolds(m_setup.root / m_setup.known.hostPath(change.known), entry.identity, guest,
                   change.node))
        return change.kind;
    return hasOtherMeta(entry, guest.node(change.node).raw) ? ChangeKind::SetMeta
                                                            : ChangeKind::Update;
}

/// Each file counts once.
std::optional<std::string> Engine::countLoss(const GuestTree& guest,
                                             const std::vector<Order>& orders)
{
    FileSum loss;
    std::vector<KnownId> lost;
    for (const Order& order : orders) {
        if (order.verdict == Verdict::KeepBoth)
            continue;
        const FileSum one = lossOf(order.change, m_setup.known, guest);
        loss.files += one.files;
        loss.bytes += one.bytes;
        if (one.files != 0)
            lost.push_back(order.change.known);
    }
    if (!m_options.allowMassDelete)
        if (auto objection = m_guard.objection(loss))
            return objection;
    m_guard.count(loss);
    for (const KnownId id : lost) {
        KnownEntry entry = m_setup.known.at(id);
        entry.sizeAtStart.reset();
        m_setup.known.set(id, std::move(entry));
    }
    return std::nullopt;
}

void Engine::tellProposals()
{
    if (!m_events.onProposals)
        return;
    std::vector<Proposal> now = m_review.proposals();
    if (now == m_toldProposals)
        return;
    m_events.onProposals(now);
    m_toldProposals = std::move(now);
}

void Engine::hold(PassResult& result, std::string reason)
{
    if (reason != m_told && m_events.onHeld)
        m_events.onHeld(reason);
    if (!reason.empty())
        m_reader.forget(); // when it goes on, nothing is taken for granted
    m_told = reason;
    result.held = std::move(reason);
}

void Engine::tellOutcome(const Outcome& outcome, PassResult& result)
{
    const std::string key = outcome.path + '\0' + toString(outcome.change);
    if (outcome.kind == Outcome::Kind::Made) {
        m_toldOutcomes.erase(key);
        const bool isNoted = outcome.change == ChangeKind::Update;
        ++(isNoted ? result.noted : result.made);
        if (m_events.onOutcome && !isNoted)
            m_events.onOutcome(outcome);
        return;
    }
    if (outcome.kind == Outcome::Kind::Disturbed) {
        result.waiting.push_back(
            {.path = outcome.path, .reason = outcome.reason, .isSettling = true});
        return;
    }
    ++result.conflicts;
    std::string& told = m_toldOutcomes[key];
    if (told != outcome.reason && m_events.onOutcome)
        m_events.onOutcome(outcome);
    told = outcome.reason;
}

void Engine::tellWaiting(const PassResult& result)
{
    std::map<std::string, std::string> now;
    for (const Waiting& waiting : result.waiting) {
        if (waiting.isSettling)
            continue;
        const auto told = m_toldWaiting.find(waiting.path);
        if (m_events.onWaiting && (told == m_toldWaiting.end() || told->second != waiting.reason))
            m_events.onWaiting(waiting);
        now[waiting.path] = waiting.reason;
    }
    m_toldWaiting = std::move(now);
}

} // namespace fatlas::sync
