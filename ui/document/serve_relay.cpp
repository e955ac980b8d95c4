#include "ui/document/serve_relay.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>

#include <utility>

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("ServeRelay", text);
}

QString comingText(const nbd::Client& client, nbd::ClientChange change)
{
    const QString who =
        words("Client %1 (%2)").arg(countText(client.number), shown(client.address));
    if (change == nbd::ClientChange::Joined)
        return words("%1 uses “%2”").arg(who, shown(client.exportName));
    return words("%1 left: %2, %3 read, %4 written")
        .arg(who, countText(client.requestCount, "request", "requests"), sizeText(client.readSize),
             sizeText(client.writtenSize));
}

QString outcomeText(const sync::Outcome& outcome)
{
    if (outcome.kind == sync::Outcome::Kind::Conflict)
        return words("Conflict: %1: %2; both versions are kept")
            .arg(shown(outcome.path), shown(outcome.reason));
    return words("%1 is not home yet: %2; it is tried again")
        .arg(shown(outcome.path), shown(outcome.reason));
}

QString publishedText(const serve::Generation& generation)
{
    return words("The folder as it is now is served as “%1”").arg(shown(generation.name));
}

} // namespace

void ServeRelay::detach()
{
    const std::scoped_lock lock(m_mutex);
    m_wake = nullptr;
}

ServeRelay::News ServeRelay::take()
{
    const std::scoped_lock lock(m_mutex);
    m_isAwake = false;
    return std::exchange(m_news, {});
}

template <class Change>
void ServeRelay::tell(Change change)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_wake)
        return;
    change(m_news);
    if (!std::exchange(m_isAwake, true))
        m_wake();
}

void ServeRelay::addMessage(Severity severity, const QString& text)
{
    tell([&](News& news) {
        if (news.messages.size() >= maxWaiting)
            ++news.untold;
        else
            news.messages.push_back(
                {.time = QDateTime::currentDateTime(), .severity = severity, .text = text});
    });
}

void ServeRelay::addOutcome(const sync::Outcome& outcome)
{
    tell([&](News& news) {
        if (news.outcomes.size() < maxOutcomes)
            news.outcomes.push_back({.time = QDateTime::currentDateTime(), .outcome = outcome});
        else if (outcome.kind == sync::Outcome::Kind::Made)
            ++news.untoldOutcomes;
    });
}

serve::ServiceEvents ServeRelay::serviceEvents()
{
    const auto self = shared_from_this();
    return {.onHostChanges =
                [self](const serve::HostChanges& changes) {
                    self->tell([&](News& news) { news.hostChanges = changes; });
                },
            .onPublished =
                [self](const serve::Generation& made) {
                    self->addMessage(Severity::Info, publishedText(made));
                    self->tell([](News& news) { news.hasPublished = true; });
                },
            .onProblem =
                [self](const Error& error) {
                    self->addMessage(Severity::Error, errorWords(error).sentence);
                },
            .onClient =
                [self](const nbd::Client& client, nbd::ClientChange change) {
                    self->addMessage(Severity::Info, comingText(client, change));
                },
            .onError =
                [self](nbd::ClientNumber client, const Error& error) {
                    self->addMessage(
                        Severity::Warning,
                        words("Client %1: %2").arg(countText(client), errorWords(error).sentence));
                }};
}

LiveWatch::Callbacks ServeRelay::watchCallbacks()
{
    const auto self = shared_from_this();
    return {.onGlow =
                [self](std::shared_ptr<const Glow> glow) {
                    self->tell([&](News& news) { news.glow = std::move(glow); });
                },
            .onSample =
                [self](std::shared_ptr<const LiveSample> sample) {
                    self->tell([&](News& news) { news.sample = std::move(sample); });
                }};
}

sync::SyncEvents ServeRelay::syncEvents()
{
    const auto self = shared_from_this();
    sync::SyncEvents events;
    events.onOutcome = [self](const sync::Outcome& outcome) {
        self->addOutcome(outcome);
        if (outcome.kind != sync::Outcome::Kind::Made)
            self->addMessage(Severity::Warning, outcomeText(outcome));
    };
    events.onWaiting = [self](const sync::Waiting& waiting) {
        self->addMessage(Severity::Info,
                         words("%1 waits: %2").arg(shown(waiting.path), shown(waiting.reason)));
    };
    events.onHeld = [self](const std::string& reason) {
        if (reason.empty())
            self->addMessage(Severity::Info, words("Changes come home again"));
        else
            self->addMessage(
                Severity::Error,
                words("Nothing is written to the folder any more: %1").arg(shown(reason)));
    };
    events.onLabel = [self](const std::string& label) {
        self->addMessage(
            Severity::Info,
            words("A guest named the disk “%1”; a folder has no label").arg(shown(label)));
    };
    return events;
}

} // namespace fatlas::ui
