#include "ui/window/guest_change_detail.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"

#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBlock>
#include <QVBoxLayout>

#include <utility>

namespace fatlas::ui {

namespace {

QString versionText(const FileVersion& version)
{
    if (!version.problem.isEmpty())
        return version.problem;
    if (!version.size)
        return GuestChangeDetail::tr("no such file");
    const QString time = QLocale().toString(version.time, QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    return version.time.isValid()
               ? GuestChangeDetail::tr("%1 · %2").arg(exactSizeText(*version.size), time)
               : exactSizeText(*version.size);
}

QString problemOf(const ChangeVersions& versions)
{
    if (!versions.host.size && !versions.guest.size)
        return GuestChangeDetail::tr("Neither has a file of this name now.");
    if (!versions.guest.size)
        return GuestChangeDetail::tr("The guest deleted it.");
    if (!versions.host.size)
        return GuestChangeDetail::tr("Only the guest has it.");
    if (*versions.host.size == *versions.guest.size &&
        versions.host.start.size() < FileVersion::maxStart &&
        versions.host.start == versions.guest.start)
        return GuestChangeDetail::tr("Both hold the same bytes.");
    return {};
}

QChar markOf(DiffLine::Kind kind)
{
    switch (kind) {
    case DiffLine::Kind::Before: return u'−';
    case DiffLine::Kind::After: return u'+';
    case DiffLine::Kind::Gap: return u'…';
    case DiffLine::Kind::Both: break;
    }
    return u' ';
}

void addLine(QPlainTextEdit& edit, const DiffLine& line)
{
    const Theme& theme = Theme::instance();
    QTextBlockFormat block;
    QTextCharFormat text;
    if (line.kind == DiffLine::Kind::Before)
        block.setBackground(mix(theme.color(Token::Panel), theme.color(Token::Lost), 0.18));
    else if (line.kind == DiffLine::Kind::After)
        block.setBackground(mix(theme.color(Token::Panel), theme.color(Token::Success), 0.18));
    else if (line.kind == DiffLine::Kind::Gap)
        text.setForeground(theme.color(Token::Muted));
    QTextCursor cursor(edit.document());
    cursor.movePosition(QTextCursor::End);
    if (!edit.document()->isEmpty())
        cursor.insertBlock();
    cursor.setBlockFormat(block);
    cursor.insertText(QString(markOf(line.kind)) + u' ' + line.text, text);
}

} // namespace

GuestChangeDetail::GuestChangeDetail(ServeDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_title(new ElidedLabel({}, Qt::ElideMiddle, this)),
      m_reason(new ThemedLabel({}, Token::Muted, this)),
      m_host(new ThemedLabel({}, Token::Text, this)),
      m_guest(new ThemedLabel({}, Token::Text, this)), m_difference(new QPlainTextEdit(this)),
      m_map(new QPushButton(icon(QLatin1String("map")), tr("Show on map"), this)),
      m_save(new QPushButton(icon(QLatin1String("save")), tr("Save guest's version…"), this))
{
    m_title->setFont(emphasized(m_title->font()));
    m_reason->setWordWrap(true);
    m_difference->setReadOnly(true);
    m_difference->setTabChangesFocus(true);
    m_difference->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_difference->setFont(monospaceFont());
    m_difference->setFrameShape(QFrame::NoFrame);
    m_difference->setAccessibleName(tr("How the texts differ"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    layout->setSpacing(spacing(1));
    layout->addWidget(m_title);
    layout->addWidget(m_reason);
    layout->addWidget(makeFacts());
    layout->addWidget(m_difference, 1);
    layout->addWidget(makeButtons());
    connect(&m_document.changes(), &GuestChanges::changed, this, &GuestChangeDetail::follow);
    const auto readAgain = [this] {
        m_shown = {};
        follow();
    };
    connect(&m_document, &ServeDocument::contentChanged, this, readAgain);
    connect(&Theme::instance(), &Theme::changed, this, [this, readAgain] {
        m_compared.reset();
        readAgain();
    });
    follow();
}

QWidget* GuestChangeDetail::makeFacts()
{
    auto* facts = new QWidget(this);
    auto* grid = new QGridLayout(facts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(spacing(3));
    grid->setVerticalSpacing(0);
    const auto add = [&](int row, const QString& caption, ThemedLabel* value) {
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setAccessibleName(caption);
        grid->addWidget(new ThemedLabel(caption, Token::Muted, facts), row, 0);
        grid->addWidget(value, row, 1);
    };
    add(0, tr("− Folder"), m_host);
    add(1, tr("+ Guest"), m_guest);
    grid->setColumnStretch(1, 1);
    return facts;
}

void GuestChangeDetail::addChoice(sync::Verdict verdict, const QString& text,
                                  const QString& toolTip)
{
    auto* button = new QPushButton(text, this);
    button->setToolTip(toolTip);
    connect(button, &QPushButton::clicked, this, [this, verdict] { decide(verdict); });
    m_choices.push_back({.verdict = verdict, .button = button});
}

QWidget* GuestChangeDetail::makeButtons()
{
    using sync::Verdict;
    addChoice(Verdict::Accept, tr("Bring home"), tr("The folder becomes as the guest has it"));
    addChoice(Verdict::Reject, tr("Reject"),
              tr("The folder stays as it is; the guest keeps its version while it is served"));
    addChoice(Verdict::KeepHost, tr("Keep the folder's"),
              tr("The guest's version does not come home"));
    addChoice(Verdict::KeepGuest, tr("Keep the guest's"),
              tr("It takes the place of the folder's version"));
    addChoice(Verdict::KeepBoth, tr("Keep both"),
              tr("The guest's version comes home under a name of its own"));
    auto* buttons = new QWidget(this);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(2));
    for (const Choice& choice : m_choices)
        row->addWidget(choice.button);
    row->addStretch(1);
    row->addWidget(m_map);
    row->addWidget(m_save);
    connect(m_map, &QPushButton::clicked, this, &GuestChangeDetail::selectOnMap);
    connect(m_save, &QPushButton::clicked, this, [this] {
        if (const GuestChange* const now = change(); now != nullptr)
            Q_EMIT saveRequested(now->path);
    });
    return buttons;
}

QPushButton* GuestChangeDetail::button(sync::Verdict verdict) const
{
    for (const Choice& choice : m_choices)
        if (choice.verdict == verdict)
            return choice.button;
    return nullptr;
}

const GuestChange* GuestChangeDetail::change() const
{
    return m_document.changes().find(m_key);
}

void GuestChangeDetail::show(std::uint64_t key)
{
    m_key = key;
    follow();
}

void GuestChangeDetail::follow()
{
    const GuestChange* const now = change();
    setVisible(now != nullptr);
    if (now == nullptr) {
        m_shown = {};
        return;
    }
    using sync::Verdict;
    for (const Choice& choice : m_choices) {
        const bool isPlain = choice.verdict == Verdict::Accept || choice.verdict == Verdict::Reject;
        choice.button->setVisible(now->proposal != 0 && isPlain != now->isConflict);
    }
    const bool isThere = m_document.content() && m_document.content()->tree->find(now->path);
    m_map->setEnabled(isThere);
    m_save->setEnabled(isThere);
    m_title->setText(now->from.empty() ? shown(now->path)
                                       : tr("%1 → %2").arg(shown(now->from), shown(now->path)));
    m_reason->setText(sentenceOf(now->reason));
    m_reason->setVisible(!now->reason.empty());
    if (*now != m_shown)
        read(*now);
}

void GuestChangeDetail::read(const GuestChange& change)
{
    m_shown = change;
    VersionsRequest request{.content = m_document.content(),
                            .path = change.path,
                            .hostFile = m_document.hostFile(change.hostPath),
                            .zone = m_document.wish().session.open.folder.timeZone};
    m_reading.start(
        [request = std::move(request)](const JobControl& job) -> Result<Read> {
            Read read;
            FATLAS_ASSIGN(read.versions, readVersions(request, job));
            read.difference.problem = problemOf(read.versions);
            if (read.difference.problem.isEmpty())
                read.difference = diffTexts(read.versions.host.start, read.versions.guest.start);
            return read;
        },
        [this](const Result<Read>& read) {
            if (read)
                showRead(*read);
        });
}

void GuestChangeDetail::showRead(const Read& read)
{
    m_host->setText(versionText(read.versions.host));
    m_guest->setText(versionText(read.versions.guest));
    if (m_compared != read.difference) // else it stays scrolled to where it is
        showDifference(read.difference);
    m_compared = read.difference;
}

void GuestChangeDetail::showDifference(const TextDiff& difference)
{
    m_difference->clear();
    if (!difference.problem.isEmpty())
        addLine(*m_difference, {.kind = DiffLine::Kind::Gap, .text = difference.problem});
    for (const DiffLine& line : difference.lines)
        addLine(*m_difference, line);
    m_difference->moveCursor(QTextCursor::Start);
}

void GuestChangeDetail::decide(sync::Verdict verdict)
{
    if (const GuestChange* const now = change(); now != nullptr && now->proposal != 0)
        m_document.decide(now->proposal, verdict);
}

void GuestChangeDetail::selectOnMap()
{
    const GuestChange* const now = change();
    if (now == nullptr || !m_document.content())
        return;
    if (const auto node = m_document.content()->tree->find(now->path))
        m_document.focus().select(targetOfNode(*m_document.content(), *node));
}

QString GuestChangeDetail::hostText() const
{
    return m_host->text();
}

QString GuestChangeDetail::guestText() const
{
    return m_guest->text();
}

QString GuestChangeDetail::differenceText() const
{
    return m_difference->toPlainText();
}

} // namespace fatlas::ui
