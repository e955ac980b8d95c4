#include "core/edit/fs_info.hpp"

#include "core/fat/boot_sector_raw.hpp"

namespace fatlas::edit {
namespace {

constexpr std::uint32_t unknown = 0xFFFFFFFF;

Bytes encoded(std::uint32_t free, std::uint32_t next)
{
    Bytes bytes(8);
    store(bytes, 0, Le32(free));
    store(bytes, 4, Le32(next));
    return bytes;
}

} // namespace

Result<FsInfo> FsInfo::read(const fat::Volume& volume)
{
    const fat::Geometry& geometry = volume.geometry();
    FsInfo info;
    if (geometry.fsInfoSector == 0)
        return info;
    const std::uint64_t offset = std::uint64_t{geometry.fsInfoSector} * geometry.bytesPerSector;
    Bytes bytes(sizeof(fat::FsInfoRaw));
    FATLAS_TRY(volume.device().read(offset, bytes));
    FATLAS_ASSIGN(const auto raw, load<fat::FsInfoRaw>(bytes));
    if (raw.leadSignature.get() != fat::fsInfoLead ||
        raw.structSignature.get() != fat::fsInfoStruct)
        return info;
    info.m_offset = offset + offsetof(fat::FsInfoRaw, freeClusters);
    info.m_free = raw.freeClusters.get();
    info.m_next = raw.nextFree.get();
    info.m_clusterCount = geometry.clusterCount;
    if (geometry.isData(Cluster{info.m_next}))
        info.m_hint = Cluster{info.m_next};
    return info;
}

std::optional<block::Patch> FsInfo::patch(std::uint32_t taken, std::uint32_t freed,
                                          Cluster lastTaken) const
{
    if (m_offset == 0 || (taken == 0 && freed == 0))
        return std::nullopt;
    std::uint32_t free = unknown;
    const std::uint64_t sum = std::uint64_t{m_free} + freed;
    // A number that was wrong before is not made right by counting on from it.
    if (m_free <= m_clusterCount && sum >= taken && sum - taken <= m_clusterCount)
        free = static_cast<std::uint32_t>(sum - taken);
    const std::uint32_t next = lastTaken.value != 0 ? lastTaken.value : m_next;
    return block::Patch{
        .offset = m_offset, .before = encoded(m_free, m_next), .after = encoded(free, next)};
}

} // namespace fatlas::edit
