#include "core/image/find_volume.hpp"

#include "core/base/checked.hpp"
#include "core/base/text.hpp"
#include "core/block/slice_device.hpp"
#include "core/image/content_kind.hpp"
#include "core/partition/first_sector.hpp"

#include <fmt/format.h>

#include <string_view>

namespace fatlas::image {

namespace {

/// What follows "no FAT volume": ": reason", or " but another file system".
std::string whyNot(const Error& error)
{
    constexpr std::string_view prefix = "this is not a FAT volume";
    const std::string_view message = error.message;
    return message.starts_with(prefix) ? std::string(message.substr(prefix.size()))
                                       : fmt::format(": {}", message);
}

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

Result<FoundVolume> openPartition(const Disk& disk, const partition::Partition& partition,
                                  const fat::Volume::Options& options)
{
    const auto range = rangeOf(*disk, partition);
    if (!range)
        return fail(ErrorCode::BadFormat,
                    fmt::format("partition {} begins behind the end of the disk ({})",
                                partition.number, formatSize(disk->size())));
    FATLAS_ASSIGN(const auto slice,
                  block::SliceDevice::createReadOnly(disk, range->offset, range->length));
    FATLAS_ASSIGN(auto volume, fat::Volume::open(slice, options));
    return FoundVolume{
        .partitionIndex = partition.number, .offset = range->offset, .volume = std::move(volume)};
}

std::vector<const partition::Partition*> allOf(const partition::PartitionTable& table)
{
    std::vector<const partition::Partition*> all;
    for (const partition::Partition& partition : table.partitions)
        all.push_back(&partition);
    return all;
}

std::string listPartitions(const block::BlockDevice& disk,
                           const std::vector<const partition::Partition*>& partitions)
{
    std::string list;
    for (const partition::Partition* partition : partitions)
        list += (list.empty() ? "" : "; ") + describePartition(disk, *partition);
    return list;
}

Result<FoundVolume> openWished(const Disk& disk, const partition::PartitionTable& table,
                               std::uint32_t number, const fat::Volume::Options& options)
{
    if (table.partitions.empty())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there is no partition {}: the disk has no partitions", number));
    const partition::Partition* wished = table.find(number);
    if (wished == nullptr)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there is no partition {}; there are {}", number,
                                listPartitions(*disk, allOf(table))));
    auto found = openPartition(disk, *wished, options);
    if (!found && table.kind == partition::TableKind::Mbr && wished->number <= 4 &&
        partition::isExtendedType(wished->type))
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("partition {} is an extended partition: it holds others, from "
                                "number 5 on; there are {}",
                                number, listPartitions(*disk, allOf(table))));
    if (!found)
        found.error().message =
            fmt::format("partition {} holds no FAT volume{}", number, whyNot(found.error()));
    return found;
}

/// The volume that begins at `offset`: to the end of the partition that begins there, else of the
/// disk.
Result<FoundVolume> openAt(const Disk& disk, const partition::PartitionTable& table,
                           std::uint64_t offset, const fat::Volume::Options& options)
{
    if (offset >= disk->size())
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("offset {} lies behind the end of the disk, which is {} bytes long",
                                offset, disk->size()));
    FoundVolume found{.partitionIndex = std::nullopt, .offset = offset, .volume = nullptr};
    std::uint64_t length = disk->size() - offset;
    for (const partition::Partition& partition : table.partitions) {
        const auto range = rangeOf(*disk, partition);
        if (!range || range->offset != offset)
            continue;
        found.partitionIndex = partition.number;
        length = range->length;
        break;
    }
    FATLAS_ASSIGN(auto slice, block::SliceDevice::createReadOnly(disk, offset, length));
    auto volume = fat::Volume::open(std::move(slice), options);
    if (!volume) {
        volume.error().message =
            fmt::format("no FAT volume begins at offset {}{}", offset, whyNot(volume.error()));
        return std::unexpected(volume.error());
    }
    found.volume = std::move(*volume);
    return found;
}

/// Not "no volume here" but a failure of device or wish, which the user must see.
bool isFailure(const Error& error)
{
    return error.code != ErrorCode::BadFormat;
}

/// Why there is no FAT volume, with what there is instead.
Error nothingFound(const block::BlockDevice& disk, const partition::PartitionTable& table,
                   const Error& superfloppy)
{
    if (!table.partitions.empty())
        return {.code = ErrorCode::BadFormat,
                .message = fmt::format("none of the partitions holds a FAT volume: {}",
                                       listPartitions(disk, allOf(table)))};
    const ContentKind kind = recogniseContent(disk);
    if (kind.what.empty())
        return {.code = ErrorCode::BadFormat,
                .message = "it holds no FAT volume" + whyNot(superfloppy),
                .deviceOffset = superfloppy.deviceOffset};
    return {.code = ErrorCode::BadFormat,
            .message = fmt::format("it holds no FAT volume but {}{}{}", kind.what,
                                   kind.advice.empty() ? "" : "; ", kind.advice)};
}

} // namespace

std::string describePartition(const block::BlockDevice& disk, const partition::Partition& partition)
{
    const auto range = rangeOf(disk, partition);
    const std::string place =
        range ? fmt::format("{} from {} on", formatSize(range->length), formatSize(range->offset))
              : std::string("behind the end of the disk");
    return fmt::format("{}: {}, {}", partition.number, escapeForTerminal(partition.typeName),
                       place);
}

Result<FoundVolume> findVolume(const Disk& disk, const partition::PartitionTable& table,
                               const VolumeWish& wish)
{
    if (wish.partitionIndex && wish.offset)
        return fail(ErrorCode::InvalidArgument,
                    "a partition and an offset were given; either says where the volume is");
    if (wish.offset)
        return openAt(disk, table, *wish.offset, wish.volume);
    if (wish.partitionIndex)
        return openWished(disk, table, *wish.partitionIndex, wish.volume);

    std::optional<FoundVolume> found;
    std::optional<Error> failure;
    std::vector<const partition::Partition*> candidates;
    for (const partition::Partition& partition : table.partitions) {
        auto volume = openPartition(disk, partition, wish.volume);
        if (!volume) {
            if (isFailure(volume.error()))
                failure = volume.error();
            continue;
        }
        candidates.push_back(&partition);
        found = std::move(*volume);
    }
    if (candidates.size() > 1)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there are {} FAT volumes, choose one with --partition-index: {}",
                                candidates.size(), listPartitions(*disk, candidates)));
    if (found)
        return std::move(*found);
    if (failure)
        return std::unexpected(*failure);
    auto superfloppy = fat::Volume::open(disk, wish.volume);
    if (!superfloppy && isFailure(superfloppy.error()))
        return std::unexpected(superfloppy.error());
    if (!superfloppy)
        return std::unexpected(nothingFound(*disk, table, superfloppy.error()));
    return FoundVolume{.partitionIndex = std::nullopt, .offset = 0, .volume = *superfloppy};
}

} // namespace fatlas::image
