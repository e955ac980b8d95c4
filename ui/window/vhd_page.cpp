#include "ui/window/vhd_page.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/chip.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/models/vhd_words.hpp"
#include "ui/views/cell_map_view.hpp"
#include "ui/views/vhd_block_map.hpp"
#include "ui/views/vhd_chain_view.hpp"
#include "ui/views/vhd_fields_view.hpp"
#include "ui/views/vhd_findings_view.hpp"
#include "ui/views/vhd_layout_strip.hpp"
#include "ui/views/vhd_ruler.hpp"
#include "ui/window/vhd_inside.hpp"
#include "ui/wizards/panel.hpp"
#include "ui/wizards/vhd_action_panel.hpp"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// The cause alone; all that was tried stands in the chain.
Error shortened(Error error)
{
    error.message = error.message.substr(0, error.message.find("; "));
    return error;
}

} // namespace

VhdPage::VhdPage(const QString& path, QWidget* parent)
    : QWidget(parent), m_document(path), m_banner(new Banner(this)),
      m_heading(new ThemedLabel(m_document.title(), Token::Text, this)),
      m_sentence(new ThemedLabel({}, Token::Muted, this)), m_strip(new VhdLayoutStrip(this)),
      m_layoutText(new ThemedLabel({}, Token::Muted, this)),
      m_fields(new VhdFieldsView(m_document, this)), m_chain(new VhdChainView(this)),
      m_findings(new VhdFindingsView(this)), m_action(new VhdActionPanel(this)),
      m_map(new VhdBlockMap(m_document, this)), m_ruler(new VhdRuler(m_document, this)),
      m_answer(new ThemedLabel({}, Token::Muted, this)), m_inside(new VhdInside(this)),
      m_nothing(new ThemedLabel(tr("There is no disk to be shown"), Token::Muted, this))
{
    setHelpTopic(this, u"vhd"_s);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeLeft());
    layout->addWidget(new Separator(Qt::Vertical, this));
    layout->addWidget(makeRight(), 1);
    connectParts();
}

void VhdPage::startReading()
{
    m_map->map()->setFocus();
    m_document.load();
}

VhdPage::~VhdPage()
{
    m_document.disconnect();
    // These refer to the document, which goes before the children of a widget do.
    delete m_fields;
    delete m_map;
    delete m_ruler;
}

/// A heading and what is below it, to be shown and hidden together.
QWidget* VhdPage::addSection(QVBoxLayout* layout, const QString& heading, QWidget* part)
{
    auto* section = new QWidget(part->parentWidget());
    auto* inner = new QVBoxLayout(section);
    inner->setContentsMargins(0, spacing(2), 0, 0);
    inner->setSpacing(spacing(2));
    inner->addWidget(new SectionLabel(heading, section));
    inner->addWidget(part);
    layout->addWidget(section);
    return section;
}

