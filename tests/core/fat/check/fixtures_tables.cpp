// What the FATs say apart from chains.

#include "tests/core/fat/check/rule_fixture.hpp"

namespace fatlas::test {

using namespace fat;

namespace {

constexpr std::uint32_t somewhere = 100; ///< a cluster that nobody uses

/// The second copy says that an unused cluster is bad.
Bytes withDifferentCopies(VolumeBuilder builder)
{
    Bytes bytes = imageOf(builder);
    const Geometry& g = builder.geometry();
    setRawEntry(g.type, ByteSpan(bytes).subspan(g.fatOffset(1), g.fatSize()), Cluster{somewhere},
                badMark(g.type));
    return bytes;
}

Bytes differentCopies()
{
    return withDifferentCopies(soundVolume(FatType::Fat16));
}

Bytes unmirroredCopies()
{
    VolumeBuilder builder = soundVolume(FatType::Fat32);
    builder.boot().mirrored = false;
    return withDifferentCopies(std::move(builder));
}

/// The four bits of an entry that belong to nobody.
Bytes reservedBits()
{
    const VolumeBuilder builder = soundVolume(FatType::Fat32);
    Bytes bytes = imageOf(builder);
    for (const std::uint32_t copy : {0U, 1U})
        bytes[builder.geometry().fatOffset(copy) + std::size_t{somewhere} * 4 + 3] =
            std::byte{0x50};
    return bytes;
}

std::function<Bytes()> withEntry(FatType type, std::uint32_t entry, std::uint32_t value)
{
    return edited(type, [=](VolumeBuilder& builder) { builder.setEntry(entry, value); });
}

} // namespace

std::vector<RuleFixture> tableFixtures()
{
    return {
        {.rule = "T5", .make = withEntry(FatType::Fat12, 0, 0xFF0)},
        {.rule = "T5", .make = withEntry(FatType::Fat16, 0, 0xFFF0)},
        {.rule = "T6", .make = withEntry(FatType::Fat12, 1, 0)},
        {.rule = "T6", .make = withEntry(FatType::Fat32, 1, 0)},
        {.rule = "T6", .make = withEntry(FatType::Fat16, 1, 0xFFF8)},
        {.rule = "T7", .make = withEntry(FatType::Fat16, 1, 0x7FFF)},
        {.rule = "T7", .make = withEntry(FatType::Fat32, 1, 0x07FFFFFF)},
        {.rule = "T8", .make = withEntry(FatType::Fat16, 1, 0xBFFF)},
        {.rule = "T8", .make = withEntry(FatType::Fat32, 1, 0x0BFFFFFF)},
        {.rule = "T9", .make = differentCopies},
        {.rule = "T10", .make = withEntry(FatType::Fat12, somewhere, 0xFF7)},
        {.rule = "T11", .make = reservedBits},
        {.rule = "T12", .make = unmirroredCopies},
    };
}

} // namespace fatlas::test
