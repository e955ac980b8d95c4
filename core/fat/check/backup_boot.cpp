#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/check/boot_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

/// Two bits of the state byte change with every mount, and only in the first sector.
constexpr std::size_t stateOffset = extendedOffset(FatType::Fat32) + 1;
constexpr std::byte stateBits{0x03};

bool isDifferent(std::size_t offset, std::byte a, std::byte b)
{
    return offset == stateOffset ? ((a ^ b) & ~stateBits) != std::byte{0} : a != b;
}

/// "8, 22 and 3 more"
std::string listOffsets(const std::vector<std::size_t>& offsets)
{
    constexpr std::size_t maxShown = 8;
    std::string text;
    for (std::size_t i = 0; i < std::min(offsets.size(), maxShown); ++i)
        text += fmt::format("{}{:03X}", i == 0 ? "" : ", ", offsets[i]);
    if (offsets.size() > maxShown)
        text += fmt::format(" and {} more", offsets.size() - maxShown);
    return text;
}

} // namespace

Result<> checkBackupBoot(const Volume& volume, FindingList& findings)
{
    const Geometry& geometry = volume.geometry();
    if (geometry.type != FatType::Fat32)
        return {};
    const auto find = [&](const char* rule, std::uint64_t offset, std::string message) {
        findings.add({.rule = rule,
                      .severity = Severity::Warning,
                      .path = {},
                      .message = std::move(message),
                      .advice = {},
                      .offset = offset});
    };
    if (geometry.backupBootSector == 0 && isOutside(volume.boot(), 0x32))
        return {};
    if (geometry.backupBootSector == 0) {
        find("B28", 0x32, "there is no backup of the boot sector");
        return {};
    }
    const std::uint64_t backupOffset =
        std::uint64_t{geometry.backupBootSector} * geometry.bytesPerSector;
    Bytes first(bootSectorSize);
    Bytes backup(bootSectorSize);
    FATLAS_TRY(volume.device().read(0, first));
    FATLAS_TRY(volume.device().read(backupOffset, backup));
    std::vector<std::size_t> different;
    for (std::size_t i = 0; i < bootSectorSize; ++i)
        if (isDifferent(i, first[i], backup[i]))
            different.push_back(i);
    if (!different.empty())
        find("B29", backupOffset + different.front(),
             fmt::format("the backup of the boot sector (sector {}) differs from it in {} bytes, "
                         "at {}",
                         geometry.backupBootSector, different.size(), listOffsets(different)));
    return {};
}

} // namespace fatlas::fat
