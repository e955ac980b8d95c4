#include "ui/window/serve_page.hpp"

#include "core/serve/client_lines.hpp"

#include "ui/base/banner.hpp"
#include "ui/base/command_box.hpp"
#include "ui/base/help_topic.hpp"
#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/serve_rows.hpp"
#include "ui/views/activity_strip.hpp"
#include "ui/views/cluster_map_view.hpp"
#include "ui/window/guest_changes_panel.hpp"
#include "ui/window/serve_live_panel.hpp"
#include "ui/window/serve_tabs.hpp"
#include "ui/window/timeline_inside.hpp"
#include "ui/window/timeline_panel.hpp"
#include "ui/wizards/form_column.hpp"
#include "ui/wizards/primary_button.hpp"
#include "ui/wizards/serve_form.hpp"

#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr int maxPathsSaid = 3;

/// "A.TXT changed, B.TXT added and 3 more"
QString changesText(const serve::HostChanges& changes)
{
    QStringList parts;
    const auto add = [&](const std::vector<std::string>& paths, const QString& words) {
        for (const std::string& path : paths)
            if (parts.size() < maxPathsSaid)
                parts << words.arg(shown(path));
    };
    add(changes.changed, ServePage::tr("%1 changed"));
    add(changes.added, ServePage::tr("%1 was added"));
    add(changes.removed, ServePage::tr("%1 was removed"));
    const auto said = static_cast<std::uint64_t>(parts.size());
    QString text = parts.join(ServePage::tr(", "));
    if (changes.count > said)
        text += ServePage::tr(" and %1 more").arg(countText(changes.count - said));
    return text;
}

} // namespace

ServePage::ServePage(const ServeWish& wish, QWidget* parent)
    : QWidget(parent), m_document(wish), m_form(new ServeForm(wish, this)),
      m_command(new CommandBox(this)), m_start(new PrimaryButton(tr("Start serving"), this)),
      m_stop(new QPushButton(tr("Stop"), this)),
      m_save(new QPushButton(icon(QLatin1String("save")), tr("Save as image…"), this)),
      m_banner(new Banner(this)), m_headline(new ThemedLabel({}, Token::Text, this)),
      m_uri(new ElidedLabel({}, Qt::ElideMiddle, this)),
      m_problem(new ElidedLabel({}, Qt::ElideRight, this)), m_homeSign(new QToolButton(this)),
      m_activity(new ActivityStrip(this)), m_live(new ServeLivePanel(m_document, this)),
      m_tabs(new ServeTabs(m_document, this)), m_timeline(new TimelinePanel(m_document, m_tabs))
{
    m_tabs->addTab(m_timeline, tr("Timeline"));
    m_inside = new TimelineInside(m_document, *m_tabs);
    setHelpTopic(this, QStringLiteral("serve"));
    m_start->setIcon(icon(QLatin1String("radio-tower"), Token::OnAccent));
    m_stop->setIcon(icon(QLatin1String("circle-x")));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeFormColumn({.heading = tr("Serve to a virtual machine"),
                                      .form = m_form,
                                      .command = m_command,
                                      .button = m_start,
                                      .others = {m_stop, m_save}},
                                     this));
    layout->addWidget(new Separator(Qt::Vertical, this));
    layout->addWidget(makeRight(), 1);
    connectParts();
    follow();
}

ServePage::~ServePage()
{
    m_document.disconnect();
    // These refer to the document, which goes before the children of a widget do.
    delete m_live;
    delete m_inside;
    delete m_tabs;
}

QWidget* ServePage::makeRight()
{
    m_headline->setFont(emphasized(m_headline->font(), 2));
    m_uri->setToken(Token::Muted);
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_headline);
    words->addWidget(m_uri);
    words->addWidget(m_problem);
    m_problem->setToken(Token::Lost);
    m_problem->hide();
    m_activity->setFixedWidth(scaled(280));
    auto* head = new QHBoxLayout;
    head->setSpacing(spacing(4));
    head->addLayout(words, 1);
    m_homeSign->setAutoRaise(true);
    m_homeSign->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    head->addWidget(m_homeSign);
    head->addWidget(m_activity);
    auto* upper = new QWidget(this);
    auto* column = new QVBoxLayout(upper);
    column->setContentsMargins(spacing(4), spacing(3), spacing(4), spacing(2));
    column->setSpacing(spacing(2));
    column->addWidget(m_banner);
    column->addLayout(head);
    column->addWidget(m_live, 1);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(upper);
    splitter->addWidget(m_tabs);
    splitter->setStretchFactor(0, 1);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->setSizes({scaled(560), scaled(300)});
    return splitter;
}

