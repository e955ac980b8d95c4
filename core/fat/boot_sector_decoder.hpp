/// Internal to decodeBootSector(): the sector's raw structs and one small check per rule.
///
/// Shape:  rules B2 to B18 in FORMAT.md; the checks run in the order of the declarations.
#pragma once

#include "core/fat/boot_sector.hpp"
#include "core/fat/boot_sector_raw.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace fatlas::fat {

/// BadFormat at a byte of the sector.
[[nodiscard]] std::unexpected<Error> badField(std::size_t offset, std::string message);

class BootSectorDecoder {
public:
    BootSectorDecoder(ByteView bytes, std::uint64_t deviceSize)
        : m_bytes(bytes), m_deviceSize(deviceSize)
    {}

    Result<BootSector> decode();

private:
    Result<> loadRaw();
    void checkJump();              // B2
    Result<> checkSectorSize();    // B3
    Result<> checkClusterSize();   // B4
    Result<> checkReserved();      // B5
    Result<> checkFatCount();      // B6
    void checkMedia();             // B7
    Result<> checkTotalSectors();  // B8
    Result<> checkSectorsPerFat(); // B9
    Result<> checkRootEntries();   // B10
    Result<> checkRegions();       // B11
    void decideType();             // B13
    void boundClusters();          // B12, B14
    void checkFat32Fields();       // B15, B16, B17
    void checkReference(std::uint32_t& sector, std::size_t offset, const char* rule,
                        const char* name);
    void takeExtendedFields();
    void checkSignature(); // B18

    void find(const char* rule, Severity severity, std::size_t offset, std::string message,
              std::string advice = {});

    ByteView m_bytes;
    std::uint64_t m_deviceSize;
    BpbRaw m_bpb;
    Fat32Raw m_fat32;
    BootSector m_boot;
    bool m_isFat32 = false;
};

} // namespace fatlas::fat
