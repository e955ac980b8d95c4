#include "app/cli/terminal.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fatlas::cli {

namespace {

constexpr auto firstDrawAfter = std::chrono::milliseconds(300);
constexpr auto drawEvery = std::chrono::milliseconds(100);
constexpr std::size_t barCells = 20;

std::size_t terminalColumns()
{
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

bool canDraw()
{
    const char* term = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) != 0 && std::string_view(term != nullptr ? term : "") != "dumb";
}

std::string timeText(double seconds)
{
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    if (whole >= 60)
        return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} s", whole);
}

} // namespace

std::string withoutControls(std::string_view sentence)
{
    std::string safe;
    while (true) {
        const std::size_t length = std::min(sentence.find('\\'), sentence.size());
        safe += escapeForTerminal(sentence.substr(0, length));
        if (length == sentence.size())
            return safe;
        safe += '\\';
        sentence.remove_prefix(length + 1);
    }
}

std::string describe(const Finding& finding)
{
    std::string line = fmt::format("{}: ", toString(finding.severity));
    if (!finding.path.empty())
        line += escapeForTerminal(finding.path) + ": ";
    line += withoutControls(finding.message);
    if (!finding.advice.empty())
        line += fmt::format("; {}", withoutControls(finding.advice));
    if (!finding.rule.empty())
        line += fmt::format(" [{}]", finding.rule);
    return line;
}

void showFindings(std::span<const Finding> findings, std::size_t limit)
{
    std::string text;
    for (const Finding& finding : findings.first(std::min(limit, findings.size())))
        text += describe(finding) + '\n';
    if (findings.size() > limit)
        text += fmt::format("... and {} more findings\n", formatCount(findings.size() - limit));
    std::fwrite(text.data(), 1, text.size(), stderr);
}

bool anyCounts(std::span<const Finding> findings, Counts what)
{
    const Severity least = what == Counts::Errors ? Severity::Error : Severity::Warning;
    return std::ranges::any_of(findings, [least](const Finding& f) { return f.severity >= least; });
}

std::string progressLine(std::string_view verb, Progress progress,
                         std::chrono::duration<double> elapsed, std::size_t columns)
{
    const double seconds = std::max(elapsed.count(), 0.001);
    const double rate = static_cast<double>(progress.done) / seconds;
    const std::string speed = formatSize(static_cast<std::uint64_t>(rate)) + "/s";
    std::string line;
    if (progress.total == 0) {
        line = fmt::format("{} {}, {}", verb, formatSize(progress.done), speed);
    } else {
        const std::uint64_t done = std::min(progress.done, progress.total);
        const double part = static_cast<double>(done) / static_cast<double>(progress.total);
        const auto cells = static_cast<std::size_t>(part * barCells);
        const double left = rate > 0 ? static_cast<double>(progress.total - done) / rate : 0;
        line = fmt::format("{} {:3.0f} % [{}{}] {} of {}, {}, {} left", verb, part * 100,
                           std::string(cells, '#'), std::string(barCells - cells, '-'),
                           formatSize(done), formatSize(progress.total), speed, timeText(left));
    }
    line.resize(std::min(line.size(), columns));
    return line;
}

std::string partLine(std::string_view verb, Progress progress, std::size_t columns)
{
    const double part = progress.total == 0 ? 0
                                            : static_cast<double>(progress.done) /
                                                  static_cast<double>(progress.total);
    const auto cells = std::min(static_cast<std::size_t>(part * barCells), barCells);
    std::string line = fmt::format("{} {:3.0f} % [{}{}]", verb, part * 100, std::string(cells, '#'),
                                   std::string(barCells - cells, '-'));
    line.resize(std::min(line.size(), columns));
    return line;
}

ProgressBar::ProgressBar(std::string verb, Shows shows)
    : m_verb(std::move(verb)), m_shows(shows), m_isTerminal(canDraw()), m_started(Clock::now()),
      m_lastDrawn(m_started + firstDrawAfter - drawEvery)
{}

ProgressBar::~ProgressBar()
{
    if (m_drawn)
        std::fputs("\r\x1b[K", stderr);
}

std::function<void(Progress)> ProgressBar::callback()
{
    if (!m_isTerminal)
        return {};
    return [this](Progress progress) { draw(progress); };
}

void ProgressBar::draw(Progress progress)
{
    const auto now = Clock::now();
    if (now - m_lastDrawn < drawEvery)
        return;
    m_lastDrawn = now;
    m_drawn = true;
    const std::size_t columns = terminalColumns() - 1;
    const std::string text = m_shows == Shows::Bytes
                                 ? progressLine(m_verb, progress, now - m_started, columns)
                                 : partLine(m_verb, progress, columns);
    const std::string line = "\r" + text + "\x1b[K";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace fatlas::cli
