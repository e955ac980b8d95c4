#include "ui/window/inspector_panel.hpp"

#include "ui/base/chip.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/wizards/panel.hpp"

#include <QAction>
#include <QGridLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace fatlas::ui {

namespace {

/// Removes all widgets and layouts below, later: one of them may be calling.
void empty(QLayout* layout)
{
    while (auto* item = layout->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        } else if (item->layout() != nullptr) {
            empty(item->layout());
        }
        delete item;
    }
}

} // namespace

InspectorPanel::InspectorPanel(VolumeDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_heading(nullptr), m_sentence(nullptr),
      m_body(nullptr)
{
    auto* content = new Panel;
    m_heading = new ThemedLabel({}, Token::Text, content);
    m_heading->setFont(emphasized(m_heading->font(), 4));
    m_heading->setWordWrap(true);
    m_heading->setTextFormat(Qt::PlainText);
    m_sentence = new ThemedLabel({}, Token::Muted, content);
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(3));
    layout->setSpacing(spacing(2));
    layout->addWidget(m_heading);
    layout->addWidget(m_sentence);
    m_body = new QVBoxLayout;
    m_body->setSpacing(spacing(2));
    layout->addLayout(m_body);
    layout->addStretch(1);
    QScrollArea* const scroll = makeClearScrollArea(content, this);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    connect(&document, &VolumeDocument::ready, this, &InspectorPanel::follow);
    connect(&document, &VolumeDocument::checked, this, &InspectorPanel::follow);
    connect(&document, &VolumeDocument::factsReady, this, &InspectorPanel::showFacts);
    connect(&document, &VolumeDocument::factsFailed, this, &InspectorPanel::showFactsError);
    connect(&document.focus(), &Focus::changed, this, &InspectorPanel::follow);
}

QString InspectorPanel::heading() const
{
    return m_heading->text();
}

void InspectorPanel::follow()
{
    if (!m_document.content())
        return;
    clear();
    const VolumeContent& content = *m_document.content();
    const FocusTarget& target = m_document.focus().selection();
    if (target.cluster && content.geometry().isData(*target.cluster))
        showCluster(content, *target.cluster);
    else if (target.node && *target.node != 0)
        showNode(content, *target.node);
    else
        showVolume(content);
}

void InspectorPanel::clear()
{
    m_facts = nullptr;
    empty(m_body);
}

void InspectorPanel::showCluster(const VolumeContent& content, Cluster cluster)
{
    m_heading->setText(tr("Cluster %1").arg(countText(cluster.value)));
    m_sentence->setText(explainCluster(content, cluster));
    m_facts = new QVBoxLayout;
    m_facts->addWidget(addTable(clusterRows(content, cluster, nullptr)));
    m_body->addLayout(m_facts);
    addButtons();
    m_document.lookUp(cluster);
    const std::uint32_t owner = content.usage->at(cluster).owner;
    if (owner == fat::noOwner || owner == 0)
        return;
    addCaption(shown(content.tree->path(owner)));
    m_body->addWidget(addTable(nodeRows(content, owner)));
}

void InspectorPanel::showNode(const VolumeContent& content, std::uint32_t node)
{
    const fat::TreeNode& file = content.tree->nodes[node];
    m_heading->setText(shown(file.name));
    const QString path = shown(content.tree->path(node));
    m_sentence->setText(
        file.isDirectory
            ? tr("Folder %1 with %2.").arg(path, countText(file.childCount, "entry", "entries"))
            : tr("File %1.").arg(path));
    m_body->addWidget(addTable(nodeRows(content, node)));
}

void InspectorPanel::showVolume(const VolumeContent& content)
{
    const QString type = QString::fromLatin1(fat::toString(content.geometry().type));
    const QString label = shown(content.tree->label);
    m_heading->setText(label.isEmpty() ? tr("%1 volume").arg(type)
                                       : tr("%1 “%2”").arg(type, label));
    m_sentence->setText(tr("The whole volume. Select a file or a cluster to see where it lies."));
    m_body->addWidget(addTable(volumeRows(content)));
}

void InspectorPanel::showFacts(const ClusterFacts& facts)
{
    const auto& selected = m_document.focus().selection().cluster;
    if (m_facts == nullptr || selected != facts.cluster)
        return;
    empty(m_facts);
    m_facts->addWidget(addTable(clusterRows(*m_document.content(), facts.cluster, &facts)));
}

void InspectorPanel::showFactsError(const Error& error)
{
    if (m_facts == nullptr)
        return;
    auto* label = new ThemedLabel(errorWords(error).sentence, Token::Lost, this);
    label->setWordWrap(true);
    m_facts->addWidget(label);
}

void InspectorPanel::setActions(const QList<QAction*>& actions)
{
    m_actions = actions;
    follow();
}

void InspectorPanel::addButtons()
{
    if (m_actions.isEmpty())
        return;
    auto* row = new ChipRow(this);
    for (QAction* action : m_actions) {
        auto* button = new QPushButton(action->icon(), action->text(), row);
        button->setToolTip(action->toolTip());
        button->setEnabled(action->isEnabled());
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        row->addWidget(button);
    }
    m_body->addWidget(row);
}

void InspectorPanel::addCaption(const QString& text)
{
    auto* caption = new SectionLabel(text, this);
    caption->setWordWrap(true);
    m_body->addSpacing(spacing(1));
    m_body->addWidget(caption);
}

QWidget* InspectorPanel::addTable(const std::vector<FieldRow>& rows)
{
    auto* table = new QWidget(this);
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(spacing(3));
    grid->setVerticalSpacing(spacing(1));
    grid->setColumnMinimumWidth(0, scaled(110));
    grid->setColumnStretch(1, 1);
    int line = 0;
    for (const FieldRow& row : rows) {
        grid->addWidget(new ThemedLabel(row.name, Token::Muted, table), line, 0, Qt::AlignTop);
        auto* value = new ThemedLabel(row.value, Token::Text, table);
        value->setTextFormat(Qt::PlainText);
        value->setWordWrap(true);
        value->setToolTip(row.toolTip);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (row.monospace)
            value->setFont(monospaceFont());
        grid->addWidget(value, line++, 1);
        grid->addWidget(new Separator(Qt::Horizontal, table), line++, 0, 1, 2);
    }
    return table;
}

} // namespace fatlas::ui
