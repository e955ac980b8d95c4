#include "ui/wizards/disk_form.hpp"

#include "core/fat/short_name.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/wizards/advanced_form.hpp"
#include "ui/wizards/path_fields.hpp"
#include "ui/wizards/size_choice.hpp"
#include "ui/wizards/word_list.hpp"

#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace fatlas::ui {

namespace {

using folder_disk::Options;
using folder_disk::PartitionScheme;

constexpr std::size_t labelLength = 11;
constexpr std::array<std::optional<fat::FatType>, 4> typeOrder{
    std::nullopt, fat::FatType::Fat12, fat::FatType::Fat16, fat::FatType::Fat32};

DiskForm::Kind kindOf(const Options& options)
{
    if (options.floppy)
        return DiskForm::Kind::Floppy;
    return options.efiSystem ? DiskForm::Kind::EfiStick : DiskForm::Kind::Disk;
}

Result<fat::ShortNameBytes> encodedLabel(const std::string& label, int codePage)
{
    FATLAS_ASSIGN(const auto page, CodePage::open(codePage));
    return fat::encodeLabel(label, *page);
}

} // namespace

DiskForm::DiskForm(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_options.floppy = folder_disk::FloppyFormat::F1440K;
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(spacing(3) + spacing(1) / 2);
    m_folder = new FolderField(this);
    addField(tr("Folder"), m_folder, nullptr);
    connect(m_folder, &FolderField::folderChosen, this, &DiskForm::folderChosen);
    addKindAndSize();
    addTypeAndLabel();
    addRare();
    m_layout->addStretch(1);
    setOptions(m_options);
}

void DiskForm::addField(const QString& caption, QWidget* editor, Field** field)
{
    auto* made = new Field(caption, editor, this);
    m_layout->addWidget(made);
    if (field != nullptr)
        *field = made;
}

void DiskForm::addKindAndSize()
{
    m_kindChoice = new SegmentedControl(this);
    m_kindChoice->addSegment(tr("Floppy"), tr("One volume, no partitions, a standard format"));
    m_kindChoice->addSegment(tr("Disk"), tr("A hard disk or a stick of any size"));
    m_kindChoice->addSegment(tr("EFI stick"), tr("GPT with an EFI system partition"));
    addField(tr("Kind"), m_kindChoice, nullptr);
    connect(m_kindChoice, &SegmentedControl::chosen, this,
            [this](int index) { chooseKind(static_cast<Kind>(index)); });
    m_size = new SizeChoice(this);
    addField(tr("Size"), m_size, &m_sizeField);
    connect(m_size, &SizeChoice::changed, this, &DiskForm::edited);
    m_partition = new SegmentedControl(this);
    m_partition->addSegment(tr("None"), tr("The volume starts at the first sector"));
    m_partition->addSegment(tr("MBR"), tr("For BIOS machines and nearly everything else"));
    m_partition->addSegment(tr("GPT"), tr("For UEFI machines"));
    addField(tr("Partition scheme"), m_partition, &m_partitionField);
    connect(m_partition, &SegmentedControl::chosen, this, &DiskForm::edited);
}

void DiskForm::addTypeAndLabel()
{
    m_type = new SegmentedControl(this);
    for (const auto& text : {tr("Automatic"), tr("12"), tr("16"), tr("32")})
        m_type->addSegment(text);
    addField(tr("FAT type"), m_type, nullptr);
    connect(m_type, &SegmentedControl::chosen, this, &DiskForm::edited);
    m_label = new InsetLineEdit(this);
    m_label->setPlaceholderText(tr("no label"));
    m_labelCount = new ThemedLabel({}, Token::Muted, m_label);
    m_label->setInset(m_labelCount);
    addField(tr("Label"), m_label, &m_labelField);
    connect(m_label, &QLineEdit::textEdited, this, &DiskForm::edited);
    m_excludes = new QLineEdit(this);
    m_excludes->setPlaceholderText(tr("nothing, or for instance *.bak .git"));
    m_excludes->setToolTip(tr("Names or paths with * and ?, separated by blanks"));
    addField(tr("Leave out"), m_excludes, nullptr);
    connect(m_excludes, &QLineEdit::textEdited, this, &DiskForm::edited);
}

void DiskForm::addRare()
{
    m_expander = new QToolButton(this);
    m_expander->setText(tr("Boot code, serial, code page, first files"));
    m_expander->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_expander->setAutoRaise(true);
    m_layout->addWidget(m_expander, 0, Qt::AlignLeft);
    m_rare = new AdvancedForm(this);
    m_layout->addWidget(m_rare);
    connect(m_expander, &QToolButton::clicked, this, [this] { setExpanded(m_rare->isHidden()); });
    connect(m_rare, &AdvancedForm::changed, this, &DiskForm::edited);
    setExpanded(false);
}

