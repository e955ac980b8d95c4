#include "ui/document/staged_disk.hpp"

#include "core/block/slice_device.hpp"
#include "core/fat/fat_cache.hpp"
#include "core/fat/fat_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::ui {

namespace {

using block::Patch;

constexpr std::uint32_t entriesPerStep = 64 * 1024;

/// The entries of a FAT that have a bit in bytes [first, end) of it.
ClusterRange entriesIn(fat::FatType type, std::uint64_t first, std::uint64_t end)
{
    std::uint64_t from = first / 4;
    std::uint64_t last = (end - 1) / 4;
    if (type == fat::FatType::Fat16) {
        from = first / 2;
        last = (end - 1) / 2;
    } else if (type == fat::FatType::Fat12) {
        from = first * 2 / 3;
        last = ((end - 1) * 2 + 1) / 3;
    }
    return {.first = Cluster{static_cast<std::uint32_t>(from)},
            .count = static_cast<std::uint32_t>(last - from + 1)};
}

/// Ascending, and none of them touches another.
std::vector<ClusterRange> merged(std::vector<ClusterRange> ranges)
{
    std::ranges::sort(ranges, {}, [](const ClusterRange& range) { return range.first.value; });
    std::vector<ClusterRange> result;
    for (const ClusterRange& range : ranges) {
        if (result.empty() || range.first.value > result.back().end().value) {
            result.push_back(range);
            continue;
        }
        ClusterRange& last = result.back();
        const std::uint32_t end = std::max(last.end().value, range.end().value);
        last.count = end - last.first.value;
    }
    return result;
}

/// Entries of one copy that some patch lies on.
std::vector<ClusterRange> patchedEntries(const VolumeContent& content,
                                         std::span<const StagedEdit> edits, std::uint32_t copy)
{
    const fat::Geometry& g = content.geometry();
    const std::uint64_t start = content.image.volumeOffset + g.fatOffset(copy);
    const std::uint64_t end = start + g.fatSize();
    std::vector<ClusterRange> ranges;
    for (const StagedEdit& edit : edits)
        for (const Patch& patch : edit.patches) {
            const std::uint64_t first = std::max(patch.offset, start);
            const std::uint64_t last = std::min(patch.offset + patch.after.size(), end);
            if (first < last)
                ranges.push_back(entriesIn(g.type, first - start, last - start));
        }
    return merged(std::move(ranges));
}

/// One copy of the FAT as it is and as it would be.
struct FatPair {
    fat::FatCache before;
    fat::FatCache after;
};

Result<> addChanged(const FatPair& fats, ClusterRange range, std::vector<ClusterRange>& changed,
                    const JobControl& job)
{
    const std::uint32_t end = std::min(range.end().value, fats.before.entryCount());
    std::vector<std::uint32_t> old;
    std::vector<std::uint32_t> fresh;
    for (std::uint32_t at = range.first.value; at < end;) {
        FATLAS_TRY(job.checkpoint());
        old.resize(std::min(entriesPerStep, end - at));
        fresh.resize(old.size());
        FATLAS_TRY(fats.before.readRange(Cluster{at}, old));
        FATLAS_TRY(fats.after.readRange(Cluster{at}, fresh));
        for (std::uint32_t i = 0; i < old.size(); ++i)
            if (old[i] != fresh[i])
                changed.push_back({.first = Cluster{at + i}, .count = 1});
        at += static_cast<std::uint32_t>(old.size());
    }
    return {};
}

Result<std::vector<ClusterRange>>
changedEntries(const VolumeContent& content, std::span<const StagedEdit> edits,
               const std::shared_ptr<const block::BlockDevice>& staged, const JobControl& job)
{
    FATLAS_ASSIGN(const auto now, volumeOn(content.image.disk, content));
    const fat::Geometry& g = content.geometry();
    std::vector<ClusterRange> changed;
    for (std::uint32_t copy = 0; copy < std::min(g.fatCount, 2U); ++copy) {
        const FatPair fats{fat::FatCache(now, g, copy), fat::FatCache(staged, g, copy)};
        for (const ClusterRange& range : patchedEntries(content, edits, copy))
            FATLAS_TRY(addChanged(fats, range, changed, job));
    }
    return merged(std::move(changed));
}

Result<std::vector<Patch>> changedOnly(std::vector<Patch> patches)
{
    std::erase_if(patches, [](const Patch& patch) { return patch.before == patch.after; });
    return patches;
}

} // namespace

