#include "ui/window/volume_page.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/document/address.hpp"
#include "ui/models/finding_words.hpp"
#include "ui/views/chain_view.hpp"
#include "ui/views/changes_panel.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/views/everything_else_view.hpp"
#include "ui/views/fat_table_area.hpp"
#include "ui/views/fat_table_view.hpp"
#include "ui/views/file_tree_view.hpp"
#include "ui/views/findings_panel.hpp"
#include "ui/views/hex_panel.hpp"
#include "ui/window/breadcrumb.hpp"
#include "ui/window/inspector_panel.hpp"
#include "ui/window/map_panel.hpp"
#include "ui/window/tab_badge.hpp"
#include "ui/window/volume_words.hpp"

#include <QApplication>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

/// What is known about the disk, for its bytes.
std::shared_ptr<HexSubject> subjectOf(const VolumeContent& content)
{
    auto subject = std::make_shared<HexSubject>(
        HexSubject{content.image, content.tree, content.usage, content.findings});
    const std::uint64_t start = content.image.volumeOffset;
    std::erase_if(subject->findings, [start](const Finding& finding) {
        return finding.offset && *finding.offset < start; // those of the partition table
    });
    for (Finding& finding : subject->findings)
        if (finding.offset)
            *finding.offset -= start;
    return subject;
}

} // namespace

VolumePage::VolumePage(const QString& source, std::optional<std::uint32_t> partition,
                       QWidget* parent)
    : QMainWindow(parent, Qt::Widget), m_document(source, partition),
      m_breadcrumb(new Breadcrumb(m_document, this)), m_center(new QStackedWidget(this)),
      m_loading(new ThemedLabel({}, Token::Muted, this)), m_banner(new Banner(this)),
      m_mapPanel(new MapPanel(m_document, this)), m_map(m_mapPanel->map()),
      m_files(new FileTreeView(this)), m_inspector(new InspectorPanel(m_document, this)),
      m_chain(new ChainView(this)), m_bytes(new HexPanel(this)),
      m_everythingElse(new EverythingElseView(this)),
      m_findings(new FindingsPanel(m_document, this)), m_fatTable(new FatTableView(this)),
      m_changes(new ChangesPanel(m_document, m_edits, this))
{
    setWindowFlags(Qt::Widget);
    setHelpTopic(this, QStringLiteral("volume"));
    setDockNestingEnabled(true);
    setMenuWidget(m_breadcrumb);
    setCentralWidget(makeCenter());
    makeDocks();
    makeActions();
    connectParts();
    connectDocument();
    showLoading();
    m_document.load();
}

VolumePage::~VolumePage()
{
    m_document.disconnect();
    m_document.focus().disconnect();
    m_bytes->setFocus(static_cast<Focus*>(nullptr));
    // These refer to the document, which goes before the children of a widget do.
    m_edits.disconnect();
    delete m_inspector;
    delete m_findings;
    delete m_changes;
    delete m_breadcrumb;
    delete m_mapPanel;
}

QWidget* VolumePage::makeCenter()
{
    auto* waiting = new QWidget(m_center);
    auto* layout = new QVBoxLayout(waiting);
    layout->setContentsMargins(spacing(5), spacing(5), spacing(5), spacing(5));
    layout->addWidget(m_banner);
    layout->addWidget(m_loading, 1, Qt::AlignCenter);
    m_center->addWidget(waiting);
    m_center->addWidget(m_mapPanel);
    m_everythingElse->setMap(m_map);
    return m_center;
}

/// The tree, and below it the home of all clusters that it does not show.
QWidget* VolumePage::makeFiles()
{
    auto* files = new QWidget(this);
    auto* layout = new QVBoxLayout(files);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_files, 1);
    layout->addWidget(m_everythingElse);
    return files;
}

