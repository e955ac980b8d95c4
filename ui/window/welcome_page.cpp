#include "ui/window/welcome_page.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/window/action_card.hpp"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

namespace fatlas::ui {

/// A dashed box that says what may be dropped; the window itself takes the drop.
class WelcomePage::DropZone : public QWidget {
public:
    explicit DropZone(QWidget* parent) : QWidget(parent)
    {
        setMinimumHeight(scaled(96));
        connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    }

    void setHighlight(bool on)
    {
        m_on = on;
        update();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = Theme::instance();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(
            QPen(theme.color(m_on ? Token::Accent : Token::Line), m_on ? 2 : 1.5, Qt::DashLine));
        painter.setBrush(m_on ? QBrush(theme.color(Token::AccentSoft)) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), cornerRadius, cornerRadius);
        painter.setPen(theme.color(m_on ? Token::Text : Token::Muted));
        painter.drawText(rect(), Qt::AlignCenter,
                         tr("Drop a folder here to make a disk of it, an image to open it, or two "
                            "images to compare them"));
    }

private:
    bool m_on = false;
};

namespace {

QVBoxLayout* makeList(QWidget* box)
{
    auto* list = new QVBoxLayout(box);
    list->setContentsMargins(0, 0, 0, 0);
    list->setSpacing(0);
    return list;
}

/// False when there is nothing to list under `heading`.
bool startList(QVBoxLayout& list, const QString& heading, bool isEmpty)
{
    while (auto* old = list.takeAt(0)) {
        if (old->widget() != nullptr)
            old->widget()->deleteLater(); // a row may be asking for this itself
        delete old;
    }
    list.parentWidget()->setVisible(!isEmpty);
    if (isEmpty)
        return false;
    list.addWidget(new SectionLabel(heading, list.parentWidget()));
    list.addSpacing(spacing(1));
    return true;
}

} // namespace

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent), m_sessions(nullptr), m_sessionBox(new QWidget(this)), m_recent(nullptr),
      m_recentBox(new QWidget(this)), m_drop(new DropZone(this))
{
    auto* title = new ThemedLabel(tr("Fatlas"), Token::Text, this);
    title->setFont(emphasized(title->font(), 10));
    auto* subtitle = new ThemedLabel(
        tr("A folder becomes a FAT disk, and every cluster can be seen."), Token::Muted, this);
    m_sessions = makeList(m_sessionBox);
    m_recent = makeList(m_recentBox);
    auto* column = new QWidget(this);
    auto* inner = new QVBoxLayout(column);
    inner->setSpacing(spacing(4));
    inner->addStretch(1);
    inner->addWidget(title);
    inner->addWidget(subtitle);
    inner->addWidget(m_sessionBox);
    inner->addWidget(makeActions());
    inner->addWidget(m_drop);
    inner->addWidget(makeTour());
    inner->addWidget(m_recentBox);
    inner->addStretch(2);
    column->setMaximumWidth(scaled(980));
    auto* page = new QWidget(this);
    auto* centred = new QHBoxLayout(page);
    centred->addStretch(1);
    centred->addWidget(column, 20);
    centred->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(page);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);
    setSessions({});
    setRecent({});
}

QWidget* WelcomePage::makeActions()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(3));
    auto* create = new ActionCard(QLatin1String("folder-plus"), tr("New disk from a folder"),
                                  tr("See it before it exists"), row);
    m_first = create;
    auto* open = new ActionCard(QLatin1String("folder-open"), tr("Open an image"),
                                tr("Files, clusters, chains"), row);
    auto* vhd = new ActionCard(QLatin1String("hard-drive"), tr("New VHD"),
                               tr("Blank, copy, or child"), row);
    auto* compare = new ActionCard(QLatin1String("columns-2"), tr("Compare"),
                                   tr("Two volumes side by side"), row);
    connect(compare, &QAbstractButton::clicked, this, &WelcomePage::compareRequested);
    connect(vhd, &QAbstractButton::clicked, this, &WelcomePage::newVhdRequested);
    connect(create, &QAbstractButton::clicked, this, &WelcomePage::newDiskRequested);
    connect(open, &QAbstractButton::clicked, this, &WelcomePage::openRequested);
    layout->addWidget(create, 1);
    layout->addWidget(open, 1);
    layout->addWidget(vhd, 1);
    layout->addWidget(compare, 1);
    return row;
}

