#include "ui/views/chain_view.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/chain_runs_model.hpp"
#include "ui/models/chain_words.hpp"
#include "ui/views/chain_strip.hpp"
#include "ui/views/table_style.hpp"
#include "ui/views/walk_bar.hpp"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

QScrollArea* flatScrollArea(QWidget* content, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(content);
    area->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setBackgroundRole(QPalette::NoRole);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    const int bar = area->horizontalScrollBar()->sizeHint().height();
    area->setFixedHeight(content->sizeHint().height() + bar + 2);
    return area;
}

} // namespace

ChainView::ChainView(QWidget* parent)
    : QWidget(parent), m_walkBar(new WalkBar(m_walk, this)),
      m_headline(new ElidedLabel({}, Qt::ElideMiddle, this)), m_strip(new ChainStrip),
      m_model(new ChainRunsModel(this)), m_table(new QTableView(this))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_headline->setToken(Token::Muted);
    m_scroll = flatScrollArea(m_strip, this);
    auto* left = new QVBoxLayout;
    left->setSpacing(spacing(2));
    left->addWidget(m_headline);
    left->addWidget(m_scroll);
    left->addStretch();
    m_table->setModel(m_model);
    styleTable(*m_table);
    m_table->setAccessibleName(tr("Fragments of the chain"));
    m_table->horizontalHeader()->setStretchLastSection(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing(4));
    row->addLayout(left, 2);
    row->addWidget(m_table, 3);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    column->setSpacing(spacing(1));
    column->addLayout(row, 1);
    column->addWidget(m_walkBar);
    m_walkBar->addKeysTo(*this);
    connect(m_strip, &ChainStrip::runClicked, this, &ChainView::selectRun);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { selectRun(current.row()); });
    showNothing();
}

void ChainView::setVolume(std::shared_ptr<const fat::Tree> tree, const fat::Geometry& geometry,
                          std::uint64_t volumeOffset)
{
    m_tree = std::move(tree);
    m_geometry = geometry;
    m_volumeOffset = volumeOffset;
    m_shown = {};
    follow();
}

void ChainView::setContent(const SharedContent& content)
{
    m_walk.setContent(content);
    if (content->tree != m_tree)
        setVolume(content->tree, content->geometry(), content->image.volumeOffset);
}

void ChainView::setFocus(Focus* focus)
{
    m_walk.setFocus(focus);
    if (m_focus)
        m_focus->disconnect(this);
    m_focus = focus;
    if (focus)
        connect(focus, &Focus::changed, this, &ChainView::follow);
    follow();
}

QString ChainView::headline() const
{
    return m_headline->text();
}

void ChainView::follow()
{
    m_following = true;
    const FocusTarget target = m_focus ? m_focus->selection() : FocusTarget{};
    const bool sameChain = m_shown && target.node == m_shown->node && target.runs == m_shown->runs;
    if (!sameChain) {
        if (m_tree && target.node && *target.node < m_tree->nodes.size())
            showNode(*target.node);
        else if (!target.runs.empty())
            showRuns(target.runs);
        else
            showNothing();
        m_shown = target;
    }
    markCluster();
    m_following = false;
}

void ChainView::showNode(std::uint32_t node)
{
    const fat::TreeNode& item = m_tree->nodes[node];
    const auto runs = m_tree->runsOf(node);
    m_headline->setText(chainSentence(*m_tree, node, m_geometry));
    const bool damaged = item.end != fat::ChainEnd::EndMark ||
                         expectedClusters(item, m_geometry) != item.clusterCount;
    m_headline->setToken(damaged ? Token::Lost : Token::Muted);
    m_model->setChain(m_geometry, m_volumeOffset, {runs.begin(), runs.end()});
    const QString ending = runs.empty() && item.end == fat::ChainEnd::EndMark
                               ? QString()
                               : chainEndText(item.end, m_geometry.type);
    m_strip->setChain({runs.begin(), runs.end()}, item.isDirectory ? Token::Directory : Token::File,
                      ending);
}

void ChainView::showRuns(const std::vector<ClusterRange>& runs)
{
    m_headline->setText(countText(runs.size(), "run", "runs") + u" of clusters"_s);
    m_headline->setToken(Token::Muted);
    m_model->setChain(m_geometry, m_volumeOffset, runs);
    m_strip->setChain(runs, Token::System, {});
}

void ChainView::showNothing()
{
    m_headline->setText(tr("Select a file to see its chain"));
    m_headline->setToken(Token::Muted);
    m_model->clear();
    m_strip->setChain({}, Token::File, {});
}

void ChainView::markCluster()
{
    const auto cluster = m_focus ? m_focus->selection().cluster : std::nullopt;
    const int row = cluster ? m_model->rowOf(*cluster) : -1;
    m_strip->setCurrent(row);
    if (row < 0) {
        m_table->setCurrentIndex({});
        return;
    }
    m_table->selectRow(row);
    m_table->scrollTo(m_model->index(row, 0));
    m_scroll->ensureVisible(m_strip->boxOf(row).center().x(), 0, scaled(60), 0);
}

void ChainView::selectRun(int row)
{
    if (m_following || !m_focus || row < 0 ||
        static_cast<std::size_t>(row) >= m_model->runs().size())
        return;
    m_focus->moveTo(m_model->runs()[static_cast<std::size_t>(row)].first);
}

} // namespace fatlas::ui
