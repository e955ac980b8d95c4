#include "ui/document/volume_document.hpp"

#include "core/base/text.hpp"

#include "ui/base/words.hpp"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace fatlas::ui {

namespace {

constexpr qint64 shortWorkMs = 300; ///< what is done by then shows no progress

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

VolumeDocument::VolumeDocument(const QString& source, std::optional<std::uint32_t> partition,
                               QObject* parent)
    : QObject(parent), m_source(source), m_partition(partition)
{
    connect(&m_loading, &Task::progressChanged, this,
            [this] { Q_EMIT progressChanged(m_loading.progress()); });
    connect(&m_checking, &Task::progressChanged, this, &VolumeDocument::checkTextChanged);
    connect(&m_watcher, &ImageWatcher::changed, this, &VolumeDocument::reload);
}

VolumeDocument::~VolumeDocument()
{
    disconnect(&m_loading, nullptr, this, nullptr);
    disconnect(&m_checking, nullptr, this, nullptr);
}

void VolumeDocument::load()
{
    read(std::nullopt);
}

void VolumeDocument::reload()
{
    read(m_content ? std::optional(place()) : std::nullopt);
}

void VolumeDocument::read(const std::optional<Place>& place)
{
    m_state = State::Loading;
    m_checking.abandon();
    m_watcher.watch(m_source); // what changes while it is read is read again
    m_loading.start([source = QFile::encodeName(m_source).toStdString(), partition = m_partition](
                        const JobControl& job) { return readContent(source, job, partition); },
                    [this, place](Result<SharedContent> content) {
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
                        if (place)
                            goTo(*place);
                        check();
                    });
}

void VolumeDocument::check()
{
    if (m_state != State::Ready)
        return;
    m_checking.start(
        [content = m_content](const JobControl& job) { return checkContent(content, job); },
        [this](Result<SharedContent> content) {
            if (content)
                takeChecked(std::move(*content));
            Q_EMIT checkTextChanged();
        });
    Q_EMIT checkTextChanged();
}

void VolumeDocument::stopCheck()
{
    if (!m_checking.isRunning())
        return;
    m_checking.cancel();
    Q_EMIT checkTextChanged();
}

void VolumeDocument::takeChecked(SharedContent content)
{
    const bool isOther = content->tree != m_content->tree || content->usage != m_content->usage;
    const Place here = place();
    m_content = std::move(content);
    if (isOther) {
        m_focus.reset();
        Q_EMIT ready();
        goTo(here);
    }
    Q_EMIT checked();
}

VolumeDocument::Place VolumeDocument::place() const
{
    const FocusTarget& target = m_focus.selection();
    Place place{.path = {}, .cluster = target.cluster};
    if (target.node)
        place.path = m_content->tree->path(*target.node);
    return place;
}

void VolumeDocument::goTo(const Place& place)
{
    const auto node = place.path.empty() ? std::nullopt : m_content->tree->find(place.path);
    if (place.cluster && m_content->geometry().isData(*place.cluster))
        selectCluster(*place.cluster);
    else if (node)
        selectNode(*node);
}

void VolumeDocument::lookUp(Cluster cluster)
{
    if (!m_content || !m_content->geometry().isData(cluster))
        return;
    m_lookUp.start([content = m_content,
                    cluster](const JobControl& job) { return factsOf(*content, cluster, job); },
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
    const QString access = m_content->writeProblem.empty() ? tr("writable") : tr("read-only");
    return QStringList{QString::fromLatin1(fat::toString(m_content->geometry().type)),
                       mediumText(*m_content), access}
        .join(tr(" · "));
}

QString VolumeDocument::checkText() const
{
    if (m_checking.state() == Task::State::Cancelling)
        return tr("Stopping the check…");
    if (m_checking.isRunning()) {
        const Progress now = m_checking.progress();
        if (m_checking.elapsedMs() < shortWorkMs)
            return {};
        return now.total == 0 ? tr("Checking…")
                              : tr("Checking… %1").arg(percentText(now.done, now.total));
    }
    if (m_checking.error())
        return tr("Not checked: %1").arg(errorWords(*m_checking.error()).sentence);
    if (!m_content)
        return {};
    if (!m_content->report)
        return m_checking.state() == Task::State::Cancelled ? tr("Not checked") : QString();
    const std::size_t count = m_content->findings.size();
    return count == 0 ? tr("Checked: nothing found")
                      : tr("Checked: %1").arg(countText(count, "finding", "findings"));
}

void VolumeDocument::selectNode(std::uint32_t node)
{
    if (m_content && node < m_content->tree->nodes.size())
        m_focus.select(targetOfNode(*m_content, node));
}

void VolumeDocument::selectCluster(Cluster cluster)
{
    if (m_content && m_content->geometry().isData(cluster))
        m_focus.select(targetOf(*m_content, cluster));
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
        target = targetOf(*m_content, Cluster{static_cast<std::uint32_t>(
                                          (bytes.offset - data) / geometry.clusterSize() + 2)});
    target.bytes = bytes;
    m_focus.select(std::move(target));
}

void VolumeDocument::selectFinding(std::uint32_t finding)
{
    if (m_content && finding < m_content->findings.size())
        m_focus.select(targetOfFinding(*m_content, finding));
}

bool VolumeDocument::stepFinding(int direction)
{
    const std::size_t count = m_content ? m_content->findings.size() : 0;
    if (count == 0)
        return false;
    const auto now = m_focus.selection().finding;
    const std::size_t first = direction > 0 ? 0 : count - 1;
    const std::size_t next =
        now ? (*now + count + static_cast<std::size_t>(direction > 0 ? 1 : count - 1)) % count
            : first;
    selectFinding(static_cast<std::uint32_t>(next));
    return true;
}

} // namespace fatlas::ui
