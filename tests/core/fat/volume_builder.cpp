#include "tests/core/fat/volume_builder.hpp"

#include "core/base/checked.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace fatlas::test {
namespace {

constexpr std::uint32_t sectorSize = 512;
constexpr std::uint32_t rootSlots = 32;
constexpr std::uint32_t fat32Root = 2;

fat::Geometry geometryOf(fat::FatType type, std::uint32_t clusters)
{
    const bool wide = type == fat::FatType::Fat32;
    if (clusters == 0)
        clusters = type == fat::FatType::Fat16 ? 4200 : 200;
    fat::Geometry geometry;
    geometry.type = type;
    geometry.clusterCount = clusters;
    geometry.reservedSectors = wide ? 32 : 1;
    geometry.sectorsPerFat = static_cast<std::uint32_t>(
        divideRoundUp<std::uint64_t>(fat::fatBytesFor(type, clusters), sectorSize));
    geometry.rootEntryCount = wide ? 0 : rootSlots;
    geometry.rootCluster = Cluster{wide ? fat32Root : 0};
    geometry.fsInfoSector = wide ? 1 : 0;
    geometry.backupBootSector = wide ? 6 : 0;
    geometry.sectorsPerTrack = 63;
    geometry.heads = 255;
    geometry.totalSectors =
        static_cast<std::uint32_t>(geometry.dataOffset() / sectorSize) + clusters;
    return geometry;
}

template <class T>
T require(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "volume builder: %s\n", result.error().message.c_str());
        std::abort();
    }
    return std::move(*result);
}

} // namespace

VolumeBuilder::VolumeBuilder(fat::FatType type, std::uint32_t clusters)
{
    m_boot.geometry = geometryOf(type, clusters);
    m_boot.label.fill(' ');
    m_boot.oemName.fill(' ');
    m_bytes.resize(geometry().volumeSize());
    setEntry(0, (fat::endMark(type) & ~0xFFU) | geometry().media);
    setEntry(1, fat::endMark(type));
    if (type == fat::FatType::Fat32)
        setEnd(fat32Root);
}

void VolumeBuilder::setEntry(std::uint32_t cluster, std::uint32_t raw)
{
    for (std::uint32_t copy = 0; copy < geometry().fatCount; ++copy) {
        const ByteSpan table =
            ByteSpan(m_bytes).subspan(geometry().fatOffset(copy), geometry().fatSize());
        fat::setRawEntry(geometry().type, table, Cluster{cluster}, raw);
    }
}

void VolumeBuilder::link(std::initializer_list<std::uint32_t> clusters)
{
    const std::uint32_t* previous = nullptr;
    for (const std::uint32_t& cluster : clusters) {
        if (previous != nullptr)
            setEntry(*previous, cluster);
        previous = &cluster;
    }
    setEnd(*previous);
}

void VolumeBuilder::setEnd(std::uint32_t cluster)
{
    setEntry(cluster, fat::endMark(geometry().type));
}

void VolumeBuilder::setBad(std::uint32_t cluster)
{
    setEntry(cluster, fat::badMark(geometry().type));
}

void VolumeBuilder::putFile(std::uint32_t directory, std::uint32_t slot, std::string_view name,
                            std::uint32_t firstCluster, std::uint32_t size)
{
    putSlot(directory, slot, slotNamed(name, fat::attribute::archive, firstCluster, size));
}

void VolumeBuilder::putFolder(std::uint32_t directory, std::uint32_t slot, std::string_view name,
                              std::uint32_t firstCluster)
{
    putSlot(directory, slot, slotNamed(name, fat::attribute::directory, firstCluster));
}

void VolumeBuilder::putData(std::uint32_t cluster, ByteView bytes)
{
    const auto at = static_cast<std::ptrdiff_t>(geometry().clusterOffset(Cluster{cluster}));
    std::ranges::copy(bytes, m_bytes.begin() + at);
}

std::uint64_t VolumeBuilder::slotOffset(std::uint32_t directory, std::uint32_t slot) const
{
    const bool fixedRoot = directory == 0 && geometry().type != fat::FatType::Fat32;
    const Cluster cluster = directory == 0 ? geometry().rootCluster : Cluster{directory};
    return (fixedRoot ? geometry().rootOffset() : geometry().clusterOffset(cluster)) +
           slot * fat::slotSize;
}

Bytes VolumeBuilder::bytes() const
{
    Bytes bytes = m_bytes;
    std::ranges::copy(fat::encodeBootSector(m_boot, {}), bytes.begin());
    return bytes;
}

std::shared_ptr<block::MemoryDevice> VolumeBuilder::device() const
{
    return std::make_shared<block::MemoryDevice>(bytes());
}

std::shared_ptr<const fat::Volume> VolumeBuilder::open() const
{
    return require(fat::Volume::open(device()));
}

std::shared_ptr<const fat::Tree> VolumeBuilder::tree() const
{
    return require(fat::readTree(*open()));
}

fat::DirectoryEntryRaw slotNamed(std::string_view name, std::uint8_t attributes,
                                 std::uint32_t firstCluster, std::uint32_t size)
{
    fat::DirectoryEntryRaw raw;
    raw.name.fill(' ');
    std::ranges::copy(name.substr(0, raw.name.size()), raw.name.begin());
    raw.attributes = attributes;
    raw.firstClusterLow.set(static_cast<std::uint16_t>(firstCluster & 0xFFFF));
    raw.firstClusterHigh.set(static_cast<std::uint16_t>(firstCluster >> 16));
    raw.size.set(size);
    return raw;
}

} // namespace fatlas::test
