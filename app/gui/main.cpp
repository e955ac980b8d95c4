// Program `fatlas`: the window, or a picture of it.

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/screenshot.hpp"

#include <CLI/CLI.hpp>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QIcon>

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace fatlas;
using namespace fatlas::ui;

struct Arguments {
    std::vector<std::string> sources;
    std::string newDisk;
    std::string screenshot;
    std::string size = "1600x960";
    double scale = 1.0;
    bool dark = false;
    std::string view;
    std::string select;
    std::string tab;
    std::string command;
    std::string mapMode;
    std::string layout;
};

void declare(CLI::App& app, Arguments& arguments)
{
    app.set_version_flag("--version", "fatlas " FATLAS_VERSION);
    app.add_option("SOURCE", arguments.sources, "Folders to make disks of, images to open");
    app.add_option("--new-disk", arguments.newDisk, "Start with a new disk made from FOLDER")
        ->type_name("FOLDER");
    app.add_option("--screenshot", arguments.screenshot,
                   "Write a picture of the window showing SOURCE, and end; needs no display")
        ->type_name("OUT.png");
    app.add_option("--size", arguments.size, "Size of the window")->type_name("WIDTHxHEIGHT");
    app.add_option("--scale", arguments.scale, "Pixels per unit of the picture")
        ->check(CLI::Range(0.5, 4.0));
    app.add_flag("--dark", arguments.dark, "Dark whatever the system says");
    app.add_option("--view", arguments.view, "What to show SOURCE as")
        ->check(CLI::IsMember({"new-disk", "new-vhd", "volume", "vhd", "serve", "compare"}));
    app.add_option("--select", arguments.select, "Go there first")
        ->type_name("PATH|cluster:N|block:N");
    app.add_option("--tab", arguments.tab, "Dock or tab to bring to the front")
        ->type_name("chain|bytes|fat|findings|changes|connect|clients|writes|messages|"
                    "changes|files|clusters|fields");
    app.add_option(
           "--run", arguments.command,
           "With --view serve: serve, and run this meanwhile; $uri and $unixsocket lead here")
        ->type_name("COMMAND");
    app.add_option("--map-mode", arguments.mapMode, "Colours of the volume's map")
        ->type_name("state|owner|fragments|findings|content|fats");
    app.add_option("--layout", arguments.layout, "Order of the cells of the volume's map")
        ->type_name("rows|hilbert|tracks");
}

std::optional<QSize> parseSize(const std::string& text)
{
    const QStringList parts = QString::fromStdString(text).split(u'x');
    if (parts.size() != 2)
        return std::nullopt;
    const QSize size(parts[0].toInt(), parts[1].toInt());
    const bool sensible = size.width() >= 200 && size.height() >= 200 && size.width() <= 16000 &&
                          size.height() <= 16000;
    return sensible ? std::optional(size) : std::nullopt;
}

int complain(const std::string& sentence, int status)
{
    std::fprintf(stderr, "fatlas: %s\n", sentence.c_str());
    return status;
}

QString toText(const std::string& bytes)
{
    return QFile::decodeName(QByteArray::fromStdString(bytes));
}

/// The offscreen platform tells at length what it is not; a picture needs none of that.
void onlyWhatIsSerious(QtMsgType type, const QMessageLogContext&, const QString& message)
{
    if (type == QtCriticalMsg || type == QtFatalMsg)
        std::fprintf(stderr, "fatlas: %s\n", qPrintable(message));
}

/// What must be known before the application is: Qt reads both while it starts.
void prepareEnvironment(const Arguments& arguments)
{
    if (arguments.screenshot.empty())
        return;
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    if (arguments.scale != 1.0)
        qputenv("QT_SCALE_FACTOR", QByteArray::number(arguments.scale));
    qInstallMessageHandler(onlyWhatIsSerious);
}

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") ||
           !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

ScreenshotRequest::View viewNamed(const std::string& name)
{
    if (name == "vhd")
        return ScreenshotRequest::View::Vhd;
    if (name == "serve")
        return ScreenshotRequest::View::Serve;
    if (name == "compare")
        return ScreenshotRequest::View::Compare;
    if (name == "new-vhd")
        return ScreenshotRequest::View::NewVhd;
    return name == "volume" ? ScreenshotRequest::View::Volume : ScreenshotRequest::View::NewDisk;
}

int paint(const Arguments& arguments)
{
    const auto size = parseSize(arguments.size);
    if (!size)
        return complain("--size is " + arguments.size + ", expected for instance 1600x960", 2);
    const std::size_t most = arguments.view == "compare" ? 2 : 1;
    if (arguments.sources.size() > most)
        return complain(most == 1 ? "--screenshot shows one SOURCE; --view compare shows two"
                                  : "--view compare shows two SOURCEs",
                        2);
    ScreenshotRequest request{.output = toText(arguments.screenshot), .size = *size};
    request.select = toText(arguments.select);
    request.tab = toText(arguments.tab);
    request.command = toText(arguments.command);
    request.mapMode = toText(arguments.mapMode);
    request.layout = toText(arguments.layout);
    if (!arguments.sources.empty())
        request.source = toText(arguments.sources.front());
    if (arguments.sources.size() > 1)
        request.second = toText(arguments.sources[1]);
    if (!arguments.newDisk.empty()) {
        request.source = toText(arguments.newDisk);
        request.view = ScreenshotRequest::View::NewDisk;
    }
    if (!arguments.view.empty())
        request.view = viewNamed(arguments.view);
    MainWindow window(WindowSettings::Keep::InMemory);
    if (const auto taken = takeScreenshot(window, request); !taken)
        return complain(errorWords(taken.error()).sentence.toStdString(), 3);
    return 0;
}

int openWindow(const Arguments& arguments)
{
    MainWindow window(WindowSettings::Keep::OnDisk);
    window.show();
    QStringList paths;
    for (const std::string& source : arguments.sources)
        paths << toText(source);
    if (!paths.isEmpty())
        window.openPaths(paths);
    if (!arguments.newDisk.empty())
        window.newDisk(QDir(toText(arguments.newDisk)).absolutePath());
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    Arguments arguments;
    CLI::App app("Fatlas: a folder becomes a FAT disk; every cluster can be seen", "fatlas");
    declare(app, arguments);
    app.allow_extras(false);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? 0 : 2;
    }
    prepareEnvironment(arguments);
    if (!hasDisplay())
        return complain("there is no display; --screenshot OUT.png paints the window without one, "
                        "and fatlas-cli needs none",
                        3);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("fatlas"));
    QApplication::setApplicationDisplayName(QStringLiteral("Fatlas"));
    QApplication::setOrganizationName(QStringLiteral("fatlas"));
    QApplication::setApplicationVersion(QStringLiteral(FATLAS_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("io.github.fatlas.Fatlas"));
    if (arguments.dark)
        Theme::instance().setForcedDark(true);
    return arguments.screenshot.empty() ? openWindow(arguments) : paint(arguments);
}
