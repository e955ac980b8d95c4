#include "ui/document/volume_document.hpp"

#include "core/base/bytes.hpp"

#include "ui/base/words.hpp"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <array>

namespace fatlas::ui {

namespace {

using SharedContent = std::shared_ptr<const VolumeContent>;

Result<SharedContent> read(const std::string& source, const JobControl& job)
{
    auto content = std::make_shared<VolumeContent>();
    FATLAS_ASSIGN(content->image, image::openImage(source, {}, job));
    FATLAS_ASSIGN(content->tree, fat::readTree(content->volume(), job));
    FATLAS_ASSIGN(content->usage, fat::mapUsage(content->volume(), *content->tree, job));
    return content;
}

/// The entry as it lies in FAT number `copy`.
Result<std::uint32_t> rawEntryOf(const fat::Volume& volume, std::uint32_t copy, Cluster cluster)
{
    const fat::Geometry& geometry = volume.geometry();
    const std::uint64_t offset = fat::entryOffset(geometry.type, cluster);
    std::array<std::byte, 4> bytes{};
    const std::size_t length = geometry.type == fat::FatType::Fat32 ? 4 : 2;
    FATLAS_TRY(
        volume.device().read(geometry.fatOffset(copy) + offset, ByteSpan(bytes).first(length)));
    std::uint32_t raw = 0;
    for (std::size_t i = length; i-- > 0;)
        raw = raw << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    if (geometry.type != fat::FatType::Fat12)
        return raw;
    return (cluster.value % 2 == 0 ? raw : raw >> 4) & 0xFFF;
}

std::optional<Cluster> previousOf(const VolumeContent& content, Cluster cluster)
{
    const fat::UsageRun& run = content.usage->at(cluster);
    if (run.owner == fat::noOwner)
        return std::nullopt;
    std::optional<Cluster> before;
    for (const ClusterRange& part : content.tree->runsOf(run.owner)) {
        if (part.contains(cluster))
            return cluster == part.first ? before : cluster - 1;
        before = part.end() - 1;
    }
    return std::nullopt;
}

Result<ClusterFacts> factsOf(const VolumeContent& content, Cluster cluster)
{
    ClusterFacts facts;
    facts.cluster = cluster;
    FATLAS_ASSIGN(facts.entry, content.volume().entry(cluster));
    if (content.geometry().fatCount > 1) {
        FATLAS_ASSIGN(facts.secondRaw, rawEntryOf(content.volume(), 1, cluster));
    }
    facts.previous = previousOf(content, cluster);
    return facts;
}

QString mediumText(const VolumeContent& content)
{
    for (const auto& layout : folder_disk::floppyLayouts)
        if (!content.image.partitionIndex && layout.media == content.geometry().media &&
            layout.totalSectors() == content.geometry().totalSectors)
            return VolumeDocument::tr("%1 floppy").arg(shown(layout.name));
    QString size = sizeText(content.geometry().volumeSize());
    if (!content.image.partitionIndex)
        return size;
    return VolumeDocument::tr("partition %1, %2").arg(*content.image.partitionIndex).arg(size);
}

} // namespace

VolumeDocument::VolumeDocument(const QString& source, QObject* parent)
    : QObject(parent), m_source(source)
{
    connect(&m_loading, &Task::progressChanged, this,
            [this] { Q_EMIT progressChanged(m_loading.progress()); });
}

VolumeDocument::~VolumeDocument()
{
    disconnect(&m_loading, nullptr, this, nullptr);
}

void VolumeDocument::load()
{
    m_state = State::Loading;
    m_loading.start([source = QFile::encodeName(m_source).toStdString()](
                        const JobControl& job) { return read(source, job); },
                    [this](Result<SharedContent> content) {
                        if (!content) {
                            m_state = State::Failed;
                            m_error = content.error();
                            Q_EMIT failed(*m_error);
                            return;
                        }
                        m_state = State::Ready;
                        m_error.reset();
                        m_content = std::move(*content);
                        m_focus.reset();
                        Q_EMIT ready();
                    });
}

void VolumeDocument::lookUp(Cluster cluster)
{
    if (!m_content || !m_content->geometry().isData(cluster))
        return;
    m_lookUp.start(
        [content = m_content, cluster](const JobControl&) { return factsOf(*content, cluster); },
        [this](Result<ClusterFacts> facts) {
            if (facts)
                Q_EMIT factsReady(*facts);
            else
                Q_EMIT factsFailed(facts.error());
        });
}

QString VolumeDocument::title() const
{
    const QString name = QFileInfo(QDir::cleanPath(m_source)).fileName();
    return name.isEmpty() ? m_source : name;
}

QString VolumeDocument::summary() const
{
    if (!m_content)
        return {};
    const QString access =
        m_content->image.disk->capabilities().canWrite ? tr("writable") : tr("read-only");
    return QStringList{QString::fromLatin1(fat::toString(m_content->geometry().type)),
                       mediumText(*m_content), access}
        .join(tr(" · "));
}

void VolumeDocument::selectNode(std::uint32_t node)
{
    if (!m_content || node >= m_content->tree->nodes.size())
        return;
    const auto runs = m_content->tree->runsOf(node);
    m_focus.select({.node = node, .cluster = std::nullopt, .runs = {runs.begin(), runs.end()}});
}

void VolumeDocument::selectCluster(Cluster cluster)
{
    if (m_content && m_content->geometry().isData(cluster))
        m_focus.select(targetOf(cluster));
}

void VolumeDocument::selectBytes(FocusBytes bytes)
{
    if (!m_content)
        return;
    const fat::Geometry& geometry = m_content->geometry();
    const std::uint64_t data = m_content->image.volumeOffset + geometry.dataOffset();
    FocusTarget target;
    if (bytes.offset >= data &&
        (bytes.offset - data) / geometry.clusterSize() < geometry.clusterCount)
        target = targetOf(Cluster{
            static_cast<std::uint32_t>((bytes.offset - data) / geometry.clusterSize() + 2)});
    target.bytes = bytes;
    m_focus.select(std::move(target));
}

FocusTarget VolumeDocument::targetOf(Cluster cluster) const
{
    FocusTarget target{.node = std::nullopt, .cluster = cluster, .runs = {}};
    const fat::UsageRun& run = m_content->usage->at(cluster);
    if (run.owner != fat::noOwner) {
        const auto runs = m_content->tree->runsOf(run.owner);
        target.node = run.owner;
        target.runs.assign(runs.begin(), runs.end());
    }
    return target;
}

} // namespace fatlas::ui
