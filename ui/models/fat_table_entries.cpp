#include "ui/models/fat_table_entries.hpp"

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr std::size_t maxWanted = 8; ///< more than fit on a screen were scrolled past

} // namespace

FatTableEntries::FatTableEntries(QObject* parent) : QObject(parent) {}

void FatTableEntries::setVolume(std::shared_ptr<const block::BlockDevice> device,
                                const fat::Geometry& geometry)
{
    m_blocks.clear();
    m_order.clear();
    m_stale.clear();
    m_geometry = geometry;
    open(std::move(device));
    Q_EMIT changed();
}

void FatTableEntries::setBytes(std::shared_ptr<const block::BlockDevice> device)
{
    for (const auto& [block, content] : m_blocks)
        m_stale.insert(block);
    open(std::move(device));
    Q_EMIT changed();
}

void FatTableEntries::open(std::shared_ptr<const block::BlockDevice> device)
{
    m_reading.abandon();
    m_wanted.clear();
    m_failed.clear();
    m_error.reset();
    m_source.reset();
    m_count = 0;
    m_copies = 0;
    if (!device)
        return;
    auto source = std::make_shared<Source>();
    source->first = std::make_unique<fat::FatCache>(device, m_geometry, 0);
    m_copies = std::min(m_geometry.fatCount, 2U);
    m_count = source->first->entryCount();
    if (m_copies > 1)
        source->second = std::make_unique<fat::FatCache>(std::move(device), m_geometry, 1);
    m_source = std::move(source);
}

std::optional<FatTableEntries::Row> FatTableEntries::row(std::uint32_t entry)
{
    const std::uint32_t block = entry / blockEntries;
    const auto found = m_blocks.find(block);
    if (found == m_blocks.end()) {
        want(block);
        return std::nullopt;
    }
    if (m_stale.contains(block))
        want(block);
    const std::size_t at = entry % blockEntries;
    const Block& content = found->second;
    if (at >= content.first.size())
        return std::nullopt;
    Row row{.first = content.first[at], .second = std::nullopt};
    if (!content.second.empty())
        row.second = content.second[at];
    return row;
}

Result<FatTableEntries::Block> FatTableEntries::read(const Source& source, std::uint32_t block,
                                                     std::uint32_t count)
{
    const Cluster first{block * blockEntries};
    Block content;
    content.first.resize(count);
    FATLAS_TRY(source.first->readRange(first, content.first));
    if (source.second) {
        content.second.resize(count);
        FATLAS_TRY(source.second->readRange(first, content.second));
    }
    return content;
}

void FatTableEntries::want(std::uint32_t block)
{
    if (!m_source || m_failed.contains(block) ||
        std::ranges::find(m_wanted, block) != m_wanted.end())
        return;
    m_wanted.push_back(block);
    if (m_wanted.size() > maxWanted)
        m_wanted.pop_front();
    if (!m_reading.isRunning())
        readNext();
}

void FatTableEntries::readNext()
{
    if (m_wanted.empty())
        return;
    const std::uint32_t block = m_wanted.back();
    const std::uint32_t count = std::min(blockEntries, m_count - block * blockEntries);
    m_reading.start([source = m_source, block,
                     count](const JobControl&) { return read(*source, block, count); },
                    [this, block](Result<Block> content) {
                        std::erase(m_wanted, block);
                        if (content) {
                            keep(block, std::move(*content));
                        } else {
                            m_failed.insert(block);
                            m_error = content.error();
                        }
                        readNext();
                        Q_EMIT changed();
                    });
}

void FatTableEntries::keep(std::uint32_t block, Block content)
{
    const bool isNew = m_blocks.insert_or_assign(block, std::move(content)).second;
    m_stale.erase(block);
    if (!isNew)
        return;
    m_order.push_back(block);
    if (m_order.size() <= maxBlocks)
        return;
    m_blocks.erase(m_order.front());
    m_stale.erase(m_order.front());
    m_order.pop_front();
}

} // namespace fatlas::ui
