#include "ui/wizards/advanced_form.hpp"

#include "core/base/code_page_table.hpp"
#include "core/folder_disk/options_text.hpp"

#include "ui/base/words.hpp"
#include "ui/wizards/path_fields.hpp"
#include "ui/wizards/word_list.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr std::uint64_t bootSectorLimit = 4096;
constexpr std::uint64_t mbrCodeLimit = 512;
constexpr std::size_t oemLength = 8;

QString hex32(std::uint32_t value)
{
    const QString digits = QString::number(value, 16).toUpper().rightJustified(8, u'0');
    return digits.first(4) + u'-' + digits.last(4);
}

QString oemProblem(const std::string& name)
{
    if (name.size() > oemLength)
        return AdvancedForm::tr("The OEM name has %1 bytes; there is room for 8.").arg(name.size());
    const bool plain = std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
    return plain ? QString() : AdvancedForm::tr("The OEM name may hold plain ASCII only.");
}

} // namespace

AdvancedForm::AdvancedForm(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(spacing(3));
    addCode();
    addIdentity();
    addLayout();
    addChecks();
}

Field* AdvancedForm::addField(const QString& caption, QWidget* editor)
{
    auto* field = new Field(caption, editor, this);
    m_layout->addWidget(field);
    return field;
}

QLineEdit* AdvancedForm::addLine(const QString& caption, const QString& placeholder, Field** field)
{
    auto* line = new QLineEdit(this);
    line->setPlaceholderText(placeholder);
    Field* const made = addField(caption, line);
    if (field != nullptr)
        *field = made;
    connect(line, &QLineEdit::textEdited, this, &AdvancedForm::changed);
    return line;
}

QComboBox* AdvancedForm::addCombo(const QString& caption)
{
    auto* combo = new QComboBox(this);
    addField(caption, combo);
    connect(combo, &QComboBox::activated, this, &AdvancedForm::changed);
    return combo;
}

QCheckBox* AdvancedForm::addCheck(const QString& text, const QString& toolTip)
{
    auto* check = new QCheckBox(text, this);
    check->setToolTip(toolTip);
    m_layout->addWidget(check);
    connect(check, &QCheckBox::clicked, this, &AdvancedForm::changed);
    return check;
}

void AdvancedForm::addCode()
{
    m_bootSector = new CodeFileField(tr("Boot sector"), bootSectorLimit, this);
    m_bootSectorField = addField(tr("Boot sector (its table of sizes is replaced)"), m_bootSector);
    m_mbrCode = new CodeFileField(tr("MBR code"), mbrCodeLimit, this);
    m_mbrCodeField = addField(tr("MBR code"), m_mbrCode);
    connect(m_bootSector, &CodeFileField::changed, this, &AdvancedForm::changed);
    connect(m_mbrCode, &CodeFileField::changed, this, &AdvancedForm::changed);
    m_first = addLine(tr("First files in the root"), tr("IO.SYS MSDOS.SYS COMMAND.COM"), nullptr);
}

void AdvancedForm::addIdentity()
{
    m_serial = addLine(tr("Serial"), tr("automatic, or 1A2B-3C4D"), &m_serialField);
    m_diskId = addLine(tr("Disk signature"), tr("automatic, or 1A2B-3C4D"), &m_diskIdField);
    m_oem = addLine(tr("OEM name"), tr("Fatlas's own, or up to 8 characters"), &m_oemField);
    m_codePage = addCombo(tr("Code page of short names"));
    for (const int number : codePageNumbers())
        m_codePage->addItem(QString::number(number), number);
}

void AdvancedForm::addLayout()
{
    m_clusterSize = addCombo(tr("Cluster size"));
    m_clusterSize->addItem(tr("Automatic"), 0U);
    for (std::uint32_t size = 512; size <= 64 * KiB; size *= 2)
        m_clusterSize->addItem(sizeText(size), size);
    m_sectorSize = addCombo(tr("Sector size"));
    for (std::uint32_t size = 512; size <= 4096; size *= 2)
        m_sectorSize->addItem(tr("%1 bytes").arg(size), size);
    m_timeZone = new QComboBox(this);
    m_timeZone->setEditable(true);
    m_timeZone->addItems({QStringLiteral("local"), QStringLiteral("utc")});
    m_timeZone->setToolTip(tr("The zone in which the disk's times are told: local, utc, or an "
                              "offset such as +05:30"));
    m_timeZoneField = addField(tr("Time zone"), m_timeZone);
    connect(m_timeZone, &QComboBox::editTextChanged, this, &AdvancedForm::changed);
}

