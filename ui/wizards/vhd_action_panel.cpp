#include "ui/wizards/vhd_action_panel.hpp"

#include "core/folder_disk/options_text.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/command_box.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/wizards/field.hpp"
#include "ui/wizards/primary_button.hpp"

#include <QCheckBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QResizeEvent>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QString fromPath(const std::filesystem::path& path)
{
    return shortenHome(QFile::decodeName(QByteArray::fromStdString(path.native())));
}

std::filesystem::path toPath(const QString& text)
{
    return QFile::encodeName(expandHome(text.trimmed())).toStdString();
}

/// Without the dots that say that something is asked first.
QString verbOf(VhdAction action)
{
    if (action == VhdAction::Reparent)
        return VhdActionPanel::tr("Stamp anew");
    return vhdActionName(action).remove(u'…');
}

QLatin1String iconOf(VhdAction action)
{
    switch (action) {
    case VhdAction::Convert: return "refresh-cw"_L1;
    case VhdAction::Compact: return "shrink"_L1;
    case VhdAction::Resize: return "scaling"_L1;
    case VhdAction::Merge: return "git-merge"_L1;
    case VhdAction::Repair: return "wrench"_L1;
    case VhdAction::Reparent: break;
    }
    return "link"_L1;
}

} // namespace

VhdActionPanel::VhdActionPanel(QWidget* parent)
    : Panel(parent), m_heading(new ThemedLabel({}, Token::Text, this)),
      m_form(new SegmentedControl(this)), m_path(new InsetLineEdit(this)),
      m_size(new QLineEdit(this)),
      m_dropFree(new QCheckBox(tr("Drop the bytes of free clusters too"), this)),
      m_banner(new Banner(this)), m_text(new ThemedLabel({}, Token::Text, this)),
      m_command(new CommandBox(this)), m_run(new PrimaryButton({}, this)),
      m_close(new QPushButton(tr("Close"), this))
{
    m_heading->setFont(emphasized(m_heading->font(), 2));
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    makeFields();
    makeRest();
    hide();
}

void VhdActionPanel::makeFields()
{
    for (const QString& name : {tr("Raw image"), tr("Fixed"), tr("Dynamic")})
        m_form->addSegment(name);
    m_formField = new Field(tr("Into"), m_form, this);
    connect(m_form, &SegmentedControl::chosen, this, [this](int index) {
        m_wish.form = static_cast<VhdActionWish::Form>(index);
        if (!m_wish.target.empty())
            m_wish.target.replace_extension(index == 0 ? ".img" : ".vhd");
        m_path->setText(fromPath(m_wish.target));
        replan();
    });
    m_path->setInset(makeChooseButton(m_path, tr("Choose a file"), [this] { choose(); }));
    m_pathField = new Field(tr("File"), m_path, this);
    connect(m_path, &QLineEdit::editingFinished, this, &VhdActionPanel::editPath);
    m_size->setPlaceholderText(tr("for instance 20G, 512M or a number of bytes"));
    m_sizeField = new Field(tr("New size of the disk"), m_size, this);
    connect(m_size, &QLineEdit::editingFinished, this, [this] {
        const auto size = folder_disk::parseSize(m_size->text().trimmed().toStdString());
        m_sizeField->setProblem(
            size || m_size->text().isEmpty() ? QString() : errorWords(size.error()).sentence);
        m_wish.size = size.value_or(0);
        replan();
    });
    connect(m_dropFree, &QCheckBox::toggled, this, [this](bool on) {
        if (m_wish.dropFree == on)
            return;
        m_wish.dropFree = on;
        replan();
    });
}

void VhdActionPanel::makeRest()
{
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(spacing(2));
    buttons->addWidget(m_run);
    buttons->addWidget(m_close);
    buttons->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(4), spacing(3), spacing(4), spacing(3));
    layout->setSpacing(spacing(2));
    layout->addWidget(m_heading);
    layout->addWidget(m_formField);
    layout->addWidget(m_pathField);
    layout->addWidget(m_sizeField);
    layout->addWidget(m_dropFree);
    layout->addWidget(m_banner);
    layout->addWidget(m_text);
    layout->addWidget(m_command);
    layout->addLayout(buttons);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (m_plan)
            Q_EMIT runRequested(m_plan);
    });
    connect(m_close, &QPushButton::clicked, this, [this] {
        m_planning.abandon();
        hide();
    });
}

void VhdActionPanel::start(const VhdActionWish& wish)
{
    setWish(wish);
    show();
    QWidget* first = m_run;
    for (QWidget* part : std::initializer_list<QWidget*>{m_form, m_path, m_size, m_dropFree})
        if (first == m_run && part->isVisibleTo(this))
            first = part;
    first->setFocus();
}

