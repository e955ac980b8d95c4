/// Looks on at a disk that is served, on a thread of its own, and tells what a window shows of it.
///
/// Several times a second: where guests are at work right now (Glow). A few times a second: who
/// they are, how fast, how much of which file (LiveSample). All sums come from the Tap, which loses
/// nothing; the glow and the list of writes come from its queue of events, of which some may be
/// lost where guests are faster than anybody can look: `lostCount` says how many.
///
/// Units:    bytes; times in nanoseconds of block::tapClockNs().
/// Threads:  everything from any thread. The callbacks come from the thread of the watch and must
///           return soon.
/// Lifetime: no callback comes after the destructor returned. Holds the service.
#pragma once

#include "core/serve/activity.hpp"
#include "core/serve/event_player.hpp"
#include "core/serve/heat.hpp"
#include "core/serve/service.hpp"
#include "core/serve/traffic.hpp"
#include "core/serve/write_history.hpp"

#include "ui/document/guest_changes.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace fatlas::ui {

struct Glow {
    std::shared_ptr<const block::Tap> tap; ///< its bins are what glows
    std::vector<serve::HeatSpot> spots;    ///< by bin
    std::uint64_t lagNs = 0;               ///< how long ago that was
};

struct LiveSample {
    std::vector<serve::ClientActivity> clients;
    std::vector<serve::ActivitySample> history; ///< oldest first
    serve::ActivityTotals totals;
    std::shared_ptr<const serve::DiskTraffic> traffic; ///< null without a map
    std::vector<serve::WriteRecord> writes;            ///< the newest, newest first
    std::uint64_t writeCount = 0;
    std::uint64_t changedBytes = 0; ///< of all generations together
    std::uint64_t lostCount = 0;    ///< events that were not seen one by one
    std::optional<HomeSample> home; ///< where what guests write comes home
};

class LiveWatch {
public:
    static constexpr std::chrono::milliseconds frame{33};
    static constexpr std::chrono::milliseconds sampleInterval{500};
    static constexpr std::size_t historyLength = 120; ///< samples: a minute
    static constexpr std::size_t shownWrites = 200;

    struct Callbacks {
        std::function<void(std::shared_ptr<const Glow>)> onGlow; ///< only when it changed
        std::function<void(std::shared_ptr<const LiveSample>)> onSample;
    };

    /// `generation`: one of the service's session.
    LiveWatch(std::shared_ptr<serve::Service> service, const serve::Generation& generation,
              Callbacks callbacks);

    LiveWatch(const LiveWatch&) = delete;
    LiveWatch& operator=(const LiveWatch&) = delete;
    ~LiveWatch() = default; // the thread ends first

    void setPace(serve::Pace pace);

    /// Whose bytes are whose; null: nobody's.
    struct Owners {
        std::shared_ptr<const fat::UsageMap> map;
        std::uint64_t volumeOffset = 0;
        std::size_t count = 0;
    };

    void setOwners(Owners owners);

    /// The newest writes that touched these bytes of the disk, newest first.
    [[nodiscard]] std::vector<serve::WriteRecord>
    writesTo(std::uint64_t offset, std::uint64_t length, std::size_t limit) const;

private:
    void run(const std::stop_token& stop);
    void takeEvents(std::chrono::steady_clock::time_point until);
    void tellGlow();
    void tellSample();
    [[nodiscard]] std::uint64_t changedBytes() const;

    std::shared_ptr<serve::Service> m_service;
    std::shared_ptr<block::Tap> m_tap;
    Callbacks m_callbacks;
    // Of the thread alone.
    serve::Heat m_heat;
    serve::EventPlayer m_player;
    serve::Activity m_activity{historyLength};
    serve::ClientRates m_rates;
    bool m_wasCold = true;
    // Of everybody.
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    serve::Pace m_pace = serve::Pace::Live;
    Owners m_owners;
    serve::WriteHistory m_writes;
    std::jthread m_thread; ///< last: it uses the rest
};

} // namespace fatlas::ui
