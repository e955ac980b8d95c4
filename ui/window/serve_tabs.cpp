#include "ui/window/serve_tabs.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/serve_rows.hpp"
#include "ui/views/table_style.hpp"
#include "ui/window/guest_changes_panel.hpp"
#include "ui/wizards/panel.hpp"
#include "ui/wizards/quiet_tab_bar.hpp"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <numeric>
#include <utility>

namespace fatlas::ui {

namespace {

constexpr std::size_t maxWritesOfCluster = 200;
constexpr int showsCopiedMs = 1500;

std::vector<KeyedRowsModel::Column> messageColumns()
{
    return {{ServeTabs::tr("Time")}, {ServeTabs::tr("What happened")}};
}

QString iconOf(Severity severity)
{
    switch (severity) {
    case Severity::Error: return QStringLiteral("circle-x");
    case Severity::Warning: return QStringLiteral("triangle-alert");
    case Severity::Info: break;
    }
    return QStringLiteral("info");
}

/// Newest first, as the writes are.
std::vector<KeyedRow> messageRows(const std::deque<ServeMessage>& messages)
{
    std::vector<KeyedRow> rows;
    rows.reserve(messages.size());
    for (auto message = messages.rbegin(); message != messages.rend(); ++message)
        rows.push_back(
            {.key = message->number,
             .texts = {message->time.toString(QStringLiteral("HH:mm:ss")), message->text},
             .toolTips = {{}, message->text},
             .iconName = iconOf(message->severity)});
    return rows;
}

ServedVolume volumeOf(const SharedContent& content)
{
    if (!content)
        return {};
    return {.tree = content->tree.get(),
            .usage = content->usage.get(),
            .volumeOffset = content->image.volumeOffset};
}

} // namespace

ServeTabs::ServeTabs(ServeDocument& document, QWidget* parent)
    : QTabWidget(parent), m_document(document)
{
    setTabBar(new QuietTabBar(this));
    setDocumentMode(true);
    setFocusPolicy(Qt::NoFocus); // its bar is what Tab goes to
    m_pages.reserve(4);          // pages are referred to while more are added
    addPage({.title = tr("Connect"),
             .model = new KeyedRowsModel(lineColumns(), this),
             .weights = {1, 9}});
    addPage({.title = tr("Clients"),
             .model = new KeyedRowsModel(clientColumns(), this),
             .weights = {1, 5, 3, 3, 3, 3, 3, 3, 3}});
    addPage({.title = tr("Writes"),
             .model = new KeyedRowsModel(writeColumns(), this),
             .weights = {2, 2, 2, 2, 3, 2, 9}});
    addPage({.title = tr("Messages"),
             .model = new KeyedRowsModel(messageColumns(), this),
             .weights = {2, 16}});
    m_changes = new GuestChangesPanel(document, this);
    addTab(m_changes, tr("Guest changes"));
    makeConnectFooter();
    makeWritesHead();
    connect(&m_document.changes(), &GuestChanges::changed, this, &ServeTabs::followChanges);
    connect(&m_document, &ServeDocument::wishChanged, this, &ServeTabs::followChanges);
    connect(&m_document, &ServeDocument::exportsChanged, this, &ServeTabs::followExports);
    connect(&m_document, &ServeDocument::stateChanged, this, &ServeTabs::followExports);
    connect(&m_document, &ServeDocument::sampled, this, &ServeTabs::followSample);
    connect(&m_document, &ServeDocument::contentChanged, this, &ServeTabs::followSample);
    connect(&m_document.timeline(), &ServeTimeline::momentChanged, this, &ServeTabs::followSample);
    // By a click or with Return: the disk just behind that write.
    QTableView* const writes = m_pages[WritesTab].table;
    connect(writes, &QTableView::clicked, this, &ServeTabs::goToWrite);
    connect(writes, &QTableView::activated, this, &ServeTabs::goToWrite);
    connect(&m_document, &ServeDocument::messagesChanged, this, &ServeTabs::followMessages);
    connect(&m_document, &ServeDocument::testChanged, this, &ServeTabs::followTest);
    followExports();
    followMessages();
    followChanges();
}

ServeTabs::Page& ServeTabs::addPage(Page page)
{
    page.stack = new QStackedWidget(this);
    auto* nothingHere = new Panel(page.stack);
    page.sentence = new ThemedLabel({}, Token::Muted, nothingHere);
    page.sentence->setWordWrap(true);
    auto* layout = new QVBoxLayout(nothingHere);
    layout->setContentsMargins(spacing(3), spacing(3), spacing(3), spacing(3));
    layout->addWidget(page.sentence);
    layout->addStretch(1);
    auto* full = new Panel(page.stack);
    page.table = new QTableView(full);
    page.table->setModel(page.model);
    styleTable(*page.table);
    page.table->setTextElideMode(Qt::ElideRight);
    page.table->horizontalHeader()->setStretchLastSection(true);
    page.table->setAccessibleName(page.title);
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(page.table, 1);
    page.stack->addWidget(nothingHere);
    page.stack->addWidget(full);
    addTab(page.stack, page.title);
    m_pages.push_back(std::move(page));
    return m_pages.back();
}

void ServeTabs::makeConnectFooter()
{
    Page& page = m_pages[ConnectTab];
    QWidget* const full = page.stack->widget(1);
    m_copy = new QPushButton(icon(QLatin1String("copy")), tr("Copy line"), full);
    m_copy->setToolTip(tr("Copy the chosen line (Return)"));
    m_test = new QPushButton(icon(QLatin1String("shield-check")), tr("Test as client"), full);
    m_test->setToolTip(tr("Connect as a guest would, read a little, and say what was found"));
    m_testText = new ThemedLabel({}, Token::Muted, full);
    m_testText->setWordWrap(true);
    m_testText->setTextFormat(Qt::PlainText);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    row->setSpacing(spacing(2));
    row->addWidget(m_copy);
    row->addWidget(m_test);
    row->addWidget(m_testText, 1);
    static_cast<QVBoxLayout*>(full->layout())->addLayout(row);
    connect(m_copy, &QPushButton::clicked, this, &ServeTabs::copyLine);
    connect(page.table, &QTableView::activated, this, &ServeTabs::copyLine);
    connect(m_test, &QPushButton::clicked, &m_document, &ServeDocument::test);
}

void ServeTabs::makeWritesHead()
{
    QWidget* const full = m_pages[WritesTab].stack->widget(1);
    m_writesHead = new QWidget(full);
    m_writesText = new ElidedLabel({}, Qt::ElideRight, m_writesHead);
    auto* all = new QPushButton(tr("Show all writes"), m_writesHead);
    auto* row = new QHBoxLayout(m_writesHead);
    row->setContentsMargins(spacing(3), spacing(1), spacing(3), spacing(1));
    row->addWidget(m_writesText, 1);
    row->addWidget(all);
    static_cast<QVBoxLayout*>(full->layout())->insertWidget(0, m_writesHead);
    m_writesHead->hide();
    connect(all, &QPushButton::clicked, this, [this] { showWritesTo(std::nullopt); });
}

void ServeTabs::showWritesTo(std::optional<Cluster> cluster)
{
    m_cluster = cluster;
    m_writesHead->setVisible(cluster.has_value());
    if (cluster) {
        m_writesText->setText(
            tr("Writes that touched cluster %1, newest first").arg(countText(cluster->value)));
        setCurrentIndex(WritesTab);
    }
    followSample();
}

// As wide as their words usually are; the last column takes the rest.
void ServeTabs::shareWidth(const Page& page) const
{
    const int sum = std::accumulate(page.weights.begin(), page.weights.end(), 0);
    for (int column = 0; column + 1 < static_cast<int>(page.weights.size()); ++column)
        page.table->setColumnWidth(
            column,
            std::max(scaled(44), width() * page.weights[static_cast<std::size_t>(column)] / sum));
}

void ServeTabs::resizeEvent(QResizeEvent* event)
{
    QTabWidget::resizeEvent(event);
    for (const Page& page : m_pages)
        shareWidth(page);
}

QString ServeTabs::nothingIn(Tab tab) const
{
    if (m_document.state() == ServeDocument::State::Idle && tab != MessagesTab)
        return tr("Start serving first.");
    switch (tab) {
    case ConnectTab: return tr("The lines to paste come once the disk is served.");
    case ClientsTab: return tr("Nobody is connected. Paste one of the lines under Connect.");
    case WritesTab:
        if (m_cluster)
            return tr("No write that is still remembered touched cluster %1. Leave the cluster to "
                      "see all writes.")
                .arg(countText(m_cluster->value));
        return m_document.wish().session.mode == serve::Mode::ReadOnly
                   ? tr("The disk is read-only: nobody can write.")
                   : tr("Nothing was written yet.");
    case MessagesTab: return tr("Nothing happened yet.");
    case ChangesTab: break; // says so itself
    }
    return {};
}

void ServeTabs::setRows(Tab tab, std::vector<KeyedRow> rows, bool isCounted)
{
    const Page& page = m_pages[static_cast<std::size_t>(tab)];
    page.model->setRows(std::move(rows));
    const int count = page.model->rowCount();
    const bool isFiltered = tab == WritesTab && m_cluster;
    page.sentence->setText(nothingIn(tab));
    page.stack->setCurrentIndex(count == 0 && !isFiltered ? 0 : 1);
    if (isCounted)
        setCount(tab, static_cast<std::uint64_t>(count));
}

void ServeTabs::setCount(Tab tab, std::uint64_t count)
{
    if (tabBar()->tabData(tab).toULongLong() == count)
        return;
    tabBar()->setTabData(tab, qulonglong(count));
    setTabText(tab, tabText(tab)); // the bar measures its tabs anew
}

void ServeTabs::followChanges()
{
    setTabVisible(ChangesTab, m_document.wish().session.mode == serve::Mode::WriteBack);
    setCount(ChangesTab, m_document.changes().open().size());
}

void ServeTabs::followExports()
{
    const ServedExport* const newest = m_document.newest();
    setRows(ConnectTab, newest != nullptr ? lineRows(newest->lines) : std::vector<KeyedRow>{},
            false);
    QTableView* const table = m_pages[ConnectTab].table;
    if (newest != nullptr && !table->currentIndex().isValid())
        table->selectRow(0);
    followTest();
    followSample();
}

void ServeTabs::followSample()
{
    const LiveSample& sample = *m_document.sample();
    setRows(ClientsTab, clientRows(sample.clients));
    const auto writes = m_cluster ? m_document.writesTo(*m_cluster, maxWritesOfCluster)
                                  : m_document.newestWrites(LiveWatch::shownWrites);
    setRows(WritesTab, writeRows(writes, volumeOf(m_document.content()), block::tapClockNs()));
}

void ServeTabs::goToWrite(const QModelIndex& index)
{
    const auto& rows = m_pages[WritesTab].model->rows();
    if (!m_document.timeline().journal() || !index.isValid())
        return;
    m_document.timeline().pause();
    m_document.timeline().goTo(rows[static_cast<std::size_t>(index.row())].key);
}

void ServeTabs::followMessages()
{
    setRows(MessagesTab, messageRows(m_document.messages()));
}

void ServeTabs::followTest()
{
    const bool isServing = m_document.state() == ServeDocument::State::Serving;
    m_test->setEnabled(isServing && !m_document.isTesting());
    m_testText->setText(m_document.isTesting() ? tr("Connecting…") : testText());
}

QString ServeTabs::testText() const
{
    return m_document.testReport().join(u'\n');
}

void ServeTabs::copyLine()
{
    const QModelIndex line = m_pages[ConnectTab].table->currentIndex().siblingAtColumn(1);
    if (!line.isValid())
        return;
    QGuiApplication::clipboard()->setText(line.data().toString());
    m_copy->setIcon(icon(QLatin1String("check")));
    QTimer::singleShot(showsCopiedMs, m_copy,
                       [this] { m_copy->setIcon(icon(QLatin1String("copy"))); });
}

} // namespace fatlas::ui