void AdvancedForm::addChecks()
{
    m_reproducible = addCheck(tr("Reproducible"),
                              tr("Times in UTC, serial and ids from the content alone: the same "
                                 "folder gives the same bytes"));
    m_dos = addCheck(tr("DOS compatible layout"),
                     tr("Partitions on tracks and one reserved sector, as DOS expects"));
    m_skip = addCheck(tr("Skip what does not fit"),
                      tr("Makes the disk without the files listed under Does not fit"));
}

void AdvancedForm::show(const folder_disk::Options& options)
{
    const QSignalBlocker quiet(this);
    m_bootSector->setCode(options.bootSector);
    m_mbrCode->setCode(options.mbrCode);
    m_first->setText(joinWords(options.first));
    m_serial->setText(options.serial ? hex32(*options.serial) : QString());
    m_diskId->setText(options.diskId ? hex32(*options.diskId) : QString());
    m_oem->setText(QString::fromStdString(options.oemName));
    m_codePage->setCurrentIndex(m_codePage->findData(options.codePage));
    m_clusterSize->setCurrentIndex(m_clusterSize->findData(options.clusterSize.value_or(0)));
    m_sectorSize->setCurrentIndex(m_sectorSize->findData(options.sectorSize));
    m_timeZone->setCurrentText(QString::fromStdString(fat::toString(options.timeZone)));
    m_reproducible->setChecked(options.reproducible);
    m_dos->setChecked(options.compat == folder_disk::Compat::Dos);
    m_skip->setChecked(options.unfit == folder_disk::Unfit::Skip);
}

void AdvancedForm::applyHex(QLineEdit* line, Field* field, std::optional<std::uint32_t>& value)
{
    const std::string text = line->text().trimmed().toStdString();
    field->setProblem({});
    if (text.empty()) {
        value.reset();
        return;
    }
    if (const auto parsed = folder_disk::parseHex32(text))
        value = *parsed;
    else
        field->setProblem(errorWords(parsed.error()).sentence);
}

void AdvancedForm::applyTo(folder_disk::Options& options)
{
    options.bootSector = m_bootSector->code();
    m_bootSectorField->setProblem(m_bootSector->problem());
    options.mbrCode = m_mbrCode->code();
    m_mbrCodeField->setProblem(m_mbrCode->problem());
    options.first = splitWords(m_first->text());
    applyHex(m_serial, m_serialField, options.serial);
    applyHex(m_diskId, m_diskIdField, options.diskId);
    const std::string oem = m_oem->text().toStdString();
    m_oemField->setProblem(oemProblem(oem));
    if (m_oemField->problem().isEmpty())
        options.oemName = oem;
    options.codePage = m_codePage->currentData().toInt();
    const auto clusterSize = m_clusterSize->currentData().toUInt();
    options.clusterSize = clusterSize == 0 ? std::nullopt : std::optional(clusterSize);
    options.sectorSize = m_sectorSize->currentData().toUInt();
    const auto zone = fat::parseTimeZone(m_timeZone->currentText().trimmed().toStdString());
    m_timeZoneField->setProblem(zone ? QString() : errorWords(zone.error()).sentence);
    options.timeZone = zone.value_or(options.timeZone);
    options.reproducible = m_reproducible->isChecked();
    options.compat = m_dos->isChecked() ? folder_disk::Compat::Dos : folder_disk::Compat::Modern;
    options.unfit = m_skip->isChecked() ? folder_disk::Unfit::Skip : folder_disk::Unfit::Refuse;
}

QString AdvancedForm::problem() const
{
    for (const Field* field : {m_bootSectorField, m_mbrCodeField, m_serialField, m_diskIdField,
                               m_oemField, m_timeZoneField})
        if (!field->problem().isEmpty())
            return field->problem();
    return {};
}

void AdvancedForm::setPartitioned(bool partitioned)
{
    m_mbrCodeField->setVisible(partitioned);
    m_diskIdField->setVisible(partitioned);
}

} // namespace fatlas::ui
