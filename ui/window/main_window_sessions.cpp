// What the window does with sessions that were cut off before everything a guest wrote was home.

#include "ui/base/words.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/session_jobs.hpp"
#include "ui/window/welcome_page.hpp"

#include <QMessageBox>
#include <QPushButton>

namespace fatlas::ui {

void MainWindow::connectSessions()
{
    WelcomePage* const welcome = m_tabs->welcome();
    connect(welcome, &WelcomePage::bringHomeRequested, this,
            [this](const serve::StoredSession& session) { bringHome(m_jobs, session); });
    connect(welcome, &WelcomePage::giveUpRequested, this, &MainWindow::askToGiveUp);
    connect(m_tabs, &DocumentTabs::currentChangedTo, this, &MainWindow::offerSessions);
    connect(&m_jobs, &TaskList::finished, this, &MainWindow::offerSessions);
    offerSessions();
}

/// Those that somebody uses are at work, here or elsewhere.
void MainWindow::offerSessions()
{
    m_listing.start(
        [](const JobControl&) -> Result<std::vector<serve::StoredSession>> {
            auto sessions = serve::listSessions(serve::defaultSessionsFolder());
            std::erase_if(sessions, [](const auto& session) { return session.isInUse; });
            return sessions;
        },
        [this](const Result<std::vector<serve::StoredSession>>& sessions) {
            if (sessions)
                m_tabs->welcome()->setSessions(*sessions);
        });
}

void MainWindow::askToGiveUp(const serve::StoredSession& session)
{
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Give up what the guest wrote?"),
                                tr("What a guest of %1 wrote and is not in the folder is deleted.")
                                    .arg(shown(session.root.filename().native())),
                                {}, this);
    box->setInformativeText(tr("It cannot be brought back. The folder stays as it is."));
    QPushButton* const yes = box->addButton(tr("Give up"), QMessageBox::DestructiveRole);
    box->setDefaultButton(box->addButton(tr("Keep"), QMessageBox::RejectRole));
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::buttonClicked, this, [this, yes, session](QAbstractButton* button) {
        if (button == yes)
            giveUp(m_jobs, session);
    });
    box->open();
}

} // namespace fatlas::ui
