#include "ui/wizards/new_vhd_summary.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"
#include "ui/models/vhd_words.hpp"
#include "ui/views/stacked_bar.hpp"
#include "ui/views/vhd_layout_strip.hpp"

#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

constexpr std::size_t maxNotes = 12;

void empty(QLayout* layout)
{
    while (auto* item = layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

struct Sign {
    QLatin1String icon;
    Token token;
};

Sign signOf(vhd::Opener::Verdict verdict)
{
    switch (verdict) {
    case vhd::Opener::Verdict::Opens: return {"circle-check"_L1, Token::Success};
    case vhd::Opener::Verdict::OpensDifferently: return {"triangle-alert"_L1, Token::Warning};
    case vhd::Opener::Verdict::DoesNot: break;
    }
    return {"circle-x"_L1, Token::Lost};
}

/// What will be on the disk.
QString contentText(const convert::NewVhdPlan& plan)
{
    const auto name = [&] { return shown(plan.wanted.source.filename().native()); };
    switch (plan.wanted.content) {
    case convert::NewVhd::Content::Blank: return NewVhdSummary::tr("with nothing in it");
    case convert::NewVhd::Content::Image:
        return NewVhdSummary::tr("with the content of %1").arg(name());
    case convert::NewVhd::Content::Child: return NewVhdSummary::tr("child of %1").arg(name());
    default: break;
    }
    const QString volume =
        NewVhdSummary::tr("FAT%1").arg(static_cast<int>(plan.content->geometry().type));
    return plan.wanted.content == convert::NewVhd::Content::Folder
               ? NewVhdSummary::tr("with %1 in a %2 volume").arg(name(), volume)
               : NewVhdSummary::tr("with an empty %1 volume").arg(volume);
}

QString sizesText(const convert::NewVhdPlan& plan)
{
    if (plan.create.type == vhd::DiskType::Fixed)
        return NewVhdSummary::tr("The file has %1, now and later: %2.")
            .arg(sizeText(plan.fileSize), exactSizeText(plan.fileSize));
    const bool mayBeLess = plan.disk != nullptr;
    return (mayBeLess ? NewVhdSummary::tr("The file has at most %1 now, and up to %2 when every "
                                          "block is used.")
                      : NewVhdSummary::tr("The file has %1 now, and up to %2 when every block is "
                                          "used."))
        .arg(sizeText(plan.fileSize), sizeText(plan.largestFileSize));
}

} // namespace

NewVhdSummary::NewVhdSummary(VhdNewDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_banner(new Banner(this)),
      m_headline(new ThemedLabel({}, Token::Text, this)),
      m_sizes(new ThemedLabel({}, Token::Muted, this)), m_body(new QWidget(this)),
      m_bar(new StackedBar(m_body)), m_strip(new VhdLayoutStrip(m_body)),
      m_openers(new QVBoxLayout), m_notes(nullptr), m_notesBox(new QWidget(m_body))
{
    m_headline->setFont(emphasized(m_headline->font(), 2));
    for (ThemedLabel* label : {m_headline, m_sizes}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_bar->setAccessibleName(tr("Size of the file now against later"));
    auto* notes = new QVBoxLayout(m_notesBox);
    notes->setContentsMargins(0, 0, 0, 0);
    notes->addWidget(new SectionLabel(tr("Worth knowing"), m_notesBox));
    m_notes = new QVBoxLayout;
    notes->addLayout(m_notes);
    auto* body = new QVBoxLayout(m_body);
    body->setContentsMargins(0, 0, 0, 0);
    body->setSpacing(spacing(2));
    body->addWidget(m_bar);
    body->addSpacing(spacing(3));
    body->addWidget(new SectionLabel(tr("The file as it will be"), m_body));
    body->addWidget(m_strip);
    body->addSpacing(spacing(3));
    body->addWidget(new SectionLabel(tr("Who can open it"), m_body));
    body->addLayout(m_openers);
    body->addSpacing(spacing(3));
    body->addWidget(m_notesBox);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(5), spacing(4), spacing(5), spacing(4));
    layout->setSpacing(spacing(2));
    layout->addWidget(m_banner);
    layout->addWidget(m_headline);
    layout->addWidget(m_sizes);
    layout->addWidget(m_body);
    layout->addStretch(1);
    connect(&document, &VhdNewDocument::changed, this, &NewVhdSummary::follow);
    follow();
}

void NewVhdSummary::follow()
{
    const auto& error = m_document.error();
    if (error && !m_document.isBusy())
        m_banner->show({.kind = error->code == ErrorCode::InvalidArgument ? Banner::Kind::Info
                                                                          : Banner::Kind::Error,
                        .headline = errorWords(*error).sentence,
                        .unchanged = tr("Nothing was written."),
                        .next = {},
                        .action = {},
                        .closable = false});
    else if (!error)
        m_banner->dismiss();
    m_body->setVisible(m_document.preview().plan != nullptr);
    if (m_document.preview().plan != m_shown)
        showPlan();
}

void NewVhdSummary::showPlan()
{
    m_shown = m_document.preview().plan;
    const convert::NewVhdPlan& plan = *m_shown;
    m_headline->setText(tr("%1 of %2, %3")
                            .arg(vhdTypeText(plan.create.type),
                                 sizeText(plan.file.footer.currentSize), contentText(plan)));
    m_sizes->setText(sizesText(plan));
    m_bar->setParts({{Token::File, plan.fileSize, tr("The file now")}},
                    std::max(plan.largestFileSize, plan.fileSize));
    m_strip->setParts(stripParts(plan));
    empty(m_openers);
    for (const vhd::Opener& opener : m_document.preview().openers) {
        const Sign sign = signOf(opener.verdict);
        const QString name = shown(opener.program);
        addLine(m_openers, sign.icon, sign.token,
                opener.why.empty() ? name : tr("%1: %2").arg(name, shown(opener.why)));
    }
    empty(m_notes);
    const std::size_t said = std::min(plan.notes.size(), maxNotes);
    for (std::size_t i = 0; i < said; ++i)
        addLine(m_notes, iconNameOf(plan.notes[i].severity), tokenOf(plan.notes[i].severity),
                sentenceOf(plan.notes[i].message) + u'.');
    if (plan.notes.size() > said)
        addLine(m_notes, "info"_L1, Token::Muted,
                tr("and %1 more").arg(countText(plan.notes.size() - said)));
    if (plan.create.parent)
        addLine(m_notes, "circle-check"_L1, Token::Success,
                tr("The parent is whole, and so is all that is below it: UUID %1. Do not write to "
                   "it from now on.")
                    .arg(shown(vhd::toString(plan.create.parent->uuid))));
    m_notesBox->setVisible(m_notes->count() > 0);
}

void NewVhdSummary::addLine(QVBoxLayout* layout, QLatin1String iconName, Token tint,
                            const QString& text)
{
    auto* row = new QWidget(m_body);
    auto* sign = new QLabel(row);
    sign->setPixmap(iconPixmap(iconName, scaled(15), devicePixelRatioF(), tint));
    auto* words = new ThemedLabel(text, Token::Text, row);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    auto* inner = new QHBoxLayout(row);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(spacing(2));
    inner->addWidget(sign, 0, Qt::AlignTop);
    inner->addWidget(words, 1);
    layout->addWidget(row);
}

QString NewVhdSummary::headline() const
{
    return m_headline->text();
}

QStringList NewVhdSummary::lines() const
{
    QStringList lines;
    for (const QVBoxLayout* layout : {m_openers, m_notes})
        for (int i = 0; i < layout->count(); ++i)
            if (auto* words = layout->itemAt(i)->widget()->findChild<ThemedLabel*>())
                lines << words->text();
    return lines;
}

} // namespace fatlas::ui
