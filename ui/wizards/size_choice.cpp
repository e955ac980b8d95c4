#include "ui/wizards/size_choice.hpp"

#include "core/base/units.hpp"
#include "core/folder_disk/options_text.hpp"

#include "ui/base/theme.hpp"
#include "ui/base/words.hpp"

#include <QComboBox>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <array>

namespace fatlas::ui {

namespace {

constexpr std::array<std::uint64_t, 16> usualSizes{
    16 * MiB, 32 * MiB, 64 * MiB, 128 * MiB, 256 * MiB, 504 * MiB, 1 * GiB,   2 * GiB,
    4 * GiB,  8 * GiB,  16 * GiB, 32 * GiB,  64 * GiB,  128 * GiB, 512 * GiB, 2 * TiB,
};

constexpr qulonglong automatic = 0;
constexpr qulonglong own = 1;

/// As parseSize reads it.
QString typedSize(std::uint64_t bytes)
{
    if (bytes % MiB == 0)
        return QString::number(bytes / MiB) + u'M';
    return bytes % KiB == 0 ? QString(QString::number(bytes / KiB) + u'K') : QString::number(bytes);
}

} // namespace

SizeChoice::SizeChoice(QWidget* parent)
    : QWidget(parent), m_combo(new QComboBox(this)), m_own(new QLineEdit(this))
{
    m_own->setPlaceholderText(tr("for instance 500M, 1.5G or a number of bytes"));
    m_own->setAccessibleName(tr("Size of the disk"));
    m_own->hide();
    m_combo->setMaxVisibleItems(20);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(1));
    layout->addWidget(m_combo);
    layout->addWidget(m_own);
    setFocusProxy(m_combo);
    fillFloppies();
    connect(m_combo, &QComboBox::activated, this, &SizeChoice::picked);
    connect(m_own, &QLineEdit::textEdited, this, &SizeChoice::changed);
}

void SizeChoice::setMedium(Medium medium)
{
    if (m_medium == medium)
        return;
    m_medium = medium;
    m_own->hide();
    medium == Medium::Floppy ? fillFloppies() : fillSizes();
}

void SizeChoice::fillFloppies()
{
    m_combo->clear();
    for (const auto& layout : folder_disk::floppyLayouts)
        m_combo->addItem(shown(layout.description));
    m_combo->setCurrentIndex(static_cast<int>(m_floppy));
}

void SizeChoice::fillSizes()
{
    m_combo->clear();
    m_combo->addItem(tr("Automatic"), automatic);
    for (const std::uint64_t size : usualSizes)
        m_combo->addItem(sizeText(size), qulonglong{size});
    m_combo->addItem(tr("Other size…"), own);
}

void SizeChoice::setFloppy(folder_disk::FloppyFormat format)
{
    m_floppy = format;
    if (m_medium == Medium::Floppy)
        m_combo->setCurrentIndex(static_cast<int>(format));
}

void SizeChoice::setSize(std::optional<std::uint64_t> size)
{
    if (m_medium != Medium::Disk)
        return;
    const std::uint64_t wanted = size.value_or(automatic);
    const int usual = m_combo->findData(qulonglong{wanted});
    m_combo->setCurrentIndex(usual >= 0 ? usual : m_combo->findData(own));
    m_own->setVisible(usual < 0);
    if (usual < 0)
        m_own->setText(typedSize(wanted));
}

void SizeChoice::showAutomatic(std::optional<std::uint64_t> size)
{
    if (m_medium == Medium::Disk)
        m_combo->setItemText(0, size ? tr("Automatic: %1").arg(sizeText(*size)) : tr("Automatic"));
}

void SizeChoice::picked()
{
    if (m_medium == Medium::Floppy) {
        m_floppy = static_cast<folder_disk::FloppyFormat>(m_combo->currentIndex());
    } else {
        m_own->setVisible(m_combo->currentData().toULongLong() == own);
        if (m_own->isVisible())
            m_own->setFocus();
    }
    Q_EMIT changed();
}

Result<std::optional<std::uint64_t>> SizeChoice::size() const
{
    const qulonglong choice = m_combo->currentData().toULongLong();
    if (m_medium == Medium::Floppy || choice == automatic)
        return std::nullopt;
    if (choice != own)
        return std::optional<std::uint64_t>(choice);
    FATLAS_ASSIGN(const auto typed, folder_disk::parseSize(m_own->text().trimmed().toStdString()));
    return std::optional(typed);
}

} // namespace fatlas::ui
