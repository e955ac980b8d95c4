#include "ui/views/chain_walk.hpp"

#include "ui/base/words.hpp"
#include "ui/models/fat_table_words.hpp"

#include <algorithm>
#include <utility>

namespace fatlas::ui {

ChainWalk::ChainWalk(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(usualIntervalMs);
    connect(&m_timer, &QTimer::timeout, this, &ChainWalk::stepForward);
}

ChainWalk::~ChainWalk() = default;

void ChainWalk::setContent(const SharedContent& content)
{
    const bool isSame = m_content && content && &m_content->volume() == &content->volume() &&
                        m_content->tree == content->tree;
    m_content = content;
    if (!isSame)
        end();
}

void ChainWalk::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (focus)
        connect(focus, &Focus::changed, this, &ChainWalk::followFocus);
    end();
}

void ChainWalk::followFocus()
{
    if (!m_publishing)
        end();
}

void ChainWalk::end()
{
    m_reading.abandon();
    m_timer.stop();
    m_path.clear();
    m_visited.clear();
    m_entry.reset();
    m_sentence.clear();
    m_isPlaying = false;
    Q_EMIT changed();
}

std::optional<Cluster> ChainWalk::beginning() const
{
    if (!m_focus || !m_content)
        return std::nullopt;
    const FocusTarget& target = m_focus->selection();
    std::optional<Cluster> first = target.cluster;
    if (!first && !target.runs.empty())
        first = target.runs.front().first;
    return first && m_content->geometry().isData(*first) ? first : std::nullopt;
}

std::optional<Cluster> ChainWalk::next() const
{
    const bool leadsOn = m_entry && m_entry->kind == fat::EntryKind::Next &&
                         m_content->geometry().isData(m_entry->next) &&
                         !m_visited.contains(m_entry->next.value) && m_path.size() < maxSteps;
    return leadsOn ? std::optional(m_entry->next) : std::nullopt;
}

bool ChainWalk::canStepForward() const
{
    return m_path.empty() ? beginning().has_value() : next().has_value();
}

void ChainWalk::stepForward()
{
    const auto to = m_path.empty() ? beginning() : next();
    if (!to)
        return pause();
    m_visited.emplace(to->value, m_path.size());
    m_path.push_back(*to);
    goTo(*to);
}

void ChainWalk::stepBack()
{
    if (!canStepBack())
        return;
    m_timer.stop();
    m_isPlaying = false;
    m_visited.erase(m_path.back().value);
    m_path.pop_back();
    goTo(m_path.back());
}

void ChainWalk::goTo(Cluster cluster)
{
    m_entry.reset();
    const FocusTarget& now = m_focus->selection();
    FocusTarget target = targetOf(*m_content, cluster);
    // A chain that runs into another one is still walked as itself.
    if (now.node && m_path.size() > 1) {
        target.node = now.node;
        target.runs = now.runs;
    }
    target.bytes = bytesOfEntry(*m_content, m_content->volume().fatCopy(), cluster);
    m_publishing = true;
    if (m_path.size() == 1)
        m_focus->select(std::move(target));
    else
        m_focus->replace(std::move(target));
    m_publishing = false;
    m_reading.start([content = m_content,
                     cluster](const JobControl&) { return content->volume().entry(cluster); },
                    [this](Result<fat::FatEntry> entry) { takeEntry(entry); });
    Q_EMIT changed();
}

void ChainWalk::takeEntry(const Result<fat::FatEntry>& entry)
{
    if (m_path.empty())
        return;
    if (entry) {
        m_entry = *entry;
        m_sentence = entrySentence(*m_content, m_path.back(), *entry) + whatFollows(*entry);
    } else {
        m_sentence = tr("cluster %1: its FAT entry cannot be read: %2")
                         .arg(m_path.back().value)
                         .arg(errorWords(entry.error()).sentence);
    }
    goOn();
    Q_EMIT changed();
}

void ChainWalk::goOn()
{
    if (!m_isPlaying)
        return;
    if (next())
        m_timer.start();
    else
        m_isPlaying = false;
}

QString ChainWalk::whatFollows(const fat::FatEntry& entry) const
{
    switch (entry.kind) {
    case fat::EntryKind::Free: return tr(": free, so the chain breaks off here");
    case fat::EntryKind::Bad: return tr(": marked bad, so the chain breaks off here");
    case fat::EntryKind::End:
        return tr(": the end, after %1").arg(countText(m_path.size(), "step", "steps"));
    case fat::EntryKind::Reserved: return tr(": a reserved value, so the chain breaks off here");
    case fat::EntryKind::Next: break;
    }
    const std::uint32_t to = entry.next.value;
    if (!m_content->geometry().isData(entry.next))
        return tr(": next is %1, which is not on this volume").arg(to);
    const auto visited = m_visited.find(to);
    if (visited != m_visited.end())
        return tr(": next is %1, where the walk has been: a loop of %2")
            .arg(to)
            .arg(countText(m_path.size() - visited->second, "cluster", "clusters"));
    if (m_path.size() >= maxSteps)
        return tr(": next is %1, but the walk has gone far enough").arg(to);
    return tr(": next is %1").arg(to);
}

void ChainWalk::play()
{
    if (m_isPlaying)
        return;
    m_isPlaying = true;
    stepForward();
    Q_EMIT changed();
}

void ChainWalk::pause()
{
    m_timer.stop();
    m_isPlaying = false;
    Q_EMIT changed();
}

void ChainWalk::toggle()
{
    if (m_isPlaying)
        pause();
    else
        play();
}

void ChainWalk::setIntervalMs(int interval)
{
    m_timer.setInterval(std::max(interval, 1));
}

QString entrySentence(const VolumeContent& content, Cluster cluster, const fat::FatEntry& entry)
{
    const fat::Geometry& geometry = content.geometry();
    const FocusBytes place = bytesOfEntry(content, content.volume().fatCopy(), cluster);
    QString where = hexText(place.offset);
    if (place.lastBit != 0)
        where = ChainWalk::tr("%1, bits %2-%3").arg(where).arg(place.firstBit).arg(place.lastBit);
    return ChainWalk::tr("cluster %1: %2 entry at byte %3 = %4")
        .arg(cluster.value)
        .arg(QLatin1String(fat::toString(geometry.type)), where,
             entryValueText(geometry.type, entry.raw));
}

} // namespace fatlas::ui
