#include "ui/views/fit_meter.hpp"

#include "ui/base/chip.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/fit_words.hpp"
#include "ui/views/stacked_bar.hpp"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

Token tokenOf(FitVerdict verdict)
{
    switch (verdict) {
    case FitVerdict::Fits: return Token::Text;
    case FitVerdict::FitsWithout: return Token::Warning;
    case FitVerdict::DoesNotFit: return Token::Lost;
    }
    return Token::Text;
}

} // namespace

FitMeter::FitMeter(QWidget* parent)
    : QWidget(parent), m_headline(new ThemedLabel({}, Token::Text, this)),
      m_detail(new ElidedLabel({}, Qt::ElideRight, this)), m_bar(new StackedBar(this)),
      m_chips(new ChipRow(this))
{
    m_headline->setFont(emphasized(font(), 1.5));
    m_detail->setToken(Token::Muted);
    m_chips->addWidget(new ThemedLabel(tr("Would fit on"), Token::Muted, this));
    for (const folder_disk::FloppyLayout& layout : folder_disk::floppyLayouts)
        addFormat(layout);
    auto* words = new QHBoxLayout;
    words->setSpacing(spacing(2));
    words->addWidget(m_headline);
    words->addWidget(m_detail, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(spacing(2));
    column->addLayout(words);
    column->addWidget(m_bar);
    column->addWidget(m_chips);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    setPlaceholder(tr("Choose a folder to see whether it fits"));
}

void FitMeter::addFormat(const folder_disk::FloppyLayout& layout)
{
    const QString name =
        QString::fromUtf8(layout.name.data(), static_cast<qsizetype>(layout.name.size()));
    Chip* chip = m_chips->addChip(name);
    chip->setToolTip(QString::fromUtf8(layout.description.data(),
                                       static_cast<qsizetype>(layout.description.size())));
    const folder_disk::FloppyFormat format = layout.format;
    connect(chip, &QAbstractButton::clicked, this, [this, format] { Q_EMIT formatChosen(format); });
}

void FitMeter::setPlan(std::shared_ptr<const folder_disk::Plan> plan)
{
    if (plan == m_plan)
        return;
    m_plan = std::move(plan);
    refresh();
}

void FitMeter::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    refresh();
}

void FitMeter::refresh()
{
    refreshChips();
    if (!m_plan) {
        m_headline->setText(m_placeholder);
        m_headline->setToken(Token::Muted);
        m_detail->setText({});
        m_bar->setParts({}, 0);
        return;
    }
    const FitWords words = fitWords(*m_plan);
    m_headline->setText(words.headline);
    m_headline->setToken(tokenOf(words.verdict));
    m_detail->setText(words.detail);
    setAccessibleName(words.headline);
    setAccessibleDescription(words.detail);
    const FitAmounts amounts = fitAmounts(*m_plan);
    const auto part = [](Token token, std::uint64_t amount, const QString& what) {
        return StackedBar::Part{token, amount,
                                what + u": "_s + countText(amount, "cluster", "clusters")};
    };
    m_bar->setParts({part(Token::System, amounts.system, tr("Boot sector, FATs, root")),
                     part(Token::Directory, amounts.directories, tr("Folders")),
                     part(Token::File, amounts.files, tr("Files")),
                     part(Token::Lost, amounts.tooMuch, tr("Too much"))},
                    amounts.whole);
}

void FitMeter::refreshChips()
{
    m_chips->setVisible(m_plan && !m_plan->fit.formats.empty());
    if (!m_plan)
        return;
    for (Chip* chip : m_chips->chips())
        chip->hide();
    for (const folder_disk::FormatFit& fit : m_plan->fit.formats) {
        Chip* chip = m_chips->chips().at(static_cast<std::size_t>(fit.format));
        chip->setMark(fit.fits ? Chip::Mark::Check : Chip::Mark::Cross);
        chip->setCurrent(m_plan->options.floppy == fit.format);
        chip->show();
    }
}

} // namespace fatlas::ui
