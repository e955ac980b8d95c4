/// The way from the threads of a server to the window: the newest of what has a newest, the rest in
/// order, and one wake-up at a time however much comes.
///
/// Shape:    messages that nobody takes are counted once there are more than `maxWaiting`.
/// Threads:  everything from any thread; `wake` is called on the thread that tells, and must only
///           post.
/// Lifetime: shared by those who tell and the one who takes; after detach() nothing wakes.
#pragma once

#include "core/base/finding.hpp"
#include "core/nbd/server.hpp"
#include "core/serve/host_changes.hpp"
#include "core/serve/service.hpp"
#include "core/sync/engine.hpp"

#include "ui/document/guest_changes.hpp"
#include "ui/document/live_watch.hpp"

#include <QDateTime>
#include <QString>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace fatlas::ui {

/// Something that happened while a disk is served.
struct ServeMessage {
    std::uint64_t number = 0; ///< from 1, given by who shows it
    QDateTime time;
    Severity severity = Severity::Info;
    QString text;
};

class ServeRelay : public std::enable_shared_from_this<ServeRelay> {
public:
    static constexpr std::size_t maxWaiting = 200;
    static constexpr std::size_t maxOutcomes = GuestChanges::maxHome;

    struct News {
        std::shared_ptr<const Glow> glow;
        std::shared_ptr<const LiveSample> sample;
        std::optional<serve::HostChanges> hostChanges;
        bool hasPublished = false;
        std::deque<ServeMessage> messages;
        std::uint64_t untold = 0; ///< more messages than that
        std::deque<TimedOutcome> outcomes;
        std::uint64_t untoldOutcomes = 0; ///< more that came home
    };

    explicit ServeRelay(std::function<void()> wake) : m_wake(std::move(wake)) {}

    void detach();
    /// What came since the last time.
    [[nodiscard]] News take();

    /// For a service; they hold the relay.
    [[nodiscard]] serve::ServiceEvents serviceEvents();
    [[nodiscard]] LiveWatch::Callbacks watchCallbacks();
    [[nodiscard]] sync::SyncEvents syncEvents();

private:
    template <class Change>
    void tell(Change change);
    void addMessage(Severity severity, const QString& text);
    void addOutcome(const sync::Outcome& outcome);

    std::mutex m_mutex;
    std::function<void()> m_wake; ///< empty: nobody is there
    News m_news;
    bool m_isAwake = false;
};

} // namespace fatlas::ui
