#include "ui/views/changes_panel.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/changes_model.hpp"
#include "ui/views/table_style.hpp"

#include <QAction>
#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

ChangesPanel::ChangesPanel(VolumeDocument& document, StagedEdits& edits, QWidget* parent)
    : QWidget(parent), m_document(document), m_edits(edits), m_banner(new Banner(this)),
      m_headline(new ElidedLabel({}, Qt::ElideRight, this)), m_model(new ChangesModel(this)),
      m_table(new QTableView(this)),
      m_undo(addAction("undo-2", tr("Undo change"), QKeySequence::keyBindings(QKeySequence::Undo))),
      m_redo(
          addAction("redo-2", tr("Redo change"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z)})),
      m_discard(addAction("trash-2", tr("Discard all"), {})),
      m_apply(addAction("save", tr("Apply"), {QKeySequence(Qt::CTRL | Qt::Key_Return)}))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_headline->setToken(Token::Muted);
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setAccessibleName(tr("Changes that are not written yet"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(ChangesModel::WhatColumn, scaled(420));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(makeBar());
    layout->addWidget(m_table, 1);
    connect(m_undo, &QAction::triggered, &edits, &StagedEdits::undo);
    connect(m_redo, &QAction::triggered, &edits, &StagedEdits::redo);
    connect(m_discard, &QAction::triggered, &edits, &StagedEdits::discard);
    connect(m_apply, &QAction::triggered, &edits, &StagedEdits::apply);
    connect(m_banner, &Banner::actionTriggered, &edits, &StagedEdits::takeBack);
    connect(&edits, &StagedEdits::changed, this, &ChangesPanel::follow);
    connect(&edits, &StagedEdits::applied, this, &ChangesPanel::showApplied);
    connect(&edits, &StagedEdits::takenBack, this, &ChangesPanel::showTakenBack);
    connect(&document, &VolumeDocument::ready, this, &ChangesPanel::follow);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { publish(current.row()); });
    follow();
}

QAction* ChangesPanel::addAction(const char* iconName, const QString& text,
                                 const QList<QKeySequence>& keys)
{
    auto* action = new QAction(icon(QLatin1String(iconName)), text, this);
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    return action;
}

QWidget* ChangesPanel::makeBar()
{
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    row->setSpacing(spacing(1));
    row->addWidget(m_headline, 1);
    for (QAction* action : {m_undo, m_redo, m_discard, m_apply}) {
        auto* button = new QToolButton(bar);
        button->setDefaultAction(action);
        button->setAutoRaise(action != m_apply);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setIconSize(QSize(scaled(14), scaled(14)));
        row->addWidget(button);
    }
    return bar;
}

QString ChangesPanel::headline() const
{
    return m_headline->text();
}

void ChangesPanel::follow()
{
    std::vector<ChangeRow> rows;
    std::uint64_t bytes = 0;
    for (const StagedEdit& edit : m_edits.edits()) {
        if (rows.size() < m_edits.count())
            bytes += edit.changedBytes();
        rows.push_back({.what = edit.what,
                        .places = edit.patches.size(),
                        .bytes = edit.changedBytes(),
                        .firstOffset = edit.patches.empty() ? 0 : edit.patches.front().offset});
    }
    m_model->setRows(std::move(rows), m_edits.count());
    const QString problem = m_edits.problem();
    const bool isAny = m_edits.count() > 0;
    m_undo->setEnabled(m_edits.canUndo());
    m_redo->setEnabled(m_edits.canRedo());
    m_discard->setEnabled(!m_edits.edits().empty() && !m_edits.isWriting());
    m_apply->setEnabled(isAny && problem.isEmpty());
    m_apply->setToolTip(!problem.isEmpty() ? problem
                        : isAny ? tr("Write them; what they replace is kept in an undo file first")
                                : tr("There is nothing to write yet"));
    const QString error = m_edits.error() ? shown(m_edits.error()->message) : QString();
    if (!error.isEmpty() && error != m_shownError)
        m_banner->showError(*m_edits.error(), tr("Nothing was written."));
    m_shownError = error;
    m_headline->setText(
        m_edits.isWriting() ? tr("Writing…")
        : isAny             ? tr("%1 of %2 not written yet")
                      .arg(countText(m_edits.count(), "change", "changes"),
                           countText(bytes, "byte", "bytes"))
                : tr("Type over bytes, fields and FAT entries, rename or remove files: changes are "
                     "listed here first, and written when you apply them"));
}

void ChangesPanel::publish(int row)
{
    if (row < 0 || static_cast<std::size_t>(row) >= m_model->rows().size() ||
        m_model->rows()[static_cast<std::size_t>(row)].places == 0)
        return;
    const auto& patch = m_edits.edits()[static_cast<std::size_t>(row)].patches.front();
    m_document.selectBytes({patch.offset, patch.after.size()});
}

void ChangesPanel::showApplied()
{
    m_banner->show({.kind = Banner::Kind::Success,
                    .headline = tr("The changes were written to %1.").arg(m_document.title()),
                    .unchanged = tr("What they replaced is kept in %1.")
                                     .arg(QDir::toNativeSeparators(m_edits.undoFile())),
                    .next = {},
                    .action = tr("Undo")});
}

void ChangesPanel::showTakenBack()
{
    m_banner->show({.kind = Banner::Kind::Success,
                    .headline = tr("The changes were taken back."),
                    .unchanged = tr("%1 holds the bytes it held before.").arg(m_document.title()),
                    .next = {}});
}

} // namespace fatlas::ui
