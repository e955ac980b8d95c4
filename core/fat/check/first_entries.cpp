#include "core/base/text.hpp"
#include "core/fat/check/fat_checks.hpp"

#include <fmt/format.h>

#include <array>

namespace fatlas::fat {
namespace {

/// The two bits of entry 1 that drivers use; FAT12 has none.
struct StateBits {
    std::uint32_t cleanlyUnmounted = 0;
    std::uint32_t noError = 0;
};

StateBits stateBitsOf(FatType type)
{
    switch (type) {
    case FatType::Fat12: break;
    case FatType::Fat16: return {.cleanlyUnmounted = 0x8000, .noError = 0x4000};
    case FatType::Fat32: return {.cleanlyUnmounted = 0x0800'0000, .noError = 0x0400'0000};
    }
    return {};
}

class FirstEntryCheck {
public:
    FirstEntryCheck(const Volume& volume, FindingList& findings)
        : m_geometry(volume.geometry()), m_findings(findings),
          m_fatOffset(m_geometry.fatOffset(volume.fatCopy())), m_mask(endMark(m_geometry.type))
    {}

    void checkMedia(std::uint32_t raw)
    {
        const std::uint32_t value = raw & m_mask;
        const std::uint32_t expected = (m_mask & ~0xFFU) | m_geometry.media;
        if (value != expected)
            find(
                "T5", 0,
                fmt::format("FAT entry 0 is {:X}, expected {:X} (media byte {:02X} and ones above)",
                            value, expected, m_geometry.media));
    }

    void checkState(std::uint32_t raw)
    {
        const StateBits bits = stateBitsOf(m_geometry.type);
        const std::uint32_t value = raw & m_mask;
        const std::uint32_t mark = value | bits.cleanlyUnmounted | bits.noError;
        if (interpretEntry(m_geometry.type, mark).kind != EntryKind::End) {
            find("T6", 1,
                 fmt::format("FAT entry 1 is {:X}, expected an end mark ({:X})", value, m_mask));
            return;
        }
        if (m_geometry.type != FatType::Fat32 && mark != m_mask)
            find("T6", 1,
                 fmt::format("FAT entry 1 is {:X}, an end mark, but not {:X} as everywhere; mtools "
                             "refuses such a volume",
                             value, m_mask),
                 Severity::Info);
        if (bits.cleanlyUnmounted != 0 && (value & bits.cleanlyUnmounted) == 0)
            find("T7", 1,
                 "FAT entry 1 says that the volume was not unmounted: writing may have been cut "
                 "short");
        if (bits.noError != 0 && (value & bits.noError) == 0)
            find("T8", 1, "FAT entry 1 says that the disk had errors while it was used");
    }

private:
    void find(const char* rule, std::uint32_t entry, std::string message,
              Severity severity = Severity::Warning)
    {
        m_findings.add({.rule = rule,
                        .severity = severity,
                        .path = {},
                        .message = std::move(message),
                        .advice = {},
                        .offset = m_fatOffset + entryOffset(m_geometry.type, Cluster{entry})});
    }

    const Geometry& m_geometry;
    FindingList& m_findings;
    std::uint64_t m_fatOffset;
    std::uint32_t m_mask;
};

} // namespace

Result<> checkFirstEntries(const Volume& volume, FindingList& findings)
{
    std::array<std::uint32_t, 2> entries{};
    FATLAS_TRY(volume.rawEntries(Cluster{0}, entries));
    FirstEntryCheck check(volume, findings);
    check.checkMedia(entries[0]);
    check.checkState(entries[1]);
    return {};
}

void checkCounts(const Volume& volume, const FatCounts& counts, FindingList& findings)
{
    const Geometry& geometry = volume.geometry();
    const auto find = [&](const char* rule, Cluster first, std::string message) {
        findings.add(
            {.rule = rule,
             .severity = Severity::Info,
             .path = {},
             .message = std::move(message),
             .advice = {},
             .offset = geometry.fatOffset(volume.fatCopy()) + entryOffset(geometry.type, first),
             .cluster = first.value});
    };
    if (counts.firstBad)
        find("T10", *counts.firstBad,
             fmt::format("{} clusters are marked bad, the first is {}",
                         formatCount(counts.badCount), counts.firstBad->value));
    if (counts.firstHighBits)
        find("T11", *counts.firstHighBits,
             fmt::format("the reserved bits of {} FAT entries are not 0, the first is that of "
                         "cluster {}",
                         formatCount(counts.highBitsCount), counts.firstHighBits->value));
}

} // namespace fatlas::fat
