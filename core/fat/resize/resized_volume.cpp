#include "core/base/checked.hpp"
#include "core/block/pieces_device.hpp"
#include "core/fat/boot_sector_raw.hpp"
#include "core/fat/resize/resize.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {

namespace {

using Device = std::shared_ptr<const block::BlockDevice>;

constexpr std::size_t fat32Offset = 0x24;
constexpr std::uint32_t unknownCount = 0xFFFFFFFF;

class ResizedVolume {
public:
    ResizedVolume(const ResizePlan& plan, Device device)
        : m_before(plan.before), m_after(plan.after), m_device(std::move(device)),
          m_pieces(std::make_shared<block::PiecesDevice>(m_device->sectorSize()))
    {}

    Result<Device> compose()
    {
        FATLAS_TRY(addReserved());
        for (std::uint32_t copy = 0; copy < m_before.fatCount; ++copy)
            FATLAS_TRY(addFat(copy));
        FATLAS_TRY(m_pieces->addRange(m_device, m_before.rootOffset(), m_before.rootSize()));
        const std::uint64_t kept =
            std::uint64_t{std::min(m_before.clusterCount, m_after.clusterCount)} *
            m_before.clusterSize();
        FATLAS_TRY(m_pieces->addRange(m_device, m_before.dataOffset(), kept));
        m_pieces->addZeros(m_after.volumeSize() - m_pieces->size());
        return m_pieces;
    }

private:
    Result<> addReserved()
    {
        Bytes reserved(m_before.fatOffset(0)); // at most 65,535 sectors
        FATLAS_TRY(m_device->read(0, reserved));
        const Bytes original(reserved.begin(), reserved.begin() + sectorSize());
        patchBoot(ByteSpan(reserved).first(m_before.bytesPerSector));
        if (m_before.type == FatType::Fat32) {
            patchFsInfo(reserved, m_before.fsInfoSector);
            patchBackup(reserved, original);
        }
        m_pieces->addBytes(std::move(reserved));
        return {};
    }

    [[nodiscard]] std::ptrdiff_t sectorSize() const { return m_before.bytesPerSector; }

    /// Sector count and FAT size, where the sector says them already.
    void patchBoot(ByteSpan sector) const
    {
        auto bpb = load<BpbRaw>(sector).value();
        const bool isShort = bpb.totalSectors16.get() != 0 && m_after.totalSectors <= 0xFFFF;
        bpb.totalSectors16 = static_cast<std::uint16_t>(isShort ? m_after.totalSectors : 0);
        bpb.totalSectors32 = isShort ? 0 : m_after.totalSectors;
        if (m_before.type != FatType::Fat32)
            bpb.sectorsPerFat16 = static_cast<std::uint16_t>(m_after.sectorsPerFat);
        store(sector, 0, bpb);
        if (m_before.type == FatType::Fat32) {
            auto more = load<Fat32Raw>(sector, fat32Offset).value();
            more.sectorsPerFat32 = m_after.sectorsPerFat;
            store(sector, fat32Offset, more);
        }
    }

    [[nodiscard]] bool isReserved(std::uint32_t sector) const
    {
        return sector != 0 && sector < m_before.reservedSectors;
    }

    /// Only what is known is counted on.
    void patchFsInfo(ByteSpan reserved, std::uint32_t sector) const
    {
        if (!isReserved(sector))
            return;
        const ByteSpan bytes = reserved.subspan(std::size_t{sector} * m_before.bytesPerSector);
        auto info = load<FsInfoRaw>(bytes).value();
        if (info.leadSignature.get() != fsInfoLead)
            return;
        const std::int64_t change =
            std::int64_t{m_after.clusterCount} - std::int64_t{m_before.clusterCount};
        const std::int64_t free = std::int64_t{info.freeClusters.get()} + change;
        const bool isKnown = info.freeClusters.get() <= m_before.clusterCount && free >= 0;
        info.freeClusters = isKnown ? static_cast<std::uint32_t>(free) : unknownCount;
        if (info.nextFree.get() >= m_after.endCluster().value)
            info.nextFree = unknownCount;
        store(bytes, 0, info);
    }

    /// A copy that was right stays right; one that was not is not touched.
    void patchBackup(ByteSpan reserved, const Bytes& original) const
    {
        if (!isReserved(m_before.backupBootSector))
            return;
        const std::size_t at = std::size_t{m_before.backupBootSector} * m_before.bytesPerSector;
        const ByteSpan backup = reserved.subspan(at, m_before.bytesPerSector);
        if (!std::ranges::equal(backup, original))
            return;
        patchBoot(backup);
        patchFsInfo(reserved, m_before.backupBootSector + m_before.fsInfoSector);
    }

    /// The entries of clusters that stay; behind them free ones, whatever lay there.
    Result<> addFat(std::uint32_t copy)
    {
        const std::uint32_t clusters = std::min(m_before.clusterCount, m_after.clusterCount);
        const std::uint64_t used = fatBytesFor(m_before.type, clusters);
        const std::uint64_t whole = (used - 1) / m_before.bytesPerSector * m_before.bytesPerSector;
        FATLAS_TRY(m_pieces->addRange(m_device, m_before.fatOffset(copy), whole));
        Bytes last(used - whole);
        FATLAS_TRY(m_device->read(m_before.fatOffset(copy) + whole, last));
        if (m_before.type == FatType::Fat12 && clusters % 2 != 0) // the last half is another entry
            last.back() &= std::byte{0x0F};
        m_pieces->addBytes(std::move(last));
        m_pieces->addZeros(m_after.fatSize() - used);
        return {};
    }

    Geometry m_before;
    Geometry m_after;
    Device m_device;
    std::shared_ptr<block::PiecesDevice> m_pieces;
};

} // namespace

Result<std::shared_ptr<const block::BlockDevice>>
resizedVolume(const ResizePlan& plan, std::shared_ptr<const block::BlockDevice> device)
{
    return ResizedVolume(plan, std::move(device)).compose();
}

} // namespace fatlas::fat
