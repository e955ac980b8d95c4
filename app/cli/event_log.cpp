#include "app/cli/event_log.hpp"

#include "app/cli/json.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>
#include <utility>

namespace fatlas::cli {

namespace {

constexpr std::chrono::milliseconds pause{20};
constexpr std::size_t eventsAtATime = 1024;

std::string_view nameOf(block::TapKind kind)
{
    switch (kind) {
    case block::TapKind::Read: return "read";
    case block::TapKind::Write: return "write";
    case block::TapKind::WriteZeroes: return "writeZeroes";
    case block::TapKind::Trim: return "trim";
    case block::TapKind::Flush: return "flush";
    }
    return "";
}

std::int64_t clockShift()
{
    using namespace std::chrono;
    const auto calendar = system_clock::now().time_since_epoch();
    return duration_cast<nanoseconds>(calendar).count() -
           static_cast<std::int64_t>(block::tapClockNs());
}

} // namespace

Result<std::unique_ptr<EventLog>> EventLog::create(const std::string& path)
{
    const int descriptor =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
    if (descriptor < 0)
        return failSystem(errno, fmt::format("cannot write {}", path));
    return std::unique_ptr<EventLog>(new EventLog(File::adopt(descriptor, path)));
}

EventLog::EventLog(File file)
    : m_file(std::move(file)), m_clockShiftNs(clockShift()),
      m_thread([this](const std::stop_token& stop) { run(stop); })
{}

void EventLog::add(const std::string& exportName, std::shared_ptr<block::Tap> tap)
{
    Source source{.nameJson = Json(exportName).dump(-1, ' ', false, Json::error_handler_t::replace),
                  .tap = std::move(tap)};
    const std::scoped_lock lock(m_mutex);
    m_sources.push_back(std::move(source));
}

void EventLog::addLine(std::string line)
{
    line += '\n';
    const std::scoped_lock lock(m_mutex);
    m_lines += line;
}

Result<> EventLog::finish()
{
    m_thread.request_stop();
    if (m_thread.joinable())
        m_thread.join();
    while (writeSome()) {
    }
    writeTotals();
    if (m_failure)
        return std::unexpected(*m_failure);
    return m_file.close();
}

void EventLog::run(const std::stop_token& stop)
{
    while (!stop.stop_requested())
        if (!writeSome())
            std::this_thread::sleep_for(pause);
}

std::vector<EventLog::Source> EventLog::sources() const
{
    const std::scoped_lock lock(m_mutex);
    return m_sources;
}

bool EventLog::writeSome()
{
    std::array<block::TapEvent, eventsAtATime> events{};
    std::string text;
    for (const Source& source : sources()) {
        const std::size_t count = source.tap->events().take(events);
        for (const block::TapEvent& event : std::span(events).first(count))
            fmt::format_to(std::back_inserter(text),
                           R"({{"timeNs":{},"export":{},"client":{},"kind":"{}","offset":{},)"
                           R"("length":{},"ok":{}}})"
                           "\n",
                           static_cast<std::int64_t>(event.timeNs) + m_clockShiftNs,
                           source.nameJson, event.client, nameOf(event.kind), event.offset,
                           event.length, event.outcome == block::TapOutcome::Done);
    }
    {
        const std::scoped_lock lock(m_mutex);
        text += std::exchange(m_lines, {});
    }
    write(text);
    return !text.empty();
}

void EventLog::writeTotals()
{
    using block::TapKind;
    for (const Source& source : sources()) {
        std::string text = fmt::format(R"({{"export":{},"lost":{},"totals":{{)", source.nameJson,
                                       source.tap->events().dropped());
        for (std::size_t i = 0; i < block::tapKindCount; ++i) {
            const auto kind = static_cast<TapKind>(i);
            const block::TapTotals totals = source.tap->totals(kind);
            text += fmt::format(R"({}"{}":{{"count":{},"size":{},"failed":{}}})", i == 0 ? "" : ",",
                                nameOf(kind), totals.operations, totals.bytes, totals.failures);
        }
        write(text + "}}\n");
    }
}

/// The first failure is kept; from then on nothing is written.
void EventLog::write(std::string_view text)
{
    while (!m_failure && !text.empty()) {
        const ssize_t count = ::write(m_file.descriptor(), text.data(), text.size());
        if (count >= 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            m_failure =
                failSystem(errno, fmt::format("cannot write {}", m_file.path().native())).error();
    }
}

} // namespace fatlas::cli
