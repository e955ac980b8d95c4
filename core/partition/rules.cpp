#include "core/partition/rules.hpp"

#include <algorithm>
#include <array>

namespace fatlas::partition {
namespace {

// A repair works on volumes; tables are for sfdisk, sgdisk and their like.
constexpr std::array table{
    Rule{"P4", "partition outside the disk",
         "An entry begins where the disk has ended, at sector 0, or has no sectors; there is "
         "nothing to open.",
         "shows a drive that cannot be read, or none", "shows the partition as unusable",
         "makes no device for it, or an empty one", ""},
    Rule{"P5", "partition cut off by the disk's end",
         "An entry promises more sectors than the disk has: the image is cut off, or was made for "
         "a larger disk.",
         "reads up to the end, then reports a sector not found", "may refuse the partition",
         "makes a device that ends with the disk", ""},
    Rule{"P6", "boot sector under the table",
         "The first sector holds both the fields of a volume and a table of partitions; programs "
         "differ in which of them they believe.",
         "uses the table on a hard disk", "uses the table on a hard disk, the fields on a stick",
         "uses the table", ""},
    Rule{"P7", "GPT without announcement",
         "The disk has a GPT, but its first sector does not say so; old tools take the disk for "
         "empty.",
         "sees no partition", "takes the disk for one without partitions",
         "ignores the GPT unless told to look for it (gpt on the command line)", ""},
    Rule{"P8", "partitions overlap",
         "Two partitions claim the same sectors; writing to one destroys the other.",
         "writes to both without a word", "shows both, and writes to both",
         "makes devices for both", ""},
    Rule{"P9", "logical partition outside the extended one",
         "A logical partition reaches over the border of the extended partition that holds it; "
         "the space there belongs to others.",
         "uses it", "may hide it", "makes a device for it", ""},
    Rule{"P10", "chain of logical partitions loops",
         "The list of logical partitions comes back to a record it had; what follows cannot be "
         "known.",
         "hangs while starting", "may hang or show no partition", "stops after 100 links", ""},
    Rule{"P11", "link out of the extended partition",
         "A record of the list of logical partitions points outside the extended one; the ones "
         "behind it are lost.",
         "shows what comes before it", "shows what comes before it", "shows what comes before it",
         ""},
    Rule{"P12", "record without signature",
         "A record of the list of logical partitions does not end in 55 AA; the ones behind it are "
         "lost.",
         "shows what comes before it", "shows what comes before it", "shows what comes before it",
         ""},
    Rule{"P13", "too many logical partitions",
         "The list of logical partitions has more than 256 records, which no tool makes.",
         "runs out of drive letters", "runs out of drive letters", "stops after 100 links", ""},
    Rule{"P14", "several active partitions",
         "More than one partition is marked as the one to start from.",
         "starts from the first, or says that the table is invalid",
         "starts from the first, or says that the table is invalid", "does not care", ""},
    Rule{"P15", "table of another sector size",
         "The table counts in sectors larger than those of this disk: the image is from a disk "
         "with such sectors.",
         "finds nothing", "finds nothing unless the disk has such sectors",
         "finds nothing unless the disk has such sectors", ""},
    Rule{"P20", "GPT announced but not there",
         "The first sector says that there is a GPT, but neither of its two copies is whole.",
         "sees one partition of an unknown type", "shows a protected disk without partitions",
         "shows one partition of type EE", ""},
    Rule{"P24", "first GPT damaged",
         "The GPT at the beginning of the disk is damaged; its copy at the end is used.",
         "does not know GPT", "uses the copy and mends the first",
         "uses the copy when told to look for it", ""},
    Rule{"P25", "GPT copy damaged",
         "The copy of the GPT at the end of the disk is damaged, missing, or says something else.",
         "does not know GPT", "uses the first", "uses the first", ""},
    Rule{"P26", "GPT copy not at the end",
         "The copy of the GPT does not lie in the last sector: the disk has grown since it was "
         "made.",
         "does not know GPT", "uses the first, and cannot use the new space",
         "uses the first, and says so", ""},
    Rule{"P27", "GPT partition outside the disk",
         "A partition begins or ends where the disk has ended, or ends before it begins; it is "
         "left out.",
         "does not know GPT", "refuses the whole table", "leaves the partition out", ""},
    Rule{"P28", "GPT partition on the table's own sectors",
         "A partition reaches into the sectors that the GPT keeps for itself.", "does not know GPT",
         "may refuse the table", "uses it", ""},
    Rule{"P29", "GPT partitions overlap",
         "Two partitions claim the same sectors; writing to one destroys the other.",
         "does not know GPT", "may refuse the table", "makes devices for both", ""},
};

} // namespace

std::span<const Rule> rules() noexcept
{
    return table;
}

const Rule* findRule(std::string_view number) noexcept
{
    const auto* found = std::ranges::find(table, number, &Rule::number);
    return found == table.end() ? nullptr : found;
}

} // namespace fatlas::partition