void VolumePage::connectParts()
{
    m_map->setFocus(&m_document.focus());
    m_files->setFocus(&m_document.focus());
    m_chain->setFocus(&m_document.focus());
    m_bytes->setFocus(&m_document.focus());
    m_fatTable->setFocus(&m_document.focus());
    connect(m_map, &ClusterMapView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_mapPanel, &MapPanel::said, this, &VolumePage::hoveredText);
    connect(m_files, &FileTreeView::hoveredText, this, &VolumePage::hoveredText);
    connect(m_bytes, &HexPanel::hoveredText, this, &VolumePage::hoveredText);
    connect(m_fatTable, &FatTableView::hoveredText, this, &VolumePage::hoveredText);
    connect(&m_chain->walk(), &ChainWalk::changed, this, [this] {
        if (const QString& said = m_chain->walk().sentence(); !said.isEmpty())
            Q_EMIT hoveredText(said);
    });
    connect(m_breadcrumb, &Breadcrumb::addressEntered, this, [this](const QString& address) {
        if (const auto went = goTo(address); !went)
            Q_EMIT hoveredText(errorWords(went.error()).sentence);
    });
    connect(&m_document.focus(), &Focus::changed, this, &VolumePage::selectionTextChanged);
}

void VolumePage::connectDocument()
{
    connect(m_mapPanel, &MapPanel::drawn, this, &VolumePage::showMap);
    connect(&m_document, &VolumeDocument::ready, this, &VolumePage::showContent);
    connect(&m_document, &VolumeDocument::checked, this, &VolumePage::showFindings);
    connect(&m_document, &VolumeDocument::failed, this, &VolumePage::showFailure);
    connect(&m_document, &VolumeDocument::progressChanged, this, &VolumePage::showLoading);
    connect(&m_findings->repair(), &VolumeRepair::changed, this, &VolumePage::followPlans);
    connect(&m_edits, &StagedEdits::changed, this, &VolumePage::followEdits);
    connect(m_bytes, &HexPanel::byteEdited, &m_edits, &StagedEdits::setByte);
    connect(m_bytes, &HexPanel::fieldEdited, &m_edits, &StagedEdits::setField);
    connect(&m_edits, &StagedEdits::stepped, m_bytes, &HexPanel::forgetTyped);
    m_files->setEdits(&m_edits);
    m_fatTable->setEdits(&m_edits);
}

void VolumePage::showLoading()
{
    if (m_document.state() == VolumeDocument::State::Loading)
        m_loading->setText(tr("Reading %1…").arg(m_document.title()));
}

void VolumePage::showFailure(const Error& error)
{
    m_loading->clear();
    m_center->setCurrentIndex(0);
    m_banner->showError(error, tr("Nothing was changed."),
                        tr("Check that it is the file you meant: %1").arg(m_document.source()));
    Q_EMIT shown();
}

void VolumePage::showContent()
{
    const auto& content = m_document.content();
    m_files->setContent(content);
    m_chain->setContent(content);
    showFindings();
    m_mapPanel->showContent();
}

void VolumePage::showMap()
{
    const bool isFirst = !m_shown;
    m_center->setCurrentIndex(1);
    m_shown = true;
    if (isFirst && isAncestorOf(QApplication::focusWidget()))
        m_map->QWidget::setFocus(); // it could not have the keyboard while it was hidden
    Q_EMIT shown();
}

/// While a repair is planned, or changes wait to be written, the map shows what would come of it;
/// what a repair would change is selected.
void VolumePage::followPlans()
{
    const VolumeRepair& repair = m_findings->repair();
    const bool isPlanned = repair.step() == VolumeRepair::Step::Planned ||
                           repair.step() == VolumeRepair::Step::Applying;
    const auto repaired = isPlanned ? repair.preview().usage : nullptr;
    const auto usage = repaired ? repaired : m_edits.usage();
    if (usage == m_mapPanel->planned() || m_document.state() != VolumeDocument::State::Ready)
        return;
    if (repaired && !repair.preview().changed.empty())
        m_document.focus().select({.runs = repair.preview().changed});
    m_mapPanel->showPlanned(usage, repaired ? tr("Cluster map as it would be after the repair")
                                            : tr("Cluster map with changes not written yet"));
}

