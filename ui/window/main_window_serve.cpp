// What the window does with disks that are served: from which document, what would be lost, where
// to save it.

#include "core/base/units.hpp"

#include "ui/base/words.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/guest_changes_panel.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/serve_jobs.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/serve_tabs.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/wizards/new_disk_page.hpp"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>

namespace fatlas::ui {

namespace {

/// Of what guests write over, for each disk.
constexpr std::uint64_t timelineBytes = GiB;

std::string toNative(const QString& path)
{
    return QFile::encodeName(path).toStdString();
}

} // namespace

/// Of the document in front.
ServeWish MainWindow::serveWish() const
{
    ServeWish wish;
    if (NewDiskPage* const page = m_tabs->newDisk(); page != nullptr) {
        wish.source = toNative(page->document().folder());
        wish.kind = serve::SourceKind::Folder;
        wish.session.open.folder = page->document().options();
    } else if (VolumePage* const volume = m_tabs->volume(); volume != nullptr) {
        wish.source = toNative(QFileInfo(volume->document().source()).absoluteFilePath());
        const SharedContent& content = volume->document().content();
        wish.session.open.partitionIndex = content ? content->image.partitionIndex : std::nullopt;
    } else if (VhdPage* const vhd = m_tabs->vhd(); vhd != nullptr) {
        wish.source = toNative(vhd->document().path());
    }
    wish.session.name = serve::defaultExportName(wish.source);
    wish.session.timelineBytes = timelineBytes;
    return wish;
}

QString MainWindow::serveProblem() const
{
    if (const NewDiskPage* const page = m_tabs->newDisk(); page != nullptr)
        return page->saveProblem();
    if (VolumePage* const page = m_tabs->volume(); page != nullptr)
        return page->document().content() ? QString() : tr("The volume is not open");
    if (VhdPage* const page = m_tabs->vhd(); page != nullptr)
        return page->document().content() && page->document().content()->isDisk()
                   ? QString()
                   : tr("There is no disk in this file that could be served");
    return tr("There is no disk to serve yet");
}

void MainWindow::serveCurrent()
{
    if (serveProblem().isEmpty())
        serve(serveWish());
}

ServePage* MainWindow::serve(const ServeWish& wish)
{
    for (ServePage* const open : m_tabs->serves())
        if (open->document().wish().source == wish.source &&
            open->document().state() != ServeDocument::State::Idle) {
            m_tabs->show(open);
            return open;
        }
    auto* page = new ServePage(wish);
    m_tabs->add(page);
    connect(page, &ServePage::hoveredText, this, &MainWindow::showStatus);
    connect(page, &ServePage::shown, this, &MainWindow::updateCorner);
    connect(page, &ServePage::saveRequested, this, [this, page] { askSaveServed(page); });
    connect(page->tabs()->changes(), &GuestChangesPanel::saveRequested, this,
            [this, page](const std::string& path) { askSaveGuestVersion(page, path); });
    connect(page, &ServePage::saveMomentRequested, this,
            [this, page](std::uint64_t moment) { askSaveMoment(page, moment); });
    connect(page, &ServePage::stopRequested, this, [this, page] { askToStop(page, Then::Stay); });
    connect(&page->document(), &ServeDocument::stateChanged, this, [this] {
        follow();
        if (m_closing && !isBusy())
            close();
    });
    page->startEditing();
    follow();
    return page;
}

void MainWindow::askSaveServed(ServePage* page)
{
    if (!page->saveProblem().isEmpty())
        return;
    auto* dialog = new QFileDialog(this, tr("Save the disk as guests have it"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Disk images (*.img)"), tr("All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("img"));
    dialog->selectFile(tr("%1 as served.img")
                           .arg(shown(serve::defaultExportName(page->document().wish().source))));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, page = QPointer<ServePage>(page)](const QString& target) {
                if (page)
                    saveServedTo(page, target);
            });
    dialog->open();
}

