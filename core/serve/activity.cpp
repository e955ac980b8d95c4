#include "core/serve/activity.hpp"

#include <utility>

namespace fatlas::serve {

namespace {

constexpr double nsPerSecond = 1e9;

double rate(std::uint64_t before, std::uint64_t now, std::uint64_t passedNs)
{
    if (passedNs == 0 || now < before)
        return 0;
    return static_cast<double>(now - before) * nsPerSecond / static_cast<double>(passedNs);
}

} // namespace

ActivityTotals activityTotals(const block::Tap& tap)
{
    using block::TapKind;
    ActivityTotals sums;
    for (const TapKind kind :
         {TapKind::Read, TapKind::Write, TapKind::WriteZeroes, TapKind::Trim, TapKind::Flush}) {
        const block::TapTotals totals = tap.totals(kind);
        sums.requestCount += totals.operations + totals.failures;
        sums.failureCount += totals.failures;
        if (kind != TapKind::Flush)
            (kind == TapKind::Read ? sums.readBytes : sums.writtenBytes) += totals.bytes;
    }
    return sums;
}

void Activity::add(const ActivityTotals& totals, std::uint64_t nowNs)
{
    const std::uint64_t passed = nowNs > m_lastNs ? nowNs - m_lastNs : 0;
    if (std::exchange(m_hasStarted, true)) {
        m_samples.push_back(
            {.readRate = rate(m_last.readBytes, totals.readBytes, passed),
             .writtenRate = rate(m_last.writtenBytes, totals.writtenBytes, passed),
             .requestRate = rate(m_last.requestCount, totals.requestCount, passed)});
        if (m_samples.size() > m_maxSamples)
            m_samples.pop_front();
    }
    m_last = totals;
    m_lastNs = nowNs;
}

std::vector<ClientActivity> ClientRates::update(std::span<const nbd::Client> clients,
                                                std::uint64_t nowNs)
{
    std::vector<ClientActivity> now;
    std::map<nbd::ClientNumber, Seen> seen;
    now.reserve(clients.size());
    for (const nbd::Client& client : clients) {
        const auto found = m_seen.find(client.number);
        Seen next{.client = client, .lastNs = nowNs, .busyNs = nowNs};
        ClientActivity made{.client = client};
        if (found != m_seen.end()) {
            const Seen& before = found->second;
            const std::uint64_t passed = nowNs > before.lastNs ? nowNs - before.lastNs : 0;
            made.readRate = rate(before.client.readSize, client.readSize, passed);
            made.writtenRate = rate(before.client.writtenSize, client.writtenSize, passed);
            made.requestRate = rate(before.client.requestCount, client.requestCount, passed);
            if (client.requestCount == before.client.requestCount)
                next.busyNs = before.busyNs;
        }
        made.idleNs = nowNs - next.busyNs;
        now.push_back(std::move(made));
        seen.emplace(client.number, std::move(next));
    }
    m_seen = std::move(seen);
    return now;
}

} // namespace fatlas::serve