void VhdActionPanel::setWish(const VhdActionWish& wish)
{
    m_wish = wish;
    m_form->setCurrentIndex(static_cast<int>(wish.form));
    m_path->setText(fromPath(wish.action == VhdAction::Reparent ? wish.parent : wish.target));
    m_size->setText(wish.size == 0 ? QString()
                                   : QString::fromStdString(folder_disk::sizeOption(wish.size)));
    m_dropFree->setChecked(wish.dropFree);
    showFields();
    replan();
}

void VhdActionPanel::showFields()
{
    const VhdAction action = m_wish.action;
    m_heading->setText(action == VhdAction::Reparent ? tr("Parent") : verbOf(action));
    m_run->setText(verbOf(action));
    m_run->setIcon(icon(iconOf(action), Token::OnAccent));
    m_formField->setVisible(action == VhdAction::Convert);
    m_pathField->setVisible(action == VhdAction::Convert || action == VhdAction::Merge ||
                            action == VhdAction::Reparent);
    m_path->setPlaceholderText(action == VhdAction::Merge
                                   ? tr("Into the parent; or a new file for the whole chain")
                               : action == VhdAction::Reparent ? tr("Where the parent is now")
                                                               : tr("The file to make"));
    m_sizeField->setVisible(action == VhdAction::Resize);
    m_dropFree->setVisible(action == VhdAction::Compact);
}

void VhdActionPanel::editPath()
{
    const std::filesystem::path path = toPath(m_path->text());
    std::filesystem::path& kept =
        m_wish.action == VhdAction::Reparent ? m_wish.parent : m_wish.target;
    if (path == kept)
        return;
    kept = path;
    replan();
}

void VhdActionPanel::replan()
{
    m_plan.reset();
    m_command->setCommand(vhdActionCommand(m_wish));
    m_planning.start([wish = m_wish](const JobControl& job) { return planVhdAction(wish, job); },
                     [this](Result<SharedVhdPlan> plan) { take(std::move(plan)); });
    follow();
}

void VhdActionPanel::take(Result<SharedVhdPlan> plan)
{
    m_banner->dismiss();
    if (plan)
        m_plan = *std::move(plan);
    else if (plan.error().code == ErrorCode::InvalidArgument)
        m_banner->show({.kind = Banner::Kind::Info,
                        .headline = errorWords(plan.error()).sentence,
                        .closable = false});
    else if (plan.error().code != ErrorCode::Cancelled)
        m_banner->showError(plan.error(), tr("Nothing was written."));
    follow();
    Q_EMIT planned();
}

void VhdActionPanel::follow()
{
    const bool isBusy = m_planning.isRunning() && m_plan == nullptr;
    if (m_plan)
        m_text->setText(m_plan->headline + u".\n"_s + m_plan->lines.join(u'\n'));
    else
        m_text->setText(isBusy ? tr("Working out what will happen…") : QString());
    m_text->setVisible(!m_text->text().isEmpty());
    const QString why = isBusy              ? tr("What will happen is still being worked out")
                        : m_plan == nullptr ? tr("It cannot be done as it is asked for")
                        : !m_plan->hasWork  ? tr("There is nothing to do")
                                            : QString();
    m_run->setEnabled(why.isEmpty());
    m_run->setToolTip(why);
    fitLater();
}

/// A layout that is at work does not see that one of its parts changed.
void VhdActionPanel::fitLater()
{
    QMetaObject::invokeMethod(this, &VhdActionPanel::fitHeight, Qt::QueuedConnection);
}

/// What is said is never cut: the map below gives way.
void VhdActionPanel::fitHeight()
{
    layout()->activate();
    setMinimumHeight(layout()->totalHeightForWidth(width()));
}

void VhdActionPanel::resizeEvent(QResizeEvent* event)
{
    Panel::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        fitLater();
}

QString VhdActionPanel::planText() const
{
    return m_text->text();
}

QString VhdActionPanel::command() const
{
    return m_command->command();
}

void VhdActionPanel::choose()
{
    const bool isParent = m_wish.action == VhdAction::Reparent;
    const QString now = QFile::decodeName(
        QByteArray::fromStdString((isParent ? m_wish.file : m_wish.target).native()));
    auto* dialog = new QFileDialog(window(), isParent ? tr("Parent of the disk") : tr("New file"),
                                   QFileInfo(now).path());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(isParent ? QFileDialog::AcceptOpen : QFileDialog::AcceptSave);
    dialog->setFileMode(isParent ? QFileDialog::ExistingFile : QFileDialog::AnyFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_path->setText(shortenHome(path));
        editPath();
    });
    dialog->open();
}

void VhdActionPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        return m_close->click();
    Panel::keyPressEvent(event);
}

} // namespace fatlas::ui
