#include "ui/models/serve_rows.hpp"

#include "ui/base/words.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace fatlas::ui {

namespace {

using Kind = KeyedRowsModel::Kind;

constexpr std::uint64_t nsPerSecond = 1'000'000'000;

QString words(const char* text)
{
    return QCoreApplication::translate("ServeRows", text);
}

QString agoText(std::uint64_t ns)
{
    const std::uint64_t seconds = ns / nsPerSecond;
    if (seconds < 2)
        return words("now");
    if (seconds < 120)
        return words("%1 s ago").arg(countText(seconds));
    return words("%1 min ago").arg(countText(seconds / 60));
}

QString perSecond(double rate)
{
    return rate < 0.05 ? words("–") : QString::number(rate, 'f', rate < 10 ? 1 : 0);
}

QString kindText(block::TapKind kind)
{
    switch (kind) {
    case block::TapKind::Write: return words("write");
    case block::TapKind::WriteZeroes: return words("zeros");
    case block::TapKind::Trim: return words("trim");
    case block::TapKind::Read:
    case block::TapKind::Flush: break;
    }
    return {};
}

QString systemText(const fat::Geometry& geometry, std::uint64_t offset)
{
    if (offset < geometry.fatOffset(0))
        return words("boot sectors");
    if (offset < geometry.rootOffset())
        return words("FAT %1").arg((offset - geometry.fatOffset(0)) / geometry.fatSize() + 1);
    return words("root directory");
}

QString ownerText(const ServedVolume& volume, Cluster cluster)
{
    const fat::UsageRun& run = volume.usage->at(cluster);
    if (run.owner < volume.tree->nodes.size())
        return shown(volume.tree->path(run.owner));
    return run.state == fat::ClusterState::Free ? words("free") : words("owned by nobody");
}

} // namespace

QString rateText(double bytesPerSecond)
{
    if (bytesPerSecond < 1)
        return words("–");
    return words("%1/s").arg(sizeText(static_cast<std::uint64_t>(std::llround(bytesPerSecond))));
}

QString activitySentence(std::size_t clientCount, const serve::ActivitySample& sample)
{
    const QString clients = clientCount == 0 ? words("No client is connected")
                                             : countText(clientCount, "client", "clients");
    if (sample.requestRate < 0.05)
        return clientCount == 0 ? clients : words("%1 · idle").arg(clients);
    return words("%1 · %2 read · %3 written · %4 requests/s")
        .arg(clients, rateText(sample.readRate), rateText(sample.writtenRate),
             perSecond(sample.requestRate));
}

QString trafficText(const serve::Traffic& traffic)
{
    QStringList parts;
    if (traffic.readBytes != 0)
        parts << words("%1 read").arg(sizeText(traffic.readBytes));
    if (traffic.writtenBytes != 0)
        parts << words("%1 written").arg(sizeText(traffic.writtenBytes));
    return parts.join(words(", "));
}

std::vector<KeyedRowsModel::Column> clientColumns()
{
    return {{words("#"), Kind::Number},
            {words("Client")},
            {words("Export")},
            {words("Reads"), Kind::Number},
            {words("Writes"), Kind::Number},
            {words("Requests/s"), Kind::Number},
            {words("Read so far"), Kind::Number},
            {words("Written so far"), Kind::Number},
            {words("Last request"), Kind::Number}};
}

std::vector<KeyedRow> clientRows(std::span<const serve::ClientActivity> clients)
{
    std::vector<KeyedRow> rows;
    rows.reserve(clients.size());
    for (const serve::ClientActivity& active : clients) {
        const nbd::Client& client = active.client;
        rows.push_back(
            {.key = client.number,
             .texts = {countText(client.number), shown(client.address), shown(client.exportName),
                       rateText(active.readRate), rateText(active.writtenRate),
                       perSecond(active.requestRate), sizeText(client.readSize),
                       sizeText(client.writtenSize), agoText(active.idleNs)},
             .toolTips = {{},
                          {},
                          {},
                          {},
                          {},
                          countText(client.requestCount, "request", "requests"),
                          exactSizeText(client.readSize),
                          exactSizeText(client.writtenSize)}});
    }
    return rows;
}

std::vector<KeyedRowsModel::Column> lineColumns()
{
    return {{words("For")}, {words("Line to paste"), Kind::Monospace}};
}

std::vector<KeyedRow> lineRows(std::span<const serve::ClientLine> lines)
{
    std::vector<KeyedRow> rows;
    for (std::size_t i = 0; i < lines.size(); ++i)
        rows.push_back({.key = i,
                        .texts = {shown(lines[i].program), shown(lines[i].line)},
                        .toolTips = {{}, shown(lines[i].line)}});
    return rows;
}

QString placeText(const ServedVolume& volume, std::uint64_t offset)
{
    if (volume.tree == nullptr || volume.usage == nullptr)
        return {};
    const fat::Geometry& geometry = volume.usage->geometry();
    if (offset < volume.volumeOffset)
        return words("before the volume");
    const std::uint64_t inside = offset - volume.volumeOffset;
    if (inside < geometry.dataOffset())
        return systemText(geometry, inside);
    const std::uint64_t index = (inside - geometry.dataOffset()) / geometry.clusterSize();
    if (index >= geometry.clusterCount)
        return words("behind the volume");
    return ownerText(volume, Cluster{static_cast<std::uint32_t>(index + 2)});
}

std::vector<KeyedRowsModel::Column> writeColumns()
{
    return {{words("#"), Kind::Number},
            {words("When"), Kind::Number},
            {words("Client"), Kind::Number},
            {words("What")},
            {words("Image offset"), Kind::Monospace},
            {words("Size"), Kind::Number},
            {words("Where")}};
}

std::vector<KeyedRow> writeRows(std::span<const serve::WriteRecord> writes,
                                const ServedVolume& volume, std::uint64_t nowNs)
{
    std::vector<KeyedRow> rows;
    rows.reserve(writes.size());
    for (const serve::WriteRecord& record : writes) {
        const block::TapEvent& event = record.event;
        rows.push_back(
            {.key = record.number,
             .texts = {countText(record.number), agoText(nowNs - std::min(event.timeNs, nowNs)),
                       countText(event.client), kindText(event.kind), hexText(event.offset),
                       sizeText(event.length), placeText(volume, event.offset)},
             .toolTips = {{}, {}, {}, {}, {}, exactSizeText(event.length)}});
    }
    return rows;
}

} // namespace fatlas::ui
