#include "ui/views/hex_panel.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/models/field_input.hpp"
#include "ui/models/hex_address.hpp"
#include "ui/models/structure_reader.hpp"
#include "ui/views/hex_find_bar.hpp"
#include "ui/views/structure_view.hpp"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr int explainRestMs = 30;

/// The bytes of some places, for the clipboard.
Result<Bytes> readPlaces(const block::BlockDevice& device, const HexSpace& space, ByteRange places,
                         const JobControl& job)
{
    Bytes bytes;
    for (const HexPiece& part : space.cut(places)) {
        FATLAS_TRY(job.checkpoint());
        const std::size_t at = bytes.size();
        bytes.resize(at + part.length);
        FATLAS_TRY(device.read(part.imageOffset, ByteSpan(bytes).subspan(at)));
    }
    return bytes;
}

} // namespace

HexPanel::HexPanel(QWidget* parent)
    : QWidget(parent), m_view(new HexView(this)), m_structures(new StructureView(this)),
      m_findBar(new HexFindBar(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setFocusProxy(m_view);
    m_view->setBlocks(&m_blocks);
    m_view->setEmptyText(tr("Bytes appear here once the image is open"));
    auto* parts = new QSplitter(Qt::Horizontal, this);
    parts->setChildrenCollapsible(true);
    parts->setHandleWidth(1);
    parts->addWidget(m_view);
    parts->addWidget(m_structures);
    parts->setStretchFactor(0, 1);
    parts->setStretchFactor(1, 1);
    parts->setSizes({scaled(800), scaled(760)});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    layout->setSpacing(spacing(1));
    layout->addWidget(makeBar());
    layout->addWidget(parts, 1);
    layout->addWidget(m_findBar);
    m_findBar->hide();
    m_explainSoon.setSingleShot(true);
    m_explainSoon.setInterval(explainRestMs);
    makeActions();
    connectParts();
}

HexPanel::~HexPanel()
{
    m_view->setBlocks(nullptr); // the view goes after the blocks
    m_structures->disconnect(this);
    delete m_structures; // what is half typed asks the panel once more
}

QWidget* HexPanel::makeBar()
{
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(2));
    m_modes = new SegmentedControl(bar);
    m_modes->addSegment(tr("Image"), tr("All bytes of the image"));
    m_modes->addSegment(tr("File"), tr("The clusters of the selected file, one after the other"));
    m_modes->setAccessibleName(tr("Which bytes are shown"));
    m_caption = new ElidedLabel({}, Qt::ElideRight, bar);
    auto* find = new QToolButton(bar);
    find->setIcon(icon("search"_L1));
    find->setIconSize({scaled(14), scaled(14)});
    find->setAutoRaise(true);
    find->setToolTip(tr("Search the bytes (Ctrl+F)"));
    find->setAccessibleName(tr("Search the bytes"));
    row->addWidget(m_modes);
    row->addWidget(m_caption, 1);
    row->addWidget(find);
    connect(find, &QToolButton::clicked, this, &HexPanel::startSearch);
    connect(m_modes, &SegmentedControl::chosen, this,
            [this](int index) { setMode(index == 0 ? Mode::Image : Mode::File); });
    return bar;
}

QAction* HexPanel::addAction(const QString& text, const QList<QKeySequence>& keys,
                             void (HexPanel::*what)())
{
    auto* action = new QAction(text, this);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, what);
    QWidget::addAction(action);
    return action;
}

