#include "ui/wizards/new_vhd_form.hpp"

#include "core/fat/short_name.hpp"

#include "ui/base/segmented_control.hpp"
#include "ui/base/words.hpp"
#include "ui/models/vhd_fields.hpp"
#include "ui/wizards/field.hpp"
#include "ui/wizards/size_choice.hpp"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <array>

namespace fatlas::ui {

namespace {

using Content = convert::NewVhd::Content;
using folder_disk::PartitionScheme;

/// Segments of "What for"; a formatted disk is a blank one with a FAT in it.
enum Purpose : int { BlankPurpose, FolderPurpose, ImagePurpose, ChildPurpose };

constexpr std::array presets{vhd::Preset::Azure, vhd::Preset::HyperV, vhd::Preset::VirtualBox,
                             vhd::Preset::Box86};
constexpr std::array<std::uint32_t, 9> blockSizes{4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, 512 * KiB,
                                                  1 * MiB, 2 * MiB,  4 * MiB,  16 * MiB};
constexpr std::array<std::optional<fat::FatType>, 4> fatTypes{
    std::nullopt, fat::FatType::Fat12, fat::FatType::Fat16, fat::FatType::Fat32};

std::filesystem::path toPath(const QString& text)
{
    return QFile::encodeName(expandHome(text.trimmed())).toStdString();
}

QString fromPath(const std::filesystem::path& path)
{
    return shortenHome(QFile::decodeName(QByteArray::fromStdString(path.native())));
}

Purpose purposeOf(Content content)
{
    switch (content) {
    case Content::Folder: return FolderPurpose;
    case Content::Image: return ImagePurpose;
    case Content::Child: return ChildPurpose;
    default: return BlankPurpose;
    }
}

Result<> checkLabel(const std::string& label)
{
    FATLAS_ASSIGN(const auto page, CodePage::open(CodePage::defaultNumber));
    FATLAS_TRY(fat::encodeLabel(label, *page));
    return {};
}

} // namespace

NewVhdForm::NewVhdForm(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_wanted.size = GiB;
    m_wanted.disk.partition = PartitionScheme::Mbr;
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(spacing(3));
    addPurpose();
    addShape();
    addContents();
    addFile();
    m_layout->addStretch(1);
    setFile(QDir::home().filePath(QStringLiteral("disk.vhd")));
    showWanted();
}

Field* NewVhdForm::addField(const QString& caption, QWidget* editor)
{
    auto* field = new Field(caption, editor, this);
    m_layout->addWidget(field);
    return field;
}

void NewVhdForm::addPurpose()
{
    m_purpose = new SegmentedControl(this);
    m_purpose->addSegment(tr("Blank"), tr("A new disk, formatted or not"));
    m_purpose->addSegment(tr("From a folder"), tr("A disk with a FAT volume that holds a folder"));
    m_purpose->addSegment(tr("From an image"), tr("The same content as an image or another VHD"));
    m_purpose->addSegment(tr("Child"), tr("Keeps what changes; the rest stays in its parent"));
    addField(tr("What for"), m_purpose);
    connect(m_purpose, &SegmentedControl::chosen, this, &NewVhdForm::choosePurpose);
    m_source = new InsetLineEdit(this);
    m_source->setInset(
        makeChooseButton(m_source, tr("Choose what it is made from"), [this] { chooseSource(); }));
    m_sourceField = addField(tr("Source"), m_source);
    connect(m_source, &QLineEdit::editingFinished, this, [this] {
        m_wanted.source = toPath(m_source->text());
        edited();
    });
}

void NewVhdForm::addShape()
{
    m_preset = new QComboBox(this);
    m_preset->addItems(
        {tr("Any program"), tr("Azure"), tr("Hyper-V"), tr("VirtualBox"), tr("86Box")});
    m_presetField = addField(tr("Made for"), m_preset);
    connect(m_preset, &QComboBox::activated, this, &NewVhdForm::choosePreset);
    m_type = new SegmentedControl(this);
    m_type->addSegment(tr("Dynamic"), tr("The file grows with what is written"));
    m_type->addSegment(tr("Fixed"), tr("The file has the size of the disk from the start"));
    m_typeField = addField(tr("Type"), m_type);
    connect(m_type, &SegmentedControl::chosen, this, [this](int index) {
        m_wanted.type = index == 0 ? vhd::DiskType::Dynamic : vhd::DiskType::Fixed;
        edited();
    });
    m_size = new SizeChoice(this);
    m_size->setMedium(SizeChoice::Medium::Disk);
    m_sizeField = addField(tr("Size of the disk"), m_size);
    connect(m_size, &SizeChoice::changed, this, &NewVhdForm::edited);
    m_blockSize = new QComboBox(this);
    for (const std::uint32_t size : blockSizes)
        m_blockSize->addItem(blockSizeText(size), size);
    m_blockField = addField(tr("Block size"), m_blockSize);
    connect(m_blockSize, &QComboBox::activated, this, [this] {
        m_wanted.blockSize = m_blockSize->currentData().toUInt();
        edited();
    });
}

void NewVhdForm::addContents()
{
    m_fat = new SegmentedControl(this);
    for (const QString& name : {tr("Automatic"), tr("12"), tr("16"), tr("32"), tr("Not formatted")})
        m_fat->addSegment(name);
    m_fatField = addField(tr("FAT type"), m_fat);
    connect(m_fat, &SegmentedControl::chosen, this, [this](int index) {
        const bool isFormatted = index < static_cast<int>(fatTypes.size());
        if (m_wanted.content == Content::Blank || m_wanted.content == Content::Formatted)
            m_wanted.content = isFormatted ? Content::Formatted : Content::Blank;
        if (isFormatted)
            m_wanted.disk.fat = fatTypes[static_cast<std::size_t>(index)];
        edited();
    });
    m_partition = new SegmentedControl(this);
    m_partition->addSegment(tr("None"), tr("The volume starts at the first sector"));
    m_partition->addSegment(tr("MBR"), tr("For BIOS machines and nearly everything else"));
    m_partition->addSegment(tr("GPT"), tr("For UEFI machines"));
    m_partitionField = addField(tr("Partition table"), m_partition);
    connect(m_partition, &SegmentedControl::chosen, this, [this](int index) {
        m_wanted.disk.partition = static_cast<PartitionScheme>(index);
        edited();
    });
    m_label = new QLineEdit(this);
    m_label->setPlaceholderText(tr("none"));
    m_labelField = addField(tr("Label"), m_label);
    connect(m_label, &QLineEdit::textEdited, this, &NewVhdForm::edited);
}

void NewVhdForm::addFile()
{
    m_file = new InsetLineEdit(this);
    m_file->setInset(
        makeChooseButton(m_file, tr("Choose the file to make"), [this] { chooseFile(); }));
    m_fileField = addField(tr("File to make"), m_file);
    connect(m_file, &QLineEdit::textEdited, this, [this] { m_mayReplace = false; });
    connect(m_file, &QLineEdit::editingFinished, this, [this] {
        m_wanted.file = toPath(m_file->text());
        edited();
    });
}

void NewVhdForm::startEditing()
{
    m_purpose->setFocus();
}

void NewVhdForm::choosePurpose(int index)
{
    constexpr std::array contents{Content::Formatted, Content::Folder, Content::Image,
                                  Content::Child};
    m_wanted.content = contents.at(static_cast<std::size_t>(index));
    m_wanted.source.clear();
    m_wanted.size = m_wanted.content == Content::Formatted ? GiB : 0;
    if (m_wanted.content == Content::Child)
        m_wanted.preset.reset();
    if (m_wanted.type == vhd::DiskType::Differencing)
        m_wanted.type = vhd::DiskType::Dynamic;
    showWanted();
    edited();
}

void NewVhdForm::choosePreset(int index)
{
    m_wanted.preset =
        index == 0 ? std::nullopt : std::optional(presets.at(static_cast<std::size_t>(index - 1)));
    if (m_wanted.preset == vhd::Preset::Azure)
        m_wanted.type = vhd::DiskType::Fixed;
    if (m_wanted.preset == vhd::Preset::HyperV || m_wanted.preset == vhd::Preset::VirtualBox)
        m_wanted.blockSize = vhd::defaultBlockSize;
    showWanted();
    edited();
}

/// What was typed, as far as it can be.
void NewVhdForm::applyText()
{
    m_problem.clear();
    const auto size = m_size->size();
    m_sizeField->setProblem(size ? QString() : errorWords(size.error()).sentence);
    if (size)
        m_wanted.size = size->value_or(0);
    const std::string label = m_label->text().toStdString();
    const auto legal = checkLabel(label);
    m_labelField->setProblem(legal ? QString() : errorWords(legal.error()).sentence);
    if (legal)
        m_wanted.disk.label = label;
    m_fileField->setProblem(m_wanted.file.empty() ? tr("Say which file to make") : QString());
    for (Field* field : {m_sizeField, m_labelField, m_fileField})
        if (m_problem.isEmpty() && !field->isHidden())
            m_problem = field->problem();
}

void NewVhdForm::edited()
{
    applyText();
    showFields();
    Q_EMIT changed();
}

void NewVhdForm::setWanted(const convert::NewVhd& wanted)
{
    m_wanted = wanted;
    showWanted();
    edited();
}

void NewVhdForm::showSize(std::optional<std::uint64_t> size)
{
    m_size->showAutomatic(size);
}

void NewVhdForm::showWanted()
{
    m_purpose->setCurrentIndex(purposeOf(m_wanted.content));
    m_source->setText(fromPath(m_wanted.source));
    m_preset->setCurrentIndex(m_wanted.preset ? static_cast<int>(*m_wanted.preset) + 1 : 0);
    m_type->setCurrentIndex(m_wanted.type == vhd::DiskType::Fixed ? 1 : 0);
    m_size->setSize(m_wanted.size == 0 ? std::nullopt : std::optional(m_wanted.size));
    m_blockSize->setCurrentIndex(m_blockSize->findData(m_wanted.blockSize));
    int fatIndex = static_cast<int>(fatTypes.size());
    if (m_wanted.content != Content::Blank)
        for (std::size_t i = 0; i < fatTypes.size(); ++i)
            if (fatTypes[i] == m_wanted.disk.fat)
                fatIndex = static_cast<int>(i);
    m_fat->setCurrentIndex(fatIndex);
    m_partition->setCurrentIndex(static_cast<int>(m_wanted.disk.partition));
    m_label->setText(shown(m_wanted.disk.label));
    m_file->setText(fromPath(m_wanted.file));
    showFields();
}

/// Only what can be said of this kind of disk.
void NewVhdForm::showFields()
{
    const Content content = m_wanted.content;
    const bool isMade = content == Content::Formatted || content == Content::Folder;
    m_sourceField->setVisible(purposeOf(content) != BlankPurpose);
    m_source->setPlaceholderText(content == Content::Folder  ? tr("The folder to hold")
                                 : content == Content::Child ? tr("The parent, a VHD")
                                                             : tr("An image or a VHD"));
    m_presetField->setVisible(content != Content::Child);
    m_typeField->setVisible(content != Content::Child);
    m_type->setSegmentEnabled(0, m_wanted.preset != vhd::Preset::Azure,
                              tr("Azure takes only fixed disks"));
    m_sizeField->setVisible(content != Content::Child);
    m_blockField->setVisible(content == Content::Child || m_wanted.type == vhd::DiskType::Dynamic);
    m_fatField->setVisible(isMade || content == Content::Blank);
    m_fat->setSegmentEnabled(static_cast<int>(fatTypes.size()), content != Content::Folder,
                             tr("A folder needs a volume to be in"));
    m_partitionField->setVisible(isMade);
    m_labelField->setVisible(isMade);
}

void NewVhdForm::chooseSource()
{
    const bool isFolder = m_wanted.content == Content::Folder;
    auto* dialog = new QFileDialog(window(), isFolder ? tr("Folder to make a disk from")
                                             : m_wanted.content == Content::Child
                                                 ? tr("Parent of the new disk")
                                                 : tr("Image to make a disk from"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(isFolder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    dialog->setOption(QFileDialog::ShowDirsOnly, isFolder);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_wanted.source = toPath(path);
        m_source->setText(fromPath(m_wanted.source));
        edited();
    });
    dialog->open();
}

void NewVhdForm::chooseFile()
{
    const QString now = QFile::decodeName(QByteArray::fromStdString(m_wanted.file.native()));
    auto* dialog = new QFileDialog(window(), tr("File to make"), QFileInfo(now).path(),
                                   tr("VHD files (*.vhd);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("vhd"));
    dialog->selectFile(QFileInfo(now).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        m_mayReplace = true; // the dialog has asked already
        setFile(path);
        edited();
    });
    dialog->open();
}

void NewVhdForm::setFile(const QString& file)
{
    m_wanted.file = toPath(file);
    m_file->setText(fromPath(m_wanted.file));
}

} // namespace fatlas::ui