std::uint64_t StagedEdit::changedBytes() const
{
    std::uint64_t bytes = 0;
    for (const Patch& patch : patches)
        bytes += patch.after.size();
    return bytes;
}

Result<std::shared_ptr<const block::BlockDevice>>
volumeOn(std::shared_ptr<const block::BlockDevice> disk, const VolumeContent& content)
{
    FATLAS_ASSIGN(auto slice,
                  block::SliceDevice::createReadOnly(std::move(disk), content.image.volumeOffset,
                                                     content.volume().device().size()));
    return std::shared_ptr<const block::BlockDevice>(std::move(slice));
}

Result<std::shared_ptr<const block::StagedDevice>>
stagedOn(std::shared_ptr<const block::BlockDevice> base, std::span<const StagedEdit> edits)
{
    auto staged = std::make_shared<block::StagedDevice>(std::move(base));
    for (const StagedEdit& edit : edits)
        for (const Patch& patch : edit.patches)
            FATLAS_TRY(staged->write(patch.offset, patch.after));
    return std::shared_ptr<const block::StagedDevice>(std::move(staged));
}

Result<StagedDisk> stageDisk(const VolumeContent& content, std::span<const StagedEdit> edits,
                             const JobControl& job)
{
    StagedDisk staged;
    FATLAS_ASSIGN(staged.disk, stagedOn(content.image.disk, edits));
    FATLAS_ASSIGN(staged.volumeDevice, volumeOn(staged.disk, content));
    if (const auto volume = fat::Volume::open(staged.volumeDevice))
        staged.volume = *volume;
    FATLAS_ASSIGN(staged.changedEntries, changedEntries(content, edits, staged.volumeDevice, job));
    return staged;
}

Result<std::vector<Patch>> entryPatches(const VolumeContent& content,
                                        const block::BlockDevice& disk, Cluster entry,
                                        std::uint32_t raw, std::optional<std::uint32_t> copy)
{
    const fat::Geometry& geometry = content.geometry();
    const FocusBytes inFirst = bytesOfEntry(content, 0, entry);
    const std::uint64_t fatStart = content.image.volumeOffset + geometry.fatOffset(0);
    if (inFirst.offset - fatStart + inFirst.length > geometry.fatSize() ||
        copy.value_or(0) >= geometry.fatCount)
        return fail(
            ErrorCode::OutOfRange,
            fmt::format("there is no entry {} in FAT {}: the volume has {} FATs of {} bytes",
                        entry.value, copy.value_or(0) + 1, geometry.fatCount, geometry.fatSize()));
    std::vector<Patch> patches;
    for (std::uint32_t number = 0; number < geometry.fatCount; ++number) {
        if (copy && *copy != number)
            continue;
        const FocusBytes place = bytesOfEntry(content, number, entry);
        Patch patch{.offset = place.offset, .before = Bytes(place.length), .after = {}};
        FATLAS_TRY(disk.read(patch.offset, patch.before));
        patch.after = patch.before;
        // As the only entry of a FAT that begins at an even one.
        Bytes pair(8);
        const Cluster first{entry.value % 2};
        const auto at = static_cast<std::ptrdiff_t>(fat::entryOffset(geometry.type, first));
        std::ranges::copy(patch.before, pair.begin() + at);
        fat::setRawEntry(geometry.type, pair, first, raw);
        std::copy_n(pair.begin() + at, place.length, patch.after.begin());
        patches.push_back(std::move(patch));
    }
    return changedOnly(std::move(patches));
}

Result<std::vector<Patch>> fieldPatches(const block::BlockDevice& disk, FocusBytes place,
                                        const EncodeField& encode)
{
    if (place.length == 0 || place.length > maxFieldSize)
        return fail(ErrorCode::Limit,
                    fmt::format("a field of {} bytes cannot be typed over, at most {} bytes can",
                                place.length, maxFieldSize));
    Patch patch{.offset = place.offset, .before = Bytes(place.length), .after = {}};
    FATLAS_TRY(disk.read(patch.offset, patch.before));
    FATLAS_ASSIGN(patch.after, encode(patch.before));
    if (patch.after.size() != patch.before.size())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the value takes {} bytes, the field has {}", patch.after.size(),
                                patch.before.size()));
    std::vector<Patch> patches;
    patches.push_back(std::move(patch));
    return changedOnly(std::move(patches));
}

} // namespace fatlas::ui
