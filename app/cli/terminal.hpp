/// What is shown to people: safe text, a line of progress, findings.
///
/// Threads: one thread, but for the progress, which comes from the working thread.
#pragma once

#include "core/base/finding.hpp"
#include "core/base/job_control.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace fatlas::cli {

/// As escapeForTerminal, but for sentences of ours that hold escaped names already: backslashes
/// stay.
[[nodiscard]] std::string withoutControls(std::string_view sentence);

/// "warning: docs/a:b.txt: is called A_B.TXT on the disk [N3]", one line.
[[nodiscard]] std::string describe(const Finding& finding);

/// One line a finding on stderr, `limit` of them and then how many more there are.
void showFindings(std::span<const Finding> findings, std::size_t limit);

enum class Counts : std::uint8_t { WarningsAndWorse, Errors };
[[nodiscard]] bool anyCounts(std::span<const Finding> findings, Counts what);

/// A bar with bytes, rate and time left, drawn over itself on stderr; nothing where stderr is not a
/// terminal. The destructor wipes it away.
class ProgressBar {
public:
    /// PartOnly: progress is not in bytes, so neither amounts nor a rate are shown.
    enum class Shows : std::uint8_t { Bytes, PartOnly };

    explicit ProgressBar(std::string verb, Shows shows = Shows::Bytes);
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ~ProgressBar();

    /// To be handed to a JobControl; lives no longer than the bar.
    [[nodiscard]] std::function<void(Progress)> callback();

private:
    using Clock = std::chrono::steady_clock;

    void draw(Progress progress);

    std::string m_verb;
    Shows m_shows;
    bool m_isTerminal;
    bool m_drawn = false;
    Clock::time_point m_started;
    Clock::time_point m_lastDrawn;
};

/// "  45 % [#########-----------] 180 MiB of 400 MiB, 210 MiB/s, 1 s left"; at most `columns` wide.
[[nodiscard]] std::string progressLine(std::string_view verb, Progress progress,
                                       std::chrono::duration<double> elapsed, std::size_t columns);
/// "  45 % [#########-----------]"
[[nodiscard]] std::string partLine(std::string_view verb, Progress progress, std::size_t columns);

} // namespace fatlas::cli
