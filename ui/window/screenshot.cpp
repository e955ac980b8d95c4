#include "ui/window/screenshot.hpp"

#include "core/base/units.hpp"
#include "core/folder_disk/options_text.hpp"

#include "ui/views/cluster_map_view.hpp"
#include "ui/views/map_colourist.hpp"
#include "ui/window/compare_page.hpp"
#include "ui/window/document_tabs.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/map_panel.hpp"
#include "ui/window/serve_live_panel.hpp"
#include "ui/window/serve_page.hpp"
#include "ui/window/serve_tabs.hpp"
#include "ui/window/vhd_page.hpp"
#include "ui/window/volume_page.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/new_vhd_form.hpp"
#include "ui/wizards/new_vhd_page.hpp"
#include "ui/wizards/plan_preview.hpp"

#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QPixmap>
#include <QProcess>
#include <QTimer>

namespace fatlas::ui {

namespace {

constexpr int stepMs = 20;
constexpr int restMs = 150;    ///< for what follows loading: look-ups, layouts
constexpr int besideMs = 4000; ///< for guests to be busy

void waitMs(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

template <class Condition>
Result<> waitFor(const Condition& condition, int timeoutMs)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > timeoutMs)
            return fail(ErrorCode::Limit, "the window was not ready in time");
        waitMs(stepMs);
    }
    return {};
}

bool wantsNewDisk(const ScreenshotRequest& request, const folder_disk::SourceAddress& address)
{
    if (request.view != ScreenshotRequest::View::ByItself)
        return request.view == ScreenshotRequest::View::NewDisk;
    return address.isFatAddress || QFileInfo(request.source).isDir();
}

Result<> select(NewDiskPage& page, const QString& what)
{
    if (what.isEmpty())
        return {};
    const auto cells = page.preview()->map()->cells();
    bool isNumber = false;
    const Cluster cluster{what.section(u':', 1).toUInt(&isNumber)};
    if (cells && isNumber && what.startsWith(u"cluster:"))
        if (const auto cell = cells->cellOfCluster(cluster)) {
            page.preview()->map()->setCursorCell(*cell);
            return {};
        }
    if (!what.startsWith(u"cluster:"))
        return fail(ErrorCode::InvalidArgument,
                    "a disk that is not made yet is looked at by cluster:N; for " +
                        what.toStdString() + " say --view volume");
    return fail(ErrorCode::NotFound, "there is no " + what.toStdString() + " on this disk");
}

Result<> showNewDisk(MainWindow& window, const ScreenshotRequest& request,
                     const folder_disk::SourceAddress& address)
{
    const QString folder = QFile::decodeName(QByteArray::fromStdString(address.folder));
    NewDiskPage* const page = window.newDisk(QDir(folder).absolutePath());
    if (address.isFatAddress)
        page->setOptions(address.options);
    NewDiskDocument& document = page->document();
    FATLAS_TRY(waitFor(
        [&] {
            const bool done = page->preview()->isUpToDate() || document.error();
            return done && !document.isBusy();
        },
        request.timeoutMs));
    const auto& error = document.error();
    if (error && error->code != ErrorCode::InvalidArgument)
        return std::unexpected(*error);
    return select(*page, request.select);
}

Result<> showMapAs(VolumePage& page, const ScreenshotRequest& request)
{
    if (!request.layout.isEmpty())
        FATLAS_TRY(page.mapPanel()->setOrder(request.layout));
    if (request.mapMode.isEmpty())
        return {};
    FATLAS_TRY(page.mapPanel()->setMode(request.mapMode));
    return waitFor([&] { return page.mapPanel()->colourist().isSettled(); }, request.timeoutMs);
}

Result<> showVolume(MainWindow& window, const ScreenshotRequest& request)
{
    VolumePage* const page = window.openVolume(request.source);
    FATLAS_TRY(
        waitFor([&] { return page->isShown() || page->document().error(); }, request.timeoutMs));
    if (const auto& error = page->document().error(); error)
        return std::unexpected(*error);
    FATLAS_TRY(waitFor([&] { return !page->document().isChecking(); }, request.timeoutMs));
    if (!request.select.isEmpty()) {
        FATLAS_TRY(page->goTo(request.select));
    }
    if (!request.tab.isEmpty() && !page->showDock(request.tab))
        return fail(ErrorCode::NotFound, "there is no dock \"" + request.tab.toStdString() + '"');
    return showMapAs(*page, request);
}

Result<> showVhd(MainWindow& window, const ScreenshotRequest& request)
{
    VhdPage* const page = window.openVhd(QFileInfo(request.source).absoluteFilePath());
    FATLAS_TRY(waitFor([&] { return page->isSettled(); }, request.timeoutMs));
    if (const auto& error = page->document().error(); error)
        return std::unexpected(*error);
    if (request.select.isEmpty())
        return {};
    FATLAS_TRY(page->goTo(request.select));
    return waitFor([&] { return page->isSettled(); }, request.timeoutMs);
}

/// From a folder or an image, if there is one; a VHD becomes a parent.
Result<> showNewVhd(MainWindow& window, const ScreenshotRequest& request)
{
    NewVhdPage* const page = window.newVhd();
    if (!request.source.isEmpty()) {
        convert::NewVhd wanted = page->form()->wanted();
        using Content = convert::NewVhd::Content;
        wanted.content = QFileInfo(request.source).isDir()                ? Content::Folder
                         : request.source.endsWith(QLatin1String(".vhd")) ? Content::Child
                                                                          : Content::Image;
        wanted.size = 0;
        wanted.source = QFile::encodeName(request.source).toStdString();
        page->form()->setWanted(wanted);
    }
    return waitFor([&] { return !page->document().isBusy(); }, request.timeoutMs);
}