void ServePage::connectParts()
{
    connect(m_form, &ServeForm::changed, this, [this] { m_document.setWish(m_form->wish()); });
    connect(m_start, &QPushButton::clicked, this, &ServePage::start);
    connect(m_stop, &QPushButton::clicked, this, &ServePage::stopRequested);
    connect(m_save, &QPushButton::clicked, this, &ServePage::saveRequested);
    connect(m_timeline, &TimelinePanel::saveRequested, this, &ServePage::saveMomentRequested);
    connect(m_banner, &Banner::actionTriggered, &m_document, &ServeDocument::publish);
    connect(m_live, &ServeLivePanel::hoveredText, this, &ServePage::hoveredText);
    connect(m_live, &ServeLivePanel::writesRequested, m_tabs, &ServeTabs::showWritesTo);
    connect(m_homeSign, &QToolButton::clicked, m_tabs,
            [this] { m_tabs->setCurrentIndex(ServeTabs::ChangesTab); });
    connect(&m_document.changes(), &GuestChanges::changed, this, &ServePage::followChanges);
    connect(&m_document, &ServeDocument::wishChanged, this, &ServePage::follow);
    connect(&m_document, &ServeDocument::stateChanged, this, &ServePage::follow);
    connect(&m_document, &ServeDocument::stateChanged, this, &ServePage::followBanner);
    connect(&m_document, &ServeDocument::exportsChanged, this, &ServePage::follow);
    connect(&m_document, &ServeDocument::exportsChanged, this, &ServePage::followBanner);
    connect(&m_document, &ServeDocument::hostChanged, this, &ServePage::followBanner);
    connect(&m_document, &ServeDocument::sampled, this, &ServePage::followSample);
    connect(&m_document, &ServeDocument::messagesChanged, this, &ServePage::followMessages);
}

void ServePage::startEditing()
{
    m_form->startEditing();
}

void ServePage::start()
{
    if (m_form->problem().isEmpty())
        m_document.start();
}

QString ServePage::headline() const
{
    return m_headline->text();
}

QString ServePage::saveProblem() const
{
    return m_document.state() == ServeDocument::State::Serving
               ? QString()
               : tr("Only what is being served can be saved from here");
}

QString ServePage::cornerText() const
{
    if (m_document.state() != ServeDocument::State::Serving)
        return tr("Not served");
    return tr("Serving · %1")
        .arg(countText(m_document.sample()->clients.size(), "client", "clients"));
}

void ServePage::follow()
{
    using State = ServeDocument::State;
    const State state = m_document.state();
    const QString problem = m_form->problem();
    m_command->setCommand(m_document.command());
    m_form->setEnabled(state == State::Idle);
    m_form->setToolTip(state == State::Idle ? QString() : tr("Stop serving to change this"));
    m_start->setVisible(state == State::Idle || state == State::Starting);
    m_start->setEnabled(state == State::Idle && problem.isEmpty());
    m_start->setToolTip(problem);
    m_stop->setVisible(state == State::Serving || state == State::Stopping);
    m_stop->setEnabled(state == State::Serving);
    m_save->setVisible(m_stop->isVisibleTo(this) &&
                       m_document.wish().session.mode != serve::Mode::ReadOnly);
    m_save->setEnabled(state == State::Serving);
    followSample();
    followChanges();
    Q_EMIT shown();
}

void ServePage::followSample()
{
    using State = ServeDocument::State;
    const LiveSample& sample = *m_document.sample();
    switch (m_document.state()) {
    case State::Idle: m_headline->setText(tr("Not served yet")); break;
    case State::Starting: m_headline->setText(tr("Opening the disk…")); break;
    case State::Stopping:
        m_headline->setText(m_document.wish().session.mode == serve::Mode::WriteBack
                                ? tr("Bringing home what guests wrote…")
                                : tr("Stopping…"));
        break;
    case State::Serving:
        m_headline->setText(activitySentence(sample.clients.size(), sample.history.empty()
                                                                        ? serve::ActivitySample{}
                                                                        : sample.history.back()));
        break;
    }
    const ServedExport* const newest = m_document.newest();
    QString where =
        newest != nullptr ? ui::shown(newest->uri) : tr("Choose who may do what, then start.");
    if (sample.changedBytes != 0)
        where = tr("%1 written by guests · %2").arg(sizeText(sample.changedBytes), where);
    m_uri->setText(where);
    m_activity->setVisible(newest != nullptr);
    m_activity->setSamples(sample.history, LiveWatch::historyLength);
    Q_EMIT shown();
}

