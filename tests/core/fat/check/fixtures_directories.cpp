// Slots of directories apart from long names and labels.

#include "tests/core/fat/check/rule_fixture.hpp"

namespace fatlas::test {

using namespace fat;

namespace {

constexpr auto folder = attribute::directory;

/// A folder whose slots are `dot` and `dotDot`.
std::function<Bytes()> folderWith(DirectoryEntryRaw dot, DirectoryEntryRaw dotDot)
{
    return edited(FatType::Fat12, [=](VolumeBuilder& builder) {
        builder.putFolder(0, freeSlot, "DAMAGED    ", freeCluster);
        builder.setEnd(freeCluster);
        builder.putSlot(freeCluster, 0, dot);
        builder.putSlot(freeCluster, 1, dotDot);
    });
}

DirectoryEntryRaw dot(std::uint32_t cluster = freeCluster, std::uint32_t size = 0)
{
    return slotNamed(".          ", folder, cluster, size);
}

DirectoryEntryRaw dotDot(std::uint32_t cluster = 0)
{
    return slotNamed("..         ", folder, cluster);
}

/// An empty file in the root, changed.
std::function<Bytes()> fileWith(std::function<void(DirectoryEntryRaw&)> change)
{
    return edited(FatType::Fat16, [change = std::move(change)](VolumeBuilder& builder) {
        DirectoryEntryRaw raw = slotNamed("DAMAGED TXT", attribute::archive);
        change(raw);
        builder.putSlot(0, freeSlot, raw);
    });
}

std::function<Bytes()> withRootSlot(std::uint32_t slot, DirectoryEntryRaw raw)
{
    return edited(FatType::Fat12, [=](VolumeBuilder& builder) { builder.putSlot(0, slot, raw); });
}

void folderOfASize(VolumeBuilder& builder)
{
    builder.putSlot(0, freeSlot, slotNamed("DAMAGED    ", folder, freeCluster, 5));
    builder.setEnd(freeCluster);
    builder.putSlot(freeCluster, 0, dot());
    builder.putSlot(freeCluster, 1, dotDot());
}

void sameShortNames(VolumeBuilder& builder)
{
    builder.putFile(0, freeSlot, "TWICE   TXT", 0, 0);
    builder.putFile(0, freeSlot + 1, "TWICE   TXT", 0, 0);
}

void folderInARow(VolumeBuilder& builder, std::uint32_t clusters)
{
    builder.putFolder(0, freeSlot, "LONG       ", freeCluster);
    for (std::uint32_t i = 0; i + 1 < clusters; ++i)
        builder.setEntry(freeCluster + i, freeCluster + i + 1);
    builder.setEnd(freeCluster + clusters - 1);
    builder.putSlot(freeCluster, 0, dot());
    builder.putSlot(freeCluster, 1, dotDot());
}

/// More odd attributes in one folder than are listed.
void manyFindings(VolumeBuilder& builder)
{
    folderInARow(builder, 6);
    for (std::uint32_t i = 0; i < 80; ++i) {
        DirectoryEntryRaw raw = slotNamed("FILE       ", attribute::archive | 0x40);
        raw.name[5] = static_cast<unsigned char>('A' + i % 26);
        raw.name[6] = static_cast<unsigned char>('A' + i / 26);
        raw.name[4] = '-';
        builder.putSlot(freeCluster, 2 + i, raw);
    }
}

/// 65,536 slots are 4,096 clusters.
void tooLongFolder(VolumeBuilder& builder)
{
    folderInARow(builder, 4097);
}

} // namespace

std::vector<RuleFixture> directoryFixtures()
{
    constexpr auto fat16 = FatType::Fat16;
    return {
        {.rule = "D1", .make = folderWith({}, {})},
        {.rule = "D1", .make = folderWith(dot(), {})},
        {.rule = "D2", .make = folderWith(dot(freeCluster + 1), dotDot())},
        {.rule = "D3", .make = folderWith(dot(), dotDot(10))},
        {.rule = "D4", .make = folderWith(dot(freeCluster, 5), dotDot())},
        {.rule = "D4", .make = edited(fat16, folderOfASize)},
        {.rule = "D5", .make = withRootSlot(freeSlot + 4, slotNamed("BEHIND  TXT"))},
        {.rule = "D6", .make = fileWith([](auto& raw) { raw.attributes |= 0x80; })},
        {.rule = "D7", .make = edited(fat16, sameShortNames)},
        {.rule = "D13", .make = fileWith([](auto& raw) { raw.modifiedDate.set(0xFFFF); })},
        {.rule = "D13", .make = fileWith([](auto& raw) { raw.createdTime.set(0xFFFF); })},
        {.rule = "D13", .make = fileWith([](auto& raw) { raw.createdTenths = 200; })},
        {.rule = "D14", .make = fileWith([](auto& raw) { raw.ntCaseBits = 1; })},
        {.rule = "D15", .make = fileWith([](auto& raw) { raw.firstClusterHigh.set(7); })},
        {.rule = "D20", .make = edited(fat16, tooLongFolder)},
        {.rule = "D28", .make = withRootSlot(freeSlot, dot(0))},
        {.rule = "D29", .make = edited(fat16, manyFindings), .companions = {"D6"}},
    };
}

} // namespace fatlas::test
