#include "ui/views/fat_table_view.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/fat_entry_editor.hpp"
#include "ui/views/fat_table_area.hpp"
#include "ui/views/state_words.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr qsizetype maxShownPointers = 20;

QString linkTo(std::uint32_t cluster)
{
    return u"<a href=\"%1\">%2</a>"_s.arg(cluster).arg(countText(cluster));
}

} // namespace

FatTableView::FatTableView(QWidget* parent)
    : QWidget(parent), m_area(new FatTableArea(m_entries, this)),
      m_editor(new FatEntryEditor(*m_area, m_entries)), m_number(new QLineEdit(this)),
      m_pointers(new QPushButton(tr("Who points here"), this)),
      m_difference(new QPushButton(tr("Next difference"), this)),
      m_answer(new ThemedLabel({}, Token::Text, this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_area, 1);
    setTabOrder(m_answer, m_area);
    connect(m_area, &FatTableArea::entryChosen, this, &FatTableView::publish);
    connect(m_area, &FatTableArea::linkFollowed, this, &FatTableView::followLink);
    connect(m_area, &FatTableArea::hoveredText, this, &FatTableView::hoveredText);
    connect(m_editor, &FatEntryEditor::said, this,
            [this](const QString& text) { showAnswer(text.toHtmlEscaped()); });
    connect(&m_entries, &FatTableEntries::changed, this, [this] {
        if (m_entries.error())
            showAnswer(errorWords(*m_entries.error()).sentence.toHtmlEscaped());
    });
    updateButtons();
}

QWidget* FatTableView::makeBar()
{
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    layout->setSpacing(spacing(2));
    m_number->setPlaceholderText(tr("Go to entry"));
    m_number->setAccessibleName(tr("Go to entry"));
    m_number->setObjectName(u"goToEntry"_s);
    m_number->setToolTip(tr("A number, or 0x and a hexadecimal one"));
    m_number->setFixedWidth(scaled(120));
    m_answer->setTextFormat(Qt::RichText);
    m_answer->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_answer->setAccessibleName(tr("Answer"));
    layout->addWidget(m_number);
    layout->addWidget(m_difference);
    layout->addWidget(m_pointers);
    layout->addWidget(m_editor->copies());
    layout->addWidget(m_answer, 1);
    connect(m_number, &QLineEdit::returnPressed, this, &FatTableView::goToTyped);
    connect(m_pointers, &QPushButton::clicked, this, &FatTableView::findPointers);
    connect(m_difference, &QPushButton::clicked, this, &FatTableView::goToNextDifference);
    connect(m_answer, &QLabel::linkActivated, this,
            [this](const QString& link) { goToEntry(link.toUInt()); });
    return bar;
}

void FatTableView::setContent(SharedContent content)
{
    const bool isSameVolume =
        m_content && content && m_content->image.volume == content->image.volume;
    m_content = std::move(content);
    if (m_content && !isSameVolume) {
        m_shownBytes = deviceOf(m_content);
        m_entries.setVolume(m_shownBytes, m_content->geometry());
        m_editor->setVolume(m_content->geometry());
        showAnswer({});
    }
    followEdits();
    if (m_content)
        m_area->setVolume(m_content->geometry(),
                          [this](std::uint32_t entry) { return ownerText(entry); });
    updateButtons();
    follow();
}

void FatTableView::setFocus(Focus* focus)
{
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (focus)
        connect(focus, &Focus::changed, this, &FatTableView::follow);
    follow();
}

void FatTableView::setEdits(StagedEdits* edits)
{
    if (m_edits)
        m_edits->disconnect(this);
    m_edits = edits;
    m_editor->setEdits(edits);
    if (edits != nullptr)
        connect(edits, &StagedEdits::changed, this, &FatTableView::followEdits);
    followEdits();
}

/// The entries as they would be.
void FatTableView::followEdits()
{
    if (!m_content)
        return;
    auto bytes = m_edits ? m_edits->volumeDevice() : nullptr;
    if (!bytes)
        bytes = deviceOf(m_content);
    if (bytes != m_shownBytes) {
        m_shownBytes = bytes;
        m_entries.setBytes(std::move(bytes));
    }
    m_area->setChanged(m_edits ? m_edits->changedEntries() : std::vector<ClusterRange>());
}

QString FatTableView::answer() const
{
    return m_answer->text();
}

void FatTableView::showAnswer(const QString& text)
{
    m_answer->setText(text);
}

void FatTableView::updateButtons()
{
    const auto cursor = m_area->cursor();
    const bool isCluster = cursor && *cursor >= 2;
    m_pointers->setEnabled(isCluster);
    m_pointers->setToolTip(isCluster ? tr("Look through the FAT and all folders for it (R)")
                                     : tr("Select the entry of a cluster first"));
    QString why;
    if (m_entries.copyCount() < 2)
        why = tr("The volume has one FAT only");
    else if (!m_content || !m_content->report)
        why = tr("Known once the volume is checked");
    else if (m_content->report->fatDifferences.empty())
        why = tr("The FATs are equal");
    m_difference->setEnabled(why.isEmpty());
    m_difference->setToolTip(why.isEmpty() ? tr("Go to where the FATs disagree next") : why);
}