void HexPanel::makeActions()
{
    const auto keys = [](QKeySequence::StandardKey key, const QKeySequence& otherwise) {
        auto all = QKeySequence::keyBindings(key);
        if (!all.contains(otherwise))
            all << otherwise;
        return all;
    };
    m_find = addAction(tr("Search the bytes"),
                       keys(QKeySequence::Find, QKeySequence(Qt::CTRL | Qt::Key_F)),
                       &HexPanel::startSearch);
    addAction(tr("Next"), keys(QKeySequence::FindNext, QKeySequence(Qt::Key_F3)),
              &HexPanel::findNext);
    addAction(tr("Previous"),
              keys(QKeySequence::FindPrevious, QKeySequence(Qt::SHIFT | Qt::Key_F3)),
              &HexPanel::findPrevious);
    auto* copyAction =
        addAction(tr("Copy"), QKeySequence::keyBindings(QKeySequence::Copy), &HexPanel::copyHex);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    m_view->addAction(copyAction); // elsewhere in the panel it means the text of a field
    m_readAgain = new QAction(tr("Read again what cannot be read"), this);
    connect(m_readAgain, &QAction::triggered, this, &HexPanel::readAgain);
}

void HexPanel::connectParts()
{
    m_view->setEditable(true);
    connect(m_view, &HexView::typed, this, &HexPanel::takeTyped);
    connect(m_view, &HexView::cursorMoved, this, [this](HexView::Move how) {
        if (m_view->space()->imageOffset(m_view->cursor()) != m_typedOffset)
            forgetTyped();
        refresh();
        publish(how);
        sayCursor();
    });
    connect(m_view, &HexView::viewChanged, &m_explainSoon, qOverload<>(&QTimer::start));
    connect(&m_blocks, &HexBlocks::changed, this, [this] {
        showCaption();
        if (m_cursorUnsaid)
            sayCursor();
    });
    connect(m_view, &HexView::hovered, this, &HexPanel::sayHovered);
    connect(m_view, &HexView::menuRequested, this, &HexPanel::showMenu);
    connect(&m_explainSoon, &QTimer::timeout, this, &HexPanel::wantStructures);
    connect(&m_loader, &StructureLoader::changed, this, &HexPanel::showStructure);
    connect(m_structures, &StructureView::fieldChosen, this, &HexPanel::showField);
    m_structures->setEditable([this](const StructureField& field, const QString& text) {
        return refusalOf(field, text);
    });
    connect(m_structures, &StructureView::valueTyped, this, &HexPanel::takeField);
    connect(m_structures, &StructureView::refused, this, &HexPanel::hoveredText);
    connect(m_findBar, &HexFindBar::searchRequested, this, &HexPanel::search);
    connect(m_findBar, &HexFindBar::closed, this,
            [this] { m_view->setFocus(Qt::OtherFocusReason); });
}

void HexPanel::setSubject(std::shared_ptr<const HexSubject> subject)
{
    const bool hasSamePlaces = m_subject && subject && m_subject->tree == subject->tree &&
                               m_subject->disk().size() == subject->disk().size();
    const bool isSame = hasSamePlaces && m_subject->image.disk == subject->image.disk;
    m_subject = std::move(subject);
    m_loader.setSource(m_subject ? makeStructureSource(m_subject) : nullptr);
    explainWithSubject();
    if (isSame)
        return refresh();
    m_blocks.setDevice(m_subject ? m_subject->image.disk : nullptr);
    if (hasSamePlaces) { // with other bytes
        m_view->setBlocks(&m_blocks);
        return refresh();
    }
    m_node.reset();
    showSpace(std::nullopt);
    followFocus();
}

void HexPanel::explainWithSubject()
{
    if (!m_subject)
        return m_view->setMarker({});
    // code pages are cached, so this one opens again for free
    if (const auto page = CodePage::open(m_subject->image.volume->codePage().number())) {
        m_view->setCodePage(**page);
        m_findBar->setCodePage(*page);
    }
    m_view->setMarker([this, subject = m_subject](ByteRange places) {
        return marksIn(*subject, *m_view->space(), places);
    });
}

QString HexPanel::caption() const
{
    return m_caption->text();
}

/// Everything that depends on the cursor but the view itself.
void HexPanel::refresh()
{
    showCaption();
    showStructure();
    m_explainSoon.start();
}

