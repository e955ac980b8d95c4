#include "ui/models/hex_blocks.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

namespace {

/// Few, so that a slow device answers with something soon.
constexpr std::size_t blocksPerJob = 4;

using DevicePointer = std::shared_ptr<const block::BlockDevice>;

Result<std::vector<HexBlock>> readBlocks(const DevicePointer& device,
                                         const std::vector<std::uint64_t>& indices,
                                         const JobControl& job)
{
    std::vector<HexBlock> blocks;
    for (const std::uint64_t index : indices) {
        FATLAS_ASSIGN(HexBlock block, readHexBlock(*device, index, job));
        blocks.push_back(std::move(block));
    }
    return blocks;
}

} // namespace

Result<HexBlock> readHexBlock(const block::BlockDevice& device, std::uint64_t index,
                              const JobControl& job)
{
    FATLAS_TRY(job.checkpoint());
    const std::uint64_t offset = index * HexBlock::size;
    const std::uint64_t left = device.size() > offset ? device.size() - offset : 0;
    HexBlock block{.index = index, .bytes = Bytes(std::min(left, HexBlock::size))};
    if (device.read(offset, block.bytes))
        return block;
    for (std::uint64_t at = 0; at < block.bytes.size(); at += HexBlock::sectorSize) {
        FATLAS_TRY(job.checkpoint());
        const std::uint64_t length = std::min(block.bytes.size() - at, HexBlock::sectorSize);
        auto read = device.read(offset + at, ByteSpan(block.bytes).subspan(at, length));
        if (read)
            continue;
        block.unreadable.set(at / HexBlock::sectorSize);
        if (!block.error)
            block.error = std::move(read.error());
    }
    return block;
}

HexBlocks::HexBlocks(QObject* parent) : QObject(parent) {}

void HexBlocks::setDevice(std::shared_ptr<const block::BlockDevice> device)
{
    m_device = std::move(device);
    clear();
}

void HexBlocks::clear()
{
    for (Hand& hand : m_hands) {
        hand.task.abandon();
        hand.blocks.clear();
    }
    m_held.clear();
    readMissing();
    Q_EMIT changed();
}

void HexBlocks::retry()
{
    std::erase_if(m_held, [](const auto& entry) { return entry.second.block.unreadable.any(); });
    readMissing();
    Q_EMIT changed();
}

const HexBlock* HexBlocks::find(std::uint64_t index) const
{
    const auto found = m_held.find(index);
    if (found == m_held.end())
        return nullptr;
    found->second.lastUse = ++m_clock;
    return &found->second.block;
}

void HexBlocks::fill(std::uint64_t offset, std::span<HexByte> out) const
{
    const std::uint64_t size = m_device ? m_device->size() : 0;
    for (std::size_t done = 0; done < out.size();) {
        const std::uint64_t at = offset + done;
        const std::uint64_t inBlock = at % HexBlock::size;
        const std::size_t count =
            std::min<std::uint64_t>(out.size() - done, HexBlock::size - inBlock);
        const HexBlock* const block = find(at / HexBlock::size);
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t byte = inBlock + i;
            HexByte& target = out[done + i];
            const bool isOutside =
                at + i >= size || (block != nullptr && byte >= block->bytes.size());
            if (isOutside ||
                (block != nullptr && block->unreadable.test(byte / HexBlock::sectorSize)))
                target = {0, ByteState::Unreadable};
            else if (block == nullptr)
                target = {0, ByteState::Loading};
            else
                target = {std::to_integer<std::uint8_t>(block->bytes[byte]), ByteState::Known};
        }
        done += count;
    }
}

std::optional<Error> HexBlocks::errorAt(std::uint64_t offset) const
{
    const std::uint64_t size = m_device ? m_device->size() : 0;
    if (offset >= size)
        return Error{.code = ErrorCode::OutOfRange,
                     .message = "the image ends before this byte",
                     .deviceOffset = offset};
    const HexBlock* const block = find(offset / HexBlock::size);
    if (block == nullptr || !block->unreadable.test(offset % HexBlock::size / HexBlock::sectorSize))
        return std::nullopt;
    return block->error;
}

void HexBlocks::want(std::span<const ByteRange> ranges)
{
    m_wanted.clear();
    const std::uint64_t size = m_device ? m_device->size() : 0;
    for (const ByteRange& range : ranges) {
        if (range.length == 0 || range.offset >= size)
            continue;
        const std::uint64_t end = range.offset + std::min(range.length, size - range.offset);
        for (std::uint64_t index = range.offset / HexBlock::size; index * HexBlock::size < end;
             ++index) {
            if (m_wanted.size() == maxWanted)
                return readMissing();
            if (std::ranges::find(m_wanted, index) == m_wanted.end())
                m_wanted.push_back(index);
        }
    }
    readMissing();
}

bool HexBlocks::isPending(std::uint64_t index) const
{
    return std::ranges::any_of(m_hands, [index](const Hand& hand) {
        return std::ranges::find(hand.blocks, index) != hand.blocks.end();
    });
}

bool HexBlocks::isBusy() const noexcept
{
    return std::ranges::any_of(m_wanted,
                               [this](std::uint64_t index) { return !m_held.contains(index); });
}

std::vector<std::uint64_t> HexBlocks::nextBatch() const
{
    std::vector<std::uint64_t> batch;
    for (const std::uint64_t index : m_wanted) {
        if (m_held.contains(index) || isPending(index))
            continue;
        batch.push_back(index);
        if (batch.size() == blocksPerJob)
            break;
    }
    return batch;
}

/// One that rests, else one at work for what nobody wants any more.
HexBlocks::Hand* HexBlocks::idleHand()
{
    for (Hand& hand : m_hands)
        if (hand.blocks.empty())
            return &hand;
    for (Hand& hand : m_hands)
        if (std::ranges::none_of(hand.blocks, [this](std::uint64_t index) {
                return std::ranges::find(m_wanted, index) != m_wanted.end();
            }))
            return &hand;
    return nullptr;
}

void HexBlocks::readMissing()
{
    if (!m_device)
        return;
    while (true) {
        std::vector<std::uint64_t> batch = nextBatch();
        Hand* const hand = batch.empty() ? nullptr : idleHand();
        if (hand == nullptr)
            return;
        hand->blocks = batch;
        hand->task.start(
            [device = m_device, batch = std::move(batch)](const JobControl& job) {
                return readBlocks(device, batch, job);
            },
            [this, hand](Result<std::vector<HexBlock>> blocks) { take(*hand, std::move(blocks)); });
    }
}

void HexBlocks::take(Hand& hand, Result<std::vector<HexBlock>> blocks)
{
    hand.blocks.clear();
    if (blocks)
        for (HexBlock& block : *blocks) {
            const std::uint64_t index = block.index;
            m_held.insert_or_assign(index, Held{std::move(block), ++m_clock});
        }
    evict();
    readMissing();
    Q_EMIT changed();
}

void HexBlocks::evict()
{
    while (m_held.size() > maxBlocks) {
        const auto oldest = std::ranges::min_element(
            m_held, {}, [](const auto& entry) { return entry.second.lastUse; });
        m_held.erase(oldest);
    }
}

} // namespace fatlas::ui
