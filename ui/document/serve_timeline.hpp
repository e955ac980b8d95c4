/// Where one is on the timeline of a disk that is served: live, or at a moment of its past.
///
/// Knows which moments there are, steps and plays through them, and finds the first one that has a
/// finding. What the disk held at a moment is read by ServeDocument.
///
/// Units:    moments are numbers of writes (core/serve/journal_index.hpp); times in nanoseconds
///           since 1970-01-01 UTC.
/// Threads:  GUI thread; asks the journal's index, which is in memory, and no file.
/// Lifetime: holds the journal until leave().
#pragma once

#include "core/serve/first_moment.hpp"

#include "ui/tasks/task.hpp"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace fatlas::ui {

/// "10:32:05.120", with the date when it is not today.
[[nodiscard]] QString momentTimeText(std::int64_t timeNs);

class ServeTimeline final : public QObject {
    Q_OBJECT

public:
    explicit ServeTimeline(QObject* parent = nullptr);
    ~ServeTimeline() override;

    /// Another disk is looked at: live.
    void follow(std::shared_ptr<serve::WriteJournal> journal, serve::MomentVolume volume);
    void leave();
    /// Looks what was written meanwhile.
    void refresh();

    /// Between frames of a film; it waits for the picture before.
    void setPictureReady(bool isReady) { m_isPictureReady = isReady; }

    /// Null: there is no timeline.
    [[nodiscard]] const std::shared_ptr<serve::WriteJournal>& journal() const noexcept
    {
        return m_journal;
    }

    [[nodiscard]] const serve::JournalSpan& span() const noexcept { return m_span; }

    /// Nothing: live.
    [[nodiscard]] std::optional<std::uint64_t> moment() const noexcept { return m_moment; }

    /// The moment that is shown; live: the newest.
    [[nodiscard]] std::uint64_t place() const noexcept { return m_moment.value_or(m_span.newest); }

    [[nodiscard]] std::int64_t timeOf(std::uint64_t moment) const;
    /// "write 120 of 3,400, 10:32:05.120"
    [[nodiscard]] QString placeText() const;
    /// Why one cannot go back further than one can; empty: everything is there.
    [[nodiscard]] QString limitText() const;

    /// Into what is remembered.
    void goTo(std::uint64_t moment);
    void step(std::int64_t writes);
    void goLive();

    [[nodiscard]] bool isPlaying() const { return m_film.isActive(); }

    /// From the beginning when there is nothing behind the place.
    void play();
    void pause();
    void togglePlay();

    [[nodiscard]] int speed() const noexcept { return m_speed; }

    /// How many times faster than it was; moments without writes are skipped.
    void setSpeed(int speed);

    /// Newest first, up to the place, as the live list has them.
    [[nodiscard]] std::vector<serve::JournalWrite>
    writesTo(std::uint64_t offset, std::uint64_t length, std::size_t limit) const;
    [[nodiscard]] std::vector<serve::JournalWrite> newestWrites(std::size_t limit) const;

    /// Goes to the first moment that has it, unless there is none.
    void search(const Finding& finding);
    void cancelSearch();

    [[nodiscard]] const Task& searching() const noexcept { return m_search; }

    /// "Looking for the first moment of F12…", or what came of it; empty before.
    [[nodiscard]] const QString& searchText() const noexcept { return m_searchText; }

Q_SIGNALS:
    void spanChanged();
    void momentChanged(); ///< another moment, or live again
    void playChanged();
    void searchChanged();

private:
    void set(std::optional<std::uint64_t> moment);
    void showNext();
    void takeFound(const QString& rule, const Result<std::optional<serve::FirstMoment>>& found);

    std::shared_ptr<serve::WriteJournal> m_journal;
    serve::MomentVolume m_volume;
    serve::JournalSpan m_span;
    std::optional<std::uint64_t> m_moment;
    bool m_isPictureReady = true;
    int m_speed = 1;
    QTimer m_film;
    double m_filmNs = 0; ///< how far the film is
    QString m_searchText;
    Task m_search{Task::Lane::Long};
};

} // namespace fatlas::ui
