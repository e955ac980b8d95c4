#include "ui/models/finding_list_model.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"

#include <algorithm>

namespace fatlas::ui {

namespace {

const FindingListModel::Findings& noFindings()
{
    static const FindingListModel::Findings nothing =
        std::make_shared<const std::vector<Finding>>();
    return nothing;
}

QString textOf(const Finding& finding, int column)
{
    switch (column) {
    case FindingListModel::SeverityColumn: return severityText(finding.severity);
    case FindingListModel::RuleColumn: return shown(finding.rule);
    case FindingListModel::WhereColumn: return placeText(finding);
    default: return sentenceOf(finding.message);
    }
}

QString accessibleTextOf(const Finding& finding)
{
    return FindingListModel::tr("%1: %2 (%3)")
        .arg(severityText(finding.severity), sentenceOf(finding.message), placeText(finding));
}

} // namespace

FindingListModel::FindingListModel(QObject* parent)
    : QAbstractTableModel(parent), m_findings(noFindings())
{}

void FindingListModel::setFindings(const Findings& findings)
{
    beginResetModel();
    m_findings = findings ? findings : noFindings();
    m_counts = {};
    m_rules.clear();
    for (const Finding& finding : *m_findings) {
        ++m_counts[static_cast<std::size_t>(finding.severity)];
        ++m_rules[finding.rule];
    }
    if (!m_rules.contains(m_rule))
        m_rule.clear();
    filter();
    endResetModel();
}

void FindingListModel::setShown(Severity severity, bool shown)
{
    bool& now = m_isShown[static_cast<std::size_t>(severity)];
    if (now == shown)
        return;
    beginResetModel();
    now = shown;
    filter();
    endResetModel();
}

bool FindingListModel::isShown(Severity severity) const
{
    return m_isShown[static_cast<std::size_t>(severity)];
}

void FindingListModel::setRule(const std::string& rule)
{
    if (rule == m_rule)
        return;
    beginResetModel();
    m_rule = rule;
    filter();
    endResetModel();
}

bool FindingListModel::passes(const Finding& finding) const
{
    return isShown(finding.severity) && (m_rule.empty() || finding.rule == m_rule);
}

void FindingListModel::filter()
{
    m_rows.clear();
    const auto count = static_cast<std::uint32_t>(m_findings->size());
    for (std::uint32_t i = 0; i < count; ++i)
        if (passes((*m_findings)[i]))
            m_rows.push_back(i);
}

std::uint64_t FindingListModel::count(Severity severity) const
{
    return m_counts[static_cast<std::size_t>(severity)];
}

int FindingListModel::rowOf(std::uint32_t finding) const
{
    const auto at = std::ranges::lower_bound(m_rows, finding);
    return at == m_rows.end() || *at != finding ? -1 : static_cast<int>(at - m_rows.begin());
}

std::uint32_t FindingListModel::findingAt(int row) const
{
    return m_rows.at(static_cast<std::size_t>(row));
}

int FindingListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FindingListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant FindingListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const std::uint32_t at = findingAt(index.row());
    const Finding& finding = (*m_findings)[at];
    switch (role) {
    case Qt::DisplayRole: return textOf(finding, index.column());
    case Qt::ToolTipRole: return plainToolTip(textOf(finding, index.column()));
    case Qt::AccessibleTextRole:
        return index.column() == SeverityColumn ? accessibleTextOf(finding)
                                                : textOf(finding, index.column());
    case Qt::DecorationRole:
        return index.column() == SeverityColumn
                   ? QVariant(icon(iconNameOf(finding.severity), tokenOf(finding.severity)))
                   : QVariant();
    case FindingRole: return at;
    case SeverityRole: return static_cast<int>(finding.severity);
    case MonospaceRole: return index.column() == WhereColumn;
    default: return {};
    }
}

QVariant FindingListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case SeverityColumn: return tr("Severity");
    case RuleColumn: return tr("Rule");
    case WhereColumn: return tr("Where");
    case WhatColumn: return tr("What is wrong");
    default: return {};
    }
}

} // namespace fatlas::ui