Result<> showCompare(MainWindow& window, const ScreenshotRequest& request)
{
    const auto sourceOf = [](const QString& path) {
        return CompareSource{.source = QFile::encodeName(path).toStdString()};
    };
    ComparePage* const page = window.compare(sourceOf(request.source), sourceOf(request.second));
    FATLAS_TRY(waitFor([&] { return page->isSettled(); }, request.timeoutMs));
    if (request.tab.isEmpty())
        return {};
    const QStringList names{QStringLiteral("files"), QStringLiteral("clusters"),
                            QStringLiteral("fields")};
    if (!names.contains(request.tab))
        return fail(ErrorCode::NotFound, "there is no tab \"" + request.tab.toStdString() + '"');
    page->tabs()->setCurrentIndex(static_cast<int>(names.indexOf(request.tab)));
    return {};
}

ServeWish serveWishOf(const ScreenshotRequest& request, const folder_disk::SourceAddress& address)
{
    ServeWish wish;
    wish.source = QFile::encodeName(request.source).toStdString();
    if (address.isFatAddress || QFileInfo(request.source).isDir()) {
        wish.source = QFile::encodeName(QDir(request.source).absolutePath()).toStdString();
        wish.kind = serve::SourceKind::Folder;
        wish.session.open.folder = address.options;
        if (address.isFatAddress)
            wish.source =
                QFile::encodeName(QDir(QFile::decodeName(QByteArray::fromStdString(address.folder)))
                                      .absolutePath())
                    .toStdString();
    }
    wish.session.name = serve::defaultExportName(wish.source);
    wish.session.timelineBytes = GiB;
    return wish;
}

/// Ends with the picture, whether the command has or not.
void runBeside(QProcess& process, const ServedExport& served, const QString& command)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("uri"), QString::fromStdString(served.uri));
    environment.insert(QStringLiteral("unixsocket"),
                       QFile::decodeName(QByteArray::fromStdString(served.target.socket.native())));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), command});
}

Result<> showServe(MainWindow& window, const ScreenshotRequest& request,
                   const folder_disk::SourceAddress& address, QProcess& beside)
{
    ServeWish wish = serveWishOf(request, address);
    if (address.readWrite)
        wish.session.mode = serve::Mode::WriteBack;
    else if (!request.command.isEmpty())
        wish.session.mode = serve::Mode::Scratch;
    ServePage* const page = window.serve(wish);
    ServeDocument& document = page->document();
    FATLAS_TRY(waitFor([&] { return page->live()->isSettled(); }, request.timeoutMs));
    if (!request.command.isEmpty()) {
        page->start();
        FATLAS_TRY(waitFor([&] { return document.newest() != nullptr || document.error(); },
                           request.timeoutMs));
        if (const auto& error = document.error())
            return std::unexpected(*error);
        runBeside(beside, *document.newest(), request.command);
        waitMs(besideMs);
    }
    if (request.tab.isEmpty())
        return {};
    const QStringList names{
        QStringLiteral("connect"),  QStringLiteral("clients"), QStringLiteral("writes"),
        QStringLiteral("messages"), QStringLiteral("changes"), QStringLiteral("timeline"),
        QStringLiteral("chain"),    QStringLiteral("bytes"),   QStringLiteral("findings")};
    if (!names.contains(request.tab))
        return fail(ErrorCode::NotFound, "there is no tab \"" + request.tab.toStdString() + '"');
    page->tabs()->setCurrentIndex(static_cast<int>(names.indexOf(request.tab)));
    ServeTimeline& timeline = document.timeline();
    if (request.tab == u"timeline" && timeline.journal()) {
        timeline.goTo((timeline.span().oldest + timeline.span().newest) / 2); // in the middle
        FATLAS_TRY(waitFor([&] { return page->live()->isSettled(); }, request.timeoutMs));
    }
    return {};
}

/// What guests wrote comes home even for a picture.
Result<> stopServing(MainWindow& window, int timeoutMs)
{
    for (ServePage* const page : window.tabs()->serves()) {
        page->document().stop();
        FATLAS_TRY(waitFor([&] { return page->document().state() == ServeDocument::State::Idle; },
                           timeoutMs));
    }
    return {};
}

} // namespace

Result<> takeScreenshot(MainWindow& window, const ScreenshotRequest& request)
{
    QProcess beside;
    window.resize(request.size);
    window.show();
    if (request.view == ScreenshotRequest::View::NewVhd)
        FATLAS_TRY(showNewVhd(window, request));
    if (request.view == ScreenshotRequest::View::Compare)
        FATLAS_TRY(showCompare(window, request));
    if (!request.source.isEmpty() && request.view != ScreenshotRequest::View::NewVhd &&
        request.view != ScreenshotRequest::View::Compare) {
        const QByteArray source = QFile::encodeName(request.source);
        FATLAS_ASSIGN(const auto address, folder_disk::parseSource(source.toStdString()));
        if (request.view == ScreenshotRequest::View::Vhd) {
            FATLAS_TRY(showVhd(window, request));
        } else if (request.view == ScreenshotRequest::View::Serve) {
            FATLAS_TRY(showServe(window, request, address, beside));
        } else if (wantsNewDisk(request, address)) {
            FATLAS_TRY(showNewDisk(window, request, address));
        } else {
            FATLAS_TRY(showVolume(window, request));
        }
    }
    waitMs(restMs);
    const bool isSaved = window.grab().save(request.output, "PNG");
    beside.kill();
    beside.waitForFinished();
    FATLAS_TRY(stopServing(window, request.timeoutMs));
    if (!isSaved)
        return fail(ErrorCode::Io, "cannot write " + request.output.toStdString());
    return {};
}

} // namespace fatlas::ui
