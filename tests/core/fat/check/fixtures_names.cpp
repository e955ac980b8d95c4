// Short and long names, and volume labels.

#include "core/fat/long_name.hpp"

#include "tests/core/fat/check/rule_fixture.hpp"

namespace fatlas::test {

using namespace fat;

namespace {

using Parts = std::vector<LongNameSlotRaw>;

/// Gives the slot behind.
std::uint32_t putLong(VolumeBuilder& builder, std::uint32_t slot, std::u16string_view longName,
                      std::string_view shortName, const std::function<void(Parts&)>& change = {})
{
    const DirectoryEntryRaw raw = slotNamed(shortName, attribute::archive);
    Parts parts = encodeLongName(longName, shortNameChecksum(raw.name));
    if (change)
        change(parts);
    for (const LongNameSlotRaw& part : parts)
        builder.putSlot(0, slot++, part);
    builder.putSlot(0, slot++, raw);
    return slot;
}

std::function<Bytes()> longNameWith(std::function<void(Parts&)> change)
{
    return edited(FatType::Fat12, [change = std::move(change)](VolumeBuilder& builder) {
        putLong(builder, freeSlot, u"A name of two slots.txt", "ANAMEO~1TXT", change);
    });
}

std::function<Bytes()> longNamed(std::u16string_view name)
{
    return edited(FatType::Fat32, [name](VolumeBuilder& builder) {
        putLong(builder, freeSlot, name, "DAMAGE~1TXT");
    });
}

void sameLongNames(VolumeBuilder& builder)
{
    const std::uint32_t slot = putLong(builder, freeSlot, u"The same name", "THESAM~1   ");
    putLong(builder, slot, u"THE SAME NAME", "THESAM~2   ");
}

void longNameOfNobody(VolumeBuilder& builder)
{
    const std::uint32_t end = putLong(builder, freeSlot, u"Lost its file.txt", "LOSTIT~1TXT");
    DirectoryEntryRaw deleted = slotNamed("LOSTIT~1TXT");
    deleted.name[0] = slot_mark::deleted;
    builder.putSlot(0, end - 1, deleted);
}

void setBootLabel(VolumeBuilder& builder, std::string_view label)
{
    std::ranges::copy(label, builder.boot().label.begin());
}

/// "" for none.
std::function<Bytes()> labelled(std::string_view inBoot, std::string_view inRoot,
                                std::uint32_t cluster = 0)
{
    return edited(FatType::Fat12, [=](VolumeBuilder& builder) {
        if (!inBoot.empty())
            setBootLabel(builder, inBoot);
        if (!inRoot.empty())
            builder.putSlot(0, freeSlot, slotNamed(inRoot, attribute::volumeLabel, cluster));
    });
}

void secondLabel(VolumeBuilder& builder)
{
    setBootLabel(builder, "FIRST      ");
    builder.putSlot(0, freeSlot, slotNamed("FIRST      ", attribute::volumeLabel));
    builder.putSlot(0, freeSlot + 1, slotNamed("SECOND     ", attribute::volumeLabel));
}

void labelInAFolder(VolumeBuilder& builder)
{
    builder.putSlot(10, 3, slotNamed("NOT HERE   ", attribute::volumeLabel));
}

} // namespace

std::vector<RuleFixture> nameFixtures()
{
    constexpr auto fat12 = FatType::Fat12;
    return {
        {.rule = "D12", .make = edited(fat12, sameLongNames)},
        {.rule = "D16", .make = longNamed(u"a*b.txt")},
        {.rule = "D17", .make = longNameWith([](Parts& parts) { parts[0].type = 1; })},
        {.rule = "D17", .make = longNameWith([](Parts& p) { p[1].firstClusterLow.set(9); })},
        {.rule = "D18", .make = longNamed(u"ends in a dot.")},
        {.rule = "D21", .make = edited(fat12, longNameOfNobody)},
        {.rule = "D22", .make = longNameWith([](Parts& parts) { parts[1].order = 3; })},
        {.rule = "D23", .make = longNameWith([](Parts& parts) {
                            for (LongNameSlotRaw& part : parts)
                                part.checksum ^= 1;
                        })},
        {.rule = "D24", .make = longNameWith([](Parts& parts) { parts[1].part1[0].set(0); })},
        {.rule = "D25",
         .make = edited(
             fat12,
             [](VolumeBuilder& builder) { builder.putFile(0, freeSlot, "BAD*NAMETXT", 0, 0); })},
        {.rule = "D26", .make = edited(fat12, secondLabel)},
        {.rule = "D27", .make = edited(fat12, labelInAFolder)},
        {.rule = "V1", .make = labelled("ALONE      ", "")},
        {.rule = "V2", .make = labelled("ONE        ", "OTHER      ")},
        {.rule = "V3", .make = labelled("", "ALONE      ")},
        {.rule = "V4", .make = labelled("small      ", "small      ")},
        {.rule = "V4", .make = labelled("M\x9ALLER     ", "M\x9ALLER     ")},
        {.rule = "V5", .make = labelled("LABEL      ", "LABEL      ", 150)},
    };
}

} // namespace fatlas::test