void DiskForm::setExpanded(bool expanded)
{
    m_expander->setIcon(icon(QLatin1String(expanded ? "chevron-down" : "chevron-right")));
    m_rare->setVisible(expanded);
}

void DiskForm::setFolder(const QString& folder)
{
    m_folder->setFolder(folder);
}

void DiskForm::chooseFolder()
{
    m_folder->choose();
}

void DiskForm::focusFolder()
{
    m_folder->setFocus();
}

void DiskForm::chooseKind(Kind kind)
{
    Options wanted = m_options;
    const bool efi = kind == Kind::EfiStick;
    wanted.floppy = kind == Kind::Floppy ? std::optional(m_size->floppy()) : std::nullopt;
    wanted.size.reset();
    wanted.clusterSize.reset();
    wanted.efiSystem = efi;
    wanted.fat = efi ? std::optional(fat::FatType::Fat32) : std::nullopt;
    wanted.partition = efi                  ? PartitionScheme::Gpt
                       : kind == Kind::Disk ? PartitionScheme::Mbr
                                            : PartitionScheme::None;
    const Options before = m_options;
    setOptions(wanted);
    publish(before);
}

void DiskForm::setOptions(const Options& options)
{
    m_options = options;
    m_kind = kindOf(options);
    showKind();
    if (options.floppy)
        m_size->setFloppy(*options.floppy);
    m_size->setSize(options.size);
    const auto type = std::ranges::find(typeOrder, options.fat);
    m_type->setCurrentIndex(static_cast<int>(type - typeOrder.begin()));
    m_partition->setCurrentIndex(static_cast<int>(options.partition));
    m_label->setText(QString::fromStdString(options.label));
    m_excludes->setText(joinWords(options.excludes));
    m_rare->show(options);
    applyLabel();
}

void DiskForm::showKind()
{
    m_kindChoice->setCurrentIndex(static_cast<int>(m_kind));
    m_size->setMedium(m_kind == Kind::Floppy ? SizeChoice::Medium::Floppy
                                             : SizeChoice::Medium::Disk);
    m_partitionField->setVisible(m_kind != Kind::Floppy);
    m_rare->setPartitioned(m_options.partition != PartitionScheme::None);
}

void DiskForm::edited()
{
    const Options before = m_options;
    applySize();
    m_options.fat = typeOrder[static_cast<std::size_t>(m_type->currentIndex())];
    if (m_kind != Kind::Floppy)
        m_options.partition = static_cast<PartitionScheme>(m_partition->currentIndex());
    m_options.excludes = splitWords(m_excludes->text());
    m_rare->applyTo(m_options);
    m_rare->setPartitioned(m_options.partition != PartitionScheme::None);
    applyLabel();
    publish(before);
}

void DiskForm::publish(const Options& before)
{
    if (const QString problem = firstProblem(); problem != m_problem) {
        m_problem = problem;
        Q_EMIT problemChanged();
    }
    if (m_options != before)
        Q_EMIT optionsChanged(m_options);
}

void DiskForm::applySize()
{
    m_sizeField->setProblem({});
    if (m_kind == Kind::Floppy) {
        m_options.floppy = m_size->floppy();
        return;
    }
    if (const auto size = m_size->size())
        m_options.size = *size;
    else
        m_sizeField->setProblem(errorWords(size.error()).sentence);
}

void DiskForm::applyLabel()
{
    const std::string label = m_label->text().toStdString();
    const auto encoded =
        label.empty() ? Result<fat::ShortNameBytes>() : encodedLabel(label, m_options.codePage);
    m_labelField->setProblem(encoded ? QString() : errorWords(encoded.error()).sentence);
    if (encoded)
        m_options.label = label;
    m_labelCount->setText(tr("%1 of %2").arg(m_label->text().size()).arg(labelLength));
    m_label->placeInset();
}

QString DiskForm::firstProblem() const
{
    for (const Field* field : {m_sizeField, m_labelField})
        if (!field->problem().isEmpty())
            return field->problem();
    return m_rare->problem();
}

void DiskForm::showOutcome(const folder_disk::Plan* plan)
{
    const bool automatic = plan != nullptr && !plan->options.fat;
    const QString type =
        automatic ? QString::fromLatin1(fat::toString(plan->geometry().type)) : QString();
    m_type->setSegmentText(0, automatic ? tr("Automatic: %1").arg(type) : tr("Automatic"));
    const bool free = plan != nullptr && !plan->options.size && !plan->options.floppy;
    m_size->showAutomatic(free ? std::optional(plan->layout.diskSize) : std::nullopt);
}

} // namespace fatlas::ui
