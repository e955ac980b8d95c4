#include "ui/views/findings_panel.hpp"

#include "ui/base/banner.hpp"
#include "ui/views/findings_repair.hpp"
#include "ui/views/findings_view.hpp"

#include <QApplication>
#include <QDir>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace fatlas::ui {

namespace {

using Step = VolumeRepair::Step;

} // namespace

FindingsPanel::FindingsPanel(VolumeDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_repair(document), m_banner(new Banner(this)),
      m_list(new FindingsView(this)), m_preview(new FindingsRepair(document, m_repair, this)),
      m_stack(new QStackedWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_banner);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_preview);
    m_list->setFocus(&document.focus());
    connect(&document, &VolumeDocument::ready, this, &FindingsPanel::showFindings);
    connect(&document, &VolumeDocument::checked, this, &FindingsPanel::showFindings);
    connect(&document, &VolumeDocument::checkTextChanged, this, &FindingsPanel::followCheck);
    connect(m_list, &FindingsView::checkRequested, &document, &VolumeDocument::reload);
    connect(m_list, &FindingsView::stopRequested, &document, &VolumeDocument::stopCheck);
    connect(m_list, &FindingsView::repairRequested, this, [this] {
        m_banner->dismiss();
        m_repair.makePlan(true);
    });
    connect(&m_repair, &VolumeRepair::changed, this, &FindingsPanel::follow);
    connect(m_banner, &Banner::actionTriggered, &m_repair, &VolumeRepair::undo);
    follow();
}

void FindingsPanel::showFindings()
{
    m_list->setContent(m_document.content());
}

void FindingsPanel::followCheck()
{
    // A check that is over at once shows no sign of having been there.
    const QString text = m_document.checkText();
    const bool isShown = m_document.isChecking() && !text.isEmpty();
    m_list->setCheck(isShown ? FindingsView::Checking::Yes : FindingsView::Checking::No, text);
    m_list->setRepairProblem(m_repair.problem());
}

void FindingsPanel::follow()
{
    m_list->setRepairProblem(m_repair.problem());
    const Step before = std::exchange(m_step, m_repair.step());
    const bool inPreview = m_step == Step::Planning || m_step == Step::Planned ||
                           m_step == Step::Applying || m_step == Step::Undoing;
    showPage(inPreview ? static_cast<QWidget*>(m_preview) : m_list);
    if (m_step == Step::Planned && before == Step::Planning)
        m_preview->takeKeyboard();
    if (m_repair.error())
        return showError(before);
    if (m_step == before)
        return;
    if (m_step == Step::Applied)
        showApplied();
    else if (m_step == Step::Undone)
        m_banner->show(
            {.kind = Banner::Kind::Success,
             .headline = tr("The repair was taken back."),
             .unchanged = tr("%1 holds the bytes it held before.").arg(m_document.title()),
             .next = tr("The undo file %1 is not needed any more.")
                         .arg(QDir::toNativeSeparators(m_repair.undoFile()))});
    else if (m_step == Step::Applying || m_step == Step::Undoing)
        m_banner->dismiss();
}

/// The keyboard stays in the panel when it was there.
void FindingsPanel::showPage(QWidget* page)
{
    if (m_stack->currentWidget() == page)
        return;
    const bool hadKeyboard = m_stack->isAncestorOf(QApplication::focusWidget());
    m_stack->setCurrentWidget(page);
    if (!hadKeyboard)
        return;
    if (page == m_preview)
        m_preview->takeKeyboard();
    else
        m_list->table()->setFocus();
}

void FindingsPanel::showError(Step before)
{
    const QString undo = before == Step::Undoing ? tr("Try again") : QString();
    m_banner->showError(*m_repair.error(),
                        before == Step::Planning ? tr("Nothing was written.") : QString(), {},
                        undo);
}

void FindingsPanel::showApplied()
{
    m_banner->show({.kind = Banner::Kind::Success,
                    .headline = tr("%1 was repaired.").arg(m_document.title()),
                    .unchanged = tr("What was replaced is kept in %1.")
                                     .arg(QDir::toNativeSeparators(m_repair.undoFile())),
                    .next = {},
                    .action = tr("Undo")});
}

} // namespace fatlas::ui
