/// Internal to planRepair(): the fields of a boot sector, put right one by one.
///
/// Only fields that are wrong are changed; the others stay as they are, byte for byte.
///
/// Errors: Refused when the volume would have to be of another FAT type afterwards.
#pragma once

#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/repair/repair_session.hpp"

namespace fatlas::fat {

class BootFields {
public:
    /// `sector` has 512 bytes and `boot` was decoded from it, or stands for it.
    BootFields(RepairSession& session, const BootSector& boot, ByteSpan sector);

    [[nodiscard]] Result<> repair();

private:
    void repairJump();                          // B2
    [[nodiscard]] Result<> repairMedia();       // B7
    void repairTotals();                        // B8
    [[nodiscard]] Result<> repairSize();        // B12, B14
    void repairRootEntries();                   // B10
    [[nodiscard]] Result<> repairRootCluster(); // B15
    [[nodiscard]] Result<> repairReferences();  // B16
    void repairFlags();                         // B17
    void repairTracks();                        // B23
    void repairExtendedSignature();             // B24
    void repairState();                         // B26
    void repairSignature();                     // B18

    [[nodiscard]] bool isFat32() const { return m_boot.geometry.type == FatType::Fat32; }

    /// The finding of the decoder for this rule and offset, or this one.
    [[nodiscard]] Finding findingOf(const char* rule, std::size_t offset,
                                    std::string message) const;
    /// Sectors of the reserved area that nothing else uses.
    [[nodiscard]] Result<std::uint32_t> findReserved(std::uint32_t wanted,
                                                     std::uint32_t other) const;
    void storeTotal(std::uint32_t sectors);

    template <RawStruct T>
    [[nodiscard]] T loaded(std::size_t offset) const
    {
        return *load<T>(m_sector, offset);
    }

    RepairSession& m_session;
    const BootSector& m_boot;
    ByteSpan m_sector;
};

} // namespace fatlas::fat