/// The bytes show what is typed; the map follows when it is known.
void VolumePage::followEdits()
{
    if (!m_document.content())
        return;
    m_changesBadge->setCount(m_edits.count(), Token::Accent);
    m_findings->repair().setObstacle(
        m_edits.count() > 0 ? tr("Changes wait to be written: apply or discard them first")
                            : QString());
    showBytes();
    followPlans();
}

void VolumePage::showBytes()
{
    m_bytes->setEditProblem(m_edits.problem());
    if (m_shownDisk == m_edits.disk() && m_shownContent == m_document.content())
        return;
    m_shownDisk = m_edits.disk();
    m_shownContent = m_document.content();
    auto subject = subjectOf(*m_shownContent);
    subject->image.disk = m_shownDisk;
    if (const auto& volume = m_edits.volume())
        subject->image.volume = volume;
    m_bytes->setSubject(std::move(subject));
}

void VolumePage::showFindings()
{
    const auto& content = m_document.content();
    Severity worst = Severity::Info;
    for (const Finding& finding : content->findings)
        worst = std::max(worst, finding.severity);
    m_badge->setCount(content->findings.size(), tokenOf(worst));
    m_fatTable->setContent(content);
    showBytes();
    m_mapPanel->showFindings();
}

void VolumePage::check()
{
    showDock(QStringLiteral("findings"));
    m_document.reload();
}

void VolumePage::stepFinding(int direction)
{
    if (m_document.stepFinding(direction))
        showDock(QStringLiteral("findings"));
}

void VolumePage::showFatEntry()
{
    showDock(QStringLiteral("fat"));
    const FocusTarget& target = m_document.focus().selection();
    if (target.cluster)
        m_fatTable->goToEntry(target.cluster->value);
    else if (!target.runs.empty())
        m_fatTable->goToEntry(target.runs.front().first.value);
    m_fatTable->area()->QWidget::setFocus();
}

/// "finding:1" (from 1) and "entry:433".
bool VolumePage::goToNumbered(const QString& address)
{
    bool isNumber = false;
    const std::uint32_t number = address.section(u':', 1).toUInt(&isNumber);
    if (!isNumber)
        return false;
    if (address.startsWith(u"finding:") && number >= 1 &&
        number <= m_document.content()->findings.size()) {
        m_document.selectFinding(number - 1);
        showDock(QStringLiteral("findings"));
        return true;
    }
    if (!address.startsWith(u"entry:") || number >= m_fatTable->entries().count())
        return false;
    showDock(QStringLiteral("fat"));
    m_fatTable->goToEntry(number);
    return true;
}

Result<> VolumePage::goTo(const QString& address)
{
    if (!m_document.content())
        return fail(ErrorCode::NotFound, "the volume is not open yet");
    if (goToNumbered(address.trimmed()))
        return {};
    FATLAS_ASSIGN(const Place place, findPlace(*m_document.content(), address));
    if (const auto* node = std::get_if<std::uint32_t>(&place)) {
        m_document.selectNode(*node);
        return {};
    }
    if (const auto* bytes = std::get_if<FocusBytes>(&place)) {
        m_document.selectBytes(*bytes);
        showDock(QStringLiteral("bytes"));
    } else {
        m_document.selectCluster(std::get<Cluster>(place));
    }
    const auto cluster = m_document.focus().selection().cluster;
    if (m_map->cells() && cluster)
        if (const auto cell = m_map->cells()->cellOfCluster(*cluster))
            m_map->setCursorCell(*cell);
    return {};
}

QString VolumePage::selectionText() const
{
    const auto& content = m_document.content();
    return content ? ui::selectionText(*content, m_document.focus().selection()) : QString();
}

} // namespace fatlas::ui