QWidget* VhdPage::makeLeft()
{
    auto* left = new Panel(this);
    left->setFixedWidth(scaled(560));
    auto* content = new QWidget(left);
    for (QWidget* part : std::initializer_list<QWidget*>{
             m_heading, m_sentence, m_banner, m_strip, m_layoutText, m_fields, m_chain, m_findings})
        part->setParent(content);
    m_heading->setFont(emphasized(m_heading->font(), 5));
    for (ThemedLabel* label : {m_heading, m_sentence, m_layoutText}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto* inner = new QVBoxLayout(content);
    inner->setContentsMargins(spacing(4), spacing(3), spacing(4), spacing(4));
    inner->setSpacing(spacing(2));
    inner->addWidget(m_heading);
    inner->addWidget(m_sentence);
    inner->addWidget(m_banner);
    inner->addWidget(makeActions());
    QWidget* const laidOut = addSection(inner, tr("How the file is laid out"), m_strip);
    laidOut->layout()->addWidget(m_layoutText);
    addSection(inner, tr("What it says about itself"), m_fields);
    m_diskParts = {laidOut, addSection(inner, tr("Parent chain"), m_chain),
                   addSection(inner, tr("Findings"), m_findings)};
    inner->addStretch(1);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    QScrollArea* const scroll = makeClearScrollArea(content, left);
    scroll->setFocusPolicy(Qt::NoFocus); // its parts are what Tab goes to
    layout->addWidget(scroll);
    return left;
}

QWidget* VhdPage::makeActions()
{
    auto* row = new ChipRow(this);
    row->setAccessibleName(tr("Actions"));
    for (const VhdAction action : {VhdAction::Convert, VhdAction::Compact, VhdAction::Resize,
                                   VhdAction::Merge, VhdAction::Repair, VhdAction::Reparent}) {
        auto* button = new QPushButton(vhdActionName(action), row);
        button->setEnabled(false);
        connect(button, &QPushButton::clicked, this, [this, action] { startAction(action); });
        row->addWidget(button);
        m_actions.push_back(button);
    }
    return row;
}

/// Filled in as far as it can be known.
void VhdPage::startAction(VhdAction action)
{
    const vhd::Inspection& inspection = m_document.content()->inspection;
    VhdActionWish wish{.action = action, .file = inspection.path};
    if (action == VhdAction::Convert) {
        const bool isFixed = m_document.content()->file().isFixed();
        wish.form = isFixed ? VhdActionWish::Form::Dynamic : VhdActionWish::Form::Fixed;
        wish.target = inspection.path;
        wish.target.replace_filename(inspection.path.stem().native() + " copy.vhd");
    }
    if (action == VhdAction::Resize)
        wish.size = m_document.content()->file().virtualSize;
    const vhd::Chain* chain = m_document.content()->chain();
    if (action == VhdAction::Reparent && chain != nullptr && chain->links.size() > 1)
        wish.parent = chain->links[1].path;
    m_action->start(wish);
}

void VhdPage::followActions()
{
    const SharedVhd& content = m_document.content();
    for (std::size_t i = 0; i < m_actions.size(); ++i) {
        const auto action = static_cast<VhdAction>(i);
        const QString why = content ? vhdActionProblem(*content, action) : tr("Nothing was read");
        m_actions[i]->setEnabled(why.isEmpty());
        m_actions[i]->setToolTip(why);
    }
}

QWidget* VhdPage::makeRight()
{
    m_right = new QWidget(this);
    m_map->setParent(m_right);
    m_action->setParent(m_right);
    m_ruler->setParent(m_right);
    m_answer->setParent(m_right);
    m_answer->setWordWrap(true);
    m_inside->setParent(m_right);
    m_nothing->setParent(m_right);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->hide();
    auto* layout = new QVBoxLayout(m_right);
    layout->setContentsMargins(spacing(4), spacing(3), spacing(4), spacing(4));
    layout->setSpacing(spacing(2));
    layout->addWidget(m_action);
    layout->addWidget(m_map, 1);
    layout->addWidget(m_nothing, 1);
    QWidget* const who = addSection(layout, tr("Who answers, sector by sector"), m_ruler);
    who->layout()->addWidget(m_answer);
    m_diskParts.insert(m_diskParts.end(), {m_map, who, addSection(layout, tr("Inside"), m_inside)});
    return m_right;
}

void VhdPage::connectParts()
{
    connect(&m_document, &VhdDocument::ready, this, &VhdPage::showContent);
    connect(&m_document, &VhdDocument::checked, this, &VhdPage::follow);
    connect(&m_document, &VhdDocument::checkTextChanged, this, &VhdPage::follow);
    connect(&m_document, &VhdDocument::failed, this, &VhdPage::showFailure);
    connect(m_action, &VhdActionPanel::runRequested, this, &VhdPage::runRequested);
    connect(m_banner, &Banner::actionTriggered, this, [this] {
        if (m_document.content() && m_document.content()->isDisk())
            startAction(VhdAction::Reparent);
        else
            Q_EMIT openAsImageRequested(m_document.path());
    });
    connect(m_map, &VhdBlockMap::hoveredText, this, &VhdPage::hoveredText);
    connect(m_map, &VhdBlockMap::shown, this, &VhdPage::contentShown);
    connect(m_inside, &VhdInside::openRequested, this,
            [this](int partition) { Q_EMIT openVolumeRequested(m_document.path(), partition); });
    connect(m_ruler, &VhdRuler::sentenceChanged, m_answer, &QLabel::setText);
    connect(m_ruler, &VhdRuler::sentenceChanged, this, &VhdPage::hoveredText);
}

void VhdPage::showContent()
{
    const SharedVhd& content = m_document.content();
    m_heading->setText(m_document.title());
    m_sentence->setText(vhdSentence(content->inspection));
    m_strip->setParts(stripParts(content->layout));
    const vhd::FileLayout& layout = content->layout;
    m_layoutText->setText(
        tr("%1 out of order, %2 overlapping, %3 in gaps, %4 of alignment between blocks")
            .arg(countText(layout.outOfOrderCount), countText(layout.overlapCount),
                 sizeText(layout.gapBytes), sizeText(layout.slackBytes)));
    m_layoutText->setVisible(content->isDisk() && !content->file().isFixed());
    m_chain->setContent(content);
    showParts(content->isDisk());
    showBanner();
    m_inside->setContent(content);
    follow();
}

/// Without a disk there is nothing to be said of blocks, layers and parents.
void VhdPage::showParts(bool isDisk)
{
    for (QWidget* part : m_diskParts)
        part->setVisible(isDisk);
    m_nothing->setVisible(!isDisk);
    if (!isDisk)
        m_fields->choice()->setCurrentIndex(static_cast<int>(VhdSection::Footer));
}

/// What changes while the file is being checked.
void VhdPage::follow()
{
    if (const SharedVhd& content = m_document.content())
        m_findings->setContent(content, m_document.checkText());
    followActions();
}

/// The one thing that must be known first.
void VhdPage::showBanner()
{
    const vhd::Inspection& inspection = m_document.content()->inspection;
    if (inspection.problem) {
        const bool isVhd = inspection.problem->code != ErrorCode::NotFound;
        return m_banner->showError(*inspection.problem, tr("Nothing was changed."),
                                   isVhd ? tr("What could be read is below.")
                                         : tr("If it is an image of a disk, open it as one."),
                                   isVhd ? QString() : tr("Open as an image"));
    }
    const vhd::Chain* chain = m_document.content()->chain();
    if (chain != nullptr && chain->broken)
        return m_banner->showError(shortened(*chain->broken), tr("Nothing was changed."),
                                   tr("Say where the parent is, or put it back in its place."),
                                   tr("Choose parent…"));
    m_banner->dismiss();
}

void VhdPage::showFailure(const Error& error)
{
    m_sentence->setText(m_document.path());
    m_banner->showError(error, tr("Nothing was changed."),
                        tr("Check that it is the file you meant: %1").arg(m_document.path()));
    showParts(false);
    Q_EMIT contentShown();
}

bool VhdPage::isSettled() const
{
    if (m_document.state() == VhdDocument::State::Failed)
        return true;
    return m_document.state() == VhdDocument::State::Ready && !m_document.isChecking() &&
           m_map->isUpToDate() && !m_action->isPlanning();
}

QString VhdPage::summary() const
{
    const SharedVhd& content = m_document.content();
    if (!content || !content->isDisk())
        return {};
    return tr("%1 · %2").arg(vhdTypeText(content->file().footer.type),
                             sizeText(content->file().virtualSize));
}

bool VhdPage::goToPart(const QString& name, int number)
{
    if (name == u"section" && number < m_fields->choice()->count())
        m_fields->choice()->setCurrentIndex(number);
    else if (name == u"order" && number < 2)
        m_map->setOrder(static_cast<VhdBlockMap::Order>(number));
    else if (name == u"action" && static_cast<std::size_t>(number) < m_actions.size())
        startAction(static_cast<VhdAction>(number));
    else
        return false;
    return true;
}

Result<> VhdPage::goTo(const QString& address)
{
    const SharedVhd& content = m_document.content();
    if (!content || !content->isDisk())
        return fail(ErrorCode::NotFound, "there is no disk in this file");
    const QString name = address.section(u':', 0, 0);
    bool isNumber = false;
    const std::uint64_t number = address.section(u':', 1).toULongLong(&isNumber);
    if (isNumber && goToPart(name, static_cast<int>(number)))
        return {};
    const std::uint64_t block =
        name == u"sector" ? number / (content->blocks->blockSize / vhd::sectorBytes) : number;
    if (!isNumber || (name != u"block" && name != u"sector") ||
        block >= content->blocks->states.size())
        return fail(ErrorCode::NotFound, "there is no " + address.toStdString() +
                                             " on this disk; say block:N or sector:N");
    m_document.selectBlock(block);
    return {};
}

} // namespace fatlas::ui
