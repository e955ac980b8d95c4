#include "ui/document/serve_timeline.hpp"

#include "ui/base/words.hpp"

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

constexpr int frameMs = 100;
constexpr double nsPerMs = 1e6;

} // namespace

QString momentTimeText(std::int64_t timeNs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(timeNs / 1'000'000);
    return time.toString(time.date() == QDate::currentDate()
                             ? QStringLiteral("HH:mm:ss.zzz")
                             : QStringLiteral("yyyy-MM-dd HH:mm:ss.zzz"));
}

ServeTimeline::ServeTimeline(QObject* parent) : QObject(parent)
{
    m_film.setInterval(frameMs);
    connect(&m_film, &QTimer::timeout, this, &ServeTimeline::showNext);
    connect(&m_search, &Task::progressChanged, this, &ServeTimeline::searchChanged);
    connect(&m_search, &Task::stateChanged, this, &ServeTimeline::searchChanged);
}

ServeTimeline::~ServeTimeline()
{
    disconnect(&m_search, nullptr, this, nullptr);
}

void ServeTimeline::follow(std::shared_ptr<serve::WriteJournal> journal, serve::MomentVolume volume)
{
    leave();
    m_journal = std::move(journal);
    m_volume = std::move(volume);
    refresh();
    Q_EMIT spanChanged();
}

void ServeTimeline::leave()
{
    m_search.abandon();
    m_searchText.clear();
    pause();
    m_journal.reset();
    m_span = {};
    set(std::nullopt);
    Q_EMIT spanChanged();
    Q_EMIT searchChanged();
}

void ServeTimeline::refresh()
{
    if (!m_journal)
        return;
    const serve::JournalSpan now = m_journal->span();
    if (now == m_span)
        return;
    m_span = now;
    if (m_moment && *m_moment < m_span.oldest)
        set(m_span.oldest); // it is forgotten by now
    Q_EMIT spanChanged();
}

std::int64_t ServeTimeline::timeOf(std::uint64_t moment) const
{
    if (!m_journal || moment <= m_span.oldest)
        return m_span.oldestNs;
    const auto write = m_journal->index().write(moment);
    return write ? write->timeNs : m_span.newestNs;
}

QString ServeTimeline::placeText() const
{
    const std::uint64_t at = place();
    if (at == 0)
        return m_span.newest == 0
                   ? tr("nothing was written yet")
                   : tr("before the first of %1").arg(countText(m_span.newest, "write", "writes"));
    return tr("write %1 of %2, %3")
        .arg(countText(at), countText(m_span.newest), momentTimeText(timeOf(at)));
}

QString ServeTimeline::limitText() const
{
    if (!m_journal || m_span.oldest == 0)
        return {};
    const QString since = tr("It goes back to %1 (write %2)")
                              .arg(momentTimeText(m_span.oldestNs), countText(m_span.oldest));
    const auto loss = m_journal->loss();
    return loss ? tr("%1: %2").arg(since, shown(loss->error.message)) : since;
}

void ServeTimeline::set(std::optional<std::uint64_t> moment)
{
    if (moment == m_moment)
        return;
    m_moment = moment;
    m_isPictureReady = !moment.has_value();
    Q_EMIT momentChanged();
}

void ServeTimeline::goTo(std::uint64_t moment)
{
    if (!m_journal)
        return;
    refresh();
    const std::uint64_t there = std::clamp(moment, m_span.oldest, m_span.newest);
    set(there);
    if (isPlaying())
        m_filmNs = static_cast<double>(timeOf(there));
}

void ServeTimeline::step(std::int64_t writes)
{
    if (!m_journal)
        return;
    pause();
    const std::uint64_t at = place();
    const auto count = static_cast<std::uint64_t>(writes < 0 ? -writes : writes);
    goTo(writes < 0 ? at - std::min(at, count) : at + std::min(count, UINT64_MAX - at));
}

void ServeTimeline::goLive()
{
    pause();
    set(std::nullopt);
}

void ServeTimeline::play()
{
    if (!m_journal || isPlaying())
        return;
    refresh();
    if (place() >= m_span.newest)
        goTo(m_span.oldest);
    m_filmNs = static_cast<double>(timeOf(place()));
    m_film.start();
    Q_EMIT playChanged();
}

void ServeTimeline::pause()
{
    if (!isPlaying())
        return;
    m_film.stop();
    Q_EMIT playChanged();
}

void ServeTimeline::togglePlay()
{
    if (isPlaying())
        pause();
    else
        play();
}

void ServeTimeline::setSpeed(int speed)
{
    m_speed = std::max(speed, 1);
}

void ServeTimeline::showNext()
{
    if (!m_isPictureReady)
        return;
    refresh();
    m_filmNs += frameMs * nsPerMs * m_speed;
    std::uint64_t next = m_journal->index().momentAt(static_cast<std::int64_t>(m_filmNs));
    if (next <= place()) { // nothing was written for a while
        next = place() + 1;
        m_filmNs = std::max(m_filmNs, static_cast<double>(timeOf(next)));
    }
    if (place() >= m_span.newest)
        return pause();
    set(std::min(next, m_span.newest));
}

std::vector<serve::JournalWrite> ServeTimeline::writesTo(std::uint64_t offset, std::uint64_t length,
                                                         std::size_t limit) const
{
    if (!m_journal)
        return {};
    return m_journal->index().writesTo(offset, length, place(), limit);
}

std::vector<serve::JournalWrite> ServeTimeline::newestWrites(std::size_t limit) const
{
    if (!m_journal)
        return {};
    const std::uint64_t end = place() + 1;
    auto writes = m_journal->index().writes(end - std::min<std::uint64_t>(limit, end), end);
    std::ranges::reverse(writes);
    return writes;
}

void ServeTimeline::search(const Finding& finding)
{
    if (!m_journal)
        return;
    pause();
    const QString rule = shown(finding.rule);
    m_searchText = tr("Looking for the first moment of %1…").arg(rule);
    serve::FindingPlace place{
        .rule = finding.rule, .path = finding.path, .cluster = finding.cluster};
    m_search.start(
        [journal = m_journal, volume = m_volume, place = std::move(place)](const JobControl& job) {
            return serve::findFirstMoment(*journal, volume, place, job);
        },
        [this, rule](const Result<std::optional<serve::FirstMoment>>& found) {
            takeFound(rule, found);
        });
    Q_EMIT searchChanged();
}

void ServeTimeline::cancelSearch()
{
    m_search.cancel();
}

void ServeTimeline::takeFound(const QString& rule,
                              const Result<std::optional<serve::FirstMoment>>& found)
{
    if (!found) {
        m_searchText = found.error().code == ErrorCode::Cancelled
                           ? QString()
                           : tr("The first moment of %1 was not found: %2")
                                 .arg(rule, errorWords(found.error()).sentence);
    } else if (const std::optional<serve::FirstMoment>& first = *found; first) {
        m_searchText = first->wasThereBefore
                           ? tr("%1 was there already at the oldest moment").arg(rule)
                           : tr("%1 came with write %2").arg(rule, countText(first->moment));
        goTo(first->moment);
    } else {
        m_searchText = tr("%1 is at no moment that is remembered").arg(rule);
    }
    Q_EMIT searchChanged();
}

} // namespace fatlas::ui
