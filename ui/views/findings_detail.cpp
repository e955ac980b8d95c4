#include "ui/views/findings_detail.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/labels.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"

#include <QGridLayout>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace fatlas::ui {

namespace {

/// Later: one of them may be calling.
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

ThemedLabel* wrappedLabel(const QString& text, Token token, QWidget* parent)
{
    auto* label = new ThemedLabel(text, token, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QString clause(std::string_view text)
{
    QString words = sentenceOf(text);
    if (!words.isEmpty() && !words.endsWith(u'.'))
        words += u'.';
    return words;
}

/// What a repair does, and what is said about this one in particular.
QString adviceOf(const Finding& finding, const Rule* rule)
{
    QStringList parts;
    if (!finding.advice.empty())
        parts << clause(finding.advice);
    if (rule != nullptr && !rule->fix.empty())
        parts << FindingsDetail::tr("Repair: %1").arg(shown(rule->fix)) + u'.';
    return parts.isEmpty() ? FindingsDetail::tr("Nothing that a repair could do.")
                           : parts.join(u' ');
}

} // namespace

FindingsDetail::FindingsDetail(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel), m_headline(nullptr), m_rule(nullptr),
      m_body(new QVBoxLayout)
{
    setAccessibleName(tr("The finding in full"));
    auto* content = new QWidget;
    m_headline = wrappedLabel({}, Token::Text, content);
    m_headline->setFont(emphasized(m_headline->font(), 1));
    m_rule = wrappedLabel({}, Token::Muted, content);
    auto* top = new QHBoxLayout;
    top->setSpacing(spacing(2));
    top->addWidget(m_icon, 0, Qt::AlignTop);
    top->addWidget(m_headline, 1);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(spacing(3), spacing(2), spacing(3), spacing(2));
    layout->setSpacing(spacing(1));
    layout->addLayout(top);
    layout->addWidget(m_rule);
    layout->addLayout(m_body);
    layout->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content); // which makes it opaque
    scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    clear();
}

void FindingsDetail::setFocus(Focus* focus)
{
    m_focus = focus;
}

QString FindingsDetail::headline() const
{
    return m_headline->text();
}

void FindingsDetail::clear()
{
    clear(tr("Select a finding to see what it means."));
}

void FindingsDetail::clear(const QString& hint)
{
    m_content.reset();
    m_icon->clear();
    m_headline->clear();
    m_rule->setText(hint);
    empty(m_body);
}

void FindingsDetail::showFinding(const SharedContent& content, std::uint32_t finding)
{
    clear();
    if (!content || finding >= content->findings.size())
        return;
    m_content = content;
    const Finding& found = content->findings[finding];
    const Rule* const rule = ruleOf(found);
    m_icon->setPixmap(iconPixmap(iconNameOf(found.severity), scaled(18), devicePixelRatioF(),
                                 tokenOf(found.severity)));
    m_headline->setText(clause(found.message));
    const QString about =
        severityText(found.severity) + u" · "_s + tr("rule %1").arg(shown(found.rule));
    m_rule->setText(rule == nullptr ? about : about + u" · "_s + shown(rule->title));
    addPlaces(found);
    addMeaning(found);
}

void FindingsDetail::addPlaces(const Finding& finding)
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(1));
    const auto node = m_content->tree->find(finding.path);
    if (node && !finding.path.empty())
        addLink(row, shown(finding.path), tr("Select it"), targetOfNode(*m_content, *node));
    if (finding.cluster && m_content->geometry().isData(Cluster{*finding.cluster}))
        addLink(row, tr("cluster %1").arg(countText(*finding.cluster)), tr("Go to this cluster"),
                targetOf(*m_content, Cluster{*finding.cluster}));
    if (finding.offset)
        addLink(row, tr("byte %1").arg(hexText(*finding.offset)), tr("Go to these bytes"),
                {.bytes = FocusBytes{*finding.offset, 1}});
    layout->addStretch(1);
    m_body->addWidget(row);
    row->setVisible(layout->count() > 1);
}

void FindingsDetail::addLink(QWidget* row, const QString& text, const QString& toolTip,
                             FocusTarget target)
{
    auto* link = new QToolButton(row);
    link->setText(QString(text).replace(u'&', u"&&"_s));
    link->setToolTip(toolTip);
    link->setAccessibleName(text);
    link->setAutoRaise(true);
    link->setFocusPolicy(Qt::StrongFocus);
    link->setIcon(icon("arrow-right"_L1, Token::Accent));
    link->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    row->layout()->addWidget(link);
    connect(link, &QToolButton::clicked, this, [this, target = std::move(target)] {
        if (m_focus)
            m_focus->select(target);
    });
}

void FindingsDetail::addMeaning(const Finding& finding)
{
    const Rule* const rule = ruleOf(finding);
    auto* table = new QWidget(this);
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, spacing(1), 0, 0);
    grid->setHorizontalSpacing(spacing(3));
    grid->setVerticalSpacing(spacing(1));
    grid->setColumnMinimumWidth(0, scaled(90));
    grid->setColumnStretch(1, 1);
    if (rule != nullptr) {
        addRow(*grid, tr("What it means"), clause(rule->meaning));
        addRow(*grid, tr("DOS"), clause(rule->dos));
        addRow(*grid, tr("Windows"), clause(rule->windows));
        addRow(*grid, tr("Linux"), clause(rule->linuxKernel));
    }
    addRow(*grid, tr("What can be done"), adviceOf(finding, rule));
    m_body->addWidget(table);
}

void FindingsDetail::addRow(QGridLayout& grid, const QString& name, const QString& text)
{
    if (text.isEmpty())
        return;
    const int line = grid.rowCount();
    QWidget* const table = grid.parentWidget();
    grid.addWidget(new ThemedLabel(name, Token::Muted, table), line, 0, Qt::AlignTop);
    grid.addWidget(wrappedLabel(text, Token::Text, table), line, 1);
}

} // namespace fatlas::ui
