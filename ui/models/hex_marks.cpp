#include "ui/models/hex_marks.hpp"

#include "ui/base/words.hpp"
#include "ui/models/hex_address.hpp"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("HexMarks", text);
}

/// Whether an area of the volume begins with this byte: it gets a name instead of a number.
bool beginsArea(const HexSubject& subject, std::uint64_t imageOffset)
{
    const fat::Geometry& g = subject.geometry();
    const std::uint64_t volume = subject.image.volumeOffset;
    if (imageOffset < volume)
        return false;
    const std::uint64_t at = imageOffset - volume;
    return at == 0 || at == g.rootOffset() ||
           (at >= g.fatOffset(0) && at < g.rootOffset() &&
            (at - g.fatOffset(0)) % g.fatSize() == 0);
}

QString clusterWords(const HexSubject& subject, Cluster cluster, std::optional<std::uint32_t> node)
{
    QString name = words("cluster %1").arg(countText(cluster.value));
    if (node)
        name += u" · "_s + shown(subject.tree->path(*node));
    return name;
}

HexMark markAt(const HexSubject& subject, const HexPiece& piece, std::uint64_t imageOffset,
               bool isSeam)
{
    const HexAddress address = addressOf(subject, imageOffset);
    HexMark mark{.place = piece.place + (imageOffset - piece.imageOffset), .text = {}};
    if (isSeam) {
        mark.kind = HexMark::Kind::Seam;
        mark.text = address.cluster
                        ? words("jumps to cluster %1").arg(countText(address.cluster->value))
                        : words("jumps to %1").arg(hexText(imageOffset));
    } else if (address.cluster && address.inCluster == 0) {
        mark.kind = HexMark::Kind::Cluster;
        mark.text = clusterWords(subject, *address.cluster, address.node);
    } else {
        const bool area = beginsArea(subject, imageOffset);
        mark.kind = area ? HexMark::Kind::Cluster : HexMark::Kind::Sector;
        mark.text = words("sector %1").arg(countText(address.sector));
        if (area)
            mark.text += u" · "_s + areaName(subject, imageOffset);
    }
    return mark;
}

} // namespace

std::vector<HexMark> marksIn(const HexSubject& subject, const HexSpace& space, ByteRange places,
                             std::size_t most)
{
    std::vector<HexMark> marks;
    const std::uint64_t sector = subject.geometry().bytesPerSector;
    for (const HexPiece& part : space.cut(places, most)) {
        const auto index = space.findPiece(part.place);
        const bool beginsPiece = index && *index > 0 && space.pieces()[*index].place == part.place;
        std::uint64_t at = part.imageOffset;
        if (!beginsPiece)
            at += (sector - at % sector) % sector;
        for (; at < part.imageOffset + part.length && marks.size() < most;
             at += sector - at % sector)
            marks.push_back(markAt(subject, part, at, beginsPiece && at == part.imageOffset));
    }
    return marks;
}

} // namespace fatlas::ui
