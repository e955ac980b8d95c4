// What a person feels of a large volume, measured on the GUI thread of the whole window:
//
//     window_bench large IMAGE     opening, frames of pan and zoom, memory
//     window_bench chains IMAGE    from the pointer over a cell to its outlined chain
//
// The volumes are made by window_bench.py.

#include "ui/views/cluster_map_view.hpp"
#include "ui/window/main_window.hpp"
#include "ui/window/map_panel.hpp"
#include "ui/window/volume_page.hpp"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QMouseEvent>
#include <QStandardPaths>
#include <QTimer>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace fatlas;
using namespace fatlas::ui;

constexpr int framesPerZoom = 60;
constexpr int hovers = 60;
constexpr int patienceMs = 600'000;

/// What passed, and what of it this thread was at work: on a busy machine only that is its own.
struct Times {
    double wallMs = 0;
    double cpuMs = 0;
};

class Stopwatch {
public:
    Stopwatch() { restart(); }

    void restart()
    {
        m_wall.start();
        m_cpu = cpuNow();
    }

    [[nodiscard]] Times elapsed() const
    {
        return {static_cast<double>(m_wall.nsecsElapsed()) / 1e6, cpuNow() - m_cpu};
    }

private:
    [[nodiscard]] static double cpuNow()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }

    QElapsedTimer m_wall;
    double m_cpu = 0;
};

/// How long the event loop did not come round, at worst.
class Heartbeat : public QObject {
public:
    Heartbeat()
    {
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const Times times = m_clock.elapsed();
            m_longest.wallMs = std::max(m_longest.wallMs, times.wallMs);
            m_longest.cpuMs = std::max(m_longest.cpuMs, times.cpuMs);
            m_clock.restart();
        });
        m_timer.start(1);
    }

    [[nodiscard]] Times longest() const noexcept { return m_longest; }

    void forget() noexcept { m_longest = {}; }

private:
    QTimer m_timer;
    Stopwatch m_clock;
    Times m_longest;
};

