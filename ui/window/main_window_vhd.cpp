// What the window does with VHDs: their inspectors, and the way to the volumes inside and back.

#include "core/vhd/open_vhd.hpp"

#include "ui/base/words.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/vhd_jobs.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/wizards/new_vhd_page.hpp"
#include "ui/wizards/vhd_action_panel.hpp"

#include <QFile>
#include <QFileInfo>
#include <QPointer>

namespace fatlas::ui {

VhdPage* MainWindow::openVhd(const QString& path)
{
    if (VhdPage* const open = m_tabs->showVhd(path); open != nullptr)
        return open;
    auto* page = new VhdPage(path);
    m_tabs->add(page);
    connect(page, &VhdPage::hoveredText, this, &MainWindow::showStatus);
    connect(page, &VhdPage::contentShown, this, &MainWindow::follow);
    connect(page, &VhdPage::openVhdRequested, this, &MainWindow::openVhd);
    connect(page, &VhdPage::openAsImageRequested, this,
            [this](const QString& image) { openVolume(image); });
    connect(page, &VhdPage::runRequested, this,
            [this, page](const SharedVhdPlan& plan) { runVhd(page, plan); });
    connect(page, &VhdPage::openVolumeRequested, this, [this](const QString& disk, int partition) {
        openVolume(disk, partition == 0 ? std::nullopt : std::optional<std::uint32_t>(partition));
    });
    connect(&page->document(), &VhdDocument::checkTextChanged, this, &MainWindow::updateCorner);
    connect(&page->document(), &VhdDocument::ready, this, [this, path] {
        m_settings.remember(path, false);
        offerRecent();
    });
    page->startReading();
    follow();
    return page;
}

NewVhdPage* MainWindow::newVhd()
{
    auto* page = new NewVhdPage;
    m_tabs->add(page);
    connect(page, &NewVhdPage::createRequested, this, [this, page] { createVhd(page); });
    page->startEditing();
    follow();
    return page;
}

void MainWindow::createVhd(NewVhdPage* page)
{
    if (!page->problem().isEmpty())
        return;
    const auto existing =
        page->mayReplace() ? AtomicFile::Existing::Replace : AtomicFile::Existing::Keep;
    Task& job = ui::createVhd(m_jobs, page->document().preview().plan, existing);
    const std::string file = page->document().preview().plan->wanted.file.native();
    connect(&job, &Task::stateChanged, this,
            [this, &job, page = QPointer<NewVhdPage>(page),
             path = QFile::decodeName(QByteArray::fromStdString(file))] {
                if (job.state() != Task::State::Done)
                    return;
                if (page)
                    m_tabs->close(page);
                openVhd(path);
            });
}

/// Carries out an action; then the disk is read again, or what was made is opened.
void MainWindow::runVhd(VhdPage* page, const SharedVhdPlan& plan)
{
    page->actionPanel()->hide();
    Task& job = runVhdPlan(m_jobs, plan);
    connect(&job, &Task::stateChanged, this, [this, &job, plan, page = QPointer<VhdPage>(page)] {
        if (job.isRunning())
            return;
        if (page)
            page->document().load();
        const QString made =
            QFile::decodeName(QByteArray::fromStdString(plan->wish.target.native()));
        if (job.state() == Task::State::Done && !made.isEmpty())
            openPaths({made});
    });
}

/// From the volume inside back to the disk that holds it.
void MainWindow::inspectDisk()
{
    if (VolumePage* const page = m_tabs->volume(); page != nullptr)
        openVhd(QFileInfo(page->document().source()).absoluteFilePath());
}

QString MainWindow::inspectProblem() const
{
    VolumePage* const page = m_tabs->volume();
    if (page == nullptr)
        return tr("Needs an open volume");
    const auto& content = page->document().content();
    return content && content->image.vhdChain ? QString() : tr("The volume is not in a VHD");
}

} // namespace fatlas::ui
