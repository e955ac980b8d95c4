/// How fast a job goes and when it will be done, from samples of its progress.
///
/// Units:   time in milliseconds since any fixed moment; work in whatever the job counts (bytes).
/// Shape:   the rate is that of the last few seconds, so a slow start is forgotten.
/// Threads: a plain value.
#pragma once

#include "core/base/job_control.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace fatlas::ui {

class ProgressRate {
public:
    void add(std::int64_t timeMs, Progress progress);

    /// Per second; nothing before half a second of samples.
    [[nodiscard]] std::optional<double> perSecond() const;
    /// Seconds to go; nothing when the total or the rate is unknown.
    [[nodiscard]] std::optional<std::int64_t> secondsLeft() const;

private:
    struct Sample {
        std::int64_t timeMs = 0;
        Progress progress;
    };

    std::deque<Sample> m_samples; ///< of the last windowMs
};

} // namespace fatlas::ui
