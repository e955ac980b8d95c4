/// One volume for each rule of FORMAT.md that a check cites, with that one thing wrong.
///
/// Every fixture starts from soundVolume(): /KEEP.TXT in clusters 20 and 25 and /DOCS (10) with
/// INSIDE.TXT (21). Damage keeps away from them, so that a repair must leave them as they are.
///
/// Units: clusters of 512 bytes; root slots 0 and 1 are taken.
#pragma once

#include "core/base/bytes.hpp"

#include "tests/core/fat/volume_builder.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace fatlas::test {

struct RuleFixture {
    const char* rule;
    std::function<Bytes()> make;
    /// Rules that cannot but be broken as well.
    std::vector<std::string_view> companions = {};
};

using Edit = std::function<void(VolumeBuilder&)>;

inline constexpr std::uint32_t freeSlot = 2;     ///< of the root, and those behind it
inline constexpr std::uint32_t freeCluster = 40; ///< and those behind it

[[nodiscard]] VolumeBuilder soundVolume(fat::FatType type, std::uint32_t clusters = 0);
/// On FAT32 with FSInfo and the copies of both, as far as the fields have a place for them.
[[nodiscard]] Bytes imageOf(const VolumeBuilder& builder);

/// The sound volume after `edit`.
[[nodiscard]] std::function<Bytes()> edited(fat::FatType type, Edit edit);
/// With bytes replaced; on FAT32 in the copy of the boot sector too.
[[nodiscard]] std::function<Bytes()> bootPatched(fat::FatType type, std::uint64_t offset,
                                                 std::vector<unsigned char> bytes);
[[nodiscard]] std::function<Bytes()> patched(fat::FatType type, std::uint64_t offset,
                                             std::vector<unsigned char> bytes);

[[nodiscard]] std::vector<RuleFixture> bootFixtures();
[[nodiscard]] std::vector<RuleFixture> tableFixtures();
[[nodiscard]] std::vector<RuleFixture> chainFixtures();
[[nodiscard]] std::vector<RuleFixture> directoryFixtures();
[[nodiscard]] std::vector<RuleFixture> nameFixtures();
[[nodiscard]] std::vector<RuleFixture> allFixtures();

} // namespace fatlas::test
