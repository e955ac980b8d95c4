#include "core/vhd/layers.hpp"

#include "core/base/checked.hpp"
#include "core/vhd/own_layer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::vhd {

namespace {

/// Neighbours with one answer become one.
void put(std::vector<Answer>& answers, const Answer& next)
{
    if (next.length == 0)
        return;
    if (!answers.empty()) {
        Answer& last = answers.back();
        const bool isSame =
            last.who == next.who && last.end() == next.offset &&
            (next.who != Answer::Who::File ||
             (last.link == next.link && last.fileOffset + last.length == next.fileOffset));
        if (isSame) {
            last.length += next.length;
            return;
        }
    }
    answers.push_back(next);
}

} // namespace

Result<std::shared_ptr<const Layers>> Layers::open(const Chain& chain)
{
    auto layers = std::make_shared<Layers>();
    layers->m_size = chain.links.front().vhd.virtualSize;
    for (const ChainLink& link : chain.links) {
        Layer layer{.size = link.vhd.virtualSize,
                    .device = nullptr,
                    .isChild = link.vhd.footer.type == DiskType::Differencing};
        if (!link.vhd.isFixed()) {
            FATLAS_ASSIGN(
                layer.device,
                VhdDevice::openReadOnly(link.file.device, link.vhd,
                                        layer.isChild ? noParent(link.vhd.virtualSize) : nullptr));
        }
        layers->m_layers.push_back(std::move(layer));
    }
    return layers;
}

Result<std::vector<Answer>> Layers::answers(std::uint64_t offset, std::uint64_t length) const
{
    if (!rangeFits(offset, length, m_size))
        return fail(ErrorCode::OutOfRange,
                    fmt::format("bytes {} to {} lie outside the disk of {} bytes", offset,
                                offset + length, m_size));
    std::vector<Answer> answers;
    FATLAS_TRY(ask(0, offset, offset + length, answers));
    return answers;
}

Result<> Layers::ask(std::size_t link, std::uint64_t offset, std::uint64_t end,
                     std::vector<Answer>& answers) const
{
    const Layer& layer = m_layers[link];
    const std::uint64_t inside = std::min(end, layer.size);
    if (layer.device == nullptr && offset < inside)
        put(answers, {.offset = offset,
                      .length = inside - offset,
                      .who = Answer::Who::File,
                      .link = link,
                      .fileOffset = offset});
    if (layer.device != nullptr) {
        const std::uint64_t size = layer.device->description().header.blockSize;
        for (std::uint64_t at = offset; at < inside;) {
            const std::uint64_t stop = std::min(inside, (at / size + 1) * size);
            FATLAS_TRY(askBlock(link, at, stop, answers));
            at = stop;
        }
    }
    if (inside < end) { // what lies behind a smaller parent's end reads as zeros
        const std::uint64_t from = std::max(offset, inside);
        put(answers, {.offset = from, .length = end - from, .who = Answer::Who::Nobody});
    }
    return {};
}

Result<> Layers::askBlock(std::size_t link, std::uint64_t offset, std::uint64_t end,
                          std::vector<Answer>& answers) const
{
    const VhdDevice& device = *m_layers[link].device;
    const VhdFile& file = device.description();
    const auto block = static_cast<std::uint32_t>(offset / file.header.blockSize);
    FATLAS_ASSIGN(const auto stored, device.storedIn(block));
    const std::uint64_t start = std::uint64_t{block} * file.header.blockSize;
    std::uint64_t at = offset;
    for (const block::Extent& extent : stored) {
        const std::uint64_t from = std::max(extent.offset, offset);
        const std::uint64_t to = std::min(extent.end(), end);
        if (from >= to)
            continue;
        FATLAS_TRY(askBelow(link, at, from, answers));
        put(answers, {.offset = from,
                      .length = to - from,
                      .who = Answer::Who::File,
                      .link = link,
                      .fileOffset = std::uint64_t{file.table[block]} * sectorBytes +
                                    file.header.bitmapSize() + (from - start)});
        at = to;
    }
    return askBelow(link, at, end, answers);
}

Result<> Layers::askBelow(std::size_t link, std::uint64_t offset, std::uint64_t end,
                          std::vector<Answer>& answers) const
{
    if (offset >= end)
        return {};
    if (m_layers[link].isChild && link + 1 < m_layers.size())
        return ask(link + 1, offset, end, answers);
    const auto who = m_layers[link].isChild ? Answer::Who::Missing : Answer::Who::Nobody;
    put(answers, {.offset = offset, .length = end - offset, .who = who});
    return {};
}

} // namespace fatlas::vhd
