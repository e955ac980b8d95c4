// Chains that go wrong, are shared, or belong to nobody.

#include "tests/core/fat/check/rule_fixture.hpp"

namespace fatlas::test {

using namespace fat;

namespace {

constexpr std::uint32_t next = freeCluster + 1;

/// A file of two clusters, the first of which says `entry`.
std::function<Bytes()> fileWithEntry(FatType type, std::uint32_t entry)
{
    return edited(type, [=](VolumeBuilder& builder) {
        builder.putFile(0, freeSlot, "DAMAGED TXT", freeCluster, 1000);
        builder.setEntry(freeCluster, entry);
    });
}

std::function<Bytes()> fileOfOneCluster(std::uint32_t size)
{
    return edited(FatType::Fat12, [=](VolumeBuilder& builder) {
        builder.putFile(0, freeSlot, "DAMAGED TXT", freeCluster, size);
        builder.setEnd(freeCluster);
    });
}

void intoBad(VolumeBuilder& builder)
{
    builder.putFile(0, freeSlot, "DAMAGED TXT", freeCluster, 1000);
    builder.setEntry(freeCluster, next);
    builder.setBad(next);
}

void twoEntriesOfAFolder(VolumeBuilder& builder)
{
    builder.putFolder(0, freeSlot, "ONE        ", freeCluster);
    builder.putFolder(0, freeSlot + 1, "OTHER      ", freeCluster);
    builder.setEnd(freeCluster);
    builder.putFolder(freeCluster, 0, ".          ", freeCluster);
    builder.putFolder(freeCluster, 1, "..         ", 0);
}

void twoFilesWithOneEnd(VolumeBuilder& builder)
{
    builder.putFile(0, freeSlot, "ONE     TXT", freeCluster, 1000);
    builder.putFile(0, freeSlot + 1, "OTHER   TXT", freeCluster + 2, 1000);
    builder.link({freeCluster, next});
    builder.setEntry(freeCluster + 2, next);
}

/// A folder in a row of clusters, so that it has a place for very many entries.
void putWideFolder(VolumeBuilder& builder, std::uint32_t first, std::uint32_t entries)
{
    const std::uint32_t clusters = (entries + 2 + 15) / 16;
    builder.putFolder(0, freeSlot, "WIDE       ", first);
    for (std::uint32_t i = 0; i + 1 < clusters; ++i)
        builder.setEntry(first + i, first + i + 1);
    builder.setEnd(first + clusters - 1);
    builder.putFolder(first, 0, ".          ", first);
    builder.putFolder(first, 1, "..         ", 0);
}

std::string numbered(std::uint32_t number)
{
    std::string name = std::to_string(number);
    name.resize(11, ' ');
    return name;
}

/// Each of them has nearly the whole volume.
Bytes sharedTooOften()
{
    constexpr std::uint32_t files = 300;
    constexpr std::uint32_t first = 100;
    constexpr std::uint32_t last = 4100;
    VolumeBuilder builder = soundVolume(FatType::Fat16);
    putWideFolder(builder, freeCluster, files);
    for (std::uint32_t cluster = first; cluster < last; ++cluster)
        builder.setEntry(cluster, cluster + 1);
    builder.setEnd(last);
    for (std::uint32_t i = 0; i < files; ++i)
        builder.putFile(freeCluster, 2 + i, numbered(i), first, (last - first + 1) * 512);
    return builder.bytes();
}

/// More files without a first cluster than findings are listed of one rule.
Bytes manyFindings()
{
    constexpr std::uint32_t files = 10'001;
    VolumeBuilder builder = soundVolume(FatType::Fat16);
    putWideFolder(builder, freeCluster, files);
    for (std::uint32_t i = 0; i < files; ++i)
        builder.putFile(freeCluster, 2 + i, numbered(i), 0, 1);
    return builder.bytes();
}

Bytes manyLostChains()
{
    VolumeBuilder builder = soundVolume(FatType::Fat16, 12'000);
    for (std::uint32_t i = 0; i <= 10'000; ++i)
        builder.setEnd(freeCluster + i);
    return builder.bytes();
}

} // namespace

std::vector<RuleFixture> chainFixtures()
{
    constexpr auto fat12 = FatType::Fat12;
    return {
        {.rule = "C1", .make = fileWithEntry(fat12, next)},
        {.rule = "C1", .make = fileWithEntry(FatType::Fat32, next)},
        {.rule = "C2", .make = edited(fat12, intoBad), .companions = {"T10"}},
        {.rule = "C3", .make = fileWithEntry(fat12, 1)},
        {.rule = "C4", .make = fileWithEntry(fat12, 0xF00)},
        {.rule = "C4", .make = fileWithEntry(FatType::Fat16, 0xFF00)},
        {.rule = "C5", .make = fileWithEntry(fat12, freeCluster)},
        {.rule = "C6", .make = edited(fat12, twoEntriesOfAFolder)},
        {.rule = "C7", .make = sharedTooOften, .companions = {"C12"}},
        {.rule = "C9", .make = manyFindings, .companions = {"C13"}},
        {.rule = "C10", .make = fileOfOneCluster(513)},
        {.rule = "C11", .make = fileOfOneCluster(0)},
        {.rule = "C12", .make = edited(fat12, twoFilesWithOneEnd)},
        {.rule = "C13",
         .make = edited(
             fat12,
             [](VolumeBuilder& builder) { builder.putFile(0, freeSlot, "DAMAGED TXT", 0, 1); })},
        {.rule = "L1",
         .make = edited(FatType::Fat32,
                        [](VolumeBuilder& builder) { builder.link({freeCluster, next}); })},
        {.rule = "L2", .make = manyLostChains, .companions = {"L1"}},
    };
}

} // namespace fatlas::test
