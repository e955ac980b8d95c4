#include "core/vhd/repair.hpp"

#include "core/base/checked.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fatlas::vhd {

namespace {

/// The file as it would be, a little of it changed or added.
class Patched final : public block::BlockDevice {
public:
    Patched(const block::BlockDevice& below, const std::vector<RepairStep>& steps)
        : m_below(below), m_steps(steps), m_size(below.size())
    {
        for (const RepairStep& step : steps)
            m_size = std::max(m_size, step.offset + step.after.size());
    }

    std::uint64_t size() const noexcept override { return m_size; }

    Result<> read(std::uint64_t offset, ByteSpan into) const override
    {
        FATLAS_TRY(checkRange(offset, into.size()));
        const std::uint64_t there =
            std::min<std::uint64_t>(into.size(), m_below.size() - std::min(m_below.size(), offset));
        FATLAS_TRY(there != 0 ? m_below.read(offset, into.first(there)) : Result<>{});
        std::ranges::fill(into.subspan(there), std::byte{0});
        for (const RepairStep& step : m_steps) {
            const std::uint64_t first = std::max(offset, step.offset);
            const std::uint64_t end =
                std::min(offset + into.size(), step.offset + step.after.size());
            if (first < end)
                std::ranges::copy(ByteView(step.after).subspan(first - step.offset, end - first),
                                  into.subspan(first - offset).begin());
        }
        return {};
    }

private:
    const block::BlockDevice& m_below;
    const std::vector<RepairStep>& m_steps;
    std::uint64_t m_size;
};

class Planner {
public:
    Planner(const block::BlockDevice& device, const VhdFile& file) : m_device(device), m_file(file)
    {}

    Result<RepairPlan> run()
    {
        m_plan.fileSize = m_device.size();
        FATLAS_TRY(repairFooters());
        if (!m_file.isFixed()) {
            FATLAS_TRY(repairHeader());
            FATLAS_TRY(repairEntries());
        }
        return std::move(m_plan);
    }

private:
    Result<> add(const char* rule, std::string action, std::uint64_t offset, Bytes after)
    {
        const std::uint64_t there = std::min<std::uint64_t>(
            after.size(), m_device.size() - std::min(m_device.size(), offset));
        Bytes before(there);
        FATLAS_TRY(there != 0 ? m_device.read(offset, before) : Result<>{});
        if (before != after)
            m_plan.steps.push_back({.rule = rule,
                                    .action = std::move(action),
                                    .offset = offset,
                                    .before = std::move(before),
                                    .after = std::move(after)});
        return {};
    }

    Result<> repairFooters();
    Result<> repairTail(const Bytes& footer);
    Result<> repairHeader();
    Result<> repairEntries();

    const block::BlockDevice& m_device;
    const VhdFile& m_file;
    RepairPlan m_plan;
};

/// Where blocks end: a footer must not cover one.
std::uint64_t endOfData(const VhdFile& file)
{
    std::uint64_t end = file.header.tableOffset + std::uint64_t{file.table.size()} * 4;
    for (const std::uint32_t sector : file.table)
        if (sector != unusedEntry &&
            rangeFits(std::uint64_t{sector} * sectorBytes, file.slotSize(), file.fileSize))
            end = std::max(end, std::uint64_t{sector} * sectorBytes + file.slotSize());
    for (const ParentLocator& locator : file.locators)
        if (rangeFits(locator.offset, locator.length, file.fileSize))
            end = std::max(end, locator.offset + locator.length);
    if (file.batmap && file.batmap->map)
        end = std::max(end, file.batmap->mapOffset + file.batmap->mapSize);
    return end;
}

Result<> Planner::repairTail(const Bytes& footer)
{
    const bool isThere = m_file.tail.state != FooterCopy::State::Missing;
    if (isThere && m_file.tail.size == footerSize)
        return add(m_file.tail.state == FooterCopy::State::Good ? "V6" : "V2",
                   "the footer at the end is written from the one at the front", m_file.tail.offset,
                   footer);
    if (isThere) // 511 bytes, of the same content
        return add("V30", "the footer at the end gets 512 bytes", m_file.tail.offset, footer);
    const std::uint64_t end = std::max(endOfData(m_file), m_file.fileSize);
    return add("V7", "the footer is written at the end of the file",
               roundUp<std::uint64_t>(end, sectorBytes), footer);
}

Result<> Planner::repairFooters()
{
    const Bytes footer = encodeFooter(m_file.footer);
    if (m_file.isFixed()) {
        const char* rule = m_file.isFooterProven ? "V30" : "V2";
        return add(rule,
                   m_file.isFooterProven ? "the footer gets 512 bytes"
                                         : "the checksum of the footer is set",
                   m_file.tail.offset, footer);
    }
    FATLAS_TRY(repairTail(footer));
    return add(m_file.front.state == FooterCopy::State::Missing ? "V1" : "V2",
               m_file.isFooterProven ? "the footer at the front is written from the one at the end"
                                     : "the checksum of the footer is set",
               0, footer);
}

Result<> Planner::repairHeader()
{
    return add("V12", "the checksum of the header is set", m_file.footer.dataOffset,
               encodeHeader(m_file.header));
}

Result<> Planner::repairEntries()
{
    for (std::size_t block = 0; block < m_file.table.size(); ++block) {
        const std::uint64_t offset = std::uint64_t{m_file.table[block]} * sectorBytes;
        if (m_file.table[block] == unusedEntry ||
            rangeFits(offset, m_file.slotSize(), m_file.fileSize))
            continue;
        const char* becomes =
            m_file.footer.type == DiskType::Differencing ? "the parent's bytes" : "zeros";
        FATLAS_TRY(add("V17",
                       fmt::format("block {} is removed from the table: its data are not in the "
                                   "file; it reads as {} then",
                                   block, becomes),
                       m_file.header.tableOffset + block * 4, Bytes(4, std::byte{0xFF})));
    }
    return {};
}

} // namespace

Result<RepairPlan> planRepair(const block::BlockDevice& device, SizeRule rule,
                              const JobControl& job)
{
    FATLAS_ASSIGN(const VhdFile file, readVhdFile(device, rule));
    FATLAS_ASSIGN(RepairPlan plan, Planner(device, file).run());
    const Patched patched(device, plan.steps);
    FATLAS_ASSIGN(CheckReport report, checkVhd(patched, rule, job));
    plan.remaining = std::move(report.findings);
    return plan;
}

Result<> applyRepair(const RepairPlan& plan, block::BlockDevice& device)
{
    if (device.size() != plan.fileSize)
        return fail(ErrorCode::Changed, fmt::format("the file has {} bytes now, not {} as before",
                                                    device.size(), plan.fileSize));
    for (const RepairStep& step : plan.steps) {
        Bytes now(step.before.size());
        FATLAS_TRY(device.read(step.offset, now));
        if (now != step.before)
            return fail(ErrorCode::Changed,
                        fmt::format("byte {} of the file changed since the repair was planned",
                                    step.offset));
    }
    for (const RepairStep& step : plan.steps) {
        FATLAS_TRY(device.write(step.offset, step.after));
        FATLAS_TRY(device.flush());
    }
    return {};
}

} // namespace fatlas::vhd
