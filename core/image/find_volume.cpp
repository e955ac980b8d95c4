#include "core/image/find_volume.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/image/content_kind.hpp"

#include <fmt/format.h>

namespace fatlas::image {

namespace {

using Disk = std::shared_ptr<const block::BlockDevice>;

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// The part of a partition that lies on the disk; nothing when it begins behind the end.
std::optional<ByteRange> rangeOf(const block::BlockDevice& disk,
                                 const partition::Partition& partition)
{
    const std::uint64_t unit = disk.sectorSize();
    const auto offset = checkedMultiply<std::uint64_t>(partition.first.value, unit);
    const auto length = checkedMultiply<std::uint64_t>(partition.sectorCount, unit);
    if (!offset || !length || *offset >= disk.size() || *length == 0)
        return std::nullopt;
    return ByteRange{.offset = *offset, .length = std::min(*length, disk.size() - *offset)};
}

Result<FoundVolume> openPartition(const Disk& disk, const partition::PartitionTable& table,
                                  std::uint32_t index, int codePage)
{
    const auto range = rangeOf(*disk, table.partitions[index - 1]);
    if (!range)
        return fail(ErrorCode::BadFormat,
                    fmt::format("partition {} begins behind the end of the disk ({})", index,
                                formatSize(disk->size())));
    FATLAS_ASSIGN(const auto slice,
                  block::SliceDevice::createReadOnly(disk, range->offset, range->length));
    FATLAS_ASSIGN(auto volume,
                  fat::Volume::open(slice, {.codePage = codePage, .fatCopy = std::nullopt}));
    return FoundVolume{
        .partitionIndex = index, .offset = range->offset, .volume = std::move(volume)};
}

std::string listPartitions(const block::BlockDevice& disk, const partition::PartitionTable& table,
                           const std::vector<std::uint32_t>& indices)
{
    std::string list;
    for (const std::uint32_t index : indices)
        list += (list.empty() ? "" : "; ") + describePartition(disk, table, index);
    return list;
}

std::vector<std::uint32_t> allIndices(const partition::PartitionTable& table)
{
    std::vector<std::uint32_t> indices(table.partitions.size());
    for (std::size_t i = 0; i < indices.size(); ++i)
        indices[i] = static_cast<std::uint32_t>(i + 1);
    return indices;
}

Result<FoundVolume> openWished(const Disk& disk, const partition::PartitionTable& table,
                               std::uint32_t index, int codePage)
{
    if (table.partitions.empty())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there is no partition {}: the disk has no partitions", index));
    if (index == 0 || index > table.partitions.size())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there is no partition {}; there are {}", index,
                                listPartitions(*disk, table, allIndices(table))));
    auto found = openPartition(disk, table, index, codePage);
    if (!found)
        found.error().message =
            fmt::format("partition {} holds no FAT volume: {}", index, found.error().message);
    return found;
}

/// Why there is no FAT volume, with what there is instead.
Error nothingFound(const block::BlockDevice& disk, const partition::PartitionTable& table,
                   const Error& superfloppy)
{
    if (!table.partitions.empty())
        return {.code = ErrorCode::BadFormat,
                .message = fmt::format("none of the partitions holds a FAT volume: {}",
                                       listPartitions(disk, table, allIndices(table)))};
    const ContentKind kind = recogniseContent(disk);
    if (kind.what.empty())
        return {.code = ErrorCode::BadFormat,
                .message = fmt::format("it holds no FAT volume: {}", superfloppy.message),
                .deviceOffset = superfloppy.deviceOffset};
    return {.code = ErrorCode::BadFormat,
            .message = fmt::format("it holds no FAT volume but {}{}{}", kind.what,
                                   kind.advice.empty() ? "" : "; ", kind.advice)};
}

} // namespace

std::string describePartition(const block::BlockDevice& disk,
                              const partition::PartitionTable& table, std::uint32_t index)
{
    const partition::Partition& partition = table.partitions[index - 1];
    const auto range = rangeOf(disk, partition);
    const std::string place =
        range ? fmt::format("{} from {} on", formatSize(range->length), formatSize(range->offset))
              : std::string("behind the end of the disk");
    return fmt::format("{}: {}, {}", index, escapeForTerminal(partition.typeName), place);
}

Result<FoundVolume> findVolume(const Disk& disk, const partition::PartitionTable& table,
                               const VolumeWish& wish)
{
    if (wish.partitionIndex)
        return openWished(disk, table, *wish.partitionIndex, wish.codePage);

    std::optional<FoundVolume> found;
    std::vector<std::uint32_t> candidates;
    for (const std::uint32_t index : allIndices(table)) {
        auto volume = openPartition(disk, table, index, wish.codePage);
        if (!volume)
            continue;
        candidates.push_back(index);
        found = std::move(*volume);
    }
    if (candidates.size() > 1)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there are {} FAT volumes, choose one with --partition-index: {}",
                                candidates.size(), listPartitions(*disk, table, candidates)));
    if (found)
        return std::move(*found);
    auto superfloppy =
        fat::Volume::open(disk, {.codePage = wish.codePage, .fatCopy = std::nullopt});
    if (!superfloppy)
        return std::unexpected(nothingFound(*disk, table, superfloppy.error()));
    return FoundVolume{.partitionIndex = std::nullopt, .offset = 0, .volume = *superfloppy};
}

} // namespace fatlas::image
