#include "core/sync/guest_reader.hpp"

#include "core/block/slice_device.hpp"

#include <utility>

namespace fatlas::sync {

namespace {

constexpr std::uint32_t cleanBit16 = 0x8000;
constexpr std::uint32_t cleanBit32 = 0x0800'0000;

/// Windows and DOS use the second entry of the FAT, Linux a bit in the boot sector.
Result<bool> isMarkedClean(const fat::Volume& volume)
{
    if ((volume.boot().state & 1) != 0)
        return false;
    const fat::FatType type = volume.geometry().type;
    if (type == fat::FatType::Fat12)
        return true;
    FATLAS_ASSIGN(const fat::FatEntry second, volume.entry(Cluster{1}));
    return (second.raw & (type == fat::FatType::Fat16 ? cleanBit16 : cleanBit32)) != 0;
}

} // namespace

GuestReader::GuestReader(GuestDisk disk) : m_disk(std::move(disk)) {}

Result<GuestTree> GuestReader::read(const KnownTree& known, Folders folders, const JobControl& job)
{
    GuestTree guest{.disk = m_disk, .stamp = m_disk.log->stamp()};
    FATLAS_ASSIGN(const auto slice, block::SliceDevice::createReadOnly(
                                        m_disk.device, m_disk.volumeOffset, m_disk.volumeSize));
    FATLAS_ASSIGN(guest.volume, fat::Volume::open(slice, {.codePage = m_disk.codePage}));
    FATLAS_TRY(m_memory.read(guest, job));
    FATLAS_ASSIGN(guest.isMarkedClean, isMarkedClean(*guest.volume));
    FATLAS_ASSIGN(guest.health, judgeHealth(guest, known, folders));
    return guest;
}

} // namespace fatlas::sync
