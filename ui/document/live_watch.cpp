#include "ui/document/live_watch.hpp"

#include <array>
#include <utility>

namespace fatlas::ui {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t eventsAtATime = 1024;
/// Of a frame, so that somebody who asks for the whole disk again and again is not waited for.
constexpr std::chrono::milliseconds timeForEvents{15};

} // namespace

LiveWatch::LiveWatch(std::shared_ptr<serve::Service> service, const serve::Generation& generation,
                     Callbacks callbacks)
    : m_service(std::move(service)), m_tap(generation.tap), m_callbacks(std::move(callbacks)),
      m_heat(m_tap->binCount()), m_thread([this](const std::stop_token& stop) { run(stop); })
{}

void LiveWatch::setPace(serve::Pace pace)
{
    const std::scoped_lock lock(m_mutex);
    m_pace = pace;
}

void LiveWatch::setOwners(Owners owners)
{
    const std::scoped_lock lock(m_mutex);
    m_owners = std::move(owners);
}

std::vector<serve::WriteRecord> LiveWatch::writesTo(std::uint64_t offset, std::uint64_t length,
                                                    std::size_t limit) const
{
    const std::scoped_lock lock(m_mutex);
    return m_writes.writesTo(offset, length, limit);
}

void LiveWatch::run(const std::stop_token& stop)
{
    auto nextSample = Clock::now();
    while (!stop.stop_requested()) {
        const auto start = Clock::now();
        takeEvents(start + timeForEvents);
        tellGlow();
        if (start >= nextSample) {
            tellSample();
            nextSample = start + sampleInterval;
        }
        std::unique_lock lock(m_mutex);
        m_wake.wait_until(lock, stop, start + frame, [] { return false; });
    }
}

void LiveWatch::takeEvents(Clock::time_point until)
{
    std::array<block::TapEvent, eventsAtATime> events{};
    std::size_t count = 0;
    do {
        count = m_tap->events().take(events);
        const auto taken = std::span(events).first(count);
        m_player.add(taken);
        const std::scoped_lock lock(m_mutex);
        for (const block::TapEvent& event : taken)
            m_writes.add(event);
    } while (count == eventsAtATime && Clock::now() < until);
}

void LiveWatch::tellGlow()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_player.setPace(m_pace);
    }
    const std::uint64_t at =
        m_player.advance(block::tapClockNs(), [this](const block::TapEvent& event) {
            m_heat.touch(*m_tap, event, event.timeNs);
        });
    if (m_player.pace() == serve::Pace::Frozen || (m_heat.isCold() && m_wasCold))
        return;
    auto glow = std::make_shared<Glow>();
    glow->tap = m_tap;
    glow->spots = m_heat.at(at);
    glow->lagNs = m_player.lagNs();
    m_wasCold = m_heat.isCold();
    m_callbacks.onGlow(std::move(glow));
}

std::uint64_t LiveWatch::changedBytes() const
{
    std::uint64_t sum = 0;
    for (const serve::Generation& generation : m_service->session().generations())
        sum += m_service->session().changedBytes(generation.number);
    return sum;
}

void LiveWatch::tellSample()
{
    const std::uint64_t now = block::tapClockNs();
    auto sample = std::make_shared<LiveSample>();
    sample->clients = m_rates.update(m_service->clients(), now);
    sample->totals = serve::activityTotals(*m_tap);
    m_activity.add(sample->totals, now);
    sample->history.assign(m_activity.samples().begin(), m_activity.samples().end());
    sample->changedBytes = changedBytes();
    sample->lostCount = m_tap->events().dropped();
    if (serve::WriteBack* const writeBack = m_service->session().writeBack())
        sample->home = HomeSample{.status = writeBack->synchronizer().status(),
                                  .proposals = writeBack->synchronizer().proposals()};
    Owners owners;
    {
        const std::scoped_lock lock(m_mutex);
        owners = m_owners;
        sample->writes = m_writes.newest(shownWrites);
        sample->writeCount = m_writes.count();
    }
    if (owners.map)
        sample->traffic = std::make_shared<const serve::DiskTraffic>(
            serve::trafficOf(*m_tap, *owners.map, owners.volumeOffset, owners.count));
    m_callbacks.onSample(std::move(sample));
}

} // namespace fatlas::ui
