#include "ui/views/hex_find_bar.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QToolButton>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// Shorter searches show no progress at all.
constexpr qint64 quietMs = 300;

struct KindName {
    PatternKind kind;
    const char* name;
    const char* hint;
};

constexpr KindName kindNames[] = {
    {PatternKind::Ascii, QT_TRANSLATE_NOOP("HexFindBar", "Text, ASCII"), "COMMAND"},
    {PatternKind::Utf16, QT_TRANSLATE_NOOP("HexFindBar", "Text, UTF-16"), "long name"},
    {PatternKind::Oem, QT_TRANSLATE_NOOP("HexFindBar", "Text, OEM"), "COMMAND"},
    {PatternKind::Bytes, QT_TRANSLATE_NOOP("HexFindBar", "Bytes"), "55 AA, EB ?? 90"},
    {PatternKind::Number, QT_TRANSLATE_NOOP("HexFindBar", "Number"), "433, 0x01B1"},
};

} // namespace

HexFindBar::HexFindBar(QWidget* parent)
    : QWidget(parent), m_kind(new QComboBox(this)), m_field(new QLineEdit(this)),
      m_message(new ElidedLabel({}, Qt::ElideRight, this)),
      m_codePage(*CodePage::open(CodePage::defaultNumber))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing(1));
    for (const KindName& kind : kindNames)
        m_kind->addItem(tr(kind.name), static_cast<int>(kind.kind));
    m_kind->setAccessibleName(tr("What to search for"));
    m_field->setAccessibleName(tr("Search the bytes"));
    m_field->setClearButtonEnabled(true);
    m_field->setMaximumWidth(scaled(320));
    m_field->installEventFilter(this);
    row->addWidget(m_kind);
    row->addWidget(m_field, 1);
    m_case = addButton("case-sensitive"_L1, tr("Tell capitals from small letters"));
    m_case->setCheckable(true);
    auto* previous = addButton("arrow-left"_L1, tr("Previous (Shift+F3)"));
    auto* next = addButton("arrow-right"_L1, tr("Next (F3)"));
    m_cancel = addButton("circle-x"_L1, tr("Stop searching"));
    m_message->setToken(Token::Muted);
    row->addWidget(m_message, 2);
    auto* closeButton = addButton("x"_L1, tr("Close (Esc)"));
    m_cancel->hide();
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this](int index) {
        const PatternKind kind = this->kind();
        m_case->setEnabled(kind != PatternKind::Bytes && kind != PatternKind::Number);
        m_field->setPlaceholderText(QLatin1String(kindNames[std::max(index, 0)].hint));
        say({});
    });
    connect(m_field, &QLineEdit::textEdited, this, [this] { say({}); });
    connect(previous, &QToolButton::clicked, this,
            [this] { Q_EMIT searchRequested(Direction::Backward); });
    connect(next, &QToolButton::clicked, this,
            [this] { Q_EMIT searchRequested(Direction::Forward); });
    connect(m_cancel, &QToolButton::clicked, &m_task, &Task::cancel);
    connect(closeButton, &QToolButton::clicked, this, &HexFindBar::close);
    connect(&m_task, &Task::stateChanged, this, &HexFindBar::showProgress);
    connect(&m_task, &Task::progressChanged, this, &HexFindBar::showProgress);
    m_field->setPlaceholderText(QLatin1String(kindNames[0].hint));
}

QToolButton* HexFindBar::addButton(QLatin1String iconName, const QString& what)
{
    auto* button = new QToolButton(this);
    button->setIcon(icon(iconName));
    button->setIconSize({scaled(14), scaled(14)});
    button->setAutoRaise(true);
    button->setToolTip(what);
    button->setAccessibleName(what);
    layout()->addWidget(button);
    return button;
}

void HexFindBar::setCodePage(std::shared_ptr<const CodePage> page)
{
    m_codePage = std::move(page);
}

void HexFindBar::start()
{
    show();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
}

void HexFindBar::close()
{
    m_task.abandon();
    say({});
    hide();
    Q_EMIT closed();
}

QString HexFindBar::text() const
{
    return m_field->text();
}

void HexFindBar::setText(const QString& text)
{
    m_field->setText(text);
}

PatternKind HexFindBar::kind() const
{
    return static_cast<PatternKind>(m_kind->currentData().toInt());
}

void HexFindBar::setKind(PatternKind kind)
{
    m_kind->setCurrentIndex(m_kind->findData(static_cast<int>(kind)));
}

QString HexFindBar::message() const
{
    return m_message->text();
}

void HexFindBar::say(const QString& text, Token token)
{
    m_message->setToken(token);
    m_message->setText(text);
}

Result<HexPattern> HexFindBar::pattern()
{
    auto pattern =
        makePattern(kind(), m_field->text(),
                    m_case->isChecked() ? LetterCase::Exact : LetterCase::Any, *m_codePage);
    if (!pattern)
        say(errorWords(pattern.error()).sentence, Token::Lost);
    return pattern;
}

void HexFindBar::search(const HexSearch& search,
                        const std::function<void(std::uint64_t place)>& done)
{
    say({});
    m_task.start([search](const JobControl& job) { return searchHex(search, job); },
                 [this, done](Result<HexSearchEnd> end) {
                     if (!end)
                         return say(end.error().code == ErrorCode::Cancelled
                                        ? tr("Stopped.")
                                        : errorWords(end.error()).sentence);
                     sayEnd(*end);
                     if (end->place)
                         done(*end->place);
                 });
}

void HexFindBar::sayEnd(const HexSearchEnd& end)
{
    QString text = !end.place    ? tr("Not found.")
                   : end.wrapped ? tr("Found after starting again at the other end.")
                                 : QString();
    if (end.unreadableSize != 0) {
        if (!text.isEmpty())
            text += u' ';
        text += tr("%1 could not be read and searched.").arg(sizeText(end.unreadableSize));
    }
    say(text, end.place ? Token::Muted : Token::Lost);
}

void HexFindBar::showProgress()
{
    const bool visible = m_task.isRunning() && m_task.elapsedMs() >= quietMs;
    m_cancel->setVisible(visible);
    if (!visible)
        return;
    const Progress progress = m_task.progress();
    say(m_task.state() == Task::State::Cancelling
            ? tr("Stopping…")
            : tr("Searched %1 of %2").arg(sizeText(progress.done), sizeText(progress.total)));
}

bool HexFindBar::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Escape) {
            if (m_task.isRunning())
                m_task.cancel();
            else
                close();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            Q_EMIT searchRequested(key->modifiers() & Qt::ShiftModifier ? Direction::Backward
                                                                        : Direction::Forward);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fatlas::ui
