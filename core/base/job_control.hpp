/// How long work is watched and stopped: a stop token and a place to report progress to.
///
/// A core function that may take longer than 50 ms takes a `const JobControl&`, looks at it at
/// least once per MiB or per directory, and ends with ErrorCode::Cancelled.
///
/// Units:   whatever the function documents for `done` and `total` (mostly bytes); total 0 =
/// unknown. Threads: the callback is called on the working thread and must not block.
#pragma once

#include "core/base/error.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>

namespace fatlas {

struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

class JobControl {
public:
    /// Never stops and reports nowhere.
    JobControl() = default;

    explicit JobControl(std::stop_token stop, std::function<void(Progress)> onProgress = {})
        : m_stop(std::move(stop)), m_onProgress(std::move(onProgress))
    {}

    [[nodiscard]] bool stopRequested() const noexcept { return m_stop.stop_requested(); }

    /// For a part of the work that reports progress of its own.
    [[nodiscard]] const std::stop_token& stopToken() const noexcept { return m_stop; }

    /// Cancelled once a stop was requested, else success.
    [[nodiscard]] Result<> checkpoint() const
    {
        if (stopRequested())
            return fail(ErrorCode::Cancelled, "cancelled");
        return {};
    }

    void report(std::uint64_t done, std::uint64_t total) const
    {
        if (m_onProgress)
            m_onProgress({.done = done, .total = total});
    }

private:
    std::stop_token m_stop;
    std::function<void(Progress)> m_onProgress;
};

} // namespace fatlas
