/// The findings of a volume as rows, filtered by severity and rule, sorted by any column.
///
/// Filter and order are part of the model, so that 100,000 findings cost one pass over them and no
/// map between two models.
///
/// Shape:   Severity, Rule, Where, What. Rows are in the order of the findings until they are
/// sorted. Units:   `finding` is an index into what setFindings() was given. Threads: GUI thread;
/// the findings are immutable and shared.
#pragma once

#include "core/base/finding.hpp"

#include <QAbstractTableModel>

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fatlas::ui {

inline constexpr std::size_t severityCount = 3;

class FindingListModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column : int { SeverityColumn, RuleColumn, WhereColumn, WhatColumn, ColumnCount };

    enum Role : int { FindingRole = Qt::UserRole, SeverityRole, MonospaceRole };

    using Findings = std::shared_ptr<const std::vector<Finding>>;

    explicit FindingListModel(QObject* parent = nullptr);

    void setFindings(const Findings& findings);

    [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return *m_findings; }

    void setShown(Severity severity, bool shown);
    [[nodiscard]] bool isShown(Severity severity) const;
    /// Empty: all rules.
    void setRule(const std::string& rule);

    [[nodiscard]] std::uint64_t count(Severity severity) const;

    /// Every rule that has findings, and how many.
    [[nodiscard]] const std::map<std::string, std::uint64_t>& rules() const noexcept
    {
        return m_rules;
    }

    /// -1 when it is filtered away.
    [[nodiscard]] int rowOf(std::uint32_t finding) const;
    [[nodiscard]] std::uint32_t findingAt(int row) const;

    /// Column -1: as they were found.
    void sort(int column, Qt::SortOrder order = Qt::AscendingOrder) override;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    void filter();
    void sortRows();
    [[nodiscard]] bool passes(const Finding& finding) const;

    Findings m_findings;
    std::vector<std::uint32_t> m_rows; ///< ascending unless sorted
    int m_sortColumn = -1;
    Qt::SortOrder m_sortOrder = Qt::AscendingOrder;
    std::array<bool, severityCount> m_isShown{true, true, true};
    std::array<std::uint64_t, severityCount> m_counts{};
    std::map<std::string, std::uint64_t> m_rules;
    std::string m_rule;
};

} // namespace fatlas::ui
