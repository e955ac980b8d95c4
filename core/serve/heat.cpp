#include "core/serve/heat.hpp"

#include <algorithm>
#include <cmath>

namespace fatlas::serve {

namespace {

constexpr double brightest = 255;
/// Darker than that is not seen.
constexpr double darkest = 6;

} // namespace

Heat::Heat(std::size_t binCount, std::uint64_t halfLifeNs)
    : m_halfLifeNs(std::max<std::uint64_t>(halfLifeNs, 1)), m_bins(binCount)
{}

void Heat::touch(const Touch& touch)
{
    if (m_bins.empty() || touch.first >= m_bins.size())
        return;
    const std::size_t last = std::min(touch.last, m_bins.size() - 1);
    for (std::size_t index = touch.first; index <= last; ++index) {
        Bin& bin = m_bins[index];
        std::uint64_t& mark = touch.isRead ? bin.readNs : bin.writtenNs;
        mark = std::max(mark, std::max<std::uint64_t>(touch.timeNs, 1));
        if (bin.isListed)
            continue;
        bin.isListed = true;
        m_isSorted = m_isSorted && (m_glowing.empty() || m_glowing.back() < index);
        m_glowing.push_back(static_cast<std::uint32_t>(index));
    }
}

void Heat::touch(const block::Tap& tap, const block::TapEvent& event, std::uint64_t timeNs)
{
    if (event.outcome == block::TapOutcome::Failed || event.kind == block::TapKind::Flush ||
        event.length == 0 || m_bins.empty())
        return;
    const std::uint64_t end = tap.binOffset(m_bins.size());
    if (event.offset >= end)
        return;
    touch({.first = tap.binAt(event.offset),
           .last = tap.binAt(event.offset + std::min(event.length, end - event.offset) - 1),
           .isRead = event.kind == block::TapKind::Read,
           .timeNs = timeNs});
}

std::uint8_t Heat::level(std::uint64_t touchedNs, std::uint64_t nowNs) const
{
    if (touchedNs == 0)
        return 0;
    const std::uint64_t age = nowNs > touchedNs ? nowNs - touchedNs : 0;
    const double halves = static_cast<double>(age) / static_cast<double>(m_halfLifeNs);
    const double level = brightest * std::exp2(-halves);
    return level < darkest ? std::uint8_t{0} : static_cast<std::uint8_t>(std::lround(level));
}

std::vector<HeatSpot> Heat::at(std::uint64_t nowNs)
{
    if (!m_isSorted)
        std::ranges::sort(m_glowing);
    m_isSorted = true;
    std::vector<HeatSpot> spots;
    spots.reserve(m_glowing.size());
    std::erase_if(m_glowing, [&](std::uint32_t index) {
        Bin& bin = m_bins[index];
        const HeatSpot spot{
            .bin = index, .read = level(bin.readNs, nowNs), .written = level(bin.writtenNs, nowNs)};
        const bool hasFaded = spot.read == 0 && spot.written == 0;
        if (hasFaded)
            bin = {};
        else
            spots.push_back(spot);
        return hasFaded;
    });
    return spots;
}

} // namespace fatlas::serve
