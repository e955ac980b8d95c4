#include "ui/wizards/new_disk_page.hpp"

#include "core/folder_disk/options_text.hpp"

#include "ui/base/command_box.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/wizards/disk_form.hpp"
#include "ui/wizards/form_column.hpp"
#include "ui/wizards/plan_preview.hpp"
#include "ui/wizards/primary_button.hpp"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>

#include <algorithm>

namespace fatlas::ui {

NewDiskPage::NewDiskPage(QWidget* parent)
    : QWidget(parent), m_form(new DiskForm(this)), m_command(new CommandBox(this)),
      m_save(new PrimaryButton(tr("Save image…"), this)),
      m_serve(new QPushButton(icon(QLatin1String("radio-tower")), tr("Serve to a VM"), this)),
      m_preview(new PlanPreview(m_document, this))
{
    setHelpTopic(this, QStringLiteral("new-disk"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_save->setIcon(icon(QLatin1String("save"), Token::OnAccent));
    layout->addWidget(makeFormColumn({.heading = tr("New disk from a folder"),
                                      .form = m_form,
                                      .command = m_command,
                                      .button = m_save,
                                      .others = {m_serve}},
                                     this));
    layout->addWidget(new Separator(Qt::Vertical, this));
    layout->addWidget(m_preview, 1);
    m_document.setOptions(m_form->options());
    connectParts();
    follow();
}

NewDiskPage::~NewDiskPage()
{
    m_document.disconnect();
    delete m_preview; // it refers to the document
}

void NewDiskPage::connectParts()
{
    connect(m_form, &DiskForm::folderChosen, this, &NewDiskPage::setFolder);
    connect(m_form, &DiskForm::optionsChanged, this, [this](const folder_disk::Options& options) {
        m_mediumIsTheirs = true;
        m_document.setOptions(options);
        updateCommand();
    });
    connect(m_form, &DiskForm::problemChanged, this, &NewDiskPage::follow);
    connect(&m_document, &NewDiskDocument::planChanged, this, &NewDiskPage::follow);
    connect(&m_document, &NewDiskDocument::planFailed, this, &NewDiskPage::follow);
    connect(&m_document, &NewDiskDocument::folderChanged, this, &NewDiskPage::follow);
    connect(&m_document, &NewDiskDocument::watchChanged, this, &NewDiskPage::cornerTextChanged);
    connect(m_preview, &PlanPreview::hoveredText, this, &NewDiskPage::hoveredText);
    connect(m_preview, &PlanPreview::formatChosen, this, &NewDiskPage::chooseFormat);
    connect(m_preview, &PlanPreview::skipUnfitRequested, this, &NewDiskPage::skipUnfit);
    connect(m_save, &QPushButton::clicked, this, &NewDiskPage::saveRequested);
    connect(m_serve, &QPushButton::clicked, this, &NewDiskPage::serveRequested);
}

void NewDiskPage::setFolder(const QString& folder)
{
    m_form->setFolder(folder);
    m_mediumIsDue = true;
    m_document.setFolder(folder);
    updateCommand();
    Q_EMIT titleChanged();
}

void NewDiskPage::setOptions(const folder_disk::Options& options)
{
    m_mediumIsTheirs = true;
    m_form->setOptions(options);
    m_document.setOptions(m_form->options());
    updateCommand();
}

/// Somebody who has chosen nothing but a folder wants it to fit.
void NewDiskPage::settleMedium()
{
    const auto plan = m_document.plan();
    if (!m_mediumIsDue || m_mediumIsTheirs || !plan)
        return;
    m_mediumIsDue = false;
    if (!plan->refusal() || !plan->options.floppy)
        return;
    const auto larger = std::ranges::find_if(plan->fit.formats, [&](const auto& fit) {
        return fit.fits && fit.format > *plan->options.floppy;
    });
    if (larger != plan->fit.formats.end())
        chooseFormat(larger->format);
    else
        m_form->chooseKind(DiskForm::Kind::Disk);
    m_mediumIsTheirs = false;
}

void NewDiskPage::chooseFolder()
{
    m_form->chooseFolder();
}

void NewDiskPage::startEditing()
{
    if (m_document.folder().isEmpty())
        m_form->focusFolder();
    else
        m_preview->map()->QWidget::setFocus();
}

void NewDiskPage::skipUnfit()
{
    auto options = m_form->options();
    options.unfit = folder_disk::Unfit::Skip;
    setOptions(options);
}

void NewDiskPage::chooseFormat(folder_disk::FloppyFormat format)
{
    auto options = m_form->options();
    options.floppy = format;
    options.size.reset();
    options.clusterSize.reset();
    options.partition = folder_disk::PartitionScheme::None;
    options.efiSystem = false;
    options.fat.reset();
    setOptions(options);
}

void NewDiskPage::follow()
{
    settleMedium();
    m_form->showOutcome(m_document.plan().get());
    const QString problem = saveProblem();
    m_save->setEnabled(problem.isEmpty());
    m_save->setToolTip(problem);
    m_serve->setEnabled(problem.isEmpty());
    m_serve->setToolTip(problem);
    updateCommand();
    Q_EMIT saveProblemChanged();
}

void NewDiskPage::updateCommand()
{
    const std::string folder = m_document.folder().isEmpty()
                                   ? std::string("FOLDER")
                                   : QFile::encodeName(m_document.folder()).toStdString();
    const std::string output = QFile::encodeName(suggestedFileName()).toStdString();
    m_command->setCommand(
        QString::fromStdString(folder_disk::createCommand(folder, output, m_form->options())));
}

QString NewDiskPage::suggestedFileName() const
{
    const QString name = QFileInfo(QDir::cleanPath(m_document.folder())).fileName();
    return (name.isEmpty() ? QStringLiteral("disk") : name) + QStringLiteral(".img");
}

QString NewDiskPage::saveProblem() const
{
    if (m_document.folder().isEmpty())
        return tr("Choose a folder first");
    if (!m_form->problem().isEmpty())
        return m_form->problem();
    if (const auto& error = m_document.error(); error)
        return errorWords(*error).sentence;
    if (!m_document.plan())
        return tr("The folder is still being read");
    if (const auto refusal = m_document.plan()->refusal())
        return errorWords(*refusal).sentence;
    return {};
}

QString NewDiskPage::cornerText() const
{
    switch (m_document.watching()) {
    case NewDiskDocument::Watching::Yes: return tr("Folder watched: the preview follows it");
    case NewDiskDocument::Watching::Refused:
        return tr("Folder not watched: %1").arg(m_document.watchProblem());
    case NewDiskDocument::Watching::No: break;
    }
    return {};
}

QString NewDiskPage::title() const
{
    const QString name = QFileInfo(QDir::cleanPath(m_document.folder())).fileName();
    return name.isEmpty() ? tr("New disk") : tr("New disk: %1").arg(name);
}

} // namespace fatlas::ui
