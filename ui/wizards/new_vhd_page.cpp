#include "ui/wizards/new_vhd_page.hpp"

#include "ui/base/command_box.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/wizards/form_column.hpp"
#include "ui/wizards/new_vhd_form.hpp"
#include "ui/wizards/new_vhd_summary.hpp"
#include "ui/wizards/panel.hpp"
#include "ui/wizards/primary_button.hpp"

#include <QHBoxLayout>
#include <QScrollArea>

namespace fatlas::ui {

NewVhdPage::NewVhdPage(QWidget* parent)
    : QWidget(parent), m_form(new NewVhdForm(this)), m_command(new CommandBox(this)),
      m_create(new PrimaryButton(tr("Create VHD"), this)),
      m_summary(new NewVhdSummary(m_document, this))
{
    setHelpTopic(this, QStringLiteral("vhd"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_create->setIcon(icon(QLatin1String("hard-drive"), Token::OnAccent));
    layout->addWidget(makeFormColumn({.heading = tr("New VHD"),
                                      .form = m_form,
                                      .command = m_command,
                                      .button = m_create,
                                      .width = 440},
                                     this));
    layout->addWidget(new Separator(Qt::Vertical, this));
    layout->addWidget(makeClearScrollArea(m_summary, this), 1);
    connect(m_form, &NewVhdForm::changed, this, &NewVhdPage::edited);
    connect(&m_document, &VhdNewDocument::changed, this, &NewVhdPage::follow);
    connect(m_create, &QPushButton::clicked, this, &NewVhdPage::createRequested);
    edited();
}

NewVhdPage::~NewVhdPage()
{
    m_document.disconnect();
    delete m_summary; // it refers to the document
}

void NewVhdPage::startEditing()
{
    m_form->startEditing();
}

void NewVhdPage::edited()
{
    m_document.setWanted(m_form->wanted());
    follow();
}

void NewVhdPage::follow()
{
    const auto& plan = m_document.preview().plan;
    const bool isCurrent = m_document.isCurrent();
    // A command of the plan says the size that it came to, with all rounding done.
    const convert::NewVhd& said = isCurrent ? plan->wanted : m_form->wanted();
    QString command = QString::fromStdString(convert::newVhdCommand(said));
    if (isCurrent && m_document.preview().fileExists && mayReplace())
        command += QStringLiteral(" --force");
    m_command->setCommand(command);
    m_form->showSize(isCurrent ? std::optional(plan->file.footer.currentSize) : std::nullopt);
    const QString why = problem();
    m_create->setEnabled(why.isEmpty());
    m_create->setToolTip(why);
}

QString NewVhdPage::command() const
{
    return m_command->command();
}

bool NewVhdPage::mayReplace() const
{
    return m_form->mayReplace();
}

QString NewVhdPage::problem() const
{
    if (!m_form->problem().isEmpty())
        return m_form->problem();
    if (m_document.isBusy())
        return tr("What it will be is still being worked out");
    if (const auto& error = m_document.error(); error)
        return errorWords(*error).sentence;
    if (!m_document.isCurrent())
        return tr("There is no plan yet");
    if (m_document.preview().fileExists && !mayReplace())
        return tr("%1 exists; choose another name, or choose it again to replace it")
            .arg(shown(m_form->wanted().file.filename().native()));
    return {};
}

QString NewVhdPage::title() const
{
    return tr("New VHD");
}

} // namespace fatlas::ui
