#include "ui/models/finding_list_model.hpp"

#include "ui/base/icons.hpp"
#include "ui/base/words.hpp"
#include "ui/models/finding_words.hpp"

#include <algorithm>
#include <charconv>
#include <compare>
#include <string_view>
#include <tuple>
#include <utility>

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

/// "C9" before "C10".
std::pair<std::string_view, unsigned long> ruleKey(std::string_view rule)
{
    const std::size_t digits = std::min(rule.find_first_of("0123456789"), rule.size());
    unsigned long number = 0;
    std::from_chars(rule.data() + digits, rule.data() + rule.size(), number);
    return {rule.substr(0, digits), number};
}

auto placeKey(const Finding& finding)
{
    return std::tuple(std::string_view(finding.path), finding.cluster.value_or(0),
                      finding.offset.value_or(0));
}

/// What comes first is worse, or has the smaller number.
std::strong_ordering compare(const Finding& a, const Finding& b, int column)
{
    switch (column) {
    case FindingListModel::SeverityColumn: return b.severity <=> a.severity;
    case FindingListModel::RuleColumn: return ruleKey(a.rule) <=> ruleKey(b.rule);
    case FindingListModel::WhereColumn: return placeKey(a) <=> placeKey(b);
    default: return a.message <=> b.message;
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
    sortRows();
}

void FindingListModel::sort(int column, Qt::SortOrder order)
{
    if (column == m_sortColumn && order == m_sortOrder)
        return;
    beginResetModel();
    m_sortColumn = column;
    m_sortOrder = order;
    filter();
    endResetModel();
}

void FindingListModel::sortRows()
{
    if (m_sortColumn < 0)
        return;
    std::ranges::stable_sort(m_rows, [this](std::uint32_t a, std::uint32_t b) {
        const auto order = compare((*m_findings)[a], (*m_findings)[b], m_sortColumn);
        return m_sortOrder == Qt::AscendingOrder ? order < 0 : order > 0;
    });
}

std::uint64_t FindingListModel::count(Severity severity) const
{
    return m_counts[static_cast<std::size_t>(severity)];
}

int FindingListModel::rowOf(std::uint32_t finding) const
{
    const auto at = m_sortColumn < 0 ? std::ranges::lower_bound(m_rows, finding)
                                     : std::ranges::find(m_rows, finding);
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