void ServePage::followChanges()
{
    const GuestChanges& changes = m_document.changes();
    const SignLook look = lookOf(changes.sign());
    m_homeSign->setVisible(changes.sign() != GuestChanges::Sign::None);
    m_homeSign->setIcon(icon(look.iconName, look.token));
    m_homeSign->setText(changes.signText());
    m_homeSign->setToolTip(plainToolTip(changes.sentence()));
    Q_EMIT shown();
}

/// The session ended with something that is not in the folder.
void ServePage::showLeft(const serve::WriteBackEnd& left)
{
    if (left.isOver)
        return m_banner->show(
            {.kind = Banner::Kind::Warning,
             .headline = tr("Somebody wrote to a file that a guest had replaced or deleted"),
             .unchanged =
                 tr("That version is kept as %1.").arg(ui::shown(left.changed.front().native()))});
    const QString why =
        !left.last.held.empty() ? sentenceOf(left.last.held) : m_document.changes().sentence();
    m_banner->show({.kind = Banner::Kind::Warning,
                    .headline = why.isEmpty() ? tr("Not everything came home")
                                              : tr("Not everything came home: %1").arg(why),
                    .unchanged = tr("What is missing is kept as session %1.")
                                     .arg(ui::shown(left.folder.filename().native())),
                    .next = tr("The welcome page brings it home or gives it up.")});
}

void ServePage::followBanner()
{
    if (m_document.state() == ServeDocument::State::Serving) {
        if (m_document.hostChanges().isEmpty())
            return m_banner->dismiss();
        return showHostChanges();
    }
    const auto& error = m_document.error();
    const auto& left = m_document.left();
    const bool isIdle = m_document.state() == ServeDocument::State::Idle;
    if (error && isIdle)
        m_banner->showError(*error, m_document.wish().session.mode == serve::Mode::WriteBack
                                        ? tr("What guests wrote is kept.")
                                        : tr("Nothing was changed."));
    else if (left && isIdle)
        showLeft(*left);
    else
        m_banner->dismiss();
}

void ServePage::followMessages()
{
    const auto& messages = m_document.messages();
    const auto wrong = std::find_if(messages.rbegin(), messages.rend(), [](const auto& message) {
        return message.severity != Severity::Info;
    });
    m_problem->setVisible(wrong != messages.rend());
    if (wrong != messages.rend())
        m_problem->setText(
            tr("%1  %2").arg(wrong->time.toString(QStringLiteral("HH:mm:ss")), wrong->text));
}

/// The disk stays as it was; what changed of it answers with an error.
void ServePage::showHostChanges()
{
    const bool isKept = m_document.wish().session.mode == serve::Mode::Keep;
    const bool isFirst = m_document.exports().size() == 1;
    const QString next =
        isKept
            ? tr("What guests wrote belongs to the disk as it is; serve the folder in a new "
                 "session to show its changes.")
            : tr("Publish makes a new disk of the folder as it is now; guests get it when its "
                 "medium is changed, in QEMU's monitor: %1")
                  .arg(ui::shown(serve::changeMediumLine(tr("URI of the new disk").toStdString())));
    Banner::Message message{
        .kind = Banner::Kind::Warning,
        .headline = tr("The folder changed: %1").arg(changesText(m_document.hostChanges())),
        .unchanged = isFirst ? tr("Guests keep the disk as it was; files that changed answer with "
                                  "an error.")
                             : tr("The disks that are served stay as they are."),
        .next = next};
    if (!isKept && !m_document.isPublishing())
        message.action =
            tr("Publish %1")
                .arg(ui::shown(serve::generationName(m_document.wish().session.name,
                                                     m_document.newest()->generation.number + 1)));
    const Banner::Message& now = m_banner->message();
    if (now.headline != message.headline || now.action != message.action)
        m_banner->show(message);
}

} // namespace fatlas::ui
