// The first byte says whether the checksums of footers and header are made right first, so that
// what lies behind them is reached, and how large the hole in the middle is; the rest is a VHD.
#include "core/block/memory_device.hpp"
#include "core/vhd/check.hpp"
#include "core/vhd/format_raw.hpp"
#include "core/vhd/repair.hpp"
#include "core/vhd/vhd_device.hpp"

#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <array>

using namespace fatlas;

namespace {

void setFooterSum(ByteSpan file, std::uint64_t offset)
{
    if (offset > file.size() || file.size() - offset < vhd::footerSize)
        return;
    auto raw = *load<vhd::FooterRaw>(file, offset);
    raw.checksum.set(vhd::checksumOf(ByteView(file).subspan(offset, vhd::footerSize),
                                     offsetof(vhd::FooterRaw, checksum)));
    store(file, offset, raw);
}

void setHeaderSum(ByteSpan file)
{
    const std::uint64_t offset = load<vhd::FooterRaw>(file)->dataOffset.get();
    if (offset > file.size() || file.size() - offset < vhd::headerSize)
        return;
    auto raw = *load<vhd::HeaderRaw>(file, offset);
    raw.checksum.set(vhd::checksumOf(ByteView(file).subspan(offset, vhd::headerSize),
                                     offsetof(vhd::HeaderRaw, checksum)));
    store(file, offset, raw);
}

void setChecksums(ByteSpan file)
{
    if (file.size() < vhd::footerSize)
        return;
    setFooterSum(file, 0);
    setHeaderSum(file);
    setFooterSum(file, file.size() - vhd::footerSize);
}

/// Data, holes and zeros that cover all that was asked for, and the same bytes however one reads.
void readPlaces(const block::BlockDevice& disk)
{
    for (const std::uint64_t part : {0, 1, 2, 3}) {
        const std::uint64_t offset = disk.size() / 4 * part;
        Bytes bytes(std::min<std::uint64_t>(disk.size() - offset, 5000));
        if (bytes.empty() || !disk.read(offset, bytes))
            continue;
        const auto extents = disk.extents(offset, bytes.size());
        if (!extents)
            continue;
        fuzz::require(!extents->empty(), "something is there");
        std::uint64_t at = offset;
        for (const block::Extent& extent : *extents) {
            fuzz::require(extent.offset == at && extent.length >= 1, "extents leave no gap");
            at = extent.end();
            const std::uint64_t end = std::min<std::uint64_t>(at, offset + bytes.size());
            const ByteView said =
                ByteView(bytes).subspan(extent.offset - offset, end - extent.offset);
            fuzz::require(extent.kind == block::ExtentKind::Data ||
                              std::ranges::all_of(said, [](auto b) { return b == std::byte{0}; }),
                          "holes read as zeros");
        }
    }
    std::byte beyond{};
    fuzz::require(!disk.read(disk.size(), {&beyond, 1}), "nothing lies behind the end");
}

void openDisk(const std::shared_ptr<block::MemoryDevice>& file, const vhd::VhdFile& description)
{
    if (description.isFixed())
        return;
    const bool isChild = description.footer.type == vhd::DiskType::Differencing;
    const auto parent = isChild ? std::make_shared<block::MemoryDevice>(Bytes(4096)) : nullptr;
    const auto disk = vhd::VhdDevice::openReadOnly(file, description, parent);
    if (disk)
        readPlaces(**disk);
}

void repair(const std::shared_ptr<block::MemoryDevice>& file)
{
    const auto plan = vhd::planRepair(*file);
    if (!plan)
        fuzz::require(!plan.error().message.empty(), "a refusal says why");
    else
        for (const vhd::RepairStep& step : plan->steps)
            fuzz::require(!step.action.empty() && step.before.size() <= step.after.size(),
                          "a step says what it does");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const ByteView input = std::as_bytes(std::span(data, size)).subspan(1);
    const std::size_t hole = (data[0] >> 4) * 4096UL;
    Bytes bytes(input.size() + hole);
    std::ranges::copy(input.first(input.size() / 2), bytes.begin());
    std::ranges::copy_backward(input.subspan(input.size() / 2), bytes.end());
    if ((data[0] & 1) != 0)
        setChecksums(bytes);
    const auto file = std::make_shared<block::MemoryDevice>(std::move(bytes),
                                                            block::MemoryDevice::Mode::ReadOnly);
    fuzz::require(vhd::isVhd(*file).has_value(), "memory can always be read");
    const auto description = vhd::readVhdFile(*file);
    const auto report = vhd::checkVhd(*file);
    if (!description) {
        fuzz::require(!description.error().message.empty(), "an error has a message");
        return 0;
    }
    fuzz::require(report.has_value(), "what can be read can be checked");
    openDisk(file, *description);
    repair(file);
    return 0;
}