void waitMs(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

template <class Condition>
bool waitFor(const Condition& condition)
{
    QElapsedTimer clock;
    clock.start();
    while (!condition()) {
        if (clock.elapsed() > patienceMs)
            return false;
        waitMs(20);
    }
    return true;
}

/// What the program has in memory that belongs to no file, MiB.
double anonymousMemory()
{
    std::ifstream status("/proc/self/status");
    std::string word;
    double kilobytes = 0;
    while (status >> word)
        if (word == "RssAnon:" && status >> kilobytes)
            break;
    return kilobytes / 1024;
}

/// Of either kind by itself.
Times percentile(const std::vector<Times>& times, std::size_t percent)
{
    const auto of = [&](double Times::* kind) {
        std::vector<double> values;
        for (const Times& one : times)
            values.push_back(one.*kind);
        std::ranges::sort(values);
        return values[std::min(values.size() - 1, values.size() * percent / 100)];
    };
    return {of(&Times::wallMs), of(&Times::cpuMs)};
}

const char* verdict(double figure, double target)
{
    return figure <= target ? "met" : "MISSED";
}

void say(const std::string& what, const Times& times, double targetMs)
{
    fmt::print("{:<52} {:8.1f} ms, {:6.1f} ms at work, target {} ms {}\n", what, times.wallMs,
               times.cpuMs, targetMs, verdict(times.wallMs, targetMs));
}

void sayMemory(const std::string& what)
{
    constexpr double target = 900;
    const double figure = anonymousMemory();
    fmt::print("{:<52} {:8.1f} MiB, target {} MiB {}\n", what, figure, target,
               verdict(figure, target));
}

/// A frame: the map moves, and is on the screen.
Times frameTimes(ClusterMapView& map, const std::function<void()>& move)
{
    const Stopwatch clock;
    move();
    map.repaint();
    return clock.elapsed();
}

/// Pan through the whole volume at every zoom, from all of it down to a cell for each cluster.
std::vector<Times> framesOf(ClusterMapView& map)
{
    std::vector<Times> times;
    for (int zoom = 0; zoom < 40; ++zoom) {
        const std::uint64_t end = map.mapGeometry().contentHeight();
        for (int frame = 0; frame < framesPerZoom; ++frame) {
            const std::uint64_t at = end / framesPerZoom * static_cast<unsigned>(frame);
            times.push_back(frameTimes(map, [&] { map.setScrollOffset(at); }));
        }
        waitMs(1);
        const MapZoom before = map.zoom();
        times.push_back(frameTimes(map, [&] { map.zoomBy(1); }));
        if (map.zoom() == before)
            break;
    }
    return times;
}

VolumePage* open(MainWindow& window, const QString& image)
{
    VolumePage* const page = window.openVolume(image);
    const bool isThere = waitFor([&] { return page->isShown() || page->document().error(); });
    return isThere && !page->document().error() ? page : nullptr;
}

int complain(const std::string& what)
{
    fmt::print(stderr, "window_bench: {}\n", what);
    return 1;
}

int benchLarge(const QString& image)
{
    MainWindow window(WindowSettings::Keep::InMemory);
    window.resize(1920, 1080);
    window.show();
    waitMs(500);
    Heartbeat heartbeat;
    const Stopwatch clock;
    VolumePage* const page = open(window, image);
    if (page == nullptr)
        return complain("cannot open " + image.toStdString());
    fmt::print("{:<52} {:8.1f} s\n", "open, until the map is on the screen",
               clock.elapsed().wallMs / 1000);
    say("open: longest time without an answer", heartbeat.longest(), 50);
    heartbeat.forget();
    if (!waitFor([&] { return !page->document().isChecking(); }))
        return complain("the check does not end");
    say("check beside it: longest time without an answer", heartbeat.longest(), 50);
    sayMemory("RssAnon of the whole program");
    for (const auto& [size, target] :
         {std::pair(QSize(1920, 1080), 16.0), std::pair(QSize(3840, 2160), 33.0)}) {
        page->map()->setZoom({});
        window.resize(size);
        waitMs(500);
        const auto times = framesOf(*page->map());
        say(fmt::format("pan and zoom at {}x{}, p99 of {} frames", size.width(), size.height(),
                        times.size()),
            percentile(times, 99), target);
    }
    sayMemory("RssAnon of the whole program afterwards");
    return 0;
}

void hoverOver(ClusterMapView& map, QPoint place)
{
    QMouseEvent move(QEvent::MouseMove, place, map.mapToGlobal(place), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(&map, &move);
}

/// Neighbouring cells belong to chains in turns, so that each one is outlined anew.
int benchChains(const QString& image)
{
    MainWindow window(WindowSettings::Keep::InMemory);
    window.resize(1920, 1080);
    window.show();
    VolumePage* const page = open(window, image);
    if (page == nullptr)
        return complain("cannot open " + image.toStdString());
    if (!waitFor([&] { return !page->document().isChecking(); }))
        return complain("the check does not end");
    ClusterMapView& map = *page->map();
    map.setFocus();
    for (const int zoom : {0, 40}) {
        map.zoomBy(zoom);
        waitMs(500);
        std::vector<Times> times;
        const QRect room = map.rect();
        for (int i = 0; i < hovers; ++i) {
            const QPoint place(room.width() / 4 + 7 * i, room.height() / 4 + 3 * (i % 20));
            times.push_back(frameTimes(map, [&] { hoverOver(map, place); }));
            waitMs(2);
        }
        std::size_t clusters = 0;
        for (const ClusterRange& run : page->document().focus().hover().runs)
            clusters += run.count;
        say(fmt::format("hover to outlined chain of {} clusters, p99", clusters),
            percentile(times, 99), 16);
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == QLatin1String("large"))
        return benchLarge(arguments[2]);
    if (arguments.size() == 3 && arguments[1] == QLatin1String("chains"))
        return benchChains(arguments[2]);
    return complain("expected: window_bench large|chains IMAGE");
}