void FatTableView::follow()
{
    if (m_publishing || !m_content)
        return;
    std::optional<Cluster> cluster;
    if (m_focus) {
        const FocusTarget& target = m_focus->selection();
        cluster = target.cluster;
        if (!cluster && !target.runs.empty()) // a file as a whole: where its chain begins
            cluster = target.runs.front().first;
    }
    if (cluster && m_area->cursor() != cluster->value)
        m_area->setCursorEntry(cluster->value);
    updateButtons();
}

FocusTarget FatTableView::targetOfEntry(std::uint32_t entry) const
{
    FocusTarget target = targetOf(*m_content, Cluster{entry});
    target.bytes = bytesOfEntry(*m_content, 0, Cluster{entry});
    return target;
}

void FatTableView::publish(std::uint32_t entry)
{
    updateButtons();
    if (!m_focus || !m_content)
        return;
    m_publishing = true;
    m_focus->select(targetOfEntry(entry));
    m_publishing = false;
}

void FatTableView::goToEntry(std::uint32_t entry)
{
    if (entry >= m_entries.count())
        return;
    m_area->setCursorEntry(entry);
    publish(entry);
}

void FatTableView::goToTyped()
{
    bool isNumber = false;
    const std::uint32_t entry =
        m_number->text().trimmed().remove(u',').toUInt(&isNumber, 0); // 0x is hexadecimal
    if (isNumber && entry < m_entries.count()) {
        showAnswer({});
        goToEntry(entry);
        m_area->QWidget::setFocus();
        return;
    }
    const std::uint64_t last = std::max<std::uint64_t>(m_entries.count(), 1) - 1;
    showAnswer(tr("There are entries 0 to %1.").arg(countText(last)));
}

void FatTableView::followLink(std::uint32_t entry)
{
    const auto row = m_entries.row(entry);
    if (!m_content || !row || entry < 2)
        return;
    const fat::FatEntry meaning = fat::interpretEntry(m_content->geometry().type, row->first);
    if (meaning.kind == fat::EntryKind::Next && meaning.next.value < m_entries.count())
        goToEntry(meaning.next.value);
}

void FatTableView::findPointers()
{
    const auto entry = m_area->cursor();
    if (!m_content || !entry || *entry < 2)
        return;
    const Cluster cluster{*entry};
    showAnswer(tr("Looking through the FAT…"));
    m_search.start([content = m_content, cluster](
                       const JobControl& job) { return ui::findPointers(*content, cluster, job); },
                   [this, cluster](Result<Pointers> found) {
                       if (found)
                           showPointers(cluster, *found);
                       else
                           showAnswer(errorWords(found.error()).sentence.toHtmlEscaped());
                   });
}

void FatTableView::showPointers(Cluster cluster, const Pointers& pointers)
{
    QStringList places;
    for (const Cluster from : pointers.entries)
        if (places.size() < maxShownPointers)
            places << linkTo(from.value);
    for (const std::uint32_t node : pointers.nodes)
        if (places.size() < 2 * maxShownPointers)
            places << tr("the folder entry of %1")
                          .arg(shown(m_content->tree->path(node)).toHtmlEscaped());
    const std::size_t all = pointers.entries.size() + pointers.nodes.size();
    const auto rest = all - static_cast<std::size_t>(places.size());
    if (rest > 0)
        places << tr("%1 more").arg(countText(rest));
    showAnswer(places.isEmpty()
                   ? tr("Nothing points to %1.").arg(countText(cluster.value))
                   : tr("To %1: %2").arg(countText(cluster.value), places.join(u", "_s)));
}

void FatTableView::goToNextDifference()
{
    if (!m_content || !m_content->report || m_content->report->fatDifferences.empty())
        return;
    const std::uint32_t after = m_area->cursor().value_or(0);
    std::optional<std::uint32_t> first;
    std::optional<std::uint32_t> next;
    for (const fat::FatDifference& difference : m_content->report->fatDifferences)
        for (const ClusterRange& range : difference.ranges) {
            first = std::min(first.value_or(range.first.value), range.first.value);
            const std::uint32_t candidate = std::max(range.first.value, after + 1);
            if (candidate < range.end().value)
                next = std::min(next.value_or(candidate), candidate);
        }
    if (next || first)
        goToEntry(next.value_or(first.value_or(0)));
}

QString FatTableView::ownerText(std::uint32_t entry) const
{
    const Cluster cluster{entry};
    if (!m_content || !m_content->geometry().isData(cluster))
        return {};
    const fat::UsageRun& run = m_content->usage->at(cluster);
    if (run.owner == fat::noOwner)
        return run.state == fat::ClusterState::Free ? QString() : nameOf(run.state);
    const QString part = countText(std::uint64_t{run.part} + (cluster - run.first) + 1);
    const QString whole = countText(m_content->tree->nodes[run.owner].clusterCount);
    QString text =
        tr("%1, part %2 of %3").arg(shown(m_content->tree->path(run.owner)), part, whole);
    if (run.state == fat::ClusterState::CrossLinked)
        text += u" · "_s + nameOf(run.state);
    return text;
}

void FatTableView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_R && event->modifiers() == Qt::NoModifier)
        return findPointers();
    QWidget::keyPressEvent(event);
}

} // namespace fatlas::ui
