#include "core/fat/repair/repair_session.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace fatlas::fat {

RepairSession::RepairSession(std::shared_ptr<const block::BlockDevice> device,
                             RepairOptions options, const JobControl& job)
    : m_staged(std::make_shared<block::StagedDevice>(std::move(device))),
      m_options(std::move(options)), m_job(job)
{}

Result<> RepairSession::refresh()
{
    FATLAS_TRY(m_job.checkpoint());
    if (!m_stale)
        return {};
    FATLAS_ASSIGN(m_volume, Volume::open(m_staged, m_options.volume));
    FATLAS_ASSIGN(m_tree, readTree(*m_volume, m_job));
    m_stale = false;
    return {};
}

Result<> RepairSession::read(std::uint64_t offset, ByteSpan into) const
{
    return m_staged->read(offset, into);
}

Result<> RepairSession::write(std::uint64_t offset, ByteView bytes)
{
    FATLAS_TRY(m_staged->write(offset, bytes));
    m_stale = true;
    m_changed = true;
    return {};
}

bool RepairSession::takeChanged()
{
    return std::exchange(m_changed, false);
}

void RepairSession::note(Finding finding, std::string action)
{
    if (++m_repairCount <= maxListed)
        m_repairs.push_back({.finding = std::move(finding), .action = std::move(action)});
}

void RepairSession::noteNode(std::uint32_t node, Finding finding, std::string action)
{
    if (m_repairCount >= maxListed) {
        ++m_repairCount;
        return;
    }
    finding.path = m_tree->path(node);
    if (node != 0 && !finding.offset)
        finding.offset = m_tree->nodes[node].entryOffset;
    note(std::move(finding), std::move(action));
}

std::vector<Repair> RepairSession::takeRepairs()
{
    if (m_repairCount > maxListed)
        m_repairs.push_back(
            {.finding = {.rule = "C9",
                         .severity = Severity::Warning,
                         .path = {},
                         .message = fmt::format("{} more findings are not listed",
                                                formatCount(m_repairCount - maxListed)),
                         .advice = {}},
             .action = "they are repaired in the same way"});
    return std::move(m_repairs);
}

} // namespace fatlas::fat
