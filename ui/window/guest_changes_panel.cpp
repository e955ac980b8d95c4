#include "ui/window/guest_changes_panel.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/views/table_style.hpp"
#include "ui/window/guest_change_detail.hpp"

#include <QEvent>
#include <QHeaderView>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <numeric>

namespace fatlas::ui {

namespace {

using State = GuestChange::State;

constexpr std::size_t maxRows = 2000;
constexpr std::array<int, 5> weights{3, 3, 9, 2, 3};

QString stateText(State state)
{
    switch (state) {
    case State::Home: return GuestChangesPanel::tr("Came home");
    case State::Settling: return GuestChangesPanel::tr("Settling");
    case State::Waiting: return GuestChangesPanel::tr("Waits");
    case State::Failed: return GuestChangesPanel::tr("Failed");
    case State::Proposed: return GuestChangesPanel::tr("Your decision");
    case State::Rejected: return GuestChangesPanel::tr("Rejected");
    case State::Conflict: return GuestChangesPanel::tr("Conflict");
    }
    return {};
}

QString iconOf(State state)
{
    switch (state) {
    case State::Home: return QStringLiteral("circle-check");
    case State::Settling:
    case State::Waiting: return QStringLiteral("hourglass");
    case State::Failed: return QStringLiteral("circle-x");
    case State::Proposed: return QStringLiteral("circle-alert");
    case State::Rejected: return QStringLiteral("x");
    case State::Conflict: return QStringLiteral("git-merge");
    }
    return {};
}

QString kindText(sync::ChangeKind kind)
{
    using sync::ChangeKind;
    switch (kind) {
    case ChangeKind::MakeFolder: return GuestChangesPanel::tr("New folder");
    case ChangeKind::Move: return GuestChangesPanel::tr("Moved or renamed");
    case ChangeKind::CreateFile: return GuestChangesPanel::tr("New file");
    case ChangeKind::WriteFile: return GuestChangesPanel::tr("Content changed");
    case ChangeKind::SetMeta: return GuestChangesPanel::tr("Times or attributes");
    case ChangeKind::Update: return GuestChangesPanel::tr("Moved on the disk");
    case ChangeKind::RemoveFile: return GuestChangesPanel::tr("File deleted");
    case ChangeKind::RemoveFolder: return GuestChangesPanel::tr("Folder deleted");
    }
    return {};
}

QString placeOf(const GuestChange& change)
{
    return change.from.empty()
               ? shown(change.path)
               : GuestChangesPanel::tr("%1 → %2").arg(shown(change.from), shown(change.path));
}

KeyedRow rowOf(const GuestChange& change)
{
    const QString place = placeOf(change);
    const QString last = change.state == State::Home
                             ? change.time.toString(QStringLiteral("HH:mm:ss"))
                             : sentenceOf(change.reason);
    return {.key = change.key,
            .texts = {stateText(change.state), change.kind ? kindText(*change.kind) : QString(),
                      place, change.size ? sizeText(*change.size) : QString(), last},
            .toolTips = {{},
                         {},
                         place,
                         change.size ? exactSizeText(*change.size) : QString(),
                         plainToolTip(last)},
            .iconName = iconOf(change.state)};
}

/// What is open first, then what came home, newest first.
std::vector<KeyedRow> rowsOf(const GuestChanges& changes)
{
    std::vector<KeyedRow> rows;
    for (const GuestChange& change : changes.open())
        if (rows.size() < maxRows)
            rows.push_back(rowOf(change));
    for (auto change = changes.home().rbegin(); change != changes.home().rend(); ++change)
        if (rows.size() < maxRows)
            rows.push_back(rowOf(*change));
    return rows;
}

} // namespace

SignLook lookOf(GuestChanges::Sign sign)
{
    using Sign = GuestChanges::Sign;
    switch (sign) {
    case Sign::UpToDate: return {QLatin1String("circle-check"), Token::Success};
    case Sign::Settling:
    case Sign::AtEnd: return {QLatin1String("hourglass"), Token::Muted};
    case Sign::Waiting: return {QLatin1String("hourglass"), Token::Warning};
    case Sign::Asking: return {QLatin1String("circle-alert"), Token::Accent};
    case Sign::Held: return {QLatin1String("circle-x"), Token::Lost};
    case Sign::None: break;
    }
    return {QLatin1String("info"), Token::Muted};
}

GuestChangesPanel::GuestChangesPanel(ServeDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_icon(new QLabel(this)),
      m_sentence(new ElidedLabel({}, Qt::ElideRight, this)),
      m_acceptAll(new QPushButton(tr("Bring all home"), this)),
      m_allow(new QPushButton(tr("Let it through"), this)),
      m_model(new KeyedRowsModel({{tr("State")},
                                  {tr("Change")},
                                  {tr("On the disk")},
                                  {tr("Size"), KeyedRowsModel::Kind::Number},
                                  {tr("When or why")}},
                                 this)),
      m_table(new QTableView(this)), m_detail(new GuestChangeDetail(document, this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(makeBody(), 1);
    connect(m_acceptAll, &QPushButton::clicked, this, &GuestChangesPanel::acceptAll);
    connect(m_allow, &QPushButton::clicked, &m_document, &ServeDocument::allowMassDelete);
    connect(m_detail, &GuestChangeDetail::saveRequested, this, &GuestChangesPanel::saveRequested);
    connect(&m_document.changes(), &GuestChanges::changed, this, &GuestChangesPanel::follow);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &GuestChangesPanel::followSelection);
    follow();
}

QWidget* GuestChangesPanel::makeHead()
{
    auto* head = new QWidget(this);
    m_acceptAll->setToolTip(tr("All that waits for your decision, but for conflicts"));
    m_allow->setToolTip(tr("Carry out what guests did, though much would be gone"));
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    row->setSpacing(spacing(2));
    row->addWidget(m_icon);
    row->addWidget(m_sentence, 1);
    row->addWidget(m_acceptAll);
    row->addWidget(m_allow);
    return head;
}

QWidget* GuestChangesPanel::makeBody()
{
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setAccessibleName(tr("Guest changes"));
    auto* splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_table);
    splitter->addWidget(m_detail);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    m_table->installEventFilter(this);
    return splitter;
}

QString GuestChangesPanel::sentence() const
{
    return m_sentence->text();
}

void GuestChangesPanel::follow()
{
    const GuestChanges& changes = m_document.changes();
    const SignLook look = lookOf(changes.sign());
    m_icon->setPixmap(icon(look.iconName, look.token).pixmap(QSize(scaled(16), scaled(16))));
    m_sentence->setText(changes.sentence().isEmpty() ? tr("Nothing came home yet")
                                                     : changes.sentence());
    m_allow->setVisible(changes.sign() == GuestChanges::Sign::Held);
    m_acceptAll->setVisible(std::ranges::find(changes.open(), State::Proposed,
                                              &GuestChange::state) != changes.open().end());
    m_model->setRows(rowsOf(changes));
}

void GuestChangesPanel::followSelection()
{
    const int row = m_table->currentIndex().row();
    m_detail->show(row < 0 ? 0 : m_model->rows()[static_cast<std::size_t>(row)].key);
}

void GuestChangesPanel::acceptAll()
{
    const std::vector<GuestChange> open = m_document.changes().open(); // it changes meanwhile
    for (const GuestChange& change : open)
        if (change.state == State::Proposed)
            m_document.decide(change.proposal, sync::Verdict::Accept);
}

void GuestChangesPanel::shareWidth() const
{
    const int sum = std::accumulate(weights.begin(), weights.end(), 0);
    for (int column = 0; column + 1 < static_cast<int>(weights.size()); ++column)
        m_table->setColumnWidth(
            column, std::max(scaled(60),
                             m_table->width() * weights[static_cast<std::size_t>(column)] / sum));
}

bool GuestChangesPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::Resize)
        shareWidth();
    return QWidget::eventFilter(watched, event);
}

} // namespace fatlas::ui
