/// Where everything starts: make a disk, open one, go on with a recent one, drop one here.
///
/// Threads: GUI thread; does no I/O.
#pragma once

#include "core/convert/tour.hpp"
#include "core/serve/write_back.hpp"

#include "ui/window/window_settings.hpp"

#include <QWidget>

class QVBoxLayout;

namespace fatlas::ui {

class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

    void setRecent(const std::vector<RecentItem>& items);
    /// Sessions whose guests wrote something that is not in the folder yet.
    void setSessions(const std::vector<serve::StoredSession>& sessions);
    /// Puts the keyboard on the first action.
    void startChoosing();
    /// While something is dragged over the window.
    void setDropHighlight(bool on);

Q_SIGNALS:
    void newDiskRequested();
    void newVhdRequested();
    void openRequested();
    void compareRequested();
    void recentChosen(const QString& source, bool isFolder);
    void pinRequested(const QString& source, bool pinned);
    void forgetRequested(const QString& source);
    void bringHomeRequested(const fatlas::serve::StoredSession& session);
    void giveUpRequested(const fatlas::serve::StoredSession& session);
    /// One of the damaged floppies of the tour.
    void lessonChosen(fatlas::convert::Lesson lesson);

private:
    QWidget* makeActions();
    QWidget* makeTour();
    QWidget* makeRecentRow(const RecentItem& item);
    QWidget* makeSessionRow(const serve::StoredSession& session);

    class DropZone;

    QVBoxLayout* m_sessions;
    QWidget* m_sessionBox;
    QVBoxLayout* m_recent;
    QWidget* m_recentBox;
    DropZone* m_drop;
    QWidget* m_first = nullptr;
};

} // namespace fatlas::ui