/// Floppies to learn from: what is wrong with each can be seen, explained and repaired.
QWidget* WelcomePage::makeTour()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(new ThemedLabel(tr("Learn on a damaged floppy:"), Token::Muted, row));
    const auto add = [&](const QString& text, convert::Lesson lesson) {
        auto* button = new QToolButton(row);
        button->setText(text);
        button->setAutoRaise(true);
        button->setIcon(icon(QLatin1String("triangle-alert"), Token::Muted));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setToolTip(tr("Opens a copy of your own, to look at, check and repair"));
        connect(button, &QToolButton::clicked, this,
                [this, lesson] { Q_EMIT lessonChosen(lesson); });
        layout->addWidget(button);
    };
    add(tr("Files that cross"), convert::Lesson::CrossLink);
    add(tr("A chain that loops"), convert::Lesson::Loop);
    add(tr("A lost chain"), convert::Lesson::LostChain);
    layout->addStretch(1);
    return row;
}

void WelcomePage::startChoosing()
{
    m_first->setFocus();
}

void WelcomePage::setDropHighlight(bool on)
{
    m_drop->setHighlight(on);
}

void WelcomePage::setRecent(const std::vector<RecentItem>& items)
{
    if (startList(*m_recent, tr("Recent"), items.empty()))
        for (const auto& item : items)
            m_recent->addWidget(makeRecentRow(item));
}

void WelcomePage::setSessions(const std::vector<serve::StoredSession>& sessions)
{
    if (startList(*m_sessions, tr("Not home yet"), sessions.empty()))
        for (const auto& session : sessions)
            m_sessions->addWidget(makeSessionRow(session));
}

QWidget* WelcomePage::makeSessionRow(const serve::StoredSession& session)
{
    auto* row = new QWidget(m_sessionBox);
    auto* mark = new QLabel(row);
    mark->setPixmap(
        icon(QLatin1String("hourglass"), Token::Warning).pixmap(QSize(scaled(16), scaled(16))));
    const QString folder = shown(session.root.filename().native());
    auto* what = new ElidedLabel(
        session.damage.empty() ? tr("A guest of %1 wrote what is not in the folder yet").arg(folder)
                               : tr("A session cannot be read: %1").arg(shown(session.damage)),
        Qt::ElideRight, row);
    what->setToolTip(plainToolTip(shown(session.root.native())));
    auto* home = new QPushButton(tr("Bring home"), row);
    home->setToolTip(tr("Write it to %1").arg(shown(session.root.native())));
    home->setEnabled(session.damage.empty());
    auto* giveUp = new QPushButton(tr("Give up…"), row);
    giveUp->setToolTip(tr("The folder stays as it is; what the guest wrote is deleted"));
    connect(home, &QPushButton::clicked, this,
            [this, session] { Q_EMIT bringHomeRequested(session); });
    connect(giveUp, &QPushButton::clicked, this,
            [this, session] { Q_EMIT giveUpRequested(session); });
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(mark);
    layout->addWidget(what, 1);
    layout->addWidget(home);
    layout->addWidget(giveUp);
    return row;
}

QWidget* WelcomePage::makeRecentRow(const RecentItem& item)
{
    auto* row = new QWidget(m_recentBox);
    auto* open = new QToolButton(row);
    open->setText(QFileInfo(item.source).fileName());
    open->setIcon(icon(QLatin1String(item.isFolder ? "folder" : "disc")));
    open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    open->setAutoRaise(true);
    open->setToolTip(item.source);
    connect(open, &QToolButton::clicked, this,
            [this, item] { Q_EMIT recentChosen(item.source, item.isFolder); });
    auto* path = new ElidedLabel(QFileInfo(item.source).path(), Qt::ElideMiddle, row);
    path->setToken(Token::Muted);
    auto* pin = new QToolButton(row);
    pin->setIcon(icon(QLatin1String(item.pinned ? "pin-off" : "pin"), Token::Muted));
    pin->setToolTip(item.pinned ? tr("Let it go from the top") : tr("Keep it at the top"));
    pin->setAccessibleName(pin->toolTip());
    pin->setAutoRaise(true);
    connect(pin, &QToolButton::clicked, this,
            [this, item] { Q_EMIT pinRequested(item.source, !item.pinned); });
    auto* forget = new QToolButton(row);
    forget->setIcon(icon(QLatin1String("x"), Token::Muted));
    forget->setToolTip(tr("Take it off this list; the file stays"));
    forget->setAccessibleName(forget->toolTip());
    forget->setAutoRaise(true);
    connect(forget, &QToolButton::clicked, this,
            [this, item] { Q_EMIT forgetRequested(item.source); });
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(open);
    layout->addWidget(path, 1);
    layout->addWidget(pin);
    layout->addWidget(forget);
    return row;
}

} // namespace fatlas::ui
