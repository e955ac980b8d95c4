// What the window asks: which folder, which image, where to save, whether to stop jobs.

#include "core/vhd/chain.hpp"

#include "ui/base/help_topic.hpp"
#include "ui/base/words.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/help_window.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/save_image.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/window/welcome_page.hpp"
#include "ui/wizards/new_disk_page.hpp"

#include <QApplication>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QDir>
#include <QDragEnterEvent>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QStandardPaths>
#include <QUrl>

#include <utility>

namespace fatlas::ui {

namespace {

/// By its content; by its name when somebody says that it is one, so that damage can be shown.
bool looksLikeVhd(const QString& path)
{
    const auto file = vhd::hostFiles().open(QFile::encodeName(path).toStdString());
    if (!file)
        return false;
    const auto found = vhd::isVhd(*file->device);
    return (found && *found) || path.endsWith(u".vhd", Qt::CaseInsensitive);
}

} // namespace

void MainWindow::openPaths(const QStringList& paths)
{
    sortPaths(paths, [this](const std::vector<Sorted>& sorted) { openSorted(sorted); });
}

void MainWindow::sortPaths(const QStringList& paths,
                           std::function<void(const std::vector<Sorted>&)> done)
{
    m_sorting.start(
        [paths](const JobControl&) -> Result<std::vector<Sorted>> {
            std::vector<Sorted> sorted;
            for (const QString& path : paths) {
                FATLAS_ASSIGN(auto address,
                              folder_disk::parseSource(QFile::encodeName(path).toStdString()));
                const bool folder = address.isFatAddress || QFileInfo(path).isDir();
                const bool vhd = !folder && looksLikeVhd(path);
                sorted.push_back({path, folder, vhd, std::move(address)});
            }
            return sorted;
        },
        [this, done = std::move(done)](const Result<std::vector<Sorted>>& sorted) {
            if (sorted)
                done(*sorted);
            else
                showStatus(errorWords(sorted.error()).sentence);
        });
}

void MainWindow::openSorted(const std::vector<Sorted>& sources)
{
    for (const Sorted& source : sources) {
        const QString path = QFileInfo(source.path).absoluteFilePath();
        if (source.isVhd) {
            openVhd(path);
            continue;
        }
        if (!source.isFolder) {
            openVolume(path);
            continue;
        }
        const auto folder = QFile::decodeName(QByteArray::fromStdString(source.address.folder));
        NewDiskPage* const page = newDisk(QDir(folder).absolutePath());
        if (source.address.isFatAddress)
            page->setOptions(source.address.options);
    }
}

void MainWindow::askNewDisk()
{
    newDisk({})->chooseFolder();
}

void MainWindow::askOpen()
{
    auto* dialog = new QFileDialog(this, tr("Open an image"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(
        {tr("Disk images (*.img *.ima *.raw *.dd *.bin *.flp *.dsk *.vfd *.vhd *.IMG)"),
         tr("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, this,
            [this](const QStringList& files) { openPaths(files); });
    dialog->open();
}

/// A fresh floppy each time: the one of the last time may have been repaired.
void MainWindow::openLesson(convert::Lesson lesson)
{
    const QString place =
        QDir(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation))
            .filePath(QStringLiteral("tour"));
    m_lesson.start([lesson, folder = QFile::encodeName(place).toStdString()](
                       const JobControl&) { return convert::writeLesson(lesson, folder); },
                   [this](const Result<std::filesystem::path>& path) {
                       if (path)
                           openVolume(QFile::decodeName(QByteArray::fromStdString(path->string())));
                       else
                           showStatus(errorWords(path.error()).sentence);
                   });
}

QString MainWindow::saveProblem() const
{
    if (const NewDiskPage* page = m_tabs->newDisk(); page != nullptr)
        return page->saveProblem();
    if (VolumePage* page = m_tabs->volume(); page != nullptr)
        return page->document().content() ? QString() : tr("The volume is not open");
    if (const ServePage* page = m_tabs->serve(); page != nullptr)
        return page->saveProblem();
    if (m_tabs->vhd() != nullptr)
        return tr("Convert saves a VHD in another form");
    return tr("There is no disk to save yet");
}

QString MainWindow::suggestedTarget() const
{
    if (NewDiskPage* page = m_tabs->newDisk(); page != nullptr)
        return QFileInfo(page->document().folder()).dir().filePath(page->suggestedFileName());
    if (VolumePage* page = m_tabs->volume(); page != nullptr) {
        const QFileInfo source(page->document().source());
        return source.dir().filePath(tr("%1 copy.img").arg(source.completeBaseName()));
    }
    return {};
}

void MainWindow::askSave()
{
    if (ServePage* page = m_tabs->serve(); page != nullptr)
        return askSaveServed(page);
    const QString suggested = suggestedTarget();
    auto* dialog = new QFileDialog(this, tr("Save image"), QFileInfo(suggested).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("Disk images (*.img)"), tr("All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("img"));
    dialog->selectFile(QFileInfo(suggested).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::saveTo);
    dialog->open();
}

void MainWindow::saveTo(const QString& target)
{
    if (NewDiskPage* page = m_tabs->newDisk(); page != nullptr && page->document().plan())
        saveDisk(m_jobs, page->document().plan(), page->document().options(), target);
    else if (VolumePage* volume = m_tabs->volume();
             volume != nullptr && volume->document().content())
        saveCopy(m_jobs, volume->document().content(), target);
}

void MainWindow::showInFolder(const QString& path)
{
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).path()));
}

void MainWindow::showHelp()
{
    if (m_help == nullptr)
        m_help = new HelpWindow(this);
    m_help->showTopic(helpTopicOf(QApplication::focusWidget()));
    m_help->show();
    m_help->raise();
    m_help->activateWindow();
}

void MainWindow::showAbout()
{
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("About Fatlas"),
                                tr("Fatlas %1").arg(QStringLiteral(FATLAS_VERSION)),
                                QMessageBox::Close, this);
    box->setInformativeText(
        tr("A folder becomes a FAT disk, and every cluster can be seen.\nMIT licence."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!isBusy()) {
        rememberLayout();
        event->accept();
        return;
    }
    event->ignore();
    if (m_closing)
        return;
    if (m_jobs.running().isEmpty() && unsavedServing().isEmpty())
        stopAndClose();
    else
        askToClose();
}

void MainWindow::stopAndClose()
{
    m_closing = true;
    m_jobs.cancelAll();
    stopServing();
    if (!isBusy())
        close();
}

void MainWindow::askToClose()
{
    const QStringList running = m_jobs.running();
    const QStringList served = unsavedServing();
    auto* box = new QMessageBox(QMessageBox::Question,
                                served.isEmpty() ? tr("Jobs are running") : tr("Disks are in use"),
                                tr("Closing stops what is still running:"), {}, this);
    const QString after = served.isEmpty()    ? tr("\n\nNothing half-done is left behind.")
                          : running.isEmpty() ? QString()
                                              : tr("\n\nNo job leaves anything half-done behind.");
    box->setInformativeText((running + served).join(u'\n') + after);
    QPushButton* const stop = box->addButton(tr("Stop them and close"), QMessageBox::AcceptRole);
    box->addButton(tr("Keep working"), QMessageBox::RejectRole);
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::buttonClicked, this, [this, stop](QAbstractButton* button) {
        if (button == stop)
            stopAndClose();
    });
    box->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!event->mimeData()->hasUrls() || event->source() != nullptr) // not what is dragged out
        return;
    m_tabs->welcome()->setDropHighlight(true);
    event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*)
{
    m_tabs->welcome()->setDropHighlight(false);
}

void MainWindow::dropEvent(QDropEvent* event)
{
    m_tabs->welcome()->setDropHighlight(false);
    if (event->source() != nullptr)
        return;
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    if (paths.isEmpty())
        return;
    event->acceptProposedAction();
    dropPaths(paths);
}

} // namespace fatlas::ui