void HexPanel::showCaption()
{
    const auto offset = m_view->space()->imageOffset(m_view->cursor());
    if (!m_subject || !offset) {
        m_caption->setText({});
        return;
    }
    QString text = addressText(*m_subject, *offset);
    const ByteRange selected = m_view->selection();
    if (selected.length > 1)
        text += tr(" · %1 selected").arg(exactSizeText(selected.length));
    if (const auto error = m_blocks.errorAt(*offset))
        text += u" · "_s + errorWords(*error).sentence;
    m_caption->setText(text);
}

void HexPanel::wantStructures()
{
    const HexSpace& space = *m_view->space();
    std::vector<ByteRange> ranges;
    const auto add = [&](ByteRange places) {
        for (const HexPiece& part : space.cut(places, StructureLoader::maxRanges))
            ranges.push_back({.offset = part.imageOffset, .length = part.length});
    };
    add(m_view->visible());
    if (space.size() != 0)
        add({.offset = m_view->cursor(), .length = 1});
    m_loader.want(ranges);
}

void HexPanel::showStructure()
{
    m_view->setStructures(m_loader.map());
    const auto offset = m_view->space()->imageOffset(m_view->cursor());
    const std::optional<Error>& error = m_loader.error();
    if (offset && error && !m_loader.map()->findPart(*offset))
        m_structures->showError(*error);
    else if (offset)
        m_structures->follow(m_loader.map(), *offset);
    m_view->setField(m_structures->field());
}

/// The bytes of a field that was chosen in the table.
void HexPanel::showField(const StructureField& field)
{
    m_view->setField(field);
    const auto place = m_view->space()->placeOf(field.place.offset);
    if (!place)
        return;
    m_view->select({.offset = *place, .length = 1}, HexView::Show::Centered);
    refresh();
    publish(HexView::Move::Walk);
}

void HexPanel::showPlace(std::uint64_t place, std::uint64_t length)
{
    m_view->select({.offset = place, .length = length});
    refresh();
    publish(HexView::Move::Jump);
}

void HexPanel::setEditProblem(const QString& why)
{
    m_editProblem = why;
}

QString HexPanel::refusalOf(const StructureField& field, const QString& text) const
{
    if (!m_editProblem.isEmpty() || !m_subject)
        return m_editProblem;
    if (field.place.length > maxFieldSize)
        return tr("This field is too long to be typed over as a whole");
    const auto bytes = parseFieldInput(field, text, Bytes(field.place.length),
                                       m_subject->image.volume->codePage());
    return bytes ? QString() : sentenceOf(bytes.error().message);
}

void HexPanel::takeField(const StructureField& field, const QString& text)
{
    if (const QString why = refusalOf(field, text); !why.isEmpty()) {
        Q_EMIT hoveredText(why);
        return;
    }
    if (!m_subject)
        return;
    Q_EMIT fieldEdited({.offset = field.place.offset, .length = field.place.length},
                       tr("%1: %2 becomes %3").arg(field.name, field.value, text.trimmed()),
                       [field, text, volume = m_subject->image.volume](ByteView before) {
                           return parseFieldInput(field, text, before, volume->codePage());
                       });
}

void HexPanel::takeTyped(std::uint64_t place, std::uint8_t value, std::uint8_t mask)
{
    const auto offset = m_view->space()->imageOffset(place);
    if (!m_subject || !offset)
        return;
    if (!m_editProblem.isEmpty()) {
        Q_EMIT hoveredText(m_editProblem);
        return;
    }
    HexByte byte;
    m_blocks.fill(*offset, {&byte, 1});
    if (m_typedOffset == offset)
        byte = {.value = m_typedValue, .state = ByteState::Known};
    if (byte.state != ByteState::Known) {
        Q_EMIT hoveredText(tr("This byte is not read yet"));
        return;
    }
    const auto after = static_cast<std::uint8_t>((byte.value & ~mask) | (value & mask));
    m_typedOffset = offset;
    m_typedValue = after;
    Q_EMIT byteEdited(*offset, std::byte{byte.value}, std::byte{after});
}

