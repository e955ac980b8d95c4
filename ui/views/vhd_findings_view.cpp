#include "ui/views/vhd_findings_view.hpp"

#include "core/vhd/rules.hpp"

#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"
#include "ui/views/table_style.hpp"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace fatlas::ui {

namespace {

constexpr int maxRowsShown = 6;

QString clause(std::string_view words)
{
    QString text = sentenceOf(words);
    if (!text.isEmpty() && !text.endsWith(u'.'))
        text += u'.';
    return text;
}

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

} // namespace

VhdFindingsView::VhdFindingsView(QWidget* parent)
    : QWidget(parent), m_model(new FindingListModel(this)), m_table(new QTableView(this)),
      m_summary(new ThemedLabel({}, Token::Muted, this)), m_detail(new QWidget(this)),
      m_lines(new QVBoxLayout(m_detail))
{
    styleTable(*m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Findings"));
    m_table->setColumnHidden(FindingListModel::WhereColumn, true);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->hide();
    m_table->setColumnWidth(FindingListModel::SeverityColumn, scaled(92));
    m_table->setColumnWidth(FindingListModel::RuleColumn, scaled(44));
    m_summary->setWordWrap(true);
    m_lines->setContentsMargins(0, 0, 0, 0);
    m_lines->setSpacing(spacing(1));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    layout->addWidget(m_summary);
    layout->addWidget(m_table);
    layout->addWidget(m_detail);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &VhdFindingsView::showDetail);
    setContent({}, {});
}

void VhdFindingsView::setContent(const SharedVhd& content, const QString& checkText)
{
    m_summary->setText(checkText);
    m_summary->setVisible(!checkText.isEmpty());
    if (content == m_content && m_content)
        return;
    m_content = content;
    m_model->setFindings(content ? FindingListModel::Findings(content, &content->findings)
                                 : std::make_shared<const std::vector<Finding>>());
    m_table->setVisible(m_model->rowCount() > 0);
    fitHeight();
    if (m_model->rowCount() > 0)
        m_table->setCurrentIndex(m_model->index(0, 0));
    showDetail();
}

/// As high as its rows, up to a few; more of them scroll.
void VhdFindingsView::fitHeight()
{
    const int rows = std::min(m_model->rowCount(), maxRowsShown);
    m_table->setFixedHeight(rows * m_table->verticalHeader()->defaultSectionSize() + 2);
}

void VhdFindingsView::showDetail()
{
    empty(m_lines);
    const QModelIndex current = m_table->currentIndex();
    m_detail->setVisible(current.isValid());
    if (!current.isValid())
        return;
    const Finding& finding = m_model->findings()[m_model->findingAt(current.row())];
    addLine({}, finding.message);
    if (!finding.path.empty())
        addLine(tr("In"), finding.path);
    if (const Rule* rule = vhd::findRule(finding.rule); rule != nullptr) {
        addLine(tr("It means"), rule->meaning);
        addLine(tr("Virtual PC"), rule->dos);
        addLine(tr("Windows, Hyper-V"), rule->windows);
        addLine(tr("QEMU"), rule->linuxKernel);
        addLine(tr("Repair"), rule->fix);
    }
    addLine(tr("Advice"), finding.advice);
}

void VhdFindingsView::addLine(const QString& name, std::string_view words)
{
    if (words.empty())
        return;
    const QString text = name.isEmpty() ? clause(words) : tr("%1: %2").arg(name, clause(words));
    auto* line = new ThemedLabel(text, name.isEmpty() ? Token::Text : Token::Muted, m_detail);
    line->setTextFormat(Qt::PlainText);
    line->setWordWrap(true);
    line->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_lines->addWidget(line);
}

QStringList VhdFindingsView::detailTexts() const
{
    QStringList texts;
    for (int i = 0; i < m_lines->count(); ++i)
        if (auto* label = qobject_cast<ThemedLabel*>(m_lines->itemAt(i)->widget()))
            texts << label->text();
    return texts;
}

} // namespace fatlas::ui
