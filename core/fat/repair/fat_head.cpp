// Entries 0 and 1 of the FAT: the media byte with ones above it, and the bits that say that the
// volume was unmounted and had no read errors.

#include "core/fat/repair/fat_editor.hpp"
#include "core/fat/repair/passes.hpp"

#include <fmt/format.h>

namespace fatlas::fat {

Result<> repairFatHead(RepairSession& session)
{
    const Geometry& g = session.geometry();
    FatEditor fat(session);
    const std::uint32_t ones = endMark(g.type);
    const std::uint32_t mask = ones;
    const std::uint32_t media = (ones & ~0xFFU) | g.media;
    FATLAS_ASSIGN(const FatEntry first, fat.entry(Cluster{0}));
    if ((first.raw & mask) != media) {
        FATLAS_TRY(fat.set(Cluster{0}, media));
        session.note({.rule = "T5",
                      .severity = Severity::Warning,
                      .path = {},
                      .message = fmt::format("FAT entry 0 is {:X}, expected {:X}: ones above the "
                                             "media byte",
                                             first.raw & mask, media),
                      .advice = {},
                      .offset = g.fatOffset(0),
                      .cluster = 0},
                     "it is written anew");
    }
    FATLAS_ASSIGN(const FatEntry second, fat.entry(Cluster{1}));
    const bool isUsual = g.type == FatType::Fat32 || (second.raw & mask) == ones;
    if (second.kind == EntryKind::End && isUsual)
        return {};
    FATLAS_TRY(fat.set(Cluster{1}, ones));
    session.note({.rule = second.kind == EntryKind::Next && g.type != FatType::Fat12 ? "T7" : "T6",
                  .severity = Severity::Warning,
                  .path = {},
                  .message = fmt::format("FAT entry 1 is {:X}, expected {:X}: the volume was not "
                                         "cleanly unmounted or had errors",
                                         second.raw & mask, ones),
                  .advice = {},
                  .offset = g.fatOffset(0) + entryOffset(g.type, Cluster{1}),
                  .cluster = 1},
                 "it is marked as clean");
    return {};
}

} // namespace fatlas::fat
