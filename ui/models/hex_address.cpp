#include "ui/models/hex_address.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// The last cylinder that a C/H/S address can name.
constexpr std::uint64_t lastCylinder = 1023;

QString words(const char* text)
{
    return QCoreApplication::translate("HexAddress", text);
}

std::optional<ChsAddress> chsOf(const fat::Geometry& geometry, std::uint64_t sector)
{
    if (geometry.heads == 0 || geometry.sectorsPerTrack == 0)
        return std::nullopt;
    const std::uint64_t track = sector / geometry.sectorsPerTrack;
    const std::uint64_t cylinder = track / geometry.heads;
    if (cylinder > lastCylinder)
        return std::nullopt;
    return ChsAddress{static_cast<std::uint32_t>(cylinder),
                      static_cast<std::uint32_t>(track % geometry.heads),
                      static_cast<std::uint32_t>(sector % geometry.sectorsPerTrack + 1)};
}

void addCluster(HexAddress& address, const HexSubject& subject)
{
    const fat::Geometry& geometry = subject.geometry();
    const std::uint64_t data = subject.image.volumeOffset + geometry.dataOffset();
    if (address.imageOffset < data)
        return;
    const std::uint64_t index = (address.imageOffset - data) / geometry.clusterSize();
    if (index >= geometry.clusterCount)
        return;
    const Cluster cluster{static_cast<std::uint32_t>(index + 2)};
    address.cluster = cluster;
    address.inCluster =
        static_cast<std::uint32_t>((address.imageOffset - data) % geometry.clusterSize());
    const fat::UsageRun& run = subject.usage->at(cluster);
    if (run.owner == fat::noOwner)
        return;
    address.node = run.owner;
    address.inFile = (std::uint64_t{run.part} + (cluster - run.first)) * geometry.clusterSize() +
                     address.inCluster;
}

QString plus(const QString& what, std::uint64_t offset)
{
    return what + u" + "_s + hexText(offset);
}

} // namespace

HexAddress addressOf(const HexSubject& subject, std::uint64_t imageOffset)
{
    const fat::Geometry& geometry = subject.geometry();
    HexAddress address{.imageOffset = imageOffset,
                       .sector = imageOffset / geometry.bytesPerSector,
                       .inSector =
                           static_cast<std::uint32_t>(imageOffset % geometry.bytesPerSector)};
    address.chs = chsOf(geometry, address.sector);
    addCluster(address, subject);
    return address;
}

QString areaName(const HexSubject& subject, std::uint64_t imageOffset)
{
    const fat::Geometry& geometry = subject.geometry();
    if (imageOffset < subject.image.volumeOffset)
        return words("before the volume");
    const std::uint64_t at = imageOffset - subject.image.volumeOffset;
    if (at >= geometry.clusterOffset(geometry.endCluster()))
        return at < geometry.volumeSize() ? words("behind the last cluster")
                                          : words("behind the volume");
    if (at >= geometry.dataOffset())
        return {};
    if (at >= geometry.rootOffset())
        return words("root directory");
    if (at >= geometry.fatOffset(0))
        return words("FAT %1").arg((at - geometry.fatOffset(0)) / geometry.fatSize() + 1);
    return at < geometry.bytesPerSector ? words("boot sector") : words("reserved sectors");
}

QString addressText(const HexSubject& subject, std::uint64_t imageOffset)
{
    const HexAddress address = addressOf(subject, imageOffset);
    QStringList parts{hexText(imageOffset),
                      plus(words("sector %1").arg(countText(address.sector)), address.inSector)};
    if (address.chs)
        parts << words("C/H/S %1/%2/%3")
                     .arg(address.chs->cylinder)
                     .arg(address.chs->head)
                     .arg(address.chs->sector);
    if (address.cluster)
        parts << plus(words("cluster %1").arg(countText(address.cluster->value)),
                      address.inCluster);
    if (address.node)
        parts << plus(shown(subject.tree->path(*address.node)), address.inFile);
    if (const QString area = areaName(subject, imageOffset); !area.isEmpty())
        parts << area;
    return parts.join(u" · "_s);
}

} // namespace fatlas::ui