/// A byte that is not here yet is said when it is.
void HexPanel::sayCursor()
{
    const std::uint64_t cursor = m_view->cursor();
    HexByte byte;
    if (const auto offset = m_view->space()->imageOffset(cursor))
        m_blocks.fill(*offset, {&byte, 1});
    m_cursorUnsaid = byte.state == ByteState::Loading;
    if (!m_cursorUnsaid)
        Q_EMIT hoveredText(m_view->describe(cursor));
}

void HexPanel::sayHovered(std::optional<std::uint64_t> place)
{
    const auto offset = place ? m_view->space()->imageOffset(*place) : std::nullopt;
    Q_EMIT hoveredText(m_subject && offset ? addressText(*m_subject, *offset) : QString());
    publishHover(offset);
}

void HexPanel::startSearch()
{
    m_findBar->start();
}

void HexPanel::findNext()
{
    search(Direction::Forward);
}

void HexPanel::findPrevious()
{
    search(Direction::Backward);
}

void HexPanel::search(Direction direction)
{
    if (m_findBar->text().isEmpty())
        return startSearch();
    if (!m_subject || m_view->space()->size() == 0)
        return;
    m_findBar->show();
    auto pattern = m_findBar->pattern();
    if (!pattern)
        return;
    const std::uint64_t length = pattern->size();
    // What was found last is selected, and the next one begins behind it.
    const bool onMatch = m_view->selection().length == length;
    const std::uint64_t from =
        m_view->cursor() + (direction == Direction::Forward && onMatch ? 1 : 0);
    m_findBar->search({.device = m_subject->image.disk,
                       .space = m_view->space(),
                       .pattern = std::move(*pattern),
                       .from = from,
                       .direction = direction},
                      [this, length, space = m_view->space()](std::uint64_t place) {
                          if (space == m_view->space())
                              showPlace(place, length);
                      });
}

void HexPanel::copyHex()
{
    copy(CopyForm::Hex);
}

void HexPanel::copy(CopyForm form)
{
    const ByteRange places = m_view->selection();
    if (!m_subject || places.length == 0)
        return;
    if (places.length > maxCopySize) {
        Q_EMIT hoveredText(tr("%1 are too many to copy, at most %2 can be")
                               .arg(exactSizeText(places.length), sizeText(maxCopySize)));
        return;
    }
    m_copying.start([disk = m_subject->image.disk, space = m_view->space(), places](
                        const JobControl& job) { return readPlaces(*disk, *space, places, job); },
                    [this, form, subject = m_subject](Result<Bytes> bytes) {
                        if (!bytes) {
                            Q_EMIT hoveredText(errorWords(bytes.error()).sentence);
                            return;
                        }
                        QGuiApplication::clipboard()->setText(
                            copyText(*bytes, form, subject->image.volume->codePage()));
                        Q_EMIT hoveredText(tr("Copied %1").arg(exactSizeText(bytes->size())));
                    });
}

void HexPanel::readAgain()
{
    m_blocks.retry();
}

void HexPanel::showMenu(QPoint globalPosition)
{
    QMenu menu(this);
    const auto add = [&](const QString& text, CopyForm form) {
        connect(menu.addAction(text), &QAction::triggered, this, [this, form] { copy(form); });
    };
    add(tr("Copy as hex"), CopyForm::Hex);
    add(tr("Copy as C array"), CopyForm::CArray);
    add(tr("Copy as text"), CopyForm::Text);
    menu.addSeparator();
    menu.addAction(m_find);
    menu.addAction(m_readAgain);
    menu.addSeparator();
    addWidths(menu);
    menu.exec(globalPosition);
}

void HexPanel::addWidths(QMenu& menu)
{
    QMenu* const widths = menu.addMenu(tr("Bytes a row"));
    for (const int count : {0, 8, 16, 32}) {
        auto* action =
            widths->addAction(count == 0 ? tr("As many as fit") : QString::number(count));
        action->setCheckable(true);
        action->setChecked(m_view->wishedBytesPerRow() == count);
        connect(action, &QAction::triggered, m_view,
                [this, count] { m_view->setBytesPerRow(count); });
    }
}

} // namespace fatlas::ui
