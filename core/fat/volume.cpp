#include "core/fat/volume.hpp"

#include "core/base/checked.hpp"
#include "core/fat/boot_sector_read.hpp"
#include "core/fat/chain_walk.hpp"
#include "core/fat/directory_reader.hpp"
#include "core/fat/fat_cache.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fatlas::fat {
namespace {

constexpr std::uint64_t smallestVolume = 512;

class DeviceVolume final : public Volume {
public:
    DeviceVolume(std::shared_ptr<const block::BlockDevice> device, BootSector boot,
                 std::shared_ptr<const CodePage> page, std::uint32_t fatCopy)
        : m_device(std::move(device)), m_boot(std::move(boot)), m_page(std::move(page)),
          m_fat(m_device, m_boot.geometry, fatCopy), m_fatCopy(fatCopy)
    {}

    const block::BlockDevice& device() const noexcept override { return *m_device; }

    const BootSector& boot() const noexcept override { return m_boot; }

    const CodePage& codePage() const noexcept override { return *m_page; }

    std::uint32_t fatCopy() const noexcept override { return m_fatCopy; }

    Result<FatEntry> entry(Cluster cluster) const override
    {
        return FatCursor(m_fat).entry(cluster);
    }

    Result<> rawEntries(Cluster first, std::span<std::uint32_t> out) const override
    {
        return m_fat.readRange(first, out);
    }

    Result<Chain> chain(Cluster first, std::uint32_t maxClusters) const override
    {
        return walkChain(m_fat, geometry(), first, maxClusters);
    }

    Result<DirectoryListing> readDirectory(Cluster first) const override
    {
        if (first.value == 0 && geometry().type != FatType::Fat32)
            return readFixedRoot(*this);
        FATLAS_ASSIGN(Chain found, chain(first.value == 0 ? geometry().rootCluster : first,
                                         geometry().clusterCount));
        return readDirectoryChain(*this, std::move(found));
    }

    Result<> readChain(const Chain& chain, std::uint64_t offset, ByteSpan into) const override;

private:
    std::shared_ptr<const block::BlockDevice> m_device;
    BootSector m_boot;
    std::shared_ptr<const CodePage> m_page;
    FatCache m_fat;
    std::uint32_t m_fatCopy;
};

Result<> DeviceVolume::readChain(const Chain& chain, std::uint64_t offset, ByteSpan into) const
{
    const std::uint64_t clusterSize = geometry().clusterSize();
    const std::uint64_t length = chain.clusterCount * clusterSize;
    if (!rangeFits(offset, into.size(), length))
        return fail(ErrorCode::OutOfRange,
                    fmt::format("bytes {} to {} lie outside the chain of {} bytes", offset,
                                offset + into.size(), length));
    for (const ClusterRange& run : chain.runs) {
        if (into.empty())
            return {};
        const std::uint64_t runSize = run.count * clusterSize;
        if (offset >= runSize) {
            offset -= runSize;
            continue;
        }
        const auto count = std::min<std::uint64_t>(into.size(), runSize - offset);
        FATLAS_TRY(m_device->read(geometry().clusterOffset(run.first) + offset, into.first(count)));
        into = into.subspan(count);
        offset = 0;
    }
    if (into.empty())
        return {};
    return fail(ErrorCode::OutOfRange, "the runs of a chain are shorter than its cluster count");
}

Result<std::uint32_t> chooseFat(const BootSector& boot, std::optional<std::uint32_t> wanted)
{
    const std::uint32_t count = boot.geometry.fatCount;
    if (wanted && *wanted >= count)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("FAT copy {} was asked for, the volume has copies 0 to {}", *wanted,
                                count - 1));
    if (wanted)
        return *wanted;
    return !boot.mirrored && boot.activeFat < count ? boot.activeFat : 0U;
}

} // namespace

Result<std::shared_ptr<const Volume>> Volume::open(std::shared_ptr<const block::BlockDevice> device,
                                                   const Options& options)
{
    if (device->size() < smallestVolume)
        return fail(
            ErrorCode::BadFormat,
            fmt::format("a FAT volume has at least 512 bytes, this has {}", device->size()));
    FATLAS_ASSIGN(auto page, CodePage::open(options.codePage));
    FATLAS_ASSIGN(BootSector boot, readBootSector(*device));
    FATLAS_ASSIGN(const std::uint32_t fatCopy, chooseFat(boot, options.fatCopy));
    return std::make_shared<const DeviceVolume>(std::move(device), std::move(boot), std::move(page),
                                                fatCopy);
}

Result<std::shared_ptr<const Volume>> Volume::open(std::shared_ptr<const block::BlockDevice> device)
{
    return open(std::move(device), Options());
}

Cluster Volume::firstCluster(const DirectoryEntryRaw& raw) const noexcept
{
    return geometry().type == FatType::Fat32 ? raw.firstCluster()
                                             : Cluster{raw.firstClusterLow.get()};
}

} // namespace fatlas::fat
