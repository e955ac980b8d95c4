#include "app/cli/serve_log.hpp"

#include "core/base/text.hpp"

#include "app/cli/exit_status.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/words.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace fatlas::cli {

namespace {

void tell(const std::string& sentence)
{
    const std::string line = withoutControls(sentence) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace

void ServeLog::client(const nbd::Client& client, nbd::ClientChange change)
{
    if (m_comings == Comings::Quiet)
        return;
    const std::string who = fmt::format("client {} ({})", client.number, client.address);
    if (change == nbd::ClientChange::Joined)
        tell(fmt::format("{} uses \"{}\"", who, escapeForTerminal(client.exportName)));
    else
        tell(fmt::format("{} left: {}, {} read, {} written", who,
                         counted(client.requestCount, "request", "requests"),
                         formatSize(client.readSize), formatSize(client.writtenSize)));
}

void ServeLog::error(nbd::ClientNumber client, const Error& error)
{
    {
        const std::scoped_lock lock(m_mutex);
        const auto now = Clock::now();
        if (now - m_minute > std::chrono::minutes(1)) {
            m_minute = now;
            m_toldInMinute = 0;
        }
        if (m_toldInMinute >= maxPerMinute) {
            ++m_untold;
            return;
        }
        ++m_toldInMinute;
    }
    complain(fmt::format("client {}: {}", client, error.message));
}

void ServeLog::finish()
{
    const std::scoped_lock lock(m_mutex);
    if (m_untold != 0)
        complain(
            fmt::format("{} of clients not shown", counted(m_untold, "more error", "more errors")));
    m_untold = 0;
}

} // namespace fatlas::cli
