#include "ui/tasks/progress_rate.hpp"

#include <algorithm>
#include <cmath>

namespace fatlas::ui {

namespace {

constexpr std::int64_t windowMs = 3000;
constexpr std::int64_t shortestMs = 500;

} // namespace

void ProgressRate::add(std::int64_t timeMs, Progress progress)
{
    if (!m_samples.empty() && progress.done < m_samples.back().progress.done)
        m_samples.clear(); // a new phase counts from its own start
    m_samples.push_back({timeMs, progress});
    while (m_samples.size() > 2 && timeMs - m_samples[1].timeMs >= windowMs)
        m_samples.pop_front();
}

std::optional<double> ProgressRate::perSecond() const
{
    if (m_samples.size() < 2)
        return std::nullopt;
    const auto spentMs = m_samples.back().timeMs - m_samples.front().timeMs;
    if (spentMs < shortestMs)
        return std::nullopt;
    const auto done = m_samples.back().progress.done - m_samples.front().progress.done;
    return static_cast<double>(done) * 1000.0 / static_cast<double>(spentMs);
}

std::optional<std::int64_t> ProgressRate::secondsLeft() const
{
    const auto rate = perSecond();
    if (!rate || *rate <= 0)
        return std::nullopt;
    const Progress last = m_samples.back().progress;
    if (last.total == 0)
        return std::nullopt;
    const auto left = static_cast<double>(last.total - std::min(last.done, last.total));
    return static_cast<std::int64_t>(std::min(std::ceil(left / *rate), 1e9));
}

} // namespace fatlas::ui