void MainWindow::askSaveGuestVersion(ServePage* page, const std::string& path)
{
    const SharedContent content = page->document().content();
    if (!content)
        return;
    const QString name = QString::fromStdString(path).section(u'/', -1);
    auto* dialog = new QFileDialog(this, tr("Save the guest's version of %1").arg(shown(path)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(tr("guest's %1").arg(name));
    connect(dialog, &QFileDialog::fileSelected, this, [this, content, path](const QString& target) {
        saveVersion(m_jobs, content, path, target);
    });
    dialog->open();
}

void MainWindow::askSaveMoment(ServePage* page, std::uint64_t moment)
{
    if (!page->saveProblem().isEmpty())
        return;
    auto* dialog =
        new QFileDialog(this, tr("Save the disk as it was after write %1").arg(countText(moment)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Disk images (*.img)"), tr("All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("img"));
    dialog->selectFile(tr("%1 after write %2.img")
                           .arg(shown(serve::defaultExportName(page->document().wish().source)))
                           .arg(moment));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, moment, page = QPointer<ServePage>(page)](const QString& target) {
                if (page)
                    saveMomentTo(page, moment, target);
            });
    dialog->open();
}

void MainWindow::saveMomentTo(ServePage* page, std::uint64_t moment, const QString& target)
{
    if (page->saveProblem().isEmpty() && page->document().timeline().journal())
        saveMoment(m_jobs, page->document(), moment, target);
}

void MainWindow::saveServedTo(ServePage* page, const QString& target)
{
    if (!page->saveProblem().isEmpty())
        return;
    const std::uint64_t writes = page->document().sample()->writeCount;
    Task& job = saveServed(m_jobs, page->document(), target);
    connect(&job, &Task::stateChanged, page, [page, writes, &job] {
        if (job.state() == Task::State::Done)
            page->document().noteSaved(writes);
    });
}

/// Asks only when somebody would be cut off or something lost.
void MainWindow::askToStop(ServePage* page, Then then)
{
    const auto stop = [page = QPointer<ServePage>(page), then, this] {
        if (!page)
            return;
        if (then == Then::Close)
            connect(&page->document(), &ServeDocument::stateChanged, page.data(), [this, page] {
                if (page && page->document().state() == ServeDocument::State::Idle)
                    m_tabs->close(page);
            });
        page->document().stop();
    };
    const QStringList lost = page->document().unsaved();
    if (lost.isEmpty())
        return stop();
    auto* box = new QMessageBox(QMessageBox::Question, tr("The disk is in use"),
                                tr("Stopping ends this:"), {}, this);
    box->setInformativeText(lost.join(u'\n'));
    QPushButton* const yes = box->addButton(tr("Stop serving"), QMessageBox::AcceptRole);
    box->setDefaultButton(box->addButton(tr("Keep serving"), QMessageBox::RejectRole));
    QPushButton* const save = page->document().wish().session.mode == serve::Mode::ReadOnly
                                  ? nullptr
                                  : box->addButton(tr("Save as image…"), QMessageBox::ActionRole);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::buttonClicked, this,
            [this, yes, save, stop, page = QPointer<ServePage>(page)](QAbstractButton* button) {
                if (button == yes)
                    stop();
                else if (save != nullptr && button == save && page)
                    askSaveServed(page);
            });
    box->open();
}

/// False: it closes later, or not at all.
bool MainWindow::mayClose(QWidget* closing)
{
    auto* const page = qobject_cast<ServePage*>(closing);
    if (page == nullptr || page->document().state() == ServeDocument::State::Idle)
        return true;
    if (page->document().state() == ServeDocument::State::Serving)
        askToStop(page, Then::Close);
    return false;
}

bool MainWindow::isBusy() const
{
    if (!m_jobs.running().isEmpty())
        return true;
    for (const ServePage* page : m_tabs->serves())
        if (page->document().state() != ServeDocument::State::Idle)
            return true;
    return false;
}

void MainWindow::stopServing()
{
    for (ServePage* page : m_tabs->serves())
        page->document().stop();
}

QStringList MainWindow::unsavedServing() const
{
    QStringList lines;
    for (const ServePage* page : m_tabs->serves())
        lines << page->document().unsaved();
    return lines;
}

} // namespace fatlas::ui
