// From the change of an option to the painted map, measured on the GUI thread as a person sees it.

#include "tests/support/temp_folder.hpp"
#include "ui/wizards/new_disk_page.hpp"
#include "ui/wizards/plan_preview.hpp"

#include <QApplication>
#include <QEventLoop>
#include <QTimer>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace fatlas;
using namespace fatlas::ui;

constexpr int rounds = 100;
constexpr int filesPerFolder = 100;

void fill(const test::TempFolder& folder, int files)
{
    for (int i = 0; i < files; ++i)
        folder.writeText(fmt::format("FOLDER {}/a file with number {}.txt", i / filesPerFolder, i),
                         "a few bytes");
}

/// Until the newest plan is on the screen.
bool waitForPaint(PlanPreview& preview)
{
    QEventLoop loop;
    QObject::connect(&preview, &PlanPreview::painted, &loop, &QEventLoop::quit);
    QTimer::singleShot(60'000, &loop, [&loop] { loop.exit(1); });
    return loop.exec() == 0;
}

struct Figures {
    double medianMs = 0;
    double p99Ms = 0;
    double planMs = 0; ///< median of the part until the plan was here
};

Figures figuresOf(std::vector<double> painted, std::vector<double> planned)
{
    std::ranges::sort(painted);
    std::ranges::sort(planned);
    return {.medianMs = painted[painted.size() / 2],
            .p99Ms = painted[painted.size() * 99 / 100],
            .planMs = planned[planned.size() / 2]};
}

Figures measure(int files)
{
    const test::TempFolder folder;
    fill(folder, files);
    NewDiskPage page;
    page.resize(1600, 900);
    page.show();
    folder_disk::Options options;
    page.setOptions(options);
    page.setFolder(QString::fromStdString(folder.path().string()));
    std::vector<double> painted;
    std::vector<double> planned;
    for (int round = -5; round < rounds; ++round) {
        options.label = fmt::format("ROUND {}", round + 5);
        options.clusterSize = round % 2 == 0 ? 512 : 1024;
        page.setOptions(options);
        if (!waitForPaint(*page.preview()))
            std::exit((fmt::print(stderr, "preview_bench: no paint within a minute\n"), 1));
        if (round < 0 || page.document().plan()->options != options)
            continue; // warming up, or the first plan of all
        painted.push_back(static_cast<double>(page.document().timing().paintedNs) / 1e6);
        planned.push_back(static_cast<double>(page.document().timing().plannedNs) / 1e6);
    }
    return figuresOf(std::move(painted), std::move(planned));
}

void report(int files, double targetMs)
{
    const Figures figures = measure(files);
    fmt::print("preview {:>6} files: median {:6.1f} ms (plan {:5.1f}), p99 {:6.1f} ms, target {} ms"
               " {}\n",
               files, figures.medianMs, figures.planMs, figures.p99Ms, targetMs,
               figures.medianMs <= targetMs ? "met" : "MISSED");
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    report(1'000, 16);
    report(50'000, 100);
    return 0;
}
