#include "ui/views/fat_entry_editor.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"
#include "ui/models/fat_entry_input.hpp"
#include "ui/models/fat_table_entries.hpp"
#include "ui/views/fat_table_area.hpp"

#include <QAction>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>

#include <algorithm>
#include <utility>

namespace fatlas::ui {

FatEntryEditor::FatEntryEditor(FatTableArea& area, FatTableEntries& entries)
    : QObject(&area), m_area(area), m_entries(entries), m_field(new QLineEdit(area.viewport())),
      m_copies(new QComboBox(&area))
{
    m_field->hide();
    m_field->setFont(monospaceFont());
    m_field->setToolTip(tr("A cluster, a number with 0x, or free, bad, end"));
    m_field->installEventFilter(this);
    m_copies->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_copies->setAccessibleName(tr("Which FAT is typed over"));
    m_copies->setToolTip(tr("What is typed over an entry goes into every FAT, or into one only"));
    makeActions();
    connect(&area, &FatTableArea::editRequested, this, &FatEntryEditor::begin);
    connect(&area, &FatTableArea::scrolled, this, &FatEntryEditor::place);
    follow();
}

void FatEntryEditor::makeActions()
{
    const auto add = [this](const QString& text, auto what) {
        auto* action = new QAction(text, &m_area);
        connect(action, &QAction::triggered, this, what);
        m_area.addAction(action);
        m_actions << action;
        return action;
    };
    add(tr("Type over…"), [this] {
        if (const auto entry = m_area.cursor())
            begin(*entry, {});
    });
    add(tr("Mark as free"), [this] { write(QStringLiteral("free")); });
    add(tr("Mark as end of a chain"), [this] { write(QStringLiteral("end")); });
    add(tr("Mark as bad"), [this] { write(QStringLiteral("bad")); });
    m_area.setContextMenuPolicy(Qt::ActionsContextMenu);
}

void FatEntryEditor::setVolume(const fat::Geometry& geometry)
{
    if (geometry == m_geometry && m_copies->count() > 0)
        return;
    close();
    m_geometry = geometry;
    fillCopies();
}

void FatEntryEditor::fillCopies()
{
    m_copies->clear();
    m_copies->addItem(m_geometry.fatCount == 2 ? tr("Type into both FATs")
                                               : tr("Type into all FATs"));
    for (std::uint32_t copy = 0; copy < m_entries.copyCount(); ++copy)
        m_copies->addItem(tr("Type into FAT %1 only").arg(copy + 1));
    m_copies->setVisible(m_geometry.fatCount > 1);
}

void FatEntryEditor::setEdits(StagedEdits* edits)
{
    if (m_edits)
        m_edits->disconnect(this);
    m_edits = edits;
    if (edits != nullptr)
        connect(edits, &StagedEdits::changed, this, &FatEntryEditor::follow);
    follow();
}

QString FatEntryEditor::problem() const
{
    return m_edits ? m_edits->problem() : tr("Nothing can be changed here");
}

void FatEntryEditor::follow()
{
    const QString why = problem();
    for (QAction* action : std::as_const(m_actions)) {
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? action->text() : why);
    }
    m_copies->setEnabled(why.isEmpty());
}

std::optional<std::uint32_t> FatEntryEditor::copy() const
{
    const int chosen = m_copies->currentIndex();
    return chosen > 0 ? std::optional(static_cast<std::uint32_t>(chosen - 1)) : std::nullopt;
}

void FatEntryEditor::begin(std::uint32_t entry, const QString& typed)
{
    if (const QString why = problem(); !why.isEmpty()) {
        Q_EMIT said(why);
        return;
    }
    const auto row = m_entries.row(entry);
    if (!row) {
        Q_EMIT said(tr("Entry %1 is not read yet").arg(countText(entry)));
        return;
    }
    const std::uint32_t raw = copy() == 1U ? row->second.value_or(row->first) : row->first;
    m_area.setCursorEntry(entry);
    m_entry = entry;
    m_field->setAccessibleName(tr("Value of entry %1").arg(countText(entry)));
    m_field->setAccessibleDescription(m_field->toolTip());
    m_field->setText(typed.isEmpty() ? entryInputText(m_geometry, entry, raw) : typed);
    place();
    m_field->show();
    m_field->setFocus(Qt::OtherFocusReason);
    if (typed.isEmpty())
        m_field->selectAll();
    Q_EMIT said({});
}

/// Scrolled out of sight it waits there.
void FatEntryEditor::place()
{
    if (!m_entry)
        return;
    const QRect cell = m_area.valueRectOf(*m_entry, copy().value_or(0));
    const int height = std::max(cell.height(), m_field->minimumSizeHint().height());
    m_field->setGeometry(cell.isEmpty()
                             ? QRect(0, -2 * height, 1, height)
                             : QRect(cell.left() - scaled(4), cell.center().y() - height / 2,
                                     cell.width() + scaled(4), height));
}

void FatEntryEditor::close()
{
    if (!m_entry)
        return;
    m_entry.reset();
    const bool hadFocus = m_field->hasFocus();
    m_field->hide();
    if (hadFocus)
        m_area.setFocus(Qt::OtherFocusReason);
}

void FatEntryEditor::commit()
{
    if (m_entry && stage(*m_entry, m_field->text()))
        close();
}

void FatEntryEditor::write(const QString& value)
{
    if (const auto entry = m_area.cursor())
        stage(*entry, value);
}

bool FatEntryEditor::stage(std::uint32_t entry, const QString& text)
{
    const auto value = parseEntryInput(m_geometry, entry, text);
    const QString why = value ? problem() : sentenceOf(value.error().message);
    m_field->setAccessibleDescription(why);
    Q_EMIT said(why);
    if (!why.isEmpty())
        return false;
    m_edits->setFatEntry(Cluster{entry}, *value, copy());
    return true;
}

bool FatEntryEditor::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_field || !m_entry)
        return QObject::eventFilter(watched, event);
    if (event->type() == QEvent::KeyPress)
        return takeKey(static_cast<QKeyEvent*>(event)->key());
    if (event->type() == QEvent::FocusOut) {
        const auto reason = static_cast<QFocusEvent*>(event)->reason();
        if (reason != Qt::PopupFocusReason && reason != Qt::ActiveWindowFocusReason)
            leave();
    }
    return QObject::eventFilter(watched, event);
}

/// True: it goes no further. The field would let the rows below have Return.
bool FatEntryEditor::takeKey(int key)
{
    switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter: commit(); return true;
    case Qt::Key_Escape:
        Q_EMIT said({});
        close();
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down: commit(); return isOpen(); // then they move the cursor
    default: return false;
    }
}

/// Going elsewhere takes what is typed, if that can be.
void FatEntryEditor::leave()
{
    const std::optional<std::uint32_t> entry = std::exchange(m_entry, std::nullopt);
    m_field->hide();
    if (entry)
        stage(*entry, m_field->text());
}

} // namespace fatlas::ui
